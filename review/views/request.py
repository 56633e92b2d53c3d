"""One information request, from draft to answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, File, Form, HTTPException, Request, UploadFile
from fastapi.responses import PlainTextResponse, RedirectResponse, Response

from models import requests as law
from models.requests import Act, Letter
from models.vocabulary import RequestState
from review import answering, requesting
from review.access import DECIDE, DECIDERS, SIGNED_IN
from review.desk import RowNumber, desk_of
from review.letter import whole
from review.queries import requests as asked
from review.queries.requests import Line, Told
from review.rendering import page, speech_for
from review.requesting import Done, Fault, NoSuchRequestError, Outcome, Overtaken, letter_of
from review.sessions import SignedIn
from review.wording import Words

router = APIRouter()
Looker = Annotated[SignedIn, Depends(SIGNED_IN)]
Actor = Annotated[SignedIn, Depends(DECIDE)]
Written = Annotated[Words, Form()]


@dataclass(frozen=True, slots=True)
class Left:
    """What a refused form left: its words, what it had seen of the request, and what was the matter."""

    letter: Letter | None = None
    words: str = ""
    day: str = ""
    ticked: frozenset[str] | None = None
    act: str = ""
    version: int = 0
    fault: str = ""
    overtaken: Overtaken | None = None


def day_of(day: str) -> date | None:
    """A day as a form's field writes it; none where it is no day."""
    try:
        return date.fromisoformat(day)
    except ValueError:
        return None


def letter_in(
    addressee: Written = "", reply_to: Written = "", subject: Written = "", body: Written = ""
) -> Letter:
    """The letter as the form of a draft brings it; its lines are ended as ours are."""
    text = body.replace("\r\n", "\n").strip()
    return Letter(addressee.strip(), reply_to.strip(), subject.strip(), text)


@router.get("/requests/{request_id}")
def show(request: Request, request_id: RowNumber, who: Looker) -> Response:
    """One request: its letter, its clock, and all that was done with it."""
    return _show(request, request_id, who, Left())


@router.get("/requests/{request_id}/letter.txt")
def letter(request: Request, request_id: RowNumber, who: Looker) -> Response:
    """The letter as plain text, to be pasted into a mail."""
    with desk_of(request).store.reading() as db:
        line = asked.request_in(db, request_id, who.scope)
        if line is None:
            raise HTTPException(404)
        text = _text_of(line, asked.told(db, request_id))
    name = f'attachment; filename="request-{line.request.city}-{request_id}.txt"'
    return PlainTextResponse(f"{text}\n", headers={"content-disposition": name})


@router.post("/requests/{request_id}")
def change(
    request: Request,
    request_id: RowNumber,
    who: Actor,
    act: Annotated[Literal["revised", "asked", "sent"], Form()],
    version: Annotated[RowNumber, Form()],
    written: Annotated[Letter, Depends(letter_in)],
    day: Written = "",
    question: Annotated[list[Words] | None, Form()] = None,
) -> Response:
    """Keep the words of a draft, have it ask other questions, or say that it was sent."""
    store, ticked = desk_of(request).store, question or []
    try:
        if act == "sent":
            outcome = requesting.send(store, who, request_id, written, version, day_of(day))
        elif act == "asked":
            questions = desk_of(request).questions
            outcome = requesting.ask(store, who, questions, request_id, written, version, ticked)
        else:
            outcome = requesting.save(store, who, request_id, written, version)
    except NoSuchRequestError:
        raise HTTPException(404) from None
    left = Left(letter=written, day=day, ticked=frozenset(ticked), act=act, version=version)
    return _after(request, request_id, who, outcome, left)


@router.post("/requests/{request_id}/acts")
def move(
    request: Request,
    request_id: RowNumber,
    who: Actor,
    act: Annotated[Literal["extended", "refused", "withdrawn"], Form()],
    version: Annotated[RowNumber, Form()],
    words: Written = "",
    day: Written = "",
) -> Response:
    """Put off, refused by the council, or withdrawn."""
    store = desk_of(request).store
    left = Left(words=words, day=day, act=act, version=version)
    if day and day_of(day) is None:  # no day is the latest that the law allows; one that is none is a slip
        return _after(request, request_id, who, Fault("requests.fault.day"), left)
    try:
        outcome = requesting.move(store, who, request_id, act, version, day_of(day), words)
    except NoSuchRequestError:
        raise HTTPException(404) from None
    return _after(request, request_id, who, outcome, left)


@router.post("/requests/{request_id}/submissions")
def answer(
    request: Request,
    request_id: RowNumber,
    who: Actor,
    version: Annotated[RowNumber, Form()],
    words: Written = "",
    day: Written = "",
    file: Annotated[list[UploadFile] | None, File()] = None,
) -> Response:
    """The council's answer, with its files."""
    desk = desk_of(request)
    files = [answering.File(one.filename, one.file.read()) for one in file or () if one.filename]
    act = Act("answered", who.person_id, version, day_of(day), words.strip())
    try:
        outcome = answering.answer(desk.store, desk.archive, who, request_id, act, files)
    except NoSuchRequestError:
        raise HTTPException(404) from None
    left = Left(words=words, day=day, act="answered", version=version)
    return _after(request, request_id, who, outcome, left)


def _after(request: Request, request_id: int, who: SignedIn, outcome: Outcome, left: Left) -> Response:
    """On to the request; or the form again with its words and what was the matter."""
    match outcome:
        case Done():
            return RedirectResponse(f"/requests/{request_id}?taken={left.version}", status_code=303)
        case Fault(fault):
            return _show(request, request_id, who, replace(left, fault=fault))
        case Overtaken():
            return _show(request, request_id, who, replace(left, overtaken=outcome))


def _show(request: Request, request_id: int, who: SignedIn, left: Left) -> Response:
    day = law.today()
    with desk_of(request).store.reading() as db:
        line = asked.request_in(db, request_id, who.scope)
        if line is None:
            raise HTTPException(404)
        told = asked.told(db, request_id)
        items = asked.items_of(db, line.request.round, line.request.city, line.request.questions)
        choices = asked.open_to(db, line.request) if line.request.state is RequestState.DRAFT else []
    questions, language = desk_of(request).questions, speech_for(request).language
    row, acts = line.request, who.role in DECIDERS
    return page(
        request,
        "request/detail.html",
        status=409 if left.overtaken else 422 if left.fault else 200,
        line=line,
        row=row,
        clock=law.clock_of(row, day),
        latest=law.latest_extension(row),
        today=day,
        told=told,
        version=told[-1].act.version,
        letter=left.letter or letter_of(row),
        text=_text_of(line, told),
        asked=[(questions.of(one.methodology, one.indicator, language), one) for one in items],
        choices=[questions.of(one.methodology, one.indicator, language) for one in choices],
        ticked=frozenset(row.questions) if left.ticked is None else left.ticked,
        may={kind for kind in law.KINDS if acts and law.may(row, kind)},
        left=left,
    )


def _text_of(line: Line, told: list[Told]) -> str:
    """The letter as it was sent, or as it would be today."""
    for one in told:
        if one.act.act == RequestState.SENT:
            return one.act.words
    name, organisation = line.person.name, line.person.organisation
    return whole(letter_of(line.request), name=name, organisation=organisation, day=law.today())
