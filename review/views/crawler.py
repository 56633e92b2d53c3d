"""Open to everybody: who visits your site and why, and the account of what we asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, astuple, fields
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy import select

from models.base import now
from models.crawling import City
from models.loads import HostLoad, loads_of, total_of
from models.runs import KYIV
from review.access import ANYBODY
from review.desk import desk_of
from review.queries.load import AT_ONCE, PERIODS, SORTS, Wanted, by_day, ordered
from review.rendering import page
from review.spreadsheets import as_csv

router = APIRouter()
LAST_PAGE = 10_000


def wanted_of(request: Request) -> Wanted:
    """The choices in the address of *request*; unknown words choose nothing."""
    said = request.query_params
    number = said.get("page", "")
    return Wanted(
        period=next((one for one in PERIODS if one == said.get("period")), Wanted().period),
        host=said.get("host", "").strip().lower()[:255],
        sort=next((one for one in SORTS if one == said.get("sort")), Wanted().sort),
        reverse=said.get("reverse") == "1",
        page=min(max(int(number), 1), LAST_PAGE) if number.isascii() and number.isdecimal() else 1,
    )


Chosen = Annotated[Wanted, Depends(wanted_of)]


@router.get("/crawler", dependencies=[Depends(ANYBODY)])
def about(request: Request) -> Response:
    """For the owner of a visited site: who we are, how we behave, how to reach or stop us."""
    desk = desk_of(request)
    return page(
        request,
        "crawler/about.html",
        user_agent=desk.user_agent,
        contact=desk.contact,
        month=total_of(_loads(request, Wanted())),
    )


@router.get("/about", dependencies=[Depends(ANYBODY)])
def moved() -> Response:
    """Where the page for site owners stood before."""
    return RedirectResponse("/crawler", status_code=308)


@router.get("/crawler/load", dependencies=[Depends(ANYBODY)])
def load(request: Request, wanted: Chosen) -> Response:
    """Requests and bytes per host and day, with totals."""
    loads = _loads(request, wanted)
    rows = ordered(by_day(loads), wanted)
    first = (wanted.page - 1) * AT_ONCE
    shown = rows[first : first + AT_ONCE]
    with desk_of(request).store.reading() as db:
        slugs = {row.city for row in shown}
        cities = {city.slug: city for city in db.scalars(select(City).where(City.slug.in_(slugs)))}
    return page(
        request,
        "crawler/load.html",
        wanted=wanted,
        rows=shown,
        cities=cities,
        total=total_of(loads),
        number=len(rows),
        pages=-(-len(rows) // AT_ONCE),
        periods=PERIODS,
        sorts=SORTS,
    )


@router.get("/crawler/load.csv", dependencies=[Depends(ANYBODY)])
def load_as_csv(request: Request, wanted: Chosen) -> Response:
    """The same account as a table for machines, a row for each run."""
    rows = ((one.day.isoformat(), *astuple(one)[1:]) for one in _loads(request, wanted))
    return Response(
        as_csv([field.name for field in fields(HostLoad)], rows),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="crawler-load.csv"'},
    )


@router.get("/crawler/load.json", dependencies=[Depends(ANYBODY)])
def load_as_json(request: Request, wanted: Chosen) -> Response:
    """The same account as JSON, with its totals."""
    loads = _loads(request, wanted)
    rows = [{**asdict(one), "day": one.day.isoformat()} for one in loads]
    return JSONResponse(
        {"loads": rows, "total": asdict(total_of(loads))},
        headers={"content-disposition": 'attachment; filename="crawler-load.json"'},
    )


def _loads(request: Request, wanted: Wanted) -> Sequence[HostLoad]:
    today = now().astimezone(KYIV).date()
    with desk_of(request).store.reading() as db:
        return loads_of(db, since=wanted.since(today), host=wanted.host or None)
