"""Where two people differ a third one decides, with a reason: the last look at an item."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from custody.canonical import row_digest
from custody.log import append
from models.base import now
from models.items import standing_assessment, take
from models.judging import Assessment
from models.reviewing import Item, Review
from models.store import Store
from models.vocabulary import LogKind, Passing, Verdict
from review.decisions import LONGEST_COMMENT
from review.drafting import item_in
from review.queries.second import dispute_in
from review.sessions import SignedIn


@dataclass(frozen=True, slots=True)
class Ruling:
    """What somebody decides between two, having seen the item as it was at ``version``."""

    verdict: Verdict | None
    comment: str
    version: int


class NoSuchDisputeError(Exception):
    """There is no such dispute within this person's reach."""


class SettledMeanwhileError(Exception):
    """Somebody else has settled it since it was looked at; nothing was written."""


def adjudicate(store: Store, who: SignedIn, item_id: int, ruling: Ruling) -> str:
    """Settle a dispute by *ruling*. The name of what it lacks is returned, and then nothing is written; else ""."""
    if fault := _lacks(ruling):
        return fault
    try:
        with store.writing() as db:
            return _adjudicate(db, who, item_id, ruling)
    except IntegrityError:  # two judged at once: the database let one through
        return "second.fault.overtaken"


def _adjudicate(db: Session, who: SignedIn, item_id: int, ruling: Ruling) -> str:
    dispute = dispute_in(db, who, item_id)
    if dispute is None:
        return _settled(db, who, item_id, ruling)
    item = dispute.item
    if not dispute.mine_to_judge:
        return "second.fault.one_of_two"
    if item.version != ruling.version:
        return "second.fault.overtaken"
    assessment = Assessment(
        finding_id=item.finding_id,
        person_id=who.person_id,
        version=_versions(db, item) + 1,
        act="confirm" if ruling.verdict is item.verdict else "correct",
        verdict=ruling.verdict,
        comment=ruling.comment.strip(),
        created_at=now(),
    )
    db.add(assessment)
    db.flush()
    take(db, item, assessment, passing=Passing.ADJUDICATION, shown=item.verdict)
    append(
        db, LogKind.ASSESSMENT, f"assessment {assessment.id}", row_digest(assessment), person_id=who.person_id
    )
    return ""


def _settled(db: Session, who: SignedIn, item_id: int, ruling: Ruling) -> str:
    """Nothing, where this very ruling has settled the item: a form sent twice is once. Raises otherwise."""
    item = item_in(db, item_id, who.scope)
    last = standing_assessment(db, item) if item is not None else None
    review = db.get(Review, last.id) if last is not None else None
    if last is None or review is None or review.passing is not Passing.ADJUDICATION:
        raise NoSuchDisputeError
    said = (who.person_id, ruling.verdict, ruling.comment.strip())
    if (last.person_id, last.verdict, last.comment) != said:
        raise SettledMeanwhileError
    return ""


def _lacks(ruling: Ruling) -> str:
    if ruling.verdict is None:
        return "second.fault.verdict"
    if len(ruling.comment) > LONGEST_COMMENT:
        return "second.fault.long"
    return "" if ruling.comment.strip() else "second.fault.comment"


def _versions(db: Session, item: Item) -> int:
    last = select(func.max(Assessment.version)).where(Assessment.finding_id == item.finding_id)
    return db.scalar(last) or 0
