"""How rounds stand: all of them at a glance, and one by city and area."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, true
from sqlalchemy.orm import Session

from models.assigning import Part, given
from models.crawling import City
from models.people import Person
from models.reviewing import Item, Round
from models.vocabulary import ItemState
from review.alphabet import alphabetical
from review.queries.standing import within

LISTED = 60


@dataclass(slots=True)
class Standing:
    """How far some items are, and how many of the open ones are past their day."""

    states: Counter[ItemState] = field(default_factory=Counter)
    overdue: int = 0
    seconds: float = 0.0  # that first looks at what waits are expected to take

    @property
    def total(self) -> int:
        """All of them."""
        return self.states.total()

    @property
    def done(self) -> int:
        """What is settled."""
        return self.states[ItemState.SETTLED]

    @property
    def open(self) -> int:
        """What somebody still has to decide."""
        return self.total - self.done

    @property
    def disputed(self) -> int:
        """What two people see differently."""
        return self.states[ItemState.DISPUTED]

    @property
    def level(self) -> int:
        """How far they are in tenths; ten only where all is settled."""
        return self.done * 10 // self.total if self.total else 0

    def add(self, state: ItemState, number: int, overdue: int = 0, seconds: float = 0.0) -> None:
        """Count *number* more."""
        self.states[state] += number
        self.overdue += overdue
        self.seconds += seconds

    def include(self, other: Standing) -> None:
        """Count all of *other* too."""
        self.states += other.states
        self.overdue += other.overdue
        self.seconds += other.seconds


@dataclass(frozen=True, slots=True)
class Row:
    """One city of a round: by area, and whose each area is."""

    city: City
    by_area: Mapping[str, Standing]
    people: Mapping[str, Person]
    all: Standing


@dataclass(frozen=True, slots=True)
class Grid:
    """A round by city and area, cities in the order of their Ukrainian names."""

    rows: list[Row]
    all: Standing

    @property
    def areas(self) -> frozenset[str]:
        """The areas that anything is asked in."""
        return frozenset(area for row in self.rows for area in row.by_area)


def rounds(db: Session, region: str | None) -> list[tuple[Round, Standing]]:
    """The last rounds with how far they are in *region*, the newest first."""
    found = db.scalars(select(Round).order_by(Round.id.desc()).limit(LISTED)).all()
    lines = {one.id: (one, Standing()) for one in found}
    counted = select(Item.round, Item.state, func.count()).where(of_region(region))
    for round_id, state, number in db.execute(counted.group_by(Item.round, Item.state)):
        if round_id in lines:
            lines[round_id][1].add(state, number)
    return list(lines.values())


def newest_open(db: Session) -> Round | None:
    """The round that people work in."""
    return db.scalar(select(Round).where(Round.closed_at.is_(None)).order_by(Round.id.desc()).limit(1))


def grid(db: Session, round_id: str, region: str | None, today: date) -> Grid:
    """The round by city and area, in *region*; cities with nothing to decide in it are not there."""
    counted: defaultdict[str, dict[str, Standing]] = defaultdict(dict)
    everything = Standing()
    for city, area, state, number, overdue, seconds in db.execute(
        select(Item.city, Item.area, Item.state, func.count(), overdue_on(today), func.sum(Item.seconds))
        .where(Item.round == round_id, of_region(region))
        .group_by(Item.city, Item.area, Item.state)
    ):
        waits = seconds if state is ItemState.WAITING else 0.0
        counted[city].setdefault(area, Standing()).add(state, number, overdue, waits)
    people = people_of(db, round_id)
    rows = []
    for city in _cities(db, region, counted):
        of_city = Standing()
        for one in counted[city.slug].values():
            of_city.include(one)
        everything.include(of_city)
        whose = {area: people[city.slug, area] for area in counted[city.slug] if (city.slug, area) in people}
        rows.append(Row(city, counted[city.slug], whose, of_city))
    return Grid(rows, everything)


def people_of(db: Session, round_id: str) -> dict[Part, Person]:
    """Whose each part of the round is."""
    parts = given(db, round_id)
    people = people_called(db, {one.person_id for one in parts.values()})
    return {part: people[one.person_id] for part, one in parts.items()}


def cities_called(db: Session, slugs: Iterable[str]) -> dict[str, City]:
    """The cities of these slugs."""
    return {city.slug: city for city in db.scalars(select(City).where(City.slug.in_(slugs)))}


def people_called(db: Session, ids: Iterable[int]) -> dict[int, Person]:
    """The people of these ids."""
    return {person.id: person for person in db.scalars(select(Person).where(Person.id.in_(ids)))}


def of_region(region: str | None) -> ColumnElement[bool]:
    """Items that a person of *region* may see; without a region, all."""
    return Item.region == region if region is not None else true()


def overdue_on(today: date) -> ColumnElement[int]:
    """How many of the open items are past their day, in one pass."""
    late = (Item.state != ItemState.SETTLED) & (Item.due_on < today)
    return func.coalesce(func.sum(case((late, 1), else_=0)), 0)


def _cities(db: Session, region: str | None, known: Mapping[str, Any]) -> list[City]:
    cities = db.scalars(select(City).where(within(region), City.slug.in_(known)))
    return sorted(cities, key=lambda city: (alphabetical(city.region_uk), alphabetical(city.name_uk)))
