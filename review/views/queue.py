"""What waits for an assessment, the most valuable first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.crawling import City
from models.vocabulary import Role, Verdict
from review.access import DECIDE, DECIDING, SECONDING
from review.alphabet import alphabetical
from review.blinding import listed_verdict
from review.desk import RowNumber, desk_of
from review.queries import queue as asked
from review.queries.queue import Waiting
from review.queries.standing import within
from review.queries.wanted import Band, Order, Part, Wanted
from review.rendering import page, speech_for
from review.saved_views import LONGEST_NAME, forget_view, save_view, views_of
from review.sessions import SignedIn
from review.wording import Words

router = APIRouter()
Word = TypeVar("Word", Verdict, Band, Part, Order)


@dataclass(frozen=True, slots=True)
class Filters:
    """The part of the queue somebody chose, as the address says it. Unknown words choose nothing."""

    city: str = ""
    area: str = ""
    indicator: str = ""
    verdict: Verdict | None = None
    band: Band | None = None
    part: Part | None = None
    order: Order | None = None
    whose: str = ""  # mine, all; empty: mine if anything is
    bulk: int | None = None  # the sample somebody looks through before confirming many at once

    @property
    def query(self) -> str:
        """These choices as the end of an address, with its question mark; empty when nothing is chosen."""
        names = ("city", "area", "indicator", "verdict", "band", "part", "order", "whose", "bulk")
        kept = {name: value for name in names if (value := getattr(self, name))}
        return f"?{urlencode(kept)}" if kept else ""

    def adding(self, **more: object) -> str:
        """The same end of an address with *more* in it."""
        mark = "&" if self.query else "?"
        return f"{self.query}{mark}{urlencode(more)}"


def filters_of(request: Request) -> Filters:
    """The choices in the address of *request*."""
    return filters_in(request.query_params)


def filters_in(said: Any) -> Filters:  # noqa: ANN401  # any mapping of words
    """The choices in the words of an address."""
    whose, bulk = said.get("whose", ""), said.get("bulk", "")
    return Filters(
        city=said.get("city", "")[:64],
        area=said.get("area", "")[:32],
        indicator=said.get("indicator", "")[:32],
        verdict=_word(Verdict, said.get("verdict", "")),
        band=_word(Band, said.get("band", "")),
        part=_word(Part, said.get("part", "")),
        order=_word(Order, said.get("order", "")),
        whose=whose if whose in {"mine", "all"} else "",
        bulk=int(bulk) if bulk.isascii() and bulk.isdecimal() and len(bulk) < 10 else None,  # noqa: PLR2004
    )


Chosen = Annotated[Filters, Depends(filters_of)]
Decider = Annotated[SignedIn, Depends(DECIDING)]
Seconder = Annotated[SignedIn, Depends(SECONDING)]


def wanted_by(request: Request, db: Session, who: SignedIn, filters: Filters) -> Wanted:
    """*filters* as the database is asked, never wider than the reach of *who*."""
    wanted = Wanted(
        reach=who.scope,
        conflicts=who.conflicts,
        city=filters.city or None,
        area=filters.area or None,
        indicator=filters.indicator or None,
        verdict=filters.verdict,
        band=filters.band,
        part=filters.part,
        order=filters.order or Order.VALUE,
        places=_places(request, db, filters.order),
    )
    if filters.whose == "mine" or (not filters.whose and asked.has_own(db, wanted, who.person_id)):
        return replace(wanted, person_id=who.person_id)
    return wanted


@router.get("/queue")
def show(request: Request, who: Decider, filters: Chosen, after: RowNumber | None = None) -> Response:
    """The queue, page by page, with what can be chosen from it."""
    return _list(request, who, filters, after=after)


@router.post("/queue/views")
def name_view(
    request: Request,
    who: Annotated[SignedIn, Depends(DECIDE)],
    name: Annotated[Words, Form()] = "",
    query: Annotated[Words, Form()] = "",
) -> Response:
    """Keep the chosen part of the queue under a name; the same name again is renewed."""
    filters = filters_in(dict(parse_qsl(query.removeprefix("?"))))
    if fault := save_view(desk_of(request).store, who.person_id, name, filters.query):
        return _list(request, who, filters, fault=fault, named=name[:LONGEST_NAME], status=422)
    return RedirectResponse(f"/queue{filters.query}", status_code=303)


@router.post("/queue/views/{view_id}/forget")
def forget(request: Request, view_id: RowNumber, who: Annotated[SignedIn, Depends(DECIDE)]) -> Response:
    """Let go of one's own named part of the queue."""
    if not forget_view(desk_of(request).store, who.person_id, view_id):
        raise HTTPException(404)
    return RedirectResponse("/queue", status_code=303)


