"""Open to everybody: whether this desk is alive, and what search engines may find."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse, Response
from sqlalchemy import literal, select

from review.access import ANYBODY
from review.desk import desk_of

router = APIRouter(dependencies=[])


@router.get("/healthz", dependencies=[Depends(ANYBODY)])
def healthz(request: Request) -> Response:
    """One word for a watchdog, once the database has answered."""
    with desk_of(request).store.reading() as db:
        db.execute(select(literal(1)))
    return PlainTextResponse("ok")


@router.get("/robots.txt", dependencies=[Depends(ANYBODY)])
def robots() -> Response:
    """Search engines have nothing to find here but the pages about our visits."""
    return PlainTextResponse("User-agent: *\nAllow: /crawler\nDisallow: /\n")
