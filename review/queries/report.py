"""What the report of a city says beside its findings: how often checks are right, and what the city replied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.judging import Accuracy, Finding
from models.replying import Reply
from models.reviewing import Round
from models.vocabulary import Verdict

Checked = tuple[str, str, str, Verdict]
"""Methodology, its version, indicator and verdict: what a measurement speaks of."""


def accuracies(db: Session, findings: Iterable[Finding]) -> dict[Checked, Accuracy]:
    """How often each verdict is right, of the methodologies by which *findings* were judged."""
    versions = {(one.methodology, one.methodology_version) for one in findings}
    found: dict[Checked, Accuracy] = {}
    for methodology, version in versions:
        rows = db.scalars(
            select(Accuracy).where(
                Accuracy.methodology == methodology, Accuracy.methodology_version == version
            )
        )
        found |= {(methodology, version, row.indicator, row.verdict): row for row in rows}
    return found


def replies_of(db: Session, city: str, round_id: str) -> dict[str, list[Reply]]:
    """What the city replied in a round, by indicator, in order."""
    rows = db.scalars(select(Reply).where(Reply.city == city, Reply.round == round_id).order_by(Reply.id))
    found: defaultdict[str, list[Reply]] = defaultdict(list)
    for row in rows:
        found[row.indicator].append(row)
    return dict(found)


def round_of(db: Session, round_id: str) -> Round | None:
    """The round, if it was opened."""
    return db.get(Round, round_id)
