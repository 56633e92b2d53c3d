"""Open to everybody: who visits your site, and whether this desk is alive."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse, Response
from sqlalchemy import literal, select

from review.access import ANYBODY
from review.desk import desk_of
from review.rendering import page

router = APIRouter(dependencies=[])


@router.get("/about", dependencies=[Depends(ANYBODY)])
def about(request: Request) -> Response:
    """For the owner of a visited site: who we are, how we behave, how to reach or stop us."""
    desk = desk_of(request)
    return page(request, "about/visitor.html", user_agent=desk.user_agent, contact=desk.contact)


@router.get("/healthz", dependencies=[Depends(ANYBODY)])
def healthz(request: Request) -> Response:
    """One word for a watchdog, once the database has answered."""
    with desk_of(request).store.reading() as db:
        db.execute(select(literal(1)))
    return PlainTextResponse("ok")


@router.get("/robots.txt", dependencies=[Depends(ANYBODY)])
def robots() -> Response:
    """Search engines have nothing to find here but the page about us."""
    return PlainTextResponse("User-agent: *\nAllow: /about\nDisallow: /\n")
