"""What waits for a second look, and where two looks differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from models.crawling import City
from models.judging import Assessment
from models.looks import looks_at
from models.people import Conflict
from models.reviewing import Item, Review, Round
from models.vocabulary import ItemState, Passing
from review.blinding import looked_before
from review.sessions import SignedIn

AT_ONCE = 25


@dataclass(frozen=True, slots=True)
class Dispute:
    """An item on which two people differ; ``mine_to_judge`` unless the one who asks is one of the two."""

    item: Item
    city: City
    mine_to_judge: bool


def second_looks(db: Session, who: SignedIn, *, page: int = 1) -> list[tuple[Item, City]]:
    """One page of the items that *who* may look at a second time, the most valuable first."""
    query = _by_worth(select(Item, City).join(City, City.slug == Item.city), who)
    return [(item, city) for item, city in db.execute(query.limit(AT_ONCE).offset((page - 1) * AT_ONCE))]


def count_second(db: Session, who: SignedIn) -> int:
    """How many items wait for a second look by *who*."""
    return db.scalar(select(func.count()).select_from(Item).where(*_for_second(who))) or 0


def next_second(db: Session, who: SignedIn, after: int | None = None) -> int | None:
    """The finding to look at next, after the finding *after*; past the end it begins again; None when none waits."""
    found: Select[tuple[int]] = _by_worth(select(Item.finding_id), who).limit(1)
    if after is not None:
        found = found.where(Item.finding_id != after)
        left = db.execute(select(Item.worth, Item.id).where(Item.finding_id == after)).first()
        if left is not None:
            behind = or_(Item.worth < left.worth, and_(Item.worth == left.worth, Item.id > left.id))
            following = db.scalar(found.where(behind))
            if following is not None:
                return following
    return db.scalar(found)


def disputes(db: Session, who: SignedIn, *, page: int = 1) -> list[Dispute]:
    """One page of the items in the reach of *who* on which two people differ, the most valuable first."""
    query = (
        select(Item, City, ~_has_looked(who))
        .join(City, City.slug == Item.city)
        .where(*_open_to(who, ItemState.DISPUTED))
        .order_by(Item.worth.desc(), Item.id)
        .limit(AT_ONCE)
        .offset((page - 1) * AT_ONCE)
    )
    return [Dispute(item, city, bool(mine)) for item, city, mine in db.execute(query)]


def count_disputes(db: Session, who: SignedIn) -> int:
    """How many items in the reach of *who* two people differ on."""
    found = select(func.count()).select_from(Item).where(*_open_to(who, ItemState.DISPUTED))
    return db.scalar(found) or 0


def dispute_in(db: Session, who: SignedIn, item_id: int) -> Dispute | None:
    """The dispute, if it is one, of an open round, and in the reach of *who*."""
    row = db.execute(
        select(Item, City, ~_has_looked(who))
        .join(City, City.slug == Item.city)
        .where(Item.id == item_id, *_open_to(who, ItemState.DISPUTED))
    ).one_or_none()
    return Dispute(row[0], row[1], bool(row[2])) if row else None


def both_looks(db: Session, item: Item) -> tuple[Assessment, Assessment] | None:
    """The first and the second assessment of *item* that stand against each other; None unless there are both."""
    told = looks_at(db, item.round, item.city, item.methodology, item.indicator)[item.indicator]
    last = {
        one.look.passing: one.look.assessment_id for one in told if one.look.assessment_id > item.opened_after
    }
    if not {Passing.FIRST, Passing.SECOND} <= last.keys():
        return None
    first, second = (db.get_one(Assessment, last[passing]) for passing in (Passing.FIRST, Passing.SECOND))
    return first, second


def _by_worth(query: Select[Any], who: SignedIn) -> Select[Any]:
    return query.where(*_for_second(who)).order_by(Item.worth.desc(), Item.id)


def _for_second(who: SignedIn) -> list[ColumnElement[bool]]:
    return [*_open_to(who, ItemState.SECOND), ~_has_looked(who)]


def _open_to(who: SignedIn, state: ItemState) -> list[ColumnElement[bool]]:
    """Items of open rounds in *state*, within the reach of *who*, and of no city they have a stake in."""
    return [
        Item.round.in_(select(Round.id).where(Round.closed_at.is_(None))),
        Item.state == state,
        Item.region == who.region if who.region is not None else true(),
        Item.city.not_in(select(Conflict.city).where(Conflict.person_id == who.person_id)),
    ]


def _has_looked(who: SignedIn) -> ColumnElement[bool]:
    """*who* is one of those who may not look again: see ``blinding.lookers``."""
    mine = exists().where(Review.item_id == Item.id, Review.person_id == who.person_id, looked_before())
    return or_(mine, func.coalesce(Item.first_person_id, 0) == who.person_id)
