"""A city's official reads what was found, replies, and sees what came of it; the public sees the numbers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, File, Form, HTTPException, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict

from models.crawling import City
from models.judging import Finding
from models.replies import window_of
from models.reviewing import Round
from models.vocabulary import ReplyState, Verdict
from review.access import ANYBODY, DECIDE, DECIDING, REPLY, REPLYING
from review.blinding import sight_in
from review.decisions import NoSuchFindingError, Overtaken
from review.desk import RowNumber, desk_of
from review.explaining import explain
from review.queries import replies as asked
from review.queries.replies import Answerable
from review.questions import Question
from review.rendering import page, speech_for
from review.replying import Answer, Answered, Written, answer, reply, standing_for, today
from review.sessions import SignedIn
from review.submitting import Refused
from review.wording import Words

router = APIRouter()
Official = Annotated[SignedIn, Depends(REPLYING)]
AGAIN = 3  # seconds until a page that waits for a check looks again


class AnswerForm(BaseModel):
    """What the form of an answer may bring, and nothing else."""

    model_config = ConfigDict(extra="forbid")
    token: str
    act: Literal["accept", "decline"]
    verdict: Verdict | Literal[""] = ""
    words: Words = ""
    version: RowNumber = 0


@router.get("/reply")
def show_all(request: Request, who: Official) -> Response:
    """All that was found about the official's city in the round that takes replies, by area."""
    desk, language = desk_of(request), speech_for(request).language
    with desk.store.reading() as db:
        city = db.get(City, who.scope.city or "")
        rounds = asked.rounds_of(db, who.scope.city or "")
        wanted = [one for one in rounds if one.id == request.query_params.get("round")] or rounds
        chosen = asked.round_to_reply(wanted, today())
        rows = asked.answerable(db, who.scope.city or "", chosen[0].id) if chosen else []
    questions = {
        one.item.id: desk.questions.of(one.item.methodology, one.item.indicator, language) for one in rows
    }
    order = {name: desk.questions.order(name) for name in {one.item.methodology for one in rows}}
    rows.sort(key=lambda one: (one.item.methodology, order[one.item.methodology].get(one.item.indicator, 0)))
    areas: dict[str, list[tuple[Question, Answerable]]] = {}
    for one in rows:
        areas.setdefault(questions[one.item.id].area_name, []).append((questions[one.item.id], one))
    return page(
        request,
        "reply/list.html",
        city=city,
        areas=areas,
        rows=rows,
        round=chosen[0] if chosen else None,
        window=chosen[1] if chosen else None,
        days_left=_days_left(chosen[1].ends) if chosen else None,
        rounds=rounds,
        contact=desk.contact,
    )


@router.get("/reply/{finding_id}")
def show(request: Request, finding_id: RowNumber, who: Official) -> Response:
    """One finding with what it rests on, all replies to it, and the form; while a check runs, it looks again."""
    return _page(request, finding_id, who)


