"""Confirming many sure findings at once: how many there are, the sample first, then the rest."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from review.access import DECIDE, DECIDING
from review.bulk import (
    FEWEST,
    MOST,
    begin,
    confirm_rest,
    give_up_corrected,
    sample_of,
    sample_size,
    sure_items,
)
from review.desk import RowNumber, desk_of
from review.rendering import page
from review.sessions import SignedIn
from review.views.queue import Chosen, wanted_by

router = APIRouter()
Decider = Annotated[SignedIn, Depends(DECIDING)]
Actor = Annotated[SignedIn, Depends(DECIDE)]


@router.get("/queue/bulk")
def offer(request: Request, who: Decider, filters: Chosen) -> Response:
    """How many of the chosen part could be confirmed at once, and how large the sample would be."""
    with desk_of(request).store.reading() as db:
        number = len(sure_items(db, wanted_by(request, db, who, filters)))
    return page(
        request,
        "queue/bulk_offer.html",
        filters=filters,
        number=number,
        size=sample_size(number),
        enough=number >= FEWEST,
        most=MOST,
    )


@router.post("/queue/bulk")
def draw(request: Request, who: Actor, filters: Chosen) -> Response:
    """Draw the sample and begin with it."""
    store = desk_of(request).store
    with store.reading() as db:
        wanted = wanted_by(request, db, who, filters)
    bulk = begin(store, who, wanted, filters.query)
    target = f"/queue/bulk{filters.query}" if bulk is None else f"/queue/bulk/{bulk.id}"
    return RedirectResponse(target, status_code=303)


@router.get("/queue/bulk/{bulk_id}")
def show(request: Request, bulk_id: RowNumber, who: Decider) -> Response:
    """How the sample stands, and what can be done next."""
    with desk_of(request).store.reading() as db:
        sample = sample_of(db, who, bulk_id)
    if sample is None:
        raise HTTPException(404)
    return page(request, "queue/bulk.html", sample=sample, bulk=sample.bulk)


@router.post("/queue/bulk/{bulk_id}/confirm")
def confirm(request: Request, bulk_id: RowNumber, who: Actor) -> Response:
    """Confirm the rest, where the sample held; sent twice it is done once."""
    store = desk_of(request).store
    with store.reading() as db:
        if sample_of(db, who, bulk_id) is None:
            raise HTTPException(404)
    confirm_rest(store, who, bulk_id)
    return RedirectResponse(f"/queue/bulk/{bulk_id}", status_code=303)


def next_of_sample(request: Request, who: SignedIn, bulk_id: int, *, settled: int) -> Response:
    """On to the next of the sample, or to how it stands where none is left or one was corrected."""
    sample = give_up_corrected(desk_of(request).store, who, bulk_id)
    if sample is None or sample.following is None or sample.corrected:
        return RedirectResponse(f"/queue/bulk/{bulk_id}" if sample else "/queue", status_code=303)
    target = f"/findings/{sample.following}?bulk={bulk_id}&settled={settled}"
    return RedirectResponse(target, status_code=303)
