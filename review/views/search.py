"""The search record of a finding as a document of its own: to read, to print, and as JSON."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import JSONResponse, Response

from models.crawling import City, Run
from review.access import SIGNED_IN
from review.blinding import as_shown, sight_in
from review.desk import RowNumber, desk_of
from review.explaining import explain
from review.queries import findings as asked
from review.queries.custody import sealed
from review.queries.record import Record, as_json, record_of
from review.questions import Question
from review.rendering import page, speech_for
from review.sessions import SignedIn
from review.views.finding import searched_between

router = APIRouter()
Looker = Annotated[SignedIn, Depends(SIGNED_IN)]


@router.get("/findings/{finding_id}/search")
def show(request: Request, finding_id: RowNumber, who: Looker) -> Response:
    """What was looked for, where, when, and what could not be looked at."""
    record, city, run, question = _asked(request, finding_id, who, blind=True)
    says, desk = speech_for(request), desk_of(request)
    with desk.store.reading() as db:
        custody = sealed(db, desk.archive, record.finding)
    shown, left_out = record.shortened()
    return page(
        request,
        "finding/search.html",
        record=shown,
        left_out=left_out,
        total=len(record.rows),
        finding=record.finding,
        city=city,
        run=run,
        question=question,
        between=searched_between(record.finding),
        explanation=explain(record.finding, question, says.either(city, "name"), says),
        custody=custody,
    )


@router.get("/findings/{finding_id}/search.json")
def as_data(request: Request, finding_id: RowNumber, who: Looker) -> Response:
    """All of it, every address with its capture and digest."""
    record, city, _, question = _asked(request, finding_id, who, blind=False)
    name = f"search-{record.finding.run_id}-{city.slug}-{record.finding.indicator}.json"
    return JSONResponse(
        as_json(record, question.question), headers={"content-disposition": f'attachment; filename="{name}"'}
    )


def _asked(
    request: Request, finding_id: int, who: SignedIn, *, blind: bool
) -> tuple[Record, City, Run, Question]:
    """The record, unless it would tell what a blind look may not know; a planted verdict only if *blind* allows."""
    desk = desk_of(request)
    with desk.store.reading() as db:
        found = asked.finding_in(db, finding_id, who.scope)
        if found is None:
            raise HTTPException(404)
        finding, city, run = found
        sight = sight_in(db, who, finding)
        if sight is not None and (not sight.machine or (sight.planted and not blind)):
            raise HTTPException(404)
        record = record_of(db, as_shown(finding, sight))
    question = desk.questions.of(finding.methodology, finding.indicator, speech_for(request).language)
    return record, city, run, question
