"""Giving out a round's work: what is chosen, what would change, and one person's share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, ImmutableMultiDict, QueryParams

from models.assigning import Worker, workers
from models.crawling import City
from models.people import Person
from models.rounds import RoundRefusedError
from review import rounding
from review.access import COORDINATE, COORDINATING, COORDINATORS, DECIDING
from review.alphabet import alphabetical
from review.desk import RowNumber, desk_of
from review.queries import rounds as asked
from review.queries import workload
from review.rendering import page, speech_for
from review.rounding import ChangedMeanwhileError, Proposal, Wish
from review.sessions import SignedIn
from review.sharing import Together
from review.speech import Speech
from review.views.people import regions as names_of_regions
from review.views.rounds import areas_of, by_region, day_in, round_in, today_in_kyiv
from review.wording import storable

router = APIRouter()
NOBODY = "nobody"  # chosen in place of people, where work is taken back
DIGITS = 9  # of a person's number
MOST = 500  # of what a form may bring of one kind


@dataclass(frozen=True, slots=True)
class Change:
    """Areas of one city that go from one person to another."""

    city: City
    before: Person | None
    after: Person | None
    areas: list[str]


@router.get("/rounds/{round_id}/assign")
def show(request: Request, round_id: str, who: Annotated[SignedIn, Depends(COORDINATING)]) -> Response:
    """What can be given out and to whom; or, once something is chosen, what that would change."""
    said = request.query_params
    if not {"region", "city", "of"} & said.keys():
        return _choose(request, round_id, who, Wish())
    return _weigh(request, round_id, who, said)


async def form_of(request: Request) -> FormData:
    """The posted form whole: what was ticked comes several times under one name."""
    return await request.form()


@router.post("/rounds/{round_id}/assign")
def give_out(
    request: Request,
    round_id: str,
    who: Annotated[SignedIn, Depends(COORDINATE)],
    form: Annotated[FormData, Depends(form_of)],
) -> Response:
    """The work given out as it was shown; or what it comes to now, where somebody was quicker."""
    with desk_of(request).store.reading() as db:
        round_in(db, round_id)
    try:
        moved = rounding.give_out(
            desk_of(request).store, who, round_id, wish_in(form), str(form.get("mark", ""))
        )
    except ChangedMeanwhileError:
        return _weigh(request, round_id, who, form, overtaken=True)
    except RoundRefusedError as refused:
        return _choose(request, round_id, who, Wish(), refused.fault)
    return RedirectResponse(f"/rounds/{round_id}?given={moved}", status_code=303)


@router.get("/rounds/{round_id}/people/{person_id}")
def show_person(
    request: Request, round_id: str, person_id: RowNumber, who: Annotated[SignedIn, Depends(DECIDING)]
) -> Response:
    """One person's work in a round. Assessors see their own alone."""
    coordinates = who.role in COORDINATORS
    today = today_in_kyiv()
    with desk_of(request).store.reading() as db:
        found, person = round_in(db, round_id), db.get(Person, person_id)
        own = person_id == who.person_id
        near = person is not None and who.region in (None, person.region)
        parts = workload.parts_of(db, round_id, person_id, who.region, today)
        if person is None or not (own or (coordinates and (near or parts))):
            raise HTTPException(404)
        load = workload.load_of(db, round_id, person, who.region, today)
        by_day = workload.looks_by_day(db, round_id, who.region, today, person_id)
        others = [one.person for one in workers(db, who.region) if one.person.id != person_id]
    return page(
        request,
        "round/person.html",
        round=found,
        person=person,
        own=own,
        parts=parts,
        areas=dict(areas_of(request, {part.area for part in parts})),
        load=load,
        by_day=workload.with_days(by_day, today),
        others=others if coordinates else [],
        today=today,
    )