@router.post("/reply/{finding_id}/submissions")
def send(
    request: Request,
    finding_id: RowNumber,
    who: Annotated[SignedIn, Depends(REPLY)],
    note: Annotated[Words, Form()] = "",
    link: Annotated[Words, Form()] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Take the reply in and show how its check goes; or show again what was written, and why it was not taken."""
    desk = desk_of(request)
    written = Written(
        note=note,
        link=link,
        filename=(file.filename or "") if file is not None else "",
        body=file.file.read() if file is not None else b"",
    )
    try:
        outcome = reply(desk.store, desk.archive, who, finding_id, written)
    except NoSuchFindingError:
        raise HTTPException(404) from None
    if isinstance(outcome, Refused):
        return _page(request, finding_id, who, written=written, fault=outcome.fault)
    return RedirectResponse(f"/reply/{finding_id}?sent={outcome.id}#reply-{outcome.id}", status_code=303)


def _page(
    request: Request, finding_id: int, who: SignedIn, *, written: Written | None = None, fault: str = ""
) -> Response:
    desk, says = desk_of(request), speech_for(request)
    with desk.store.reading() as db:
        item = asked.item_in(db, finding_id, who.scope)
        if item is None:
            raise HTTPException(404)
        finding = db.get_one(Finding, item.finding_id)
        city, of_round = db.get_one(City, item.city), db.get_one(Round, item.round)
        told = asked.replies_about(db, item)
    question = desk.questions.of(item.methodology, item.indicator, says.language)
    window = window_of(of_round, today())
    checking = [one for one in told if one.reply.state is ReplyState.CHECKING]
    looks_again = bool(checking) and not fault and "still" not in request.query_params
    one = Answerable(item, finding, told[0].reply.state if told else None)
    shown = page(
        request,
        "reply/detail.html",
        status=422 if fault else 200,
        item=item,
        finding=finding,
        standing=one.standing,
        city=city,
        question=question,
        explanation=explain(finding, question, says.either(city, "name"), says),
        replies=told,
        checking=bool(checking),
        looks_again=looks_again,
        window=window,
        days_left=_days_left(window.ends),
        may_reply=window.is_open and one.standing is not Verdict.MET,
        written=written,
        fault=fault,
        contact=desk.contact,
    )
    if looks_again:
        shown.headers["refresh"] = str(AGAIN)
    return shown


@router.get("/replies", dependencies=[Depends(ANYBODY)])
def outcomes(request: Request) -> Response:
    """How often cities replied, how fast their links were checked, and how often a verdict changed: numbers alone."""
    desk, says = desk_of(request), speech_for(request)
    with desk.store.reading() as db:
        rounds = asked.rounds_with_replies(db)
        wanted = request.query_params.get("round")
        chosen = wanted if wanted in rounds else next(iter(rounds), None)
        found = asked.outcomes(db, chosen) if chosen else None
    names = [
        (desk.questions.of(one.methodology, one.indicator, says.language), one)
        for one in (found.indicators if found else ())
    ]
    return page(request, "reply/public.html", rounds=rounds, round=chosen, outcomes=found, indicators=names)


@router.get("/replies/waiting")
def waiting(request: Request, who: Annotated[SignedIn, Depends(DECIDING)]) -> Response:
    """The replies that an assessor has to answer, the oldest first."""
    desk, language = desk_of(request), speech_for(request).language
    with desk.store.reading() as db:
        rows = asked.unanswered(db, who.scope)
    told = [
        (one, city, desk.questions.of(one.standing.methodology, one.standing.indicator, language))
        for one, city in rows
    ]
    return page(request, "reply/waiting.html", rows=told)


@router.get("/replies/{reply_id}")
def show_reply(
    request: Request, reply_id: RowNumber, who: Annotated[SignedIn, Depends(DECIDING)]
) -> Response:
    """One reply, what its check came to, and the form that answers it."""
    return _answering(request, reply_id, who)


@router.post("/replies/{reply_id}/answer")
def decide(
    request: Request,
    reply_id: RowNumber,
    who: Annotated[SignedIn, Depends(DECIDE)],
    form: Annotated[AnswerForm, Form()],
) -> Response:
    """Accept or decline a reply; or show again what was written, and why it was not taken."""
    said = Answer(form.act == "accept", form.verdict or None, form.words, form.version)
    try:
        outcome = answer(desk_of(request).store, who, reply_id, said)
    except NoSuchFindingError:
        raise HTTPException(404) from None
    if isinstance(outcome, Answered):
        return RedirectResponse(f"/replies/{reply_id}?answered=1", status_code=303)
    fault = "reply.fault.overtaken" if isinstance(outcome, Overtaken) else str(getattr(outcome, "fault", ""))
    return _answering(request, reply_id, who, said=said, fault=fault)


def _answering(
    request: Request, reply_id: int, who: SignedIn, *, said: Answer | None = None, fault: str = ""
) -> Response:
    desk, says = desk_of(request), speech_for(request)
    with desk.store.reading() as db:
        found = asked.reply_in(db, reply_id, who.scope)
        if found is None:
            raise HTTPException(404)
        item = found[1]
        told = asked.replies_about(db, item)
        finding, city = db.get_one(Finding, item.finding_id), db.get_one(City, item.city)
        version = asked.last_version(db, item.finding_id)
        sight, standing = sight_in(db, who, finding), standing_for(db, who, item)
    one = next(one for one in told if one.reply.id == reply_id)
    return page(
        request,
        "reply/answer.html",
        status=422 if fault else 200,
        one=one,
        item=item,
        standing=standing,
        shows_machine=sight is None or (sight.machine and not sight.planted),
        may_answer=item.city not in who.conflicts,
        city=city,
        question=desk.questions.of(item.methodology, item.indicator, says.language),
        others=[other for other in told if other is not one],
        version=version,
        said=said,
        fault=fault,
        answered="answered" in request.query_params,
    )


def _days_left(ends: date | None) -> int | None:
    """Days until the window closes, the last one counted; None where it has no end, or is over."""
    return (ends - today()).days + 1 if ends is not None and ends >= today() else None
