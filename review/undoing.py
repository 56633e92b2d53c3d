"""Taking an own assessment back: soon, and only while nobody has built on it. The row stays; it stands no more.

Who has declared a stake in the city since may do so too: to have one's own word stand no more is no judgement of it.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from custody.canonical import row_digest
from custody.log import append
from models.base import now
from models.items import hold_one, item_of, take_back
from models.judging import Assessment
from models.reviewing import Item, Review, Round, Withdrawal
from models.store import Store
from models.vocabulary import LogKind
from review.decisions import NoSuchFindingError
from review.drafting import write
from review.queries.findings import finding_in
from review.sessions import SignedIn

UNDO_WITHIN = timedelta(minutes=30)


def undo(store: Store, who: SignedIn, finding_id: int) -> bool:
    """Take back what *who* decided last of this finding, and put its words back as a draft; False where it is too late.

    What they have taken back already is not taken back twice.
    """
    with store.writing() as db:
        if finding_in(db, finding_id, who.scope) is None:
            raise NoSuchFindingError
        item = item_of(db, finding_id)
        if item is None:
            return False
        hold_one(db, item)
        own = undoable(db, who, finding_id, item)
        if own is None:
            return _is_taken_back(db, who, finding_id)
        take_back(db, item, own.id, who.person_id)
        row = db.get_one(Withdrawal, own.id)
        append(db, LogKind.WITHDRAWAL, f"withdrawal {own.id}", row_digest(row), person_id=who.person_id)
        write(db, who.person_id, item.id, own.verdict if own.act == "correct" else None, own.comment)
        return True


def undoable(db: Session, who: SignedIn, finding_id: int, item: Item) -> Assessment | None:
    """The assessment of this finding that *who* may still take back: theirs, fresh, and the last word on its item."""
    if item.assessment_id is None or db.get_one(Round, item.round).closed_at is not None:
        return None
    last = db.get_one(Assessment, item.assessment_id)
    theirs = last.person_id == who.person_id and last.finding_id == finding_id
    review = db.get(Review, last.id)
    fresh = now() - last.created_at <= UNDO_WITHIN
    return last if theirs and fresh and review is not None and not review.in_bulk else None


def _is_taken_back(db: Session, who: SignedIn, finding_id: int) -> bool:
    """Whether the last assessment of theirs is taken back: the same form sent twice."""
    last = db.scalars(
        select(Assessment.id)
        .where(Assessment.finding_id == finding_id, Assessment.person_id == who.person_id)
        .order_by(Assessment.version.desc())
        .limit(1)
    ).first()
    return last is not None and db.get(Withdrawal, last) is not None
