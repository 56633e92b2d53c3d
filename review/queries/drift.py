"""What changed between two runs of the same cities, told apart by whose doing it was."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.crawling import SUBMITTED, City, Run
from models.drifting import Judged, cause, step
from models.judging import Finding, of_pack_in_force
from models.vocabulary import Cause
from review.queries.standing import is_standing, within
from review.scope import Reach

SHOWN = 100  # changes of one cause that a page lists
Key = tuple[str, str, str]  # city, methodology, indicator


@dataclass(frozen=True, slots=True)
class Change:
    """One question of one city whose answer differs between two runs; findings by id."""

    city: str
    methodology: str
    indicator: str
    before: int | None
    after: int | None
    cause: Cause
    step: int  # above 0 better, below 0 worse, 0 where it does not move a score


@dataclass(frozen=True, slots=True)
class Drift:
    """All changes between two runs, and how many answers stayed; the rows of those that a page lists."""

    counts: Counter[Cause]
    changes: dict[Cause, list[Change]]  # the worst for a score first
    cities: dict[str, City]
    findings: dict[int, Finding]


def comparable_runs(db: Session, reach: Reach) -> list[Run]:
    """Runs with findings about cities of *reach*, the newest first."""
    judged = select(Finding.run_id).join(City, City.slug == Finding.city).where(within(reach))
    return list(
        db.scalars(
            select(Run)
            .where(Run.id.in_(judged), Run.source != SUBMITTED)
            .order_by(Run.started_at.desc(), Run.id.desc())
        )
    )


def drift(db: Session, before: Run | None, after: Run, reach: Reach) -> Drift:
    """Compare two runs over the cities that both judged; without *before*, each city with its own previous run."""
    now = _judged(db, after, reach)
    then = _judged(db, before, reach) if before else _judged_before(db, after, reach)
    shared = {city for city, _, _ in then} & {city for city, _, _ in now}
    counts: Counter[Cause] = Counter()
    changes: defaultdict[Cause, list[Change]] = defaultdict(list)
    for key in {key for key in (*then, *now) if key[0] in shared}:
        change = _change(key, then.get(key), now.get(key))
        counts[change.cause] += 1
        if change.cause is not Cause.SAME:
            changes[change.cause].append(change)
    for of_cause in changes.values():
        of_cause.sort(key=lambda change: (change.step, change.city, change.indicator))
    listed = [change for of_cause in changes.values() for change in of_cause[:SHOWN]]
    ids = {number for change in listed for number in (change.before, change.after) if number is not None}
    return Drift(
        counts=counts,
        changes=dict(changes),
        cities={city.slug: city for city in db.scalars(select(City).where(City.slug.in_(shared)))},
        findings={row.id: row for row in db.scalars(select(Finding).where(Finding.id.in_(ids)))},
    )


def _judged(db: Session, run: Run, reach: Reach) -> dict[Key, tuple[int, Judged]]:
    """What stands of *run*, without the evidence: a comparison needs none, and it is most of the bytes."""
    rows = db.execute(
        select(
            Finding.city,
            Finding.methodology,
            Finding.indicator,
            Finding.id,
            Finding.verdict,
            Finding.reason,
            Finding.methodology_version,
            Finding.rule_version,
            Finding.reader_version,
            Finding.search_complete,
        )
        .join(City, City.slug == Finding.city)
        .where(Finding.run_id == run.id, of_pack_in_force(), is_standing(), within(reach))
    )
    return {(row[0], row[1], row[2]): (row[3], Judged(*row[4:])) for row in rows}


def _judged_before(db: Session, after: Run, reach: Reach) -> dict[Key, tuple[int, Judged]]:
    """What the last earlier run said of each city that *after* judged."""
    cities = select(Finding.city).where(Finding.run_id == after.id)
    pairs = db.execute(
        select(Finding.city, Run)
        .join(Run, Run.id == Finding.run_id)
        .where(Finding.city.in_(cities), Run.started_at < after.started_at, Run.source != SUBMITTED)
        .distinct()
        .order_by(Run.started_at, Run.id)
    )
    last = dict(pairs.tuples().all())
    runs = {run.id: run for run in last.values()}
    return {
        key: said
        for run in runs.values()
        for key, said in _judged(db, run, reach).items()
        if last.get(key[0]) is run
    }


def _change(key: Key, then: tuple[int, Judged] | None, now: tuple[int, Judged] | None) -> Change:
    was, is_now = then[1] if then else None, now[1] if now else None
    return Change(
        *key,
        before=then[0] if then else None,
        after=now[0] if now else None,
        cause=cause(was, is_now),
        step=step(was, is_now) if was and is_now else 0,
    )
