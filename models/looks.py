"""The looks that people have taken at the questions about a city, as the tables hold them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.crawling import Run
from models.judging import Assessment, Finding
from models.progress import Look
from models.reviewing import Review, Withdrawal
from models.vocabulary import Passing


@dataclass(frozen=True, slots=True)
class Told:
    """A look, and the finding it was about."""

    look: Look
    finding_id: int


def looks_at(
    db: Session, round_id: str, city: str, methodology: str, indicator: str | None = None
) -> Mapping[str, Sequence[Told]]:
    """Indicator → the looks of *round_id* that nobody took back, the oldest first; none for what nobody looked at.

    An assessment made before there were second looks is a first one.
    """
    query = (
        select(Finding.indicator, Assessment, Review.passing)
        .join(Finding, Finding.id == Assessment.finding_id)
        .join(Run, Run.id == Finding.run_id)
        .outerjoin(Review, Review.assessment_id == Assessment.id)
        .outerjoin(Withdrawal, Withdrawal.assessment_id == Assessment.id)
        .where(
            Finding.city == city,
            Finding.methodology == methodology,
            Run.round == round_id,
            Withdrawal.assessment_id.is_(None),
        )
        .order_by(Assessment.id)
    )
    if indicator is not None:
        query = query.where(Finding.indicator == indicator)
    found: defaultdict[str, list[Told]] = defaultdict(list)
    for name, row, passing in db.execute(query):
        look = Look(row.id, row.person_id, passing or Passing.FIRST, row.verdict)
        found[name].append(Told(look, row.finding_id))
    return found
