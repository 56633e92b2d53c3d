"""Who works here: the list, one person, and the organisations they come from."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict

from models.vocabulary import Role
from review.access import COORDINATE, COORDINATING, LEAD
from review.appointing import (
    Appointment,
    appoint,
    forget_second_factor,
    may_change,
    person_in,
    set_open,
)
from review.conflicts import lift
from review.desk import RowNumber, desk_of
from review.enrolling import LONGEST_NAME, EnrolmentError, add_organisation
from review.queries import people as asked
from review.rendering import page, speech_for
from review.sessions import SignedIn
from review.wording import Words

router = APIRouter()
Coordinator = Annotated[SignedIn, Depends(COORDINATING)]
Coordinates = Annotated[SignedIn, Depends(COORDINATE)]
Leads = Annotated[SignedIn, Depends(LEAD)]


class AppointmentForm(BaseModel):
    """What the form of a role may bring, and nothing else."""

    model_config = ConfigDict(extra="forbid")
    token: str
    role: Role
    region: Words = ""
    city: Words = ""
    organisation: Words = ""


class OrganisationForm(BaseModel):
    """What the form of an organisation may bring, and nothing else."""

    model_config = ConfigDict(extra="forbid")
    token: str
    name: Words = ""


@router.get("/people")
def show_all(request: Request, who: Coordinator) -> Response:
    """Everybody by organisation, with their work and their last sign-in."""
    with desk_of(request).store.reading() as db:
        people = asked.people_of(db, who)
    total = sum(len(of_one) for of_one in people.values())
    return page(request, "people/list.html", people=people, total=total, regions=regions(request))


@router.get("/people/{person_id}")
def show(request: Request, person_id: RowNumber, who: Coordinator) -> Response:
    """One person, and what may be done to their account."""
    return _person_page(request, person_id, who, done="done" in request.query_params)


@router.post("/people/{person_id}/close")
def close(request: Request, person_id: RowNumber, who: Coordinates) -> Response:
    """Close an account and end its sign-ins."""
    set_open(desk_of(request).store, who, person_id, is_open=False)
    return _done(person_id)


@router.post("/people/{person_id}/open")
def reopen(request: Request, person_id: RowNumber, who: Coordinates) -> Response:
    """Open an account again."""
    set_open(desk_of(request).store, who, person_id, is_open=True)
    return _done(person_id)


@router.post("/people/{person_id}/appointment")
def change(
    request: Request, person_id: RowNumber, who: Leads, form: Annotated[AppointmentForm, Form()]
) -> Response:
    """Give another role, region or city; or show again what was chosen, and why it does not fit."""
    wanted = Appointment(form.role, form.region or None, form.city or None, form.organisation)
    try:
        appoint(desk_of(request).store, who, person_id, wanted)
    except EnrolmentError as error:
        return _person_page(request, person_id, who, fault=error.fault, wanted=wanted)
    return _done(person_id)


@router.post("/people/{person_id}/second-factor")
def reset(request: Request, person_id: RowNumber, who: Leads) -> Response:
    """Let somebody who lost their phone in by password alone."""
    forget_second_factor(desk_of(request).store, who, person_id)
    return _done(person_id)


@router.post("/people/{person_id}/conflicts/{slug}")
def lift_conflict(request: Request, person_id: RowNumber, slug: str, who: Leads) -> Response:
    """Let somebody assess a city again."""
    if not lift(desk_of(request).store, who, person_id, slug):
        raise HTTPException(404)
    return _done(person_id)


@router.get("/organisations")
def show_organisations(request: Request, who: Coordinator) -> Response:
    """Where people come from."""
    return _organisations(request, who)


@router.post("/organisations")
def add(request: Request, who: Leads, form: Annotated[OrganisationForm, Form()]) -> Response:
    """Write down another organisation."""
    name = " ".join(form.name.split())
    if name and len(name) <= LONGEST_NAME:
        with desk_of(request).store.writing() as db:
            if add_organisation(db, name):
                return RedirectResponse("/organisations", status_code=303)
    return _organisations(request, who, fault="organisations.known", name=form.name)


def regions(request: Request) -> dict[str, str]:
    """Every region by its name in the reader's language."""
    says = speech_for(request)
    with desk_of(request).store.reading() as db:
        return {city.region: says.either(city, "region") for city in asked.cities_of(db, None)}


def _person_page(
    request: Request,
    person_id: int,
    who: SignedIn,
    *,
    fault: str = "",
    wanted: Appointment | None = None,
    done: bool = False,
) -> Response:
    with desk_of(request).store.reading() as db:
        person = person_in(db, who, person_id)
        values: dict[str, Any] = {
            "known": asked.known(db, person),
            "declared": asked.declared(db, person.id),
            "cities": asked.cities_of(db, None),
            "organisations": asked.organisations(db),
        }
    now = Appointment(person.role, person.region, person.city, person.organisation)
    return page(
        request,
        "people/detail.html",
        status=422 if fault else 200,
        person=person,
        wanted=wanted or now,
        theirs=may_change(who, person),
        leads=who.role is Role.CHIEF,
        regions=regions(request),
        roles=tuple(Role),
        fault=fault,
        done=done,
        **values,
    )


def _organisations(request: Request, who: SignedIn, *, fault: str = "", name: str = "") -> Response:
    with desk_of(request).store.reading() as db:
        found = asked.organisations(db)
    values = {"leads": who.role is Role.CHIEF, "fault": fault, "name": name}
    return page(
        request, "people/organisations.html", status=422 if fault else 200, organisations=found, **values
    )


def _done(person_id: int) -> Response:
    return RedirectResponse(f"/people/{person_id}?done", status_code=303)
