"""Information requests by the law on access to public information (№ 2939-VI): what may be done with one, and when.

Read in the law: an answer within 5 working days of receiving a request, up to 20 with reasons (article 20); a request
names who asks, where to answer, and what is asked, and carries a day and a signature (article 19). Not confirmed: that
holidays count as working days under martial law; ``Terms`` keeps it switchable. A request is taken as received on
the day it was sent, and counting begins with the next day: what is in doubt counts for the council.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base import now
from models.replying import InformationRequest, RequestAct
from models.runs import KYIV
from models.vocabulary import RequestState
from models.working_days import working_day_after, working_days_left

REVISED, EXTENDED = "revised", "extended"  # acts that leave the state as it is; the others are named as it
KINDS = (REVISED, "sent", EXTENDED, "answered", "refused", "withdrawn")
_MAY: dict[RequestState, frozenset[str]] = {
    RequestState.DRAFT: frozenset({REVISED, "sent", "withdrawn"}),
    RequestState.SENT: frozenset({EXTENDED, "answered", "refused", "withdrawn"}),
    RequestState.REFUSED: frozenset({"answered"}),  # an answer that comes after all
    RequestState.ANSWERED: frozenset(),
    RequestState.WITHDRAWN: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """How many working days the law gives, and whether holidays are among them."""

    answer_within: int = 5
    at_most: int = 20  # where the council says why it needs longer
    wartime: bool = True


TERMS = Terms()


@dataclass(frozen=True, slots=True)
class Letter:
    """The words of a request that people may change until it is sent."""

    addressee: str
    reply_to: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does, having seen the request as it stood after ``seen`` acts."""

    kind: str
    person_id: int
    seen: int
    day: date | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """Until when a sent request is to be answered; ``left`` is below nought where that day is over."""

    last_day: date
    left: int
    overdue: bool
    extended: bool


class RequestRefusedError(Exception):
    """It cannot be done; ``fault`` is the word for why: its text is called ``requests.fault.<fault>``."""

    def __init__(self, fault: str) -> None:
        """Name the fault."""
        super().__init__(fault)
        self.fault = fault


class OvertakenError(Exception):
    """Somebody else did something with the request in between; nothing was written."""


def today() -> date:
    """The day it is in Kyiv."""
    return now().astimezone(KYIV).date()


def begin(
    db: Session, *, round_id: str, city: str, questions: list[str], letter: Letter, person_id: int
) -> RequestAct:
    """Write a new draft; the same draft sent twice is one, and its first act is returned."""
    known = db.scalar(
        select(RequestAct)
        .join(InformationRequest, InformationRequest.id == RequestAct.request_id)
        .where(
            InformationRequest.city == city,
            InformationRequest.round == round_id,
            InformationRequest.person_id == person_id,
            InformationRequest.state == RequestState.DRAFT,
            RequestAct.version == 1,
            RequestAct.words == letter.body,
        )
        .limit(1)
    )
    if known is not None:
        return known
    row = InformationRequest(
        round=round_id,
        city=city,
        person_id=person_id,
        addressee=letter.addressee,
        reply_to=letter.reply_to,
        subject=letter.subject,
        body=letter.body,
        questions=questions,
        state=RequestState.DRAFT,
        created_at=now(),
        note="",
    )
    db.add(row)
    db.flush()
    return _record(db, row, Act("draft", person_id, 0, words=letter.body))


def revise(db: Session, row: InformationRequest, act: Act, letter: Letter) -> RequestAct:
    """Change the words of a draft."""
    _require(db, row, act)
    row.addressee, row.reply_to = letter.addressee, letter.reply_to
    row.subject, row.body = letter.subject, letter.body
    return _record(db, row, act)


def check(db: Session, row: InformationRequest, act: Act, terms: Terms = TERMS) -> None:
    """Raise where *act* cannot be done: by the state of *row*, by its days, or because somebody was quicker."""
    _require(db, row, act)
    if act.kind == "sent":
        _not_in_future(act.day)
    elif act.kind == EXTENDED:
        _extended(row, act, terms)
    elif act.kind in {"answered", "refused"}:
        _after_sending(row, act.day)
    if act.kind in {"refused", EXTENDED} and not act.words.strip():
        raise RequestRefusedError("words")


def move(db: Session, row: InformationRequest, act: Act, terms: Terms = TERMS) -> RequestAct:
    """Send, extend, answer, refuse or withdraw. Refuses what the state or the days do not allow."""
    check(db, row, act, terms)
    if act.kind == EXTENDED:
        row.extended_until = _extended(row, act, terms)
        act = replace(act, day=row.extended_until)
    else:
        row.state = RequestState(act.kind)
    if act.kind == "sent":
        row.sent_on = _not_in_future(act.day)
        row.due_on = working_day_after(row.sent_on, terms.answer_within, wartime=terms.wartime)
    else:
        row.note = act.words
    if act.kind == "answered":
        row.answered_on = act.day
    return _record(db, row, act)


def may(row: InformationRequest, kind: str) -> bool:
    """Whether the state of *row* lets anybody do this; an answer is put off once only."""
    return kind in _MAY[row.state] and not (kind == EXTENDED and row.extended_until)


def clock_of(row: InformationRequest, day: date, terms: Terms = TERMS) -> Clock | None:
    """How the days stand on *day*; nothing where no answer is waited for."""
    last = row.extended_until or row.due_on
    if row.state is not RequestState.SENT or last is None:
        return None
    left = working_days_left(day, last, wartime=terms.wartime)
    return Clock(last, left, overdue=day > last, extended=row.extended_until is not None)


def latest_extension(row: InformationRequest, terms: Terms = TERMS) -> date | None:
    """The last day to which the law lets an answer be put off."""
    if row.sent_on is None:
        return None
    return working_day_after(row.sent_on, terms.at_most, wartime=terms.wartime)


def version_of(db: Session, row: InformationRequest) -> int:
    """How many acts there are of *row*."""
    return db.scalar(select(func.max(RequestAct.version)).where(RequestAct.request_id == row.id)) or 0


def _require(db: Session, row: InformationRequest, act: Act) -> None:
    if version_of(db, row) != act.seen:
        raise OvertakenError
    if not may(row, act.kind):
        raise RequestRefusedError("state")


def _record(db: Session, row: InformationRequest, act: Act) -> RequestAct:
    written = RequestAct(
        request_id=row.id,
        version=act.seen + 1,
        act=act.kind,
        day=act.day,
        words=act.words,
        person_id=act.person_id,
        created_at=now(),
    )
    db.add(written)
    db.flush()
    return written


def _not_in_future(day: date | None) -> date:
    if day is None:
        raise RequestRefusedError("day")
    if day > today():
        raise RequestRefusedError("future")
    return day


def _after_sending(row: InformationRequest, day: date | None) -> date:
    said = _not_in_future(day)
    if row.sent_on is not None and said < row.sent_on:
        raise RequestRefusedError("before")
    return said


def _extended(row: InformationRequest, act: Act, terms: Terms) -> date:
    latest = latest_extension(row, terms)
    if row.due_on is None or latest is None:
        raise RequestRefusedError("state")
    until = act.day or latest
    if not row.due_on < until <= latest:
        raise RequestRefusedError("extension")
    return until
