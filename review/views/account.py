"""One's own account: password, second factor, and cities one has a stake in."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from markupsafe import Markup
from pydantic import BaseModel, ConfigDict

from models.people import Person
from review import second_factor
from review.access import SECOND, SECONDERS, SIGNED_IN, SIGNED_IN_ACT
from review.appointing import change_password
from review.conflicts import declare
from review.desk import desk_of
from review.queries import people as asked
from review.rendering import page
from review.second_factor import turn_off, turn_on
from review.sessions import SignedIn
from review.throttling import TooManyTriesError
from review.wording import Words

router = APIRouter()
Own = Annotated[SignedIn, Depends(SIGNED_IN_ACT)]

DONE = frozenset({"password_done", "factor_done", "factor_gone", "declared"})


class PasswordForm(BaseModel):
    """What the form of a password may bring, and nothing else."""

    model_config = ConfigDict(extra="forbid")
    token: str
    old: str = ""
    new: str = ""
    again: str = ""


class CodeForm(BaseModel):
    """What the forms of the second factor may bring, and nothing else; ``offer`` is the sealed secret."""

    model_config = ConfigDict(extra="forbid")
    token: str
    offer: str = ""
    code: str = ""


class ConflictForm(BaseModel):
    """What the form of a declaration may bring, and nothing else."""

    model_config = ConfigDict(extra="forbid")
    token: str
    city: Words = ""
    said: Words = ""


@router.get("/account")
def show(request: Request, who: Annotated[SignedIn, Depends(SIGNED_IN)]) -> Response:
    """The account, and what was just done to it."""
    done = request.query_params.get("done", "")
    return _account(request, who, done=f"account.{done}" if done in DONE else "")


@router.post("/account/password")
def set_password(request: Request, who: Own, form: Annotated[PasswordForm, Form()]) -> Response:
    """Another password, once the present one is right; it ends one's other sign-ins."""
    try:
        fault = change_password(desk_of(request).store, who, old=form.old, new=form.new, again=form.again)
    except TooManyTriesError:
        fault = "sign_in.slowed"
    return _account(request, who, faults={"password": fault}) if fault else _done("password_done")


@router.post("/account/second-factor")
def set_up(request: Request, who: Own) -> Response:
    """A new secret, to be photographed and confirmed by its first code."""
    key = desk_of(request).key
    if key is None:
        return _account(request, who)
    return _offer(request, key, who, second_factor.new_offer(key, who.person_id))


@router.post("/account/second-factor/on")
def confirm(request: Request, who: Own, form: Annotated[CodeForm, Form()]) -> Response:
    """Turn it on with the first code; or show the same secret again."""
    key = desk_of(request).key
    if key is None or second_factor.offered(key, who.person_id, form.offer) is None:
        return _account(request, who)
    if not turn_on(desk_of(request).store, key, who, offer=form.offer, code=form.code):
        return _offer(request, key, who, form.offer, fault="sign_in.wrong_code")
    return _done("factor_done")


@router.post("/account/second-factor/off")
def end(request: Request, who: Own, form: Annotated[CodeForm, Form()]) -> Response:
    """Turn it off with a code."""
    key = desk_of(request).key
    try:
        if key is not None and turn_off(desk_of(request).store, key, who, code=form.code):
            return _done("factor_gone")
    except TooManyTriesError:
        return _account(request, who, faults={"factor": "sign_in.slowed"})
    return _account(request, who, faults={"factor": "sign_in.wrong_code"})


@router.post("/account/conflicts")
def declare_conflict(
    request: Request,
    who: Annotated[SignedIn, Depends(SECOND)],
    form: Annotated[ConflictForm, Form()],
) -> Response:
    """Write down that one has a stake in a city."""
    fault = declare(desk_of(request).store, who, form.city, form.said)
    if fault:
        return _account(request, who, faults={"conflict": fault}, chosen=form.city, said=form.said)
    return _done("declared")


def _account(
    request: Request,
    who: SignedIn,
    *,
    faults: dict[str, str] | None = None,
    done: str = "",
    chosen: str = "",
    said: str = "",
) -> Response:
    desk = desk_of(request)
    with desk.store.reading() as db:
        person = db.get_one(Person, who.person_id)
        values: dict[str, Any] = {
            "person": person,
            "declared": asked.declared(db, who.person_id),
            "cities": asked.cities_of(db, who.scope) if who.role in SECONDERS else (),
        }
    return page(
        request,
        "account/detail.html",
        status=422 if faults else 200,
        faults=faults or {},
        done=done,
        chosen=chosen,
        said=said,
        has_key=desk.key is not None,
        assesses=who.role in SECONDERS,
        **values,
    )


def _offer(request: Request, key: bytes, who: SignedIn, offer: str, *, fault: str = "") -> Response:
    secret = second_factor.offered(key, who.person_id, offer) or b""
    with desk_of(request).store.reading() as db:
        login = db.get_one(Person, who.person_id).login
    return page(
        request,
        "account/second_factor.html",
        status=422 if fault else 200,
        offer=offer,
        picture=Markup(second_factor.as_picture(secret, login)),  # noqa: S704  # drawn here, of our own link
        spelt=second_factor.spelt(secret),
        fault=fault,
    )


def _done(what: str) -> Response:
    return RedirectResponse(f"/account?done={what}", status_code=303)
