"""One finding: what was asked, what the machine says and why, and a person's decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session
from starlette.background import BackgroundTask

from models.items import item_of
from models.judging import Finding
from models.reviewing import Draft, Item
from models.vocabulary import Passing, Verdict
from review.access import DECIDERS, SECOND, SECONDERS, SIGNED_IN
from review.blinding import Sight, as_shown, lookers, sight_of
from review.decisions import (
    Decision,
    Incomplete,
    NoSuchFindingError,
    NotTheirs,
    Overtaken,
    Recorded,
    decide,
    passing_of,
    refusal,
)
from review.desk import RowNumber, desk_of
from review.drafting import arrive, draft_of, others_at
from review.explaining import explain
from review.queries import findings as asked
from review.queries import queue as queue_asked
from review.queries.around import about, settled_before
from review.queries.custody import sealed
from review.queries.replies import replies_about
from review.rendering import page, speech_for
from review.sessions import SignedIn
from review.submitting import Offered
from review.undoing import undo
from review.views.bulk import next_of_sample
from review.views.queue import Chosen, Filters, following, wanted_by
from review.wording import Words

router = APIRouter()


class DecisionForm(BaseModel):
    """What the decision form may bring, and nothing else."""

    model_config = ConfigDict(extra="forbid")
    token: str
    act: Literal["confirm", "correct"]
    verdict: Verdict | Literal[""] = ""
    comment: Words = ""
    version: RowNumber = 0
    seconds: str = ""  # with the page in view, where a script counted


@dataclass(frozen=True, slots=True)
class Left:
    """What the act before leaves on the page: the finding settled by it, or words that were not taken, and why."""

    status: int = 200
    settled: int | None = None
    written: Decision | None = None
    outcome: Overtaken | Incomplete | NotTheirs | None = None
    offered: Offered | None = None
    refused: str = ""


@router.get("/findings/{finding_id}")
def show(
    request: Request,
    finding_id: RowNumber,
    who: Annotated[SignedIn, Depends(SIGNED_IN)],
    filters: Chosen,
    settled: RowNumber | None = None,
) -> Response:
    """The page on which a finding is settled; ``settled`` is the one just done, to go back to."""
    return finding_page(request, finding_id, who, filters, Left(settled=settled))


@router.post("/findings/{finding_id}/assessments")
def assess(
    request: Request,
    finding_id: RowNumber,
    who: Annotated[SignedIn, Depends(SECOND)],
    filters: Chosen,
    form: Annotated[DecisionForm, Form()],
) -> Response:
    """Record the decision and go on to the next; or show again what was written, and why it was not taken."""
    decision = Decision(
        act=form.act,
        verdict=form.verdict or None,
        comment=form.comment,
        seen_version=form.version,
        seconds=_seconds(form.seconds),
    )
    try:
        outcome = decide(desk_of(request).store, who, finding_id, decision)
    except NoSuchFindingError:
        raise HTTPException(404) from None
    if not isinstance(outcome, Recorded):
        status = {Overtaken: 409, Incomplete: 422, NotTheirs: 403}[type(outcome)]
        left = Left(status=status, written=decision, outcome=outcome)
        return finding_page(request, finding_id, who, filters, left)
    if outcome.passing is Passing.SECOND:
        return RedirectResponse(f"/second/next?after={finding_id}&settled={finding_id}", status_code=303)
    if filters.bulk is not None:
        return next_of_sample(request, who, filters.bulk, settled=finding_id)
    return following(request, who, filters, after=finding_id, settled=finding_id)


@router.post("/findings/{finding_id}/undo")
def take_back(
    request: Request, finding_id: RowNumber, who: Annotated[SignedIn, Depends(SECOND)], filters: Chosen
) -> Response:
    """Take back what was decided just now, and show the finding with the words that were written."""
    try:
        undone = undo(desk_of(request).store, who, finding_id)
    except NoSuchFindingError:
        raise HTTPException(404) from None
    if not undone:
        left = Left(status=409, outcome=NotTheirs("decide.fault.undo"))
        return finding_page(request, finding_id, who, filters, left)
    return RedirectResponse(f"/findings/{finding_id}{filters.adding(undone=1)}", status_code=303)


def finding_page(request: Request, finding_id: int, who: SignedIn, filters: Filters, left: Left) -> Response:
    """The page of a finding, with what was left by the act before it."""
    desk, says = desk_of(request), speech_for(request)
    with desk.store.reading() as db:
        found = asked.finding_in(db, finding_id, who.scope)
        if found is None:
            raise HTTPException(404)
        stored, city, run = found
        here = _here(db, who, stored)
        finding = as_shown(stored, here.sight)
        values = about(db, who.person_id, finding, stored, run, here.sight)
        custody = sealed(db, desk.archive, stored)
        replies = replies_about(db, here.item) if here.item is not None else []
        if who.role in DECIDERS:
            wanted = wanted_by(request, db, who, filters)
            values["waiting"] = queue_asked.count(db, wanted)
        values["settled"] = settled_before(db, who, left.settled) if left.settled is not None else None
    outcome = left.outcome
    question = desk.questions.of(finding.methodology, finding.indicator, says.language)
    answer = page(
        request,
        "finding/detail.html",
        status=left.status,
        **{"waiting": 0} | values,
        item=here.item,
        passing=here.passing,
        why_not=here.why_not,
        others=here.others,
        decides=who.role in DECIDERS,
        looks=who.role in SECONDERS,
        written=left.written or here.draft,
        overtaken=outcome if isinstance(outcome, Overtaken) else None,
        fault=outcome.fault if isinstance(outcome, Incomplete | NotTheirs) else "",
        finding=finding,
        city=city,
        run=run,
        between=searched_between(finding),
        question=question,
        explanation=explain(finding, question, says.either(city, "name"), says),
        filters=filters,
        custody=custody,
        replies=replies,
        shows_machine=here.sight is None or (here.sight.machine and not here.sight.planted),
        offered=left.offered,
        refused=left.refused,
        stored_pages=desk.sealing is not None,
        thanked="brought" in request.query_params,
        undone="undone" in request.query_params,
        capsule_name=f"{finding.run_id}-{finding.city}-{finding.indicator}.wacz",
    )
    if (
        here.item is not None and here.passing is not None
    ):  # noted once the page is sent: nobody waits for writers
        answer.background = BackgroundTask(arrive, desk.store, who.person_id, here.item.id)
    return answer


@dataclass(frozen=True, slots=True)
class _Here:
    """What this person may do here and see of the machine's word, what they have written, and who else is here."""

    item: Item | None = None
    sight: Sight | None = None
    passing: Passing | None = None
    why_not: str = ""
    others: Sequence[str] = ()
    draft: Draft | None = None


def _here(db: Session, who: SignedIn, finding: Finding) -> _Here:
    item = item_of(db, finding.id)
    if item is None:
        return _Here()
    sight = sight_of(item, who, lookers(db, item))
    if who.role not in SECONDERS:
        return _Here(item, sight)
    passing = passing_of(item, sight, who)
    why_not = refusal(db, who, item, finding, passing)
    return _Here(
        item=item,
        sight=sight,
        passing=None if why_not else passing,
        why_not=why_not,
        others=others_at(db, item.id, who.person_id) if sight.people else (),
        draft=draft_of(db, who.person_id, item.id),
    )


def _seconds(said: str) -> float | None:
    """What a script counted, where it did."""
    return float(said) if said.isascii() and said.replace(".", "", 1).isdecimal() else None


def searched_between(finding: Finding) -> tuple[datetime, datetime] | None:
    """When the first and the last page were received that the search record counts."""
    ends = [finding.search.get(end) for end in ("first_at", "last_at")]
    first, last = (datetime.fromisoformat(end) if end else None for end in ends)
    return (first, last) if first and last else None
