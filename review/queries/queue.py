"""What waits for a person, and what to take next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Float,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from models.crawling import City
from models.judging import Finding
from models.vocabulary import Reason, Verdict
from review.queries.standing import in_runs, is_assessed, is_standing, latest_runs

AT_ONCE = 25


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the queue somebody works through."""

    region: str | None = None  # the person's own; never from a form
    city: str | None = None
    verdict: Verdict | None = None
    indicators: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits, told apart by city, by indicator and by verdict."""

    by_city: Counter[str]
    by_indicator: Counter[tuple[str, str]]  # methodology, indicator
    by_verdict: Counter[Verdict]

    @property
    def total(self) -> int:
        """All of it."""
        return self.by_verdict.total()


def value() -> ColumnElement[float]:
    """How much a person's minute on this finding is worth: the machine's doubt × what a mistake would cost.

    A wrong "not met" harms a city, a wrong "met" flatters it. Where the machine could not look, a person has
    to search from scratch: worth doing, but it takes longest, so it comes after what is in doubt. What the
    machine leaves to people has its evidence gathered, and never settles by itself.
    """
    left_to_people = Finding.reason == Reason.NEEDS_PERSON
    cost = case(
        (Finding.verdict == Verdict.NOT_MET, 3.0),
        (Finding.verdict == Verdict.PARTLY_MET, 2.0),
        (left_to_people, 2.0),
        else_=1.0,
    )
    searching = case(
        (Finding.verdict == Verdict.NOT_APPLICABLE, 0.1),
        (Finding.reason == Reason.ONLY_PEOPLE, 0.05),
        else_=0.25,
    )
    counted = or_(Finding.verdict.in_([verdict for verdict in Verdict if verdict.counts]), left_to_people)
    return cast(case((counted, cost * (1.02 - Finding.confidence)), else_=searching), Float)


def waiting(db: Session, region: str | None) -> Waiting:
    """All that waits for an assessment in *region*, counted in one pass."""
    rows = (
        select(Finding.city, Finding.methodology, Finding.indicator, Finding.verdict)
        .where(*_awaiting(db, Wanted(region=region)))
        .cte("rows")
    )
    none = literal(None, String)
    counts = union_all(
        select(rows.c.city, none, none, none, func.count()).group_by(rows.c.city),
        select(none, rows.c.methodology, rows.c.indicator, none, func.count()).group_by(
            rows.c.methodology, rows.c.indicator
        ),
        select(none, none, none, cast(rows.c.verdict, String), func.count()).group_by(rows.c.verdict),
    )
    found = Waiting(Counter(), Counter(), Counter())
    for city, methodology, indicator, verdict, number in db.execute(counts):
        if city is not None:
            found.by_city[city] = number
        elif verdict is not None:
            found.by_verdict[Verdict(verdict)] = number
        else:
            found.by_indicator[methodology, indicator] = number
    return found


def queue(db: Session, wanted: Wanted, *, page: int = 1) -> list[tuple[Finding, City]]:
    """One page of the queue, the most valuable first."""
    first = _ordered(select(Finding.id), db, wanted).limit(AT_ONCE).offset((page - 1) * AT_ONCE)
    ids = list(db.scalars(first))
    place = {finding_id: number for number, finding_id in enumerate(ids)}
    rows = db.execute(select(Finding, City).join(City, City.slug == Finding.city).where(Finding.id.in_(ids)))
    return sorted(((finding, city) for finding, city in rows), key=lambda row: place[row[0].id])


def count(db: Session, wanted: Wanted) -> int:
    """How many findings wait in this part of the queue."""
    query = select(func.count()).select_from(Finding)
    return db.scalar(query.where(*_awaiting(db, wanted))) or 0


def next_after(db: Session, wanted: Wanted, finding_id: int | None = None) -> int | None:
    """The finding to take after *finding_id*; past the end it begins again; None when nothing waits."""
    ordered = _ordered(select(Finding.id), db, wanted).limit(1)
    if finding_id is not None:
        ordered = ordered.where(Finding.id != finding_id)
        worth = select(value()).where(Finding.id == finding_id).scalar_subquery()
        behind = or_(value() < worth, and_(value() == worth, Finding.id > finding_id))
        following = db.scalar(ordered.where(behind))
        if following is not None:
            return following
    return db.scalar(ordered)


def _ordered(query: Select[tuple[int]], db: Session, wanted: Wanted) -> Select[tuple[int]]:
    return query.where(*_awaiting(db, wanted)).order_by(value().desc(), Finding.id)


def _awaiting(db: Session, wanted: Wanted) -> list[ColumnElement[bool]]:
    parts = [in_runs(latest_runs(db, wanted.region)), is_standing(), ~is_assessed()]
    if wanted.city is not None:
        parts.append(Finding.city == wanted.city)
    if wanted.verdict is not None:
        parts.append(Finding.verdict == wanted.verdict)
    if wanted.indicators is not None:
        parts.append(Finding.indicator.in_(wanted.indicators))
    return parts
