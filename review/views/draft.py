"""What is told while somebody works on an item: their draft as they type, and that they have it open."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import JSONResponse, Response

from models.reviewing import Item
from models.vocabulary import Verdict
from review.access import SECOND
from review.blinding import lookers, sight_of
from review.conflicts import refuse_conflict
from review.decisions import LONGEST_COMMENT
from review.desk import RowNumber, desk_of
from review.drafting import arrive, item_in, keep, leave, others_at
from review.sessions import SignedIn
from review.wording import Words

router = APIRouter()
Actor = Annotated[SignedIn, Depends(SECOND)]


@router.post("/items/{item_id}/draft")
def draft(
    request: Request,
    item_id: RowNumber,
    who: Actor,
    comment: Annotated[Words, Form(max_length=LONGEST_COMMENT)] = "",
    verdict: Annotated[Verdict | None, Form()] = None,
) -> Response:
    """Keep what is written so far."""
    _known(request, item_id, who)
    keep(desk_of(request).store, who.person_id, item_id, verdict, comment)
    return Response(status_code=204)


@router.post("/items/{item_id}/presence")
def presence(request: Request, item_id: RowNumber, who: Actor, left: Annotated[str, Form()] = "") -> Response:
    """Note that the item is open, or was closed; who else has it open is told where that may be known."""
    item = _known(request, item_id, who)
    store = desk_of(request).store
    if left:
        leave(store, who.person_id, item_id)
        return Response(status_code=204)
    arrive(store, who.person_id, item_id)
    with store.reading() as db:
        may_know = sight_of(item, who, lookers(db, item)).people
        others = others_at(db, item_id, who.person_id) if may_know else []
    return JSONResponse({"others": others})


def _known(request: Request, item_id: int, who: SignedIn) -> Item:
    with desk_of(request).store.reading() as db:
        item = item_in(db, item_id, who.scope)
    if item is None:
        raise HTTPException(404)
    refuse_conflict(who, item.city)
    return item
