"""What changed between two runs, and whose doing it was."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response

from models.vocabulary import Cause
from review.access import WATCHING_DRIFT
from review.desk import desk_of
from review.queries import drift as asked
from review.rendering import page, speech_for
from review.sessions import SignedIn

router = APIRouter()
SHOWN = (Cause.CITY, Cause.LOOK, Cause.RULE, Cause.READER)


@router.get("/drift")
def show(
    request: Request,
    who: Annotated[SignedIn, Depends(WATCHING_DRIFT)],
    before: str = "",
    after: str = "",
) -> Response:
    """Two runs side by side: by default the newest, and for each of its cities the last run before it."""
    with desk_of(request).store.reading() as db:
        runs = asked.comparable_runs(db, who.scope)
        by_id = {run.id: run for run in runs}
        if (after and after not in by_id) or (before and before not in by_id):
            raise HTTPException(404)
        later = by_id.get(after) or next(iter(runs), None)
        earlier = by_id.get(before)
        found = asked.drift(db, earlier, later, who.scope) if later else None
    desk, language = desk_of(request), speech_for(request).language
    return page(
        request,
        "drift/compare.html",
        runs=runs,
        earlier=earlier,
        later=later,
        drift=found if found and found.cities else None,
        causes=SHOWN,
        question=lambda change: desk.questions.of(change.methodology, change.indicator, language),
    )
