"""Whose work is whose: areas of cities are given to people, taken back, and handed on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, tuple_, update
from sqlalchemy.orm import Session

from models.base import now
from models.crawling import City
from models.items import hold
from models.people import Conflict, Person
from models.reviewing import Assignment, Item, Round
from models.rounds import RoundRefusedError, hold_round
from models.vocabulary import ItemState, Role

WORKERS = frozenset({Role.CHIEF, Role.COORDINATOR, Role.ASSESSOR})  # who can be given a first look

Part = tuple[str, str]
"""City and area: what can be given to somebody."""


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who can be given work, and where they cannot."""

    person: Person
    conflicts: frozenset[str]

    def may_take(self, city: str, region: str) -> bool:
        """Whether *city* may be theirs: of their region, and none they have a stake in."""
        return self.person.region in (None, region) and city not in self.conflicts


def workers(db: Session, region: str | None = None) -> list[Worker]:
    """Everybody who can be given work, in *region* or anywhere, by name."""
    chosen = select(Person).where(Person.active, Person.role.in_(WORKERS))
    if region is not None:
        chosen = chosen.where((Person.region == region) | (Person.region.is_(None)))
    stakes: defaultdict[int, set[str]] = defaultdict(set)
    for person_id, city in db.execute(select(Conflict.person_id, Conflict.city)):
        stakes[person_id].add(city)
    people = db.scalars(chosen.order_by(Person.name, Person.id))
    return [Worker(person, frozenset(stakes[person.id])) for person in people]


def given(db: Session, round_id: str) -> dict[Part, Assignment]:
    """Whose each part of the round is now."""
    rows = select(Assignment).where(Assignment.round == round_id, Assignment.ended_at.is_(None))
    return {(row.city, row.area): row for row in db.scalars(rows.order_by(Assignment.id))}


def assign(
    db: Session, round_id: str, parts: Mapping[Part, int | None], *, due_on: date | None, by: int
) -> list[Assignment]:
    """Give each of *parts* to its person, or to nobody; open items go with them. The rows that came of it.

    What is theirs already, for the same day, stays as it is. Refuses somebody who may not take a city.
    """
    found = hold_round(db, round_id)
    if found is None or found.closed_at is not None:
        raise RoundRefusedError("unknown" if found is None else "closed")
    _refuse_wrong(db, parts)
    moment, standing = now(), given(db, round_id)
    rows: list[Assignment] = []
    moved: defaultdict[int | None, list[Part]] = defaultdict(list)
    for part, person_id in parts.items():
        before = standing.get(part)
        if before is None and person_id is None:
            continue
        if before is not None and (before.person_id, before.due_on) == (person_id, due_on):
            continue
        if before is not None:
            before.ended_at = moment
        moved[person_id].append(part)
        if person_id is not None:
            rows.append(_row(round_id, part, person_id, due_on, by, moment))
    db.add_all(rows)
    hold(db, Item.round == round_id, tuple_(Item.city, Item.area).in_([*parts]))
    for person_id, theirs in moved.items():
        _move_items(db, round_id, theirs, person_id, due_on if person_id is not None else found.due_on)
    db.flush()
    return rows


def release(db: Session, person_id: int, city: str) -> int:
    """Take what is open of *city* from somebody who may not assess it any more; how many parts of open rounds."""
    still_open = select(Round).where(Round.closed_at.is_(None)).order_by(Round.id)
    rounds = {row.id: row for row in db.scalars(still_open.with_for_update(key_share=True))}
    rows = db.scalars(
        select(Assignment).where(
            Assignment.round.in_(rounds),
            Assignment.city == city,
            Assignment.person_id == person_id,
            Assignment.ended_at.is_(None),
        )
    ).all()
    for row in rows:
        row.ended_at = now()
    hold(db, Item.round.in_({row.round for row in rows}), Item.city == city)
    for row in rows:
        _move_items(db, row.round, [(row.city, row.area)], None, rounds[row.round].due_on)
    db.flush()
    return len(rows)


def _row(
    round_id: str, part: Part, person_id: int, due_on: date | None, by: int, moment: datetime
) -> Assignment:
    city, area = part
    return Assignment(
        round=round_id,
        city=city,
        area=area,
        person_id=person_id,
        due_on=due_on,
        given_by=by,
        created_at=moment,
        ended_at=None,
    )


def _move_items(
    db: Session, round_id: str, parts: Iterable[Part], person_id: int | None, due_on: date | None
) -> None:
    """What is still open of *parts* is the person's, in one statement."""
    db.execute(
        update(Item)
        .where(
            Item.round == round_id,
            Item.state != ItemState.SETTLED,
            tuple_(Item.city, Item.area).in_(list(parts)),
        )
        .values(person_id=person_id, due_on=due_on)
        .execution_options(synchronize_session=False)
    )


def _refuse_wrong(db: Session, parts: Mapping[Part, int | None]) -> None:
    able = {one.person.id: one for one in workers(db)}
    regions = dict(db.execute(select(City.slug, City.region)).tuples().all())
    for (city, _), person_id in parts.items():
        if city not in regions:
            raise RoundRefusedError("city")
        if person_id is None:
            continue
        if person_id not in able:
            raise RoundRefusedError("person")
        if city in able[person_id].conflicts:
            raise RoundRefusedError("conflict")
        if not able[person_id].may_take(city, regions[city]):
            raise RoundRefusedError("region")