def _choose(request: Request, round_id: str, who: SignedIn, wish: Wish, fault: str = "") -> Response:
    today = today_in_kyiv()
    with desk_of(request).store.reading() as db:
        found = round_in(db, round_id)
        grid = asked.grid(db, round_id, who.region, today)
        able = workers(db, who.region)
        loads = {one.person.id: one for one in workload.loads(db, round_id, who.region, today) if one.person}
    return page(
        request,
        "round/assign.html",
        status=422 if fault else 200,
        round=found,
        regions=by_region(request, grid.rows),
        areas=areas_of(request, grid.areas),
        names=names_of_regions(request),
        people=_by_region(able),
        nobody=NOBODY,
        loads=loads,
        wish=wish if wish.due_on or fault else replace(wish, due_on=found.due_on),
        fault=fault,
        today=today,
    )


def _weigh(
    request: Request, round_id: str, who: SignedIn, said: QueryParams | FormData, *, overtaken: bool = False
) -> Response:
    try:
        wish = wish_in(said)
    except RoundRefusedError as refused:
        return _choose(request, round_id, who, Wish(), refused.fault)
    with desk_of(request).store.reading() as db:
        found = round_in(db, round_id)
        try:
            proposal = rounding.propose(db, who, round_id, wish)
        except RoundRefusedError as refused:
            return _choose(request, round_id, who, wish, refused.fault)
        cities, people = _named(db, proposal)
    return page(
        request,
        "round/preview.html",
        status=409 if overtaken else 200,
        round=found,
        wish=wish,
        proposal=proposal,
        changes=_changes(proposal, cities, people, speech_for(request)),
        same=sum(1 for part, person in proposal.parts.items() if proposal.before.get(part) == person),
        left=[(cities[city], area) for city, area in proposal.left],
        people=sorted(people.values(), key=lambda one: alphabetical(one.name)),
        areas=dict(areas_of(request, {area for _, area in proposal.pieces})),
        overtaken=overtaken,
        nobody=NOBODY,
    )


def wish_in(said: ImmutableMultiDict[str, object]) -> Wish:
    """What the form, or the address that it makes, wishes for. RoundRefusedError where it cannot be read."""
    fields = {name: str(value) for name, value in said.items()}
    people = _all(said, "person")
    if not people:
        raise RoundRefusedError("nobody")
    people = [] if NOBODY in people else people
    if not all(
        one.isascii() and one.isdecimal() and len(one) <= DIGITS for one in [*people, *_all(said, "of")]
    ):
        raise RoundRefusedError("person")
    together = fields.get("together", "")
    return Wish(
        regions=tuple(_all(said, "region")),
        cities=tuple(_all(said, "city")),
        areas=tuple(_all(said, "area")),
        people=tuple(int(one) for one in people),
        due_on=day_in(fields, "due_on"),
        together=Together(together) if together in set(Together) else Together.CITY,
        of=int(fields["of"]) if "of" in fields else None,
    )


def _all(said: ImmutableMultiDict[str, object], name: str) -> list[str]:
    return [storable(str(one))[:64] for one in said.getlist(name)[:MOST]]


def _named(db: Session, proposal: Proposal) -> tuple[dict[str, City], dict[int, Person]]:
    """The cities and people that a proposal speaks of."""
    cities = {slug for slug, _ in proposal.pieces}
    people = {
        one for one in [*proposal.parts.values(), *(proposal.before.get(p) for p in proposal.pieces)] if one
    }
    return asked.cities_called(db, cities), asked.people_called(db, people)


def _changes(
    proposal: Proposal, cities: dict[str, City], people: dict[int, Person], says: Speech
) -> list[Change]:
    """What moves, city by city, areas that go the same way together."""
    found: dict[tuple[str, int | None, int | None], list[str]] = {}
    for (city, area), after in proposal.parts.items():
        before = proposal.before.get((city, area))
        if before != after:
            found.setdefault((city, before, after), []).append(area)
    rows = [
        Change(cities[city], people.get(before or 0), people.get(after or 0), sorted(areas))
        for (city, before, after), areas in found.items()
    ]
    return sorted(rows, key=lambda one: (alphabetical(says.either(one.city, "name")), one.areas))


def _by_region(able: Sequence[Worker]) -> dict[str | None, list[Worker]]:
    """People who work everywhere, and then those of each region."""
    found: dict[str | None, list[Worker]] = {}
    for one in sorted(able, key=lambda one: one.person.region or ""):
        found.setdefault(one.person.region, []).append(one)
    return found
