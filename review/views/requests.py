"""Information requests: what is due, and a new one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from models import requests as law
from models.crawling import City
from models.vocabulary import RequestState
from review import requesting
from review.access import DECIDE, DECIDERS, DECIDING, SIGNED_IN
from review.alphabet import alphabetical
from review.desk import desk_of
from review.queries import requests as asked
from review.queries.cities import city_in
from review.queries.requests import Askable
from review.questions import Question
from review.rendering import page, speech_for
from review.requesting import Fault, NoSuchRequestError
from review.sessions import SignedIn
from review.wording import Words

router = APIRouter()
Looker = Annotated[SignedIn, Depends(SIGNED_IN)]
Asker = Annotated[SignedIn, Depends(DECIDING)]
Actor = Annotated[SignedIn, Depends(DECIDE)]

WHICH = ("open", "overdue", *(state.value for state in RequestState), "all")


@dataclass(frozen=True, slots=True)
class Filters:
    """The requests somebody chose, as the address says it. Unknown words choose those that are open."""

    which: str
    city: str
    page: int

    @property
    def query(self) -> str:
        """These choices as the end of an address, without the page."""
        return f"?{urlencode({'which': self.which, 'city': self.city})}"


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody had ticked and written when the form was refused."""

    fault: str
    ticked: frozenset[str]
    reply_to: str


def filters_of(request: Request) -> Filters:
    """The choices in the address of *request*."""
    said = request.query_params
    which, number = said.get("which", ""), said.get("page", "")
    return Filters(
        which=which if which in WHICH else "open",
        city=said.get("city", "")[:64],
        page=min(max(int(number), 1), 10_000) if number.isascii() and number.isdecimal() else 1,
    )


@router.get("/requests")
def show_all(request: Request, who: Looker, filters: Annotated[Filters, Depends(filters_of)]) -> Response:
    """Requests, the most urgent first."""
    day, which = law.today(), "" if filters.which == "all" else filters.which
    with desk_of(request).store.reading() as db:
        lines = asked.requests_in(db, who.scope, day=day, which=which, city=filters.city, page=filters.page)
        total = asked.count(db, who.scope, day=day, which=which, city=filters.city)
        overdue = asked.count(db, who.scope, day=day, which="overdue")
        cities = asked.asked_cities(db, who.scope)
    return page(
        request,
        "request/list.html",
        lines=lines,
        total=total,
        overdue=overdue,
        pages=-(-total // asked.AT_ONCE),
        filters=filters,
        which=WHICH,
        cities=sorted(cities, key=_by_name(request)),
        acts=who.role in DECIDERS,
    )


@router.get("/requests/new")
def new(request: Request, who: Asker, city: str = "") -> Response:
    """What the web left open about a city, to be asked; without a city, which cities there are."""
    return _new(request, who, city, None)


@router.post("/requests")
def write(
    request: Request,
    who: Actor,
    city: Annotated[Words, Form()],
    reply_to: Annotated[Words, Form()] = "",
    question: Annotated[list[Words] | None, Form()] = None,
) -> Response:
    """Begin a request with the questions that were ticked."""
    desk, ticked = desk_of(request), question or []
    try:
        outcome = requesting.write(desk.store, who, desk.questions, city, ticked, reply_to)
    except NoSuchRequestError:
        raise HTTPException(404) from None
    if isinstance(outcome, Fault):
        return _new(request, who, city, Choice(outcome.fault, frozenset(ticked), reply_to))
    return RedirectResponse(f"/requests/{outcome.request_id}?taken=0", status_code=303)


def _new(request: Request, who: SignedIn, slug: str, choice: Choice | None) -> Response:
    desk = desk_of(request)
    with desk.store.reading() as db:
        if not slug:
            found = asked.cities_to_ask(db, who.scope)
            by_name = _by_name(request)
            return page(request, "request/cities.html", cities=sorted(found, key=lambda row: by_name(row[0])))
        city, round_id = city_in(db, slug, who.scope), asked.last_round(db, slug)
        if city is None or round_id is None:
            raise HTTPException(404)
        open_ones = asked.askable(db, round_id, slug)
    return page(
        request,
        "request/new.html",
        status=422 if choice else 200,
        city=city,
        areas=_by_area(request, open_ones),
        total=len(open_ones),
        choice=choice,
    )


def _by_area(request: Request, open_ones: list[Askable]) -> list[tuple[str, list[tuple[Question, Askable]]]]:
    """What can be asked, under the names of its areas."""
    questions, language = desk_of(request).questions, speech_for(request).language
    areas: dict[str, list[tuple[Question, Askable]]] = {}
    for one in open_ones:
        question = questions.of(one.item.methodology, one.item.indicator, language)
        areas.setdefault(question.area_name, []).append((question, one))
    return list(areas.items())


def _by_name(request: Request) -> Callable[[City], tuple[int, ...]]:
    """What to sort cities by in the reader's language."""
    says = speech_for(request)
    return lambda city: alphabetical(says.either(city, "name"))