def _list(  # one thing each, by name
    request: Request,
    who: SignedIn,
    filters: Filters,
    *,
    after: int | None = None,
    fault: str = "",
    named: str = "",
    status: int = 200,
) -> Response:
    """The page of the queue; *fault* says why a name was not taken."""
    with desk_of(request).store.reading() as db:
        wanted = wanted_by(request, db, who, filters)
        waiting = asked.waiting(db, wanted, who.person_id)
        total = asked.count(db, wanted)
        rows = asked.queue(db, wanted, after=after)
        cities = db.scalars(select(City).where(within(who.scope), City.slug.in_(waiting.by_city))).all()
        views = views_of(db, who.person_id)
    language = speech_for(request).language
    questions = desk_of(request).questions
    return page(
        request,
        "queue/list.html",
        status=status,
        filters=filters,
        waiting=waiting,
        total=total,
        mine=wanted.person_id is not None,
        after=after,
        more=rows[-1][0].id if len(rows) == asked.AT_ONCE else None,
        rows=[
            (
                item,
                city,
                questions.of(item.methodology, item.indicator, language),
                listed_verdict(item, who.role),
            )
            for item, city in rows
        ],
        cities=sorted(cities, key=lambda city: alphabetical(str(getattr(city, f"name_{language}")))),
        areas=_areas(waiting, request, language),
        views=views,
        fault=fault,
        named=named,
    )


@router.get("/queue/next")
def take_next(request: Request, who: Seconder, filters: Chosen, after: RowNumber | None = None) -> Response:
    """The next finding that waits, after the one just seen; whoever looks second has a queue of their own."""
    if who.role is Role.SECOND_ASSESSOR:
        ending = f"?after={after}" if after is not None else ""
        return RedirectResponse(f"/second/next{ending}", status_code=303)
    return following(request, who, filters, after=after)


@router.get("/queue/previous")
def take_previous(
    request: Request, who: Decider, filters: Chosen, before: RowNumber | None = None
) -> Response:
    """The finding that waits just before the one seen; that one again, where it comes first."""
    if before is None:
        return RedirectResponse(f"/queue{filters.query}", status_code=303)
    with desk_of(request).store.reading() as db:
        found = asked.previous_before(db, wanted_by(request, db, who, filters), before)
    return RedirectResponse(f"/findings/{found or before}{filters.query}", status_code=303)


def following(
    request: Request, who: SignedIn, filters: Filters, *, after: int | None, settled: int | None = None
) -> Response:
    """On to the finding that waits after *after*; ``settled`` is the one just done, to go back to."""
    with desk_of(request).store.reading() as db:
        found = asked.next_after(db, wanted_by(request, db, who, filters), after)
    target = "/queue" if found is None else f"/findings/{found}"
    query = filters.query if settled is None else filters.adding(settled=settled)
    return RedirectResponse(f"{target}{query}", status_code=303)


def _word(words: type[Word], said: str) -> Word | None:
    return words(said) if said in set(words) else None


def _places(request: Request, db: Session, order: Order | None) -> dict[str, int] | None:
    """Which city or area comes first, where the order is by them: cities by the alphabet, areas as in their pack."""
    if order is Order.CITY:
        language = speech_for(request).language
        cities = db.execute(select(City.slug, getattr(City, f"name_{language}"))).all()
        ordered = sorted(cities, key=lambda city: alphabetical(city[1]))
        return {slug: place for place, (slug, _) in enumerate(ordered)}
    if order is Order.AREA:
        areas = desk_of(request).questions.areas(speech_for(request).language)
        return {code: place for place, code in enumerate(areas)}
    return None


def _areas(waiting: Waiting, request: Request, language: str) -> list[tuple[str, str, int]]:
    """Code, name and number waiting of each area, in the order of the alphabet."""
    names = desk_of(request).questions.areas(language)
    found = [(area, names.get(area, area), number) for area, number in waiting.by_area.items()]
    return sorted(found, key=lambda area: alphabetical(area[1]))
