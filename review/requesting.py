"""Every act a person may do with an information request. Each is a row of its own, and a line of the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from custody.canonical import row_digest
from custody.log import append
from models import requests as law
from models.people import Person
from models.replying import InformationRequest, RequestAct
from models.requests import Act, Letter
from models.reviewing import Item
from models.store import Store
from models.vocabulary import LogKind
from review.letter import Topic, first_draft, listed, whole
from review.queries import requests as asked
from review.queries.cities import city_in
from review.queries.requests import Line
from review.questions import Questions
from review.sessions import SignedIn

LONGEST_LINE, LONGEST_BODY, LONGEST_WORDS = 300, 20_000, 2_000


@dataclass(frozen=True, slots=True)
class Done:
    """It stands; ``request_id`` is where to look."""

    request_id: int


@dataclass(frozen=True, slots=True)
class Fault:
    """Why it was not done, as the name of a text."""

    fault: str


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Somebody else was quicker; nothing was written, both texts are to be shown."""

    by: Person
    act: RequestAct


class NoSuchRequestError(Exception):
    """There is no such request, or city, for this person."""


Outcome = Done | Fault | Overtaken


def write(
    store: Store, who: SignedIn, questions: Questions, city: str, indicators: Sequence[str], reply_to: str
) -> Done | Fault:
    """Begin a request to the council of *city* with those of *indicators* that the web left open."""
    if not 0 < len(reply_to.strip()) <= LONGEST_LINE:
        return Fault("requests.fault.reply_to")
    with store.writing() as db:
        of = city_in(db, city, who.scope)
        round_id = asked.last_round(db, city)
        if of is None or round_id is None:
            raise NoSuchRequestError
        open_ones = {one.item.indicator: one.item for one in asked.askable(db, round_id, city)}
        chosen = [item for indicator, item in open_ones.items() if indicator in indicators]
        if not chosen:
            return Fault("requests.fault.questions")
        act = law.begin(
            db,
            round_id=round_id,
            city=city,
            questions=[item.indicator for item in chosen],
            letter=first_draft(of.name_uk, _topics(questions, chosen), reply_to.strip()),
            person_id=who.person_id,
        )
        log(db, act)
        return Done(act.request_id)


def save(store: Store, who: SignedIn, request_id: int, letter: Letter, seen: int) -> Outcome:
    """Keep the words of a draft as somebody changed them."""
    if fault := _fault_in(letter):
        return Fault(fault)
    act = Act(law.REVISED, who.person_id, seen, words=letter.body)

    def revise(db: Session, row: InformationRequest) -> None:
        _revise(db, row, act, letter)

    return within(store, who, request_id, act, revise)


def ask(
    store: Store,
    who: SignedIn,
    questions: Questions,
    request_id: int,
    letter: Letter,
    seen: int,
    indicators: Sequence[str],
) -> Outcome:
    """Have a draft ask *indicators* and no others; where its letter still lists the old ones, it lists the new ones."""
    with store.reading() as db:
        row = found(db, request_id, who).request
        before = asked.items_of(db, row.round, row.city, row.questions)
        chosen = [item for item in asked.open_to(db, row) if item.indicator in indicators]
    if not chosen:
        return Fault("requests.fault.questions")
    old, new = (listed(_topics(questions, items)) for items in (before, chosen))
    changed = replace(letter, body=letter.body.replace(old, new, 1))
    if fault := _fault_in(changed):
        return Fault(fault)
    act = Act(law.REVISED, who.person_id, seen, words=changed.body)

    def revise(db: Session, row: InformationRequest) -> None:
        _revise(db, row, act, changed)
        row.questions = [item.indicator for item in chosen]

    outcome = within(store, who, request_id, act, revise)
    if isinstance(outcome, Overtaken) and outcome.by.id == who.person_id and _ids(chosen) == _ids(before):
        with store.reading() as db:
            seen_words = [one.act.words for one in asked.told(db, request_id)][seen - 1 : seen]
        if seen_words == [letter.body]:  # the same form sent twice: its list has been changed already
            return Done(request_id)
    return outcome


