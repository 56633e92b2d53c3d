"""The first page: how runs stand, and what waits for the one who looks."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from review.access import DECIDERS, SIGNED_IN
from review.desk import desk_of
from review.queries import queue as queue_asked
from review.queries import runs as asked
from review.rendering import page
from review.sessions import SignedIn

router = APIRouter()


@router.get("/")
def show(request: Request, who: Annotated[SignedIn, Depends(SIGNED_IN)]) -> Response:
    """What runs, what was found, how far people have got, and what is next for you."""
    decides = who.role in DECIDERS
    with desk_of(request).store.reading() as db:
        runs = asked.recent_runs(db, who.scope)
        cities = asked.progress_by_city(db, who.scope)
        left = queue_asked.count(db, queue_asked.Wanted(region=who.region)) if decides else 0
    rounds: dict[str, list[asked.RunLine]] = {}
    for line in runs:
        rounds.setdefault(line.run.round, []).append(line)
    return page(
        request,
        "home/overview.html",
        rounds=rounds,
        newest=runs[0] if runs else None,
        cities=cities,
        decides=decides,
        left=left,
        assessed=sum(tally.assessed for _, tally in cities),
        total=sum(tally.total for _, tally in cities),
    )
