"""What waits for an assessment, the most valuable first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select

from models.crawling import City
from models.vocabulary import Verdict
from review.access import DECIDING
from review.desk import RowNumber, desk_of
from review.queries import queue as asked
from review.queries.queue import Waiting, Wanted
from review.queries.standing import within
from review.rendering import page, speech_for
from review.sessions import SignedIn

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Filters:
    """The part of the queue somebody chose, as the address says it. Unknown words choose nothing."""

    city: str = ""
    area: str = ""
    indicator: str = ""
    verdict: Verdict | None = None
    page: int = 1

    @property
    def query(self) -> str:
        """These choices as the end of an address, with its question mark; empty when nothing is chosen."""
        chosen = {
            "city": self.city,
            "area": self.area,
            "indicator": self.indicator,
            "verdict": self.verdict or "",
        }
        kept = {name: value for name, value in chosen.items() if value}
        return f"?{urlencode(kept)}" if kept else ""


def filters_of(request: Request) -> Filters:
    """The choices in the address of *request*."""
    said = request.query_params
    verdict, number = said.get("verdict", ""), said.get("page", "")
    return Filters(
        city=said.get("city", "")[:64],
        area=said.get("area", "")[:32],
        indicator=said.get("indicator", "")[:32],
        verdict=Verdict(verdict) if verdict in set(Verdict) else None,
        page=min(max(int(number), 1), 10_000) if number.isascii() and number.isdecimal() else 1,
    )


Chosen = Annotated[Filters, Depends(filters_of)]
Decider = Annotated[SignedIn, Depends(DECIDING)]


def wanted_by(request: Request, region: str | None, filters: Filters) -> Wanted:
    """*filters* as the database is asked, never wider than *region*."""
    indicators = None
    if filters.indicator:
        indicators = frozenset({filters.indicator})
    elif filters.area:
        indicators = frozenset(desk_of(request).questions.in_area(filters.area))
    return Wanted(region=region, city=filters.city or None, verdict=filters.verdict, indicators=indicators)


@router.get("/queue")
def show(request: Request, who: Decider, filters: Chosen) -> Response:
    """The queue, page by page, with what can be chosen from it."""
    wanted = wanted_by(request, who.region, filters)
    with desk_of(request).store.reading() as db:
        waiting = asked.waiting(db, who.region)
        total = asked.count(db, wanted) if filters.query else waiting.total
        rows = asked.queue(db, wanted, page=filters.page)
        cities = db.scalars(select(City).where(within(who.region), City.slug.in_(waiting.by_city))).all()
    language = speech_for(request).language
    questions = desk_of(request).questions
    return page(
        request,
        "queue/list.html",
        filters=filters,
        waiting=waiting,
        total=total,
        pages=-(-total // asked.AT_ONCE),
        rows=[
            (finding, city, questions.of(finding.methodology, finding.indicator, language))
            for finding, city in rows
        ],
        cities=sorted(cities, key=lambda city: city.name_uk if language == "uk" else city.name_en),
        areas=_areas(waiting, request, language),
    )


@router.get("/queue/next")
def take_next(request: Request, who: Decider, filters: Chosen, after: RowNumber | None = None) -> Response:
    """The next finding that waits, after the one just seen."""
    with desk_of(request).store.reading() as db:
        following = asked.next_after(db, wanted_by(request, who.region, filters), after)
    target = "/queue" if following is None else f"/findings/{following}"
    return RedirectResponse(f"{target}{filters.query}", status_code=303)


def _areas(waiting: Waiting, request: Request, language: str) -> list[tuple[str, str, int]]:
    """Code, name and number waiting of each area, by name."""
    found: dict[str, tuple[str, int]] = {}
    for (methodology, indicator), number in waiting.by_indicator.items():
        question = desk_of(request).questions.of(methodology, indicator, language)
        found[question.area] = (question.area_name, found.get(question.area, ("", 0))[1] + number)
    return sorted(((code, name, number) for code, (name, number) in found.items()), key=lambda area: area[1])
