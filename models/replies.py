"""What cities reply to their findings: when they may, what was written, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from models.base import now
from models.crawling import Capture, Visit
from models.custody import Submission
from models.judging import Finding
from models.replying import Reply
from models.reviewing import Item, Round
from models.vocabulary import ReplyState, SubmissionState, Verdict

UNANSWERED = (ReplyState.CHECKING, ReplyState.CHECKED)
_BEST_FIRST = (Verdict.MET, Verdict.PARTLY_MET)


class WindowState(StrEnum):
    """Whether cities may reply."""

    UNSET = "unset"  # nobody has said yet when
    AHEAD = "ahead"
    OPEN = "open"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Window:
    """The days of Kyiv on which the cities may reply in a round, the first and the last counted."""

    state: WindowState
    begins: date | None
    ends: date | None

    @property
    def is_open(self) -> bool:
        """Whether a reply is taken."""
        return self.state is WindowState.OPEN


def window_of(of_round: Round, today: date) -> Window:
    """The window of *of_round* as it stands on *today*, a day of Kyiv. A closed round takes no replies."""
    begins, ends = of_round.reply_from, of_round.reply_until
    if begins is None or ends is None:
        state = WindowState.UNSET
    elif of_round.closed_at is not None or today > ends:
        state = WindowState.OVER
    else:
        state = WindowState.AHEAD if today < begins else WindowState.OPEN
    return Window(state, begins, ends)


def same_reply(
    db: Session, item: Item, *, person_id: int, note: str, submission: Submission | None
) -> Reply | None:
    """The reply of this person in these words and with this evidence that waits already: a form sent twice is once."""
    brought = (
        Reply.submission_id == submission.id if submission is not None else Reply.submission_id.is_(None)
    )
    return db.scalars(
        select(Reply).where(
            Reply.item_id == item.id,
            Reply.person_id == person_id,
            Reply.note == note,
            Reply.state.in_(UNANSWERED),
            brought,
        )
    ).first()


def add_reply(db: Session, item: Item, *, person_id: int, note: str, submission: Submission | None) -> Reply:
    """Write a reply down, to be checked where it brings something."""
    brought = submission.id if submission is not None else None
    row = Reply(
        round=item.round,
        item_id=item.id,
        finding_id=item.finding_id,
        city=item.city,
        indicator=item.indicator,
        person_id=person_id,
        note=note,
        submission_id=brought,
        state=ReplyState.CHECKED if brought is None else ReplyState.CHECKING,
        created_at=now(),
        checked_at=None,
        rechecked_id=None,
        decided_at=None,
        assessment_id=None,
        outcome="",
    )
    db.add(row)
    db.flush()
    note_replied(db, item)
    return row


def note_replied(db: Session, item: Item) -> None:
    """Say of *item* whether a reply waits for an answer."""
    waits = select(exists().where(Reply.item_id == item.id, Reply.state.in_(UNANSWERED)))
    item.replied = bool(db.scalar(waits))


def said_of_reply(row: Reply) -> dict[str, Any]:
    """What a line of the log speaks for: who replied what to which finding, and what became of it."""
    return {
        "reply": row.id,
        "city": row.city,
        "indicator": row.indicator,
        "finding": row.finding_id,
        "person": row.person_id,
        "note": row.note,
        "submission": row.submission_id,
        "state": row.state.value,
        "rechecked": row.rechecked_id,
        "assessment": row.assessment_id,
        "outcome": row.outcome,
    }


def to_check(db: Session) -> list[Reply]:
    """Replies whose link or file is here, or could not be had, and which nobody has checked yet; the oldest first."""
    brought = Submission.state != SubmissionState.WAITING
    rows = (
        select(Reply)
        .join(Submission, Submission.id == Reply.submission_id)
        .where(Reply.state == ReplyState.CHECKING, brought)
    )
    return list(db.scalars(rows.order_by(Reply.id)))


def brought_so_far(db: Session, own: Submission, visit_id: int) -> list[Capture]:
    """What was captured of all that people have brought to the question of *own* up to it, in the same round."""
    return list(
        db.scalars(
            select(Capture)
            .join(Submission, Submission.capture_id == Capture.id)
            .where(
                Capture.visit_id == visit_id,
                Submission.city == own.city,
                Submission.indicator == own.indicator,
                Submission.id <= own.id,
                Submission.state == SubmissionState.CAPTURED,
            )
            .order_by(Submission.id)
        )
    )


def keep_checked(row: Reply, rechecked_id: int | None) -> None:
    """Say that the machine has looked at what *row* brings; without a finding where there was nothing to judge."""
    row.state, row.checked_at, row.rechecked_id = ReplyState.CHECKED, now(), rechecked_id


def repeat_finding(db: Session, visit: Visit, standing: Finding, detail: dict[str, Any]) -> Finding:
    """Record in *visit* that what was brought changes nothing: what stands, word for word, with *detail* added.

    Its search record is that of the visit it repeats: a look at one page more proves no absence.
    """
    asked = (
        Finding.run_id == visit.run_id,
        Finding.city == visit.city,
        Finding.methodology == standing.methodology,
        Finding.indicator == standing.indicator,
    )
    before = db.scalar(select(func.max(Finding.evaluation)).where(*asked)) or 0
    row = Finding(
        run_id=visit.run_id,
        visit_id=visit.id,
        city=visit.city,
        methodology=standing.methodology,
        methodology_version=standing.methodology_version,
        indicator=standing.indicator,
        evaluation=before + 1,
        verdict=standing.verdict,
        reason=standing.reason,
        confidence=standing.confidence,
        detail={**standing.detail, **detail},
        evidence=standing.evidence,
        search=standing.search,
        search_complete=standing.search_complete,
        searched_pages=standing.searched_pages,
        rule_version=standing.rule_version,
        reader_version=standing.reader_version,
        created_at=now(),
    )
    db.add(row)
    db.flush()
    return row


def is_better(verdict: Verdict, than: Sequence[Verdict]) -> bool:
    """Whether *verdict* says more for a city than each of *than*; only what was seen can."""
    return verdict in _BEST_FIRST and all(_rank(verdict) < _rank(other) for other in than)


def _rank(verdict: Verdict) -> int:
    return _BEST_FIRST.index(verdict) if verdict in _BEST_FIRST else len(_BEST_FIRST)
