"""How runs went: visits, what could not be looked at, verdicts, and how far people have got."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models.crawling import SUBMITTED, Address, City, Run, Visit
from models.judging import Finding
from models.vocabulary import AddressState, Reason, Verdict, VisitState
from review.alphabet import alphabetical
from review.queries.endings import Ending, endings
from review.queries.standing import RunKey, in_runs, is_assessed, is_standing, latest_runs, within
from review.scope import Reach

LISTED = 100


@dataclass(slots=True)
class Tally:
    """Verdicts of the machine, and how many of them a person has decided."""

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    assessed: int = 0

    @property
    def total(self) -> int:
        """All findings."""
        return self.verdicts.total()

    def add(self, verdict: Verdict, number: int, *, assessed: bool) -> None:
        """Count *number* more."""
        self.verdicts[verdict] += number
        self.assessed += number if assessed else 0


@dataclass(frozen=True, slots=True)
class Visited:
    """One city of a run."""

    city: City
    visit: Visit
    fetched: int
    unseen: int  # failed, refused or skipped addresses
    planned: int
    tally: Tally


@dataclass(slots=True)
class RunLine:
    """One run at a glance."""

    run: Run
    states: Counter[VisitState] = field(default_factory=Counter)
    tally: Tally = field(default_factory=Tally)
    ending: Ending = Ending.OPEN


def recent_runs(db: Session, reach: Reach, *, limit: int = 12) -> list[RunLine]:
    """The last runs that visited cities of *reach*, the newest first."""
    visited = select(Visit.run_id).join(City, City.slug == Visit.city).where(within(reach))
    runs = db.scalars(
        select(Run)
        .where(Run.id.in_(visited), Run.source != SUBMITTED)  # what people brought is no run of the crawler's
        .order_by(Run.started_at.desc(), Run.id.desc())
        .limit(limit)
    ).all()
    came_out = endings(db, runs)
    lines = {run.id: RunLine(run, ending=came_out[run.id]) for run in runs}
    states = db.execute(
        select(Visit.run_id, Visit.state, func.count())
        .join(City, City.slug == Visit.city)
        .where(Visit.run_id.in_(lines), within(reach))
        .group_by(Visit.run_id, Visit.state)
    )
    for run_id, state, number in states:
        lines[run_id].states[state] += number
    for key, tally in _tallies(db, Finding.run_id, Finding.run_id.in_(lines), reach).items():
        lines[key].tally = tally
    return list(lines.values())


def run_in(db: Session, run_id: str, reach: Reach) -> Run | None:
    """The run, if it visited a city of *reach*."""
    visited = select(Visit.run_id).join(City, City.slug == Visit.city).where(within(reach))
    return db.scalar(select(Run).where(Run.id == run_id, Run.id.in_(visited)))


def visits_of_run(db: Session, run_id: str, reach: Reach) -> list[Visited]:
    """The cities of a run with their ledgers counted."""
    rows = db.execute(
        select(Visit, City).join(City, City.slug == Visit.city).where(Visit.run_id == run_id, within(reach))
    ).all()
    counted: defaultdict[int, Counter[AddressState]] = defaultdict(Counter)
    for visit_id, state, number in db.execute(
        select(Address.visit_id, Address.state, func.count())
        .where(Address.visit_id.in_([visit.id for visit, _ in rows]))
        .group_by(Address.visit_id, Address.state)
    ):
        counted[visit_id][state] = number
    tallies = _tallies(db, Finding.city, Finding.run_id == run_id, reach)
    return [_visited(city, visit, counted[visit.id], tallies.get(city.slug, Tally())) for visit, city in rows]


def unseen(db: Session, visits: list[int], *, limit: int = LISTED) -> list[tuple[Address, Visit]]:
    """Addresses of these visits that could not be looked at, the most wanted first."""
    rows = db.execute(
        select(Address, Visit)
        .join(Visit, Visit.id == Address.visit_id)
        .where(Address.visit_id.in_(visits), Address.state.in_(_UNSEEN))
        .order_by(Address.score.desc(), Address.id)
        .limit(limit)
    )
    return [(address, visit) for address, visit in rows]


def unseen_by_reason(db: Session, visits: list[int]) -> list[tuple[Reason, int, int]]:
    """Reason, addresses, visits concerned: what kept us from looking, the most frequent first."""
    rows = db.execute(
        select(Address.reason, func.count(), func.count(Address.visit_id.distinct()))
        .where(Address.visit_id.in_(visits), Address.state.in_(_UNSEEN))
        .group_by(Address.reason)
        .order_by(func.count().desc())
    )
    return [(reason, number, cities) for reason, number, cities in rows if reason is not None]


def progress_by_city(db: Session, reach: Reach) -> list[tuple[City, Tally]]:
    """How far people have got with the standing findings of each city, in the order of the Ukrainian alphabet."""
    tallies = standing_tallies(db, latest_runs(db, reach), reach)
    cities = sorted(
        db.scalars(select(City).where(within(reach))), key=lambda city: alphabetical(city.name_uk)
    )
    return [(city, tallies.get(city.slug, Tally())) for city in cities]


def standing_tallies(db: Session, runs: list[RunKey], reach: Reach) -> dict[Any, Tally]:
    """The verdicts that stand in these runs, by city."""
    return _tallies(db, Finding.city, in_runs(runs), reach)


_UNSEEN = (AddressState.FAILED, AddressState.REFUSED, AddressState.SKIPPED)


def _tallies(db: Session, by: Any, which: ColumnElement[bool], reach: Reach) -> dict[Any, Tally]:  # noqa: ANN401  # a column of Finding
    assessed = is_assessed()
    rows = db.execute(
        select(by, Finding.verdict, assessed, func.count())
        .join(City, City.slug == Finding.city)
        .where(which, is_standing(), within(reach))
        .group_by(by, Finding.verdict, assessed)
    )
    found: defaultdict[Any, Tally] = defaultdict(Tally)
    for key, verdict, is_done, number in rows:
        found[key].add(verdict, number, assessed=bool(is_done))
    return dict(found)


def _visited(city: City, visit: Visit, states: Counter[AddressState], tally: Tally) -> Visited:
    return Visited(
        city=city,
        visit=visit,
        fetched=states[AddressState.FETCHED],
        unseen=sum(states[state] for state in _UNSEEN),
        planned=states[AddressState.PLANNED],
        tally=tally,
    )
