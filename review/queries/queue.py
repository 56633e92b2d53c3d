"""What waits for a first look, and what to take next. All of it is asked of items; no finding is opened for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from models.crawling import City
from models.reviewing import Item
from models.vocabulary import ItemState, Verdict
from review.queries.wanted import ITEMS_WITHIN, Order, Wanted, chosen, in_reach, newest_round, shown
from review.scope import scope

AT_ONCE = 25


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits for somebody, told apart by city, area, and what is shown as the machine's verdict."""

    by_city: Counter[str]
    by_area: Counter[str]
    by_verdict: Counter[Verdict]
    total: int
    changed: int
    mine: int


def waiting(db: Session, wanted: Wanted, person_id: int) -> Waiting:
    """All that waits in reach of *wanted*, whatever else it chooses, counted in one pass; and how much is theirs."""
    rows = (
        select(
            Item.city,
            Item.area,
            shown().label("shown"),
            Item.changed.label("changed"),
            (func.coalesce(Item.person_id, 0) == person_id).label("mine"),
        )
        .where(*in_reach(db, wanted), Item.state == ItemState.WAITING)
        .cte("rows")
    )
    none = literal(None, String)
    counts = union_all(
        select(rows.c.city, none, none, func.count()).group_by(rows.c.city),
        select(none, rows.c.area, none, func.count()).group_by(rows.c.area),
        select(none, none, cast(rows.c.shown, String), func.count()).group_by(rows.c.shown),
        select(none, none, literal("changed"), func.count()).where(rows.c.changed),
        select(none, none, literal("mine"), func.count()).where(rows.c.mine),
    )
    cities: Counter[str] = Counter()
    areas: Counter[str] = Counter()
    named: Counter[str] = Counter()
    for city, area, name, number in db.execute(counts):
        if city is not None:
            cities[city] = number
        elif area is not None:
            areas[area] = number
        elif name is not None:  # what is hidden counts for no verdict
            named[name] = number
    verdicts = Counter({verdict: named[verdict.value] for verdict in Verdict if named[verdict.value]})
    return Waiting(cities, areas, verdicts, cities.total(), named["changed"], named["mine"])


def queue(db: Session, wanted: Wanted, *, after: int | None = None) -> list[tuple[Item, City]]:
    """The next page of the queue behind the item *after*, or its beginning."""
    query = select(Item, City).join(City, City.slug == Item.city).where(*chosen(db, wanted))
    if after is not None:
        query = query.where(_behind(db, wanted, Item.id == after))
    return [(item, city) for item, city in db.execute(query.order_by(*_keys(wanted)).limit(AT_ONCE))]


_HAS_OWN = (  # asked by every page of the queue, and put together once
    select(Item.id)
    .where(
        Item.round == bindparam("round"),
        Item.person_id == bindparam("person"),
        Item.state == ItemState.WAITING,
        ITEMS_WITHIN,
        Item.city.not_in(bindparam("conflicts", expanding=True)),
    )
    .limit(1)
)


def has_own(db: Session, wanted: Wanted, person_id: int) -> bool:
    """Whether anything that waits was given to this person."""
    asked = {
        "round": newest_round(db, wanted.reach), "person": person_id, "conflicts": list(wanted.conflicts)
    }  # fmt: skip
    return db.scalar(_HAS_OWN, asked | scope(wanted.reach).asked()) is not None


def count(db: Session, wanted: Wanted) -> int:
    """How many items wait in this part of the queue."""
    return db.scalar(select(func.count()).select_from(Item).where(*chosen(db, wanted))) or 0


def next_after(db: Session, wanted: Wanted, finding_id: int | None = None) -> int | None:
    """The finding to take after *finding_id*; past the end it begins again; None when nothing waits."""
    ordered = select(Item.finding_id).where(*chosen(db, wanted)).order_by(*_keys(wanted)).limit(1)
    if finding_id is not None:
        ordered = ordered.where(Item.finding_id != finding_id)
        following = db.scalar(ordered.where(_behind(db, wanted, Item.finding_id == finding_id)))
        if following is not None:
            return following
    return db.scalar(ordered)


def previous_before(db: Session, wanted: Wanted, finding_id: int) -> int | None:
    """The finding that waits just before *finding_id*; None where it comes first."""
    backwards = [key.asc() for key in _plain_keys(wanted)]
    ordered = select(Item.finding_id).where(*chosen(db, wanted)).order_by(*backwards).limit(1)
    return db.scalar(ordered.where(_behind(db, wanted, Item.finding_id == finding_id, backwards=True)))


def _plain_keys(wanted: Wanted) -> list[Any]:
    """What the queue is ordered by, the largest first; ties end with the item's number."""
    keys: list[Any] = [Item.worth, Item.id]
    if wanted.order is Order.VALUE:
        return keys
    name = Item.city if wanted.order is Order.CITY else Item.area
    places = {key: -place for key, place in (wanted.places or {}).items()}
    return [case(places, value=name, else_=-len(places)) if places else literal(0.0), *keys]


def _keys(wanted: Wanted) -> list[Any]:
    return [key.desc() for key in _plain_keys(wanted)]


def _behind(
    db: Session, wanted: Wanted, which: ColumnElement[bool], *, backwards: bool = False
) -> ColumnElement[bool]:
    """Items that come after the one meant, whether it still waits or not; all, where it is none of ours."""
    keys = _plain_keys(wanted)
    here = db.execute(select(*keys).where(which)).first()
    if here is None:
        return true()
    steps = []
    for number, key in enumerate(keys):
        level = [one == value for one, value in zip(keys[:number], here, strict=False)]
        steps.append(and_(*level, key > here[number] if backwards else key < here[number]))
    return or_(*steps)
