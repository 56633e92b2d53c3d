"""What changed between two runs of the same cities, told apart by whose doing it was."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.crawling import City, Run, Visit
from models.drifting import Judged, cause, step
from models.judging import Finding
from models.vocabulary import Cause, Verdict
from review.queries.standing import is_standing, within


@dataclass(frozen=True, slots=True)
class Change:
    """One question of one city whose answer differs between two runs."""

    city: City
    methodology: str
    indicator: str
    before: Finding | None
    after: Finding | None
    cause: Cause
    step: int  # above 0 better, below 0 worse, 0 where it does not move a score


@dataclass(frozen=True, slots=True)
class Drift:
    """All changes between two runs, and how many answers stayed."""

    cities: int
    changes: list[Change]
    counts: Counter[Cause]

    def of(self, cause: Cause) -> list[Change]:
        """The changes that are *cause*'s doing, the worst for a score first."""
        return sorted(
            (change for change in self.changes if change.cause is cause),
            key=lambda change: (change.step, change.city.slug, change.indicator),
        )


def comparable_runs(db: Session, region: str | None) -> list[Run]:
    """Runs with findings about cities of *region*, the newest first."""
    judged = select(Finding.run_id).join(City, City.slug == Finding.city).where(within(region))
    return list(
        db.scalars(select(Run).where(Run.id.in_(judged)).order_by(Run.started_at.desc(), Run.id.desc()))
    )


def previous_of(db: Session, run: Run, runs: list[Run]) -> Run | None:
    """The last run before *run* that visited one of its cities."""
    cities = set(db.scalars(select(Visit.city).where(Visit.run_id == run.id)))
    for earlier in runs:
        if earlier.started_at < run.started_at:
            visited = set(db.scalars(select(Visit.city).where(Visit.run_id == earlier.id)))
            if cities & visited:
                return earlier
    return None


def drift(db: Session, before: Run, after: Run, region: str | None) -> Drift:
    """Compare two runs over the cities that both judged."""
    then, now = _findings(db, before, region), _findings(db, after, region)
    shared = {city for city, _, _ in then} & {city for city, _, _ in now}
    cities = {city.slug: city for city in db.scalars(select(City).where(City.slug.in_(shared)))}
    found = Drift(len(shared), [], Counter())
    for key in sorted({key for key in (*then, *now) if key[0] in shared}):
        city, methodology, indicator = key
        old, new = then.get(key), now.get(key)
        was, is_ = _judged(old), _judged(new)
        why = cause(was, is_)
        found.counts[why] += 1
        if why is not Cause.SAME:
            moved = step(was, is_) if was and is_ else 0
            found.changes.append(Change(cities[city], methodology, indicator, old, new, why, moved))
    return found


def _findings(db: Session, run: Run, region: str | None) -> dict[tuple[str, str, str], Finding]:
    rows = db.scalars(
        select(Finding)
        .join(City, City.slug == Finding.city)
        .where(Finding.run_id == run.id, is_standing(), within(region))
    )
    return {(row.city, row.methodology, row.indicator): row for row in rows}


def _judged(finding: Finding | None) -> Judged | None:
    if finding is None:
        return None
    return Judged(
        verdict=Verdict(finding.verdict),
        reason=finding.reason,
        methodology_version=finding.methodology_version,
        rule_version=finding.rule_version,
        reader_version=finding.reader_version,
        search_complete=finding.search_complete,
    )