def send(
    store: Store, who: SignedIn, request_id: int, letter: Letter, seen: int, day: date | None
) -> Outcome:
    """Say that *letter* was sent on *day*: its clock runs, and its words stand for good."""
    if fault := _fault_in(letter):
        return Fault(fault)
    with store.reading() as db:
        author = found(db, request_id, who).person
    words = whole(letter, name=author.name, organisation=author.organisation, day=day or law.today())
    act = Act("sent", who.person_id, seen, day, words)

    def revise_and_send(db: Session, row: InformationRequest) -> None:
        number = seen
        if letter != letter_of(row):
            number = _revise(
                db, row, Act(law.REVISED, who.person_id, seen, words=letter.body), letter
            ).version
        log(db, law.move(db, row, replace(act, seen=number)))

    return within(store, who, request_id, act, revise_and_send)


def move(
    store: Store, who: SignedIn, request_id: int, kind: str, seen: int, day: date | None, words: str
) -> Outcome:
    """Put off, refuse or withdraw, as *kind* says."""
    if len(words) > LONGEST_WORDS:
        return Fault("requests.fault.long")
    act = Act(kind, who.person_id, seen, day, words.strip())

    def do(db: Session, row: InformationRequest) -> None:
        log(db, law.move(db, row, act))

    return within(store, who, request_id, act, do)


def letter_of(row: InformationRequest) -> Letter:
    """The words of *row* that people may change."""
    return Letter(row.addressee, row.reply_to, row.subject, row.body)


def within(
    store: Store,
    who: SignedIn,
    request_id: int,
    act: Act,
    do: Callable[[Session, InformationRequest], None],
) -> Outcome:
    """Do it in one session; a form sent twice is once, and whoever was quicker is named."""
    try:
        with store.writing() as db:
            do(db, found(db, request_id, who).request)
    except law.RequestRefusedError as refused:
        return Fault(f"requests.fault.{refused.fault}")
    except (law.OvertakenError, IntegrityError):  # the latter: both wrote the same version at once
        same = _as_before(store, request_id, act)
        if same is not None:
            return same
        with store.reading() as db:
            quicker = asked.told(db, request_id)[-1]
        return Overtaken(by=quicker.person, act=quicker.act)
    return Done(request_id)


def found(db: Session, request_id: int, who: SignedIn) -> Line:
    """The request, where it is in the person's scope; raises NoSuchRequestError otherwise."""
    line = asked.request_in(db, request_id, who.scope)
    if line is None:
        raise NoSuchRequestError
    return line


def _as_before(store: Store, request_id: int, act: Act) -> Done | None:
    """Whether the last thing done is this very act: a form sent twice is no disagreement."""
    with store.reading() as db:
        last = asked.told(db, request_id)[-1].act
    same = (last.act, last.person_id, last.day, last.words) == (act.kind, act.person_id, act.day, act.words)
    return Done(request_id) if same else None


def _ids(items: Sequence[Item]) -> list[int]:
    return [item.id for item in items]


def _topics(questions: Questions, items: Sequence[Item]) -> list[Topic]:
    """What a letter says of *items*: it is Ukrainian."""
    told = [questions.of(item.methodology, item.indicator, "uk") for item in items]
    return [Topic(one.area_name, one.name, one.question) for one in told]


def _revise(db: Session, row: InformationRequest, act: Act, letter: Letter) -> RequestAct:
    written = law.revise(db, row, act, letter)
    log(db, written)
    return written


def _fault_in(letter: Letter) -> str:
    lines = {"addressee": letter.addressee, "reply_to": letter.reply_to, "subject": letter.subject}
    for name, line in lines.items():
        if not 0 < len(line.strip()) <= LONGEST_LINE:
            return f"requests.fault.{name}"
    return "" if 0 < len(letter.body.strip()) <= LONGEST_BODY else "requests.fault.body"


def log(db: Session, act: RequestAct) -> None:
    """A line of the log that speaks for *act*."""
    told = {"act": act.act, "day": act.day.isoformat() if act.day else None}
    subject = f"request_act {act.id}"
    append(db, LogKind.REQUEST, subject, row_digest(act), body=told, person_id=act.person_id)
