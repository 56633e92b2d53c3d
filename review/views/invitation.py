"""Invitations: made and taken back by coordinators, and opened by whoever holds the link."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict

from models.people import Invitation
from models.vocabulary import Role
from review.access import ANYBODY, COORDINATE, COORDINATING
from review.appointing import given_by
from review.desk import RowNumber, desk_of
from review.enrolling import EnrolmentError, Newcomer
from review.inviting import (
    NoSuchInvitationError,
    SpentError,
    accept,
    invite,
    invited,
    open_invitations,
    renew,
    withdraw,
)
from review.queries import people as asked
from review.rendering import page
from review.sessions import SignedIn
from review.views.people import regions
from review.views.sign_in import signed_in
from review.wording import Words

router = APIRouter()
Coordinator = Annotated[SignedIn, Depends(COORDINATING)]
Coordinates = Annotated[SignedIn, Depends(COORDINATE)]

GONE = 410


class InvitationForm(BaseModel):
    """What the form of an invitation may bring, and nothing else."""

    model_config = ConfigDict(extra="forbid")
    token: str = ""
    name: Words = ""
    login: Words = ""
    organisation: Words = ""
    role: Role = Role.ASSESSOR
    region: Words = ""
    city: Words = ""


class PasswordForm(BaseModel):
    """What the invited person's form may bring, and nothing else."""

    model_config = ConfigDict(extra="forbid")
    password: str = ""
    again: str = ""


@router.get("/invitations")
def show_all(request: Request, who: Coordinator) -> Response:
    """Invitations that nobody has used yet, and the form for a new one."""
    return _list(request, who, InvitationForm(region=who.region or ""))


@router.post("/invitations")
def create(request: Request, who: Coordinates, form: Annotated[InvitationForm, Form()]) -> Response:
    """The new link, shown this once; or the form again, and why it was not taken."""
    wanted = Newcomer(
        login=form.login,
        name=form.name,
        role=form.role,
        region=form.region or None,
        city=form.city or None,
        organisation=form.organisation,
    )
    try:
        invitation, token = invite(desk_of(request).store, who, wanted)
    except EnrolmentError as error:
        return _list(request, who, form, fault=error.fault)
    return _made(request, invitation, token)


@router.post("/invitations/{invitation_id}/renew")
def make_again(request: Request, invitation_id: RowNumber, who: Coordinates) -> Response:
    """A new link in place of the old one."""
    try:
        invitation, token = renew(desk_of(request).store, who, invitation_id)
    except NoSuchInvitationError:
        raise HTTPException(404) from None
    except EnrolmentError as error:
        return _list(request, who, InvitationForm(), fault=error.fault)
    return _made(request, invitation, token)


@router.post("/invitations/{invitation_id}/withdraw")
def take_back(request: Request, invitation_id: RowNumber, who: Coordinates) -> Response:
    """The link opens nothing any more."""
    try:
        withdraw(desk_of(request).store, who, invitation_id)
    except NoSuchInvitationError:
        raise HTTPException(404) from None
    return RedirectResponse("/invitations", status_code=303)


@router.get("/invitations/{token}", dependencies=[Depends(ANYBODY)])
def welcome(request: Request, token: str) -> Response:
    """Who invites to what, and the form for a password."""
    return _welcome(request, token)


@router.post("/invitations/{token}", dependencies=[Depends(ANYBODY)])
def come_in(request: Request, token: str, form: Annotated[PasswordForm, Form()]) -> Response:
    """The invited person is let in and signed in; or the form again, and why it was not taken."""
    try:
        opened = accept(desk_of(request).store, token, password=form.password, again=form.again)
    except EnrolmentError as error:
        return _welcome(request, token, fault=error.fault)
    except (NoSuchInvitationError, SpentError):
        return _welcome(request, token)  # it says which
    return signed_in(request, opened, "/")


def _welcome(request: Request, token: str, *, fault: str = "") -> Response:
    try:
        found = invited(desk_of(request).store, token)
    except NoSuchInvitationError:
        raise HTTPException(404) from None
    except SpentError as spent:
        return page(request, "invitation/spent.html", status=GONE, why=spent.why, by=spent.by)
    return page(
        request,
        "invitation/welcome.html",
        status=422 if fault else 200,
        invited=found,
        invitation=found.invitation,
        regions=regions(request),
        token=token,
        fault=fault,
    )


def _list(request: Request, who: SignedIn, form: InvitationForm, *, fault: str = "") -> Response:
    with desk_of(request).store.reading() as db:
        waiting = open_invitations(db, who)
        cities = asked.cities_of(db, who.scope)
        organisations = asked.organisations(db)
    known = regions(request)
    return page(
        request,
        "invitation/list.html",
        status=422 if fault else 200,
        waiting=waiting,
        cities=cities,
        organisations=organisations,
        leads=who.role is Role.CHIEF,
        regions=known,
        own={who.region: known[who.region]} if who.region in known else known,
        roles=[role for role in Role if role in given_by(who.role)],
        form=form,
        fault=fault,
    )


def _made(request: Request, invitation: Invitation, token: str) -> Response:
    scheme = "https" if desk_of(request).secure_cookies else request.url.scheme
    link = f"{scheme}://{request.url.netloc}/invitations/{token}"
    return page(request, "invitation/made.html", status=201, invitation=invitation, link=link)
