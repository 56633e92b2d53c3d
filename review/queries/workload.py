"""Who has how much to do in a round, how they get on, and when it will be done."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from statistics import median

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from models.crawling import City
from models.judging import Assessment
from models.people import Person
from models.reviewing import Assignment, Item, Review, Round, Withdrawal
from models.runs import KYIV
from models.vocabulary import ItemState, Passing
from review.alphabet import alphabetical
from review.forecasting import Forecast, forecast, learned
from review.queries.rounds import Standing, of_region, overdue_on

DAYS = 7  # that the pace is taken from
NEWEST = 2000  # timed looks that times are learned from
Here = tuple[ColumnElement[bool], ...]
EXPECTED_FURTHER = 45.0  # seconds of a second look or of an adjudication


@dataclass(slots=True)
class Load:
    """What one person has in a round. ``person`` is none for what nobody was given."""

    person: Person | None
    given: Standing = field(default_factory=Standing)
    looks: Counter[Passing] = field(default_factory=Counter)  # taken, whoever it was given to
    disputed: int = 0  # of those they looked at first, that somebody sees differently
    median_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One area of one city that is somebody's."""

    city: City
    area: str
    due_on: date | None
    standing: Standing


def loads(db: Session, round_id: str, region: str | None, today: date) -> list[Load]:
    """Everybody's work in a round, in *region*, by name; last what nobody was given."""
    found: defaultdict[int | None, Load] = defaultdict(lambda: Load(None))
    _count_items(db, _here(round_id, region), today, found)
    _count_looks(db, _here(round_id, region), found)
    ids = [person_id for person_id in found if person_id is not None]
    for person in db.scalars(select(Person).where(Person.id.in_(ids))):
        found[person.id].person = person
    nobody = found.pop(None, None)
    named = sorted(found.values(), key=lambda load: alphabetical(load.person.name if load.person else ""))
    return [*named, nobody] if nobody is not None else named


def load_of(db: Session, round_id: str, person: Person, region: str | None, today: date) -> Load:
    """One person's work in a round, in *region*."""
    everybody = loads(db, round_id, region, today)
    return next((one for one in everybody if one.person and one.person.id == person.id), Load(person))


def forecast_of(db: Session, round_id: str, region: str | None, today: date) -> Forecast:
    """When the round ends in *region* at the pace of the last seven days."""
    here = _here(round_id, region)
    looks, seconds = 0, 0.0
    for state, twice, number, expected in db.execute(
        select(Item.state, Item.needs_second, func.count(), func.sum(Item.seconds))
        .where(*here, Item.state != ItemState.SETTLED)
        .group_by(Item.state, Item.needs_second)
    ):
        first = state is ItemState.WAITING
        further = number if not first or twice else 0
        looks += (number if first else 0) + further
        seconds += (expected if first else 0.0) + further * EXPECTED_FURTHER
    times = [pair for theirs in _times(db, here).values() for pair in theirs]
    by_day = looks_by_day(db, round_id, region, today)
    return forecast(looks, seconds * learned(times), by_day[-_days_open(db, round_id, today) :], today)


def looks_by_day(
    db: Session, round_id: str, region: str | None, today: date, person_id: int | None = None
) -> list[int]:
    """How many looks were taken on each of the last seven days in Kyiv, today the last."""
    days = [today - timedelta(days=ago) for ago in range(DAYS - 1, -1, -1)]
    starts = [datetime.combine(day, time(), KYIV) for day in [*days, today + timedelta(days=1)]]
    columns = [
        func.sum(case(((Assessment.created_at >= begin) & (Assessment.created_at < end), 1), else_=0))
        for begin, end in pairwise(starts)
    ]
    here = [*_here(round_id, region), Assessment.created_at >= starts[0]]
    if person_id is not None:
        here.append(Review.person_id == person_id)
    counted = (
        select(*columns)
        .select_from(Item)
        .join(Review, Review.item_id == Item.id)
        .join(Assessment, Assessment.id == Review.assessment_id)
    )
    return [number or 0 for number in db.execute(counted.where(*here)).one()]


