"""The second look, taken blind, and the judging of what two looks differ on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict

from models.judging import Finding
from models.vocabulary import Verdict
from review.access import ADJUDICATE, ADJUDICATING, SECONDING
from review.adjudicating import NoSuchDisputeError, Ruling, SettledMeanwhileError, adjudicate
from review.desk import RowNumber, desk_of
from review.queries import second as asked
from review.queries.evidence import shown_evidence
from review.rendering import page, speech_for
from review.sessions import SignedIn
from review.wording import Words

router = APIRouter()
LAST_PAGE = 10_000

Second = Annotated[SignedIn, Depends(SECONDING)]
Judge = Annotated[SignedIn, Depends(ADJUDICATING)]


class RulingForm(BaseModel):
    """What the form of a dispute may bring, and nothing else."""

    model_config = ConfigDict(extra="forbid")
    token: str
    verdict: Verdict | Words = ""
    comment: Words = ""
    version: RowNumber = 0


@dataclass(frozen=True, slots=True)
class Left:
    """What the act before leaves on the page of a dispute: words that were not taken, and why."""

    status: int = 200
    written: Ruling | None = None
    fault: str = ""


def page_of(request: Request) -> int:
    """The page that the address of *request* asks for."""
    number = request.query_params.get("page", "")
    return min(max(int(number), 1), LAST_PAGE) if number.isascii() and number.isdecimal() else 1


PageNumber = Annotated[int, Depends(page_of)]


@router.get("/second")
def show(request: Request, who: Second, number: PageNumber, settled: RowNumber | None = None) -> Response:
    """What waits for a second look by this person; nothing of what the first one said."""
    with desk_of(request).store.reading() as db:
        total = asked.count_second(db, who)
        found = asked.second_looks(db, who, page=number)
    questions, language = desk_of(request).questions, speech_for(request).language
    return page(
        request,
        "second/list.html",
        rows=[(item, city, questions.of(item.methodology, item.indicator, language)) for item, city in found],
        total=total,
        page=number,
        pages=-(-total // asked.AT_ONCE),
        settled=settled,
    )


@router.get("/second/next")
def take_next(
    request: Request, who: Second, after: RowNumber | None = None, settled: RowNumber | None = None
) -> Response:
    """The next finding to look at, after the one just seen; the list where none is left.

    ``settled`` is the one just decided, which the next page offers to take back.
    """
    with desk_of(request).store.reading() as db:
        following = asked.next_second(db, who, after)
    target = "/second" if following is None else f"/findings/{following}"
    done = "" if settled is None else f"?settled={settled}"
    return RedirectResponse(f"{target}{done}", status_code=303)


@router.get("/disputes")
def show_disputes(request: Request, who: Judge, number: PageNumber) -> Response:
    """What two people differ on, within this person's reach."""
    with desk_of(request).store.reading() as db:
        total = asked.count_disputes(db, who)
        found = asked.disputes(db, who, page=number)
    questions, language = desk_of(request).questions, speech_for(request).language
    return page(
        request,
        "second/disputes.html",
        rows=[(one, questions.of(one.item.methodology, one.item.indicator, language)) for one in found],
        total=total,
        page=number,
        pages=-(-total // asked.AT_ONCE),
        done="settled" in request.query_params,
    )


@router.get("/disputes/{item_id}")
def show_dispute(request: Request, item_id: RowNumber, who: Judge) -> Response:
    """Both looks side by side, with the evidence and the machine's word."""
    return dispute_page(request, item_id, who, Left())


@router.post("/disputes/{item_id}")
def judge(
    request: Request,
    item_id: RowNumber,
    who: Annotated[SignedIn, Depends(ADJUDICATE)],
    form: Annotated[RulingForm, Form()],
) -> Response:
    """Settle the dispute; or show again what was written, and why it was not taken."""
    verdict = Verdict(form.verdict) if form.verdict in set(Verdict) else None
    ruling = Ruling(verdict=verdict, comment=form.comment, version=form.version)
    try:
        fault = adjudicate(desk_of(request).store, who, item_id, ruling)
    except NoSuchDisputeError:
        raise HTTPException(404) from None
    except SettledMeanwhileError:
        return page(request, "error.html", status=409, status_name="settled", kept=form.comment)
    if fault:
        status = 409 if fault == "second.fault.overtaken" else 422
        return dispute_page(request, item_id, who, Left(status, ruling, fault))
    return RedirectResponse("/disputes?settled=1", status_code=303)


def dispute_page(request: Request, item_id: int, who: SignedIn, left: Left) -> Response:
    """The page of a dispute, with what was left by the act before it."""
    desk, says = desk_of(request), speech_for(request)
    with desk.store.reading() as db:
        dispute = asked.dispute_in(db, who, item_id)
        looks = asked.both_looks(db, dispute.item) if dispute is not None and dispute.mine_to_judge else None
        if dispute is None or looks is None:
            raise HTTPException(404)
        finding = db.get_one(Finding, dispute.item.finding_id)
        shown = shown_evidence(db, finding)
    return page(
        request,
        "second/dispute.html",
        status=left.status,
        item=dispute.item,
        city=dispute.city,
        question=desk.questions.of(dispute.item.methodology, dispute.item.indicator, says.language),
        finding=finding,
        shown=shown,
        looks=looks,
        written=left.written,
        fault=left.fault,
        stored_pages=desk.sealing is not None,
    )
