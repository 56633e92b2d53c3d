"""One city as it stands."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.crawling import SUBMITTED, City, Run, Visit
from models.judging import Assessment, Finding
from models.reviewing import Item
from models.vocabulary import ItemState
from review.queries.standing import in_runs, is_standing, last_assessment, latest_runs, within
from review.scope import Reach


@dataclass(frozen=True, slots=True)
class Standing:
    """A finding and the assessment that stands, if somebody has decided it."""

    finding: Finding
    assessment: Assessment | None


def city_in(db: Session, slug: str, reach: Reach) -> City | None:
    """The city, if it is within *reach*."""
    return db.scalar(select(City).where(City.slug == slug, within(reach)))


def standing_of(db: Session, slug: str) -> list[Standing]:
    """All that stands of one city."""
    runs = [key for key in latest_runs(db, None) if key[1] == slug]
    rows = db.execute(
        select(Finding, Assessment)
        .outerjoin(Assessment, last_assessment())
        .where(in_runs(runs), is_standing())
        .order_by(Finding.methodology, Finding.indicator)
    )
    return [Standing(finding, assessment) for finding, assessment in rows]


def open_items(db: Session, slug: str) -> dict[int, Item]:
    """Finding → the item that shows it, of those of the city that somebody still has to decide."""
    rows = db.scalars(select(Item).where(Item.city == slug, Item.state != ItemState.SETTLED))
    return {item.finding_id: item for item in rows}


def last_visit(db: Session, slug: str) -> tuple[Visit, Run] | None:
    """The newest visit of the city, judged or not."""
    row = db.execute(
        select(Visit, Run)
        .join(Run, Run.id == Visit.run_id)
        .where(Visit.city == slug, Run.source != SUBMITTED)
        .order_by(Run.started_at.desc(), Run.id.desc())
        .limit(1)
    ).one_or_none()
    return (row[0], row[1]) if row else None