def with_days(numbers: Sequence[int], today: date) -> list[tuple[date, int]]:
    """*numbers* of the days that end with *today*, each with its day."""
    first = today - timedelta(days=len(numbers) - 1)
    return [(first + timedelta(days=place), number) for place, number in enumerate(numbers)]


def parts_of(db: Session, round_id: str, person_id: int, region: str | None, today: date) -> list[Part]:
    """What one person was given in a round, in *region*, by city and area."""
    counted: defaultdict[tuple[str, str], Standing] = defaultdict(Standing)
    for city, area, state, number, overdue, seconds in db.execute(
        select(Item.city, Item.area, Item.state, func.count(), overdue_on(today), func.sum(Item.seconds))
        .join(
            Assignment,
            (Assignment.round == Item.round)
            & (Assignment.city == Item.city)
            & (Assignment.area == Item.area),
        )
        .where(*_here(round_id, region))
        .where(Assignment.person_id == person_id, Assignment.ended_at.is_(None))
        .group_by(Item.city, Item.area, Item.state)
    ):
        waits = seconds if state is ItemState.WAITING else 0.0
        counted[city, area].add(state, number, overdue, waits)
    rows = db.execute(
        select(Assignment, City)
        .join(City, City.slug == Assignment.city)
        .where(Assignment.round == round_id, Assignment.person_id == person_id, Assignment.ended_at.is_(None))
        .where(City.region == region if region is not None else City.slug.is_not(None))
    )
    found = [Part(city, row.area, row.due_on, counted[city.slug, row.area]) for row, city in rows]
    return sorted(found, key=lambda part: (alphabetical(part.city.name_uk), part.area))


def _days_open(db: Session, round_id: str, today: date) -> int:
    """For how many of the days that the pace is taken from there was a round to work in."""
    opened = db.get_one(Round, round_id).opened_at.astimezone(KYIV).date()
    return min(max((today - opened).days + 1, 1), DAYS)


def _here(round_id: str, region: str | None) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Item.round == round_id, of_region(region)


def _count_items(db: Session, here: Here, today: date, found: defaultdict[int | None, Load]) -> None:
    """What people were given, and what of theirs is disputed."""
    given = (
        select(Item.person_id, Item.state, func.count(), overdue_on(today), func.sum(Item.seconds))
        .where(*here)
        .group_by(Item.person_id, Item.state)
    )
    for person_id, state, number, overdue, seconds in db.execute(given):
        waits = seconds if state is ItemState.WAITING else 0.0
        found[person_id].given.add(state, number, overdue, waits)
    disputed = (
        select(Item.first_person_id, func.count())
        .where(*here, Item.state == ItemState.DISPUTED, Item.first_person_id.is_not(None))
        .group_by(Item.first_person_id)
    )
    for person_id, number in db.execute(disputed):
        found[person_id].disputed = number


def _count_looks(db: Session, here: Here, found: defaultdict[int | None, Load]) -> None:
    """What people did, whoever it was given to, and how long the middle one of their looks took."""
    taken = (
        select(Review.person_id, Review.passing, func.count())
        .select_from(Item)
        .join(Review, Review.item_id == Item.id)
        .outerjoin(Withdrawal, Withdrawal.assessment_id == Review.assessment_id)
        .where(*here, Withdrawal.assessment_id.is_(None))
        .group_by(Review.person_id, Review.passing)
    )
    for person_id, passing, number in db.execute(taken):
        found[person_id].looks[passing] = number
    for person_id, times in _times(db, here).items():
        found[person_id].median_seconds = median(taken for taken, _ in times)


def _times(db: Session, here: Here) -> dict[int, list[tuple[float, float]]]:
    """Person → how long their newest first looks took, beside how long each was expected to."""
    newest = (
        select(Review.person_id, Review.seconds, Item.seconds)
        .select_from(Item)
        .join(Review, Review.item_id == Item.id)
        .where(*here, Review.seconds.is_not(None), ~Review.in_bulk, Review.passing == Passing.FIRST)
        .order_by(Review.assessment_id.desc())
        .limit(NEWEST)
    )
    found: defaultdict[int, list[tuple[float, float]]] = defaultdict(list)
    for person_id, taken, expected in db.execute(newest):
        found[person_id].append((taken, expected))
    return dict(found)
