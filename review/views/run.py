"""One run: its cities, what was fetched, what failed and why."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response

from models.vocabulary import Role
from review.access import WATCHING_RUNS
from review.alphabet import alphabetical
from review.desk import desk_of
from review.queries import runs as asked
from review.queries.endings import endings
from review.rendering import page, speech_for
from review.sessions import SignedIn

router = APIRouter()
Watcher = Annotated[SignedIn, Depends(WATCHING_RUNS)]


@router.get("/runs")
def show_all(request: Request, who: Watcher) -> Response:
    """The last runs, the newest first."""
    with desk_of(request).store.reading() as db:
        lines = asked.recent_runs(db, who.scope, limit=60)
    operates = who.role is Role.OPERATOR
    prefect = desk_of(request).prefect_url if operates else ""
    return page(request, "run/list.html", lines=lines, prefect=prefect)


@router.get("/runs/{run_id}")
def show(request: Request, run_id: str, who: Watcher) -> Response:
    """Cities × pages, failures and verdicts, and everything that could not be looked at."""
    with desk_of(request).store.reading() as db:
        run = asked.run_in(db, run_id, who.scope)
        if run is None:
            raise HTTPException(404)
        visited = asked.visits_of_run(db, run_id, who.scope)
        visits = [one.visit.id for one in visited]
        unseen = asked.unseen(db, visits)
        by_reason = asked.unseen_by_reason(db, visits)
        ending = endings(db, [run])[run.id]
    says = speech_for(request)
    cities = {one.visit.id: one.city for one in visited}
    return page(
        request,
        "run/detail.html",
        run=run,
        ending=ending,
        visited=sorted(visited, key=lambda one: alphabetical(says.either(one.city, "name"))),
        unseen=[(address, cities[visit.id]) for address, visit in unseen],
        by_reason=by_reason,
        unseen_total=sum(number for _, number, _ in by_reason),
    )
