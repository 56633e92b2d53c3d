"""A city that does it well, to show others how."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.crawling import City
from models.judging import Assessment, Finding
from models.vocabulary import Verdict
from review.queries.standing import in_runs, is_standing, last_assessment, latest_runs

LOOKED_AT = 8


@dataclass(frozen=True, slots=True)
class Example:
    """A page where another city publishes it."""

    city: City
    url: str


def example_of(db: Session, finding: Finding) -> Example | None:
    """A page of another city that meets the same indicator: confirmed by a person if there is one, else the surest."""
    runs = [key for key in latest_runs(db, None) if key[2] == finding.methodology and key[1] != finding.city]
    rows = db.execute(
        select(Finding, City, Assessment)
        .join(City, City.slug == Finding.city)
        .outerjoin(Assessment, last_assessment())
        .where(
            in_runs(runs),
            is_standing(),
            Finding.indicator == finding.indicator,
            Finding.verdict == Verdict.MET,
        )
        .order_by(Assessment.id.is_(None), Finding.confidence.desc(), Finding.id)
        .limit(LOOKED_AT)
    )
    for other, city, assessment in rows:
        if other.evidence and (assessment is None or assessment.verdict is Verdict.MET):
            return Example(city, other.evidence[0]["url"])
    return None
