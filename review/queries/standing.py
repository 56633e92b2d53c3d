"""Which findings stand: the last evaluation of the last run that judged a city by a methodology."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, exists, func, literal, select, true, tuple_
from sqlalchemy.orm import Session, aliased

from models.crawling import City, Run
from models.judging import Assessment, Finding

RunKey = tuple[str, str, str]  # run, city, methodology


def within(region: str | None) -> ColumnElement[bool]:
    """Cities that a person of *region* may see; without a region, all."""
    return City.region == region if region is not None else true()


def latest_runs(db: Session) -> list[RunKey]:
    """The last run that judged each city, by each methodology."""
    judged = select(Finding.run_id, Finding.city, Finding.methodology).distinct().subquery()
    age = func.row_number().over(
        partition_by=(judged.c.city, judged.c.methodology), order_by=(Run.started_at.desc(), Run.id.desc())
    )
    ranked = (
        select(judged.c.run_id, judged.c.city, judged.c.methodology, age.label("age"))
        .join(Run, Run.id == judged.c.run_id)
        .subquery()
    )
    newest = select(ranked.c.run_id, ranked.c.city, ranked.c.methodology).where(ranked.c.age == 1)
    return [(run, city, methodology) for run, city, methodology in db.execute(newest)]


def in_runs(runs: Iterable[RunKey]) -> ColumnElement[bool]:
    """Findings of these runs."""
    return tuple_(Finding.run_id, Finding.city, Finding.methodology).in_(list(runs))


def is_standing() -> ColumnElement[bool]:
    """No later evaluation of the same question in the same run."""
    later = aliased(Finding)
    return ~exists(
        select(literal(1)).where(
            later.run_id == Finding.run_id,
            later.city == Finding.city,
            later.methodology == Finding.methodology,
            later.indicator == Finding.indicator,
            later.evaluation == Finding.evaluation + 1,
        )
    )


def is_assessed() -> ColumnElement[bool]:
    """Somebody has decided this finding."""
    return exists(select(literal(1)).where(Assessment.finding_id == Finding.id))


def last_assessment() -> ColumnElement[bool]:
    """How to join a finding to the assessment that stands."""
    later = aliased(Assessment)
    overtaken = exists(
        select(literal(1)).where(
            later.finding_id == Assessment.finding_id, later.version == Assessment.version + 1
        )
    )
    return and_(Assessment.finding_id == Finding.id, ~overtaken)
