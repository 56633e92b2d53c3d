"""A city replies to what was found about it, and an assessor answers; each is a line of the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from custody.canonical import digest
from custody.log import append
from models.archive import Archive
from models.base import now
from models.judging import Finding
from models.replies import UNANSWERED, add_reply, note_replied, said_of_reply, same_reply, window_of
from models.replying import Reply
from models.reviewing import Item, Round
from models.runs import KYIV
from models.store import Store
from models.vocabulary import LogKind, ReplyState, SubmissionKind, Verdict
from review.blinding import sight_in
from review.decisions import Decision, Incomplete, NoSuchFindingError, Outcome, Recorded, decide
from review.queries.replies import Answerable, item_in, reply_in
from review.sessions import SignedIn
from review.submitting import Offered, Refused, bring

LONGEST_REPLY = 4000


@dataclass(frozen=True, slots=True)
class Written:
    """What the form of a reply brought: words, and a link or a file or neither."""

    note: str
    link: str = ""
    filename: str = ""
    body: bytes = b""

    @property
    def brings(self) -> Offered | None:
        """The link or the file; words go with the reply."""
        if self.filename:
            return Offered(SubmissionKind.FILE, "", self.filename, self.body, "")
        return Offered(SubmissionKind.LINK, self.link, "", b"", "") if self.link.strip() else None


@dataclass(frozen=True, slots=True)
class Answer:
    """What an assessor says of a reply, having seen the finding's assessments up to ``seen_version``."""

    accepts: bool
    verdict: Verdict | None  # only of one that accepts
    words: str
    seen_version: int


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer stands."""

    finding_id: int


def today() -> date:
    """The day it is in Kyiv: windows of replies are days there."""
    return now().astimezone(KYIV).date()


def reply(
    store: Store, archive: Archive, who: SignedIn, finding_id: int, written: Written
) -> Reply | Refused:
    """Take in a city's reply; twice the same is once. NoSuchFindingError where the finding is not of their city."""
    with store.reading() as db:
        _, fault = _open_item(db, who, finding_id)
    if fault := fault or _fault(written):
        return Refused(fault)
    offered = written.brings
    brought = bring(store, archive, who, finding_id, offered) if offered is not None else None
    if isinstance(brought, Refused):
        return brought
    with store.writing() as db:
        item, fault = _open_item(db, who, finding_id)  # the day may have ended while the file came
        if fault:
            return Refused(fault)
        note = written.note.strip()
        row = same_reply(db, item, person_id=who.person_id, note=note, submission=brought)
        if row is None:
            row = add_reply(db, item, person_id=who.person_id, note=note, submission=brought)
            _log(db, row, who)
        return row


def answer(store: Store, who: SignedIn, reply_id: int, said: Answer) -> Answered | Outcome:
    """Accept a reply by an assessment that changes the verdict, or decline it; both with words. Twice is once."""
    with store.reading() as db:
        found = reply_in(db, reply_id, who.scope)
        if found is None:
            raise NoSuchFindingError
        row, item = found
        standing = standing_for(db, who, item)
    if item.city in who.conflicts:
        return Incomplete("decide.fault.conflict")
    state = ReplyState.ACCEPTED if said.accepts else ReplyState.DECLINED
    if row.state not in UNANSWERED:
        same = (row.state, row.outcome) == (state, said.words.strip())
        return Answered(item.finding_id) if same else Incomplete("reply.fault.answered")
    if fault := _lacks(said, standing):
        return Incomplete(fault)
    assessment_id = None
    if said.accepts:
        outcome = _change(store, who, item, said, standing)
        if not isinstance(outcome, Recorded):
            return outcome
        assessment_id = outcome.assessment.id
    with store.writing() as db:
        row = db.get_one(Reply, reply_id)
        if row.state in UNANSWERED:
            row.state, row.outcome, row.decided_at = state, said.words.strip(), now()
            row.assessment_id = assessment_id
            db.flush()
            note_replied(db, db.get_one(Item, item.id))
            _log(db, row, who)
    return Answered(item.finding_id)


def standing_for(db: Session, who: SignedIn, item: Item) -> Verdict | None:
    """What counts now as far as *who* may be told: None where their look is a blind one."""
    sight = sight_in(db, who, db.get_one(Finding, item.finding_id))
    if item.settled_verdict is not None or sight is None:
        return item.settled_verdict
    return sight.shown


def _change(store: Store, who: SignedIn, item: Item, said: Answer, standing: Verdict | None) -> Outcome:
    """The assessment by which a reply is accepted."""
    with store.reading() as db:
        sight = sight_in(db, who, db.get_one(Finding, item.finding_id))
    shown = sight.shown if sight is not None else standing
    act = "confirm" if said.verdict == shown else "correct"
    verdict = None if act == "confirm" else said.verdict
    return decide(store, who, item.finding_id, Decision(act, verdict, said.words, said.seen_version))


def _open_item(db: Session, who: SignedIn, finding_id: int) -> tuple[Item, str]:
    """The item behind a finding of their city, and why it takes no reply: the name of a text, or nothing."""
    item = item_in(db, finding_id, who.scope)
    if item is None:
        raise NoSuchFindingError
    window = window_of(db.get_one(Round, item.round), today())
    if not window.is_open:
        return item, f"reply.fault.{window.state.value}"
    finding = db.get_one(Finding, item.finding_id)
    is_met = Answerable(item, finding, None).standing is Verdict.MET
    return item, "reply.fault.met" if is_met else ""


def _fault(written: Written) -> str:
    if not written.note.strip():
        return "reply.fault.words"
    if len(written.note) > LONGEST_REPLY:
        return "reply.fault.long"
    return "reply.fault.both" if written.filename and written.link.strip() else ""


def _lacks(said: Answer, standing: Verdict | None) -> str:
    if not said.words.strip():
        return "reply.fault.why"
    if len(said.words) > LONGEST_REPLY:
        return "reply.fault.long"
    if not said.accepts:
        return ""
    if said.verdict is None:
        return "reply.fault.verdict"
    return "reply.fault.same" if said.verdict == standing else ""


def _log(db: Session, row: Reply, who: SignedIn) -> None:
    body = {"state": row.state.value, "submission": row.submission_id, "assessment": row.assessment_id}
    append(
        db, LogKind.REPLY, f"reply {row.id}", digest(said_of_reply(row)), body=body, person_id=who.person_id
    )
