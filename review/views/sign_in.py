"""Signing in and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict

from review import sessions
from review.access import ANYBODY, SIGNED_IN_ACT, cookie_name, local_path
from review.desk import desk_of
from review.rendering import page
from review.second_factor import TicketError, sign_in_with_code, ticket_for
from review.sessions import LONGEST, CodeNeededError, SignedIn
from review.throttling import WINDOW, TooManyTriesError
from review.wording import Words

router = APIRouter()


class SignInForm(BaseModel):
    """What the sign-in form may bring, and nothing else."""

    model_config = ConfigDict(extra="forbid")
    login: Words = ""
    password: str = ""
    next: str = "/"


class CodeForm(BaseModel):
    """What the form for a code may bring, and nothing else."""

    model_config = ConfigDict(extra="forbid")
    ticket: str
    code: str = ""
    next: str = "/"


@router.get("/sign-in", dependencies=[Depends(ANYBODY)])
def show(request: Request, next: str = "/") -> Response:  # noqa: A002  # the name in the address
    """The form."""
    return _form(request, next)


@router.post("/sign-in", dependencies=[Depends(ANYBODY)])
def sign_in(request: Request, form: Annotated[SignInForm, Form()]) -> Response:
    """A new sign-in, or the form again with one sentence that does not say which part was wrong."""
    desk = desk_of(request)
    try:
        token = sessions.sign_in(
            desk.store, login=form.login, password=form.password, address=_address(request)
        )
    except TooManyTriesError:
        return _slowed(_form(request, form.next, login=form.login, fault="sign_in.slowed", status=429))
    except CodeNeededError as needed:
        if desk.key is None:  # the secret was sealed with a key that is not here: nobody can check a code
            return _form(request, form.next, login=form.login, fault="sign_in.no_key", status=401)
        return _code_form(request, ticket_for(desk.key, needed.recognised), form.next)
    if token is None:
        return _form(request, form.next, login=form.login, fault="sign_in.wrong", status=401)
    return signed_in(request, token, local_path(form.next))


@router.post("/sign-in/code", dependencies=[Depends(ANYBODY)])
def give_code(request: Request, form: Annotated[CodeForm, Form()]) -> Response:
    """A new sign-in for the right code; after five minutes the password is asked again."""
    desk = desk_of(request)
    try:
        token = (
            sign_in_with_code(
                desk.store, desk.key, ticket=form.ticket, code=form.code, address=_address(request)
            )
            if desk.key is not None
            else None
        )
    except TicketError:
        return _form(request, form.next, fault="sign_in.ticket", status=401)
    except TooManyTriesError:
        return _slowed(_form(request, form.next, fault="sign_in.slowed", status=429))
    if token is None:
        return _code_form(request, form.ticket, form.next, fault="sign_in.wrong_code", status=401)
    return signed_in(request, token, local_path(form.next))


@router.post("/sign-out")
def sign_out(request: Request, who: Annotated[SignedIn, Depends(SIGNED_IN_ACT)]) -> Response:
    """The end of this sign-in, for this cookie and every copy of it."""
    sessions.sign_out(desk_of(request).store, who.token_sha256)
    moved = RedirectResponse("/sign-in", status_code=303)
    moved.delete_cookie(cookie_name(request), path="/", secure=desk_of(request).secure_cookies, httponly=True)
    return moved


def signed_in(request: Request, token: str, path: str) -> Response:
    """On to *path* with the cookie of a new sign-in; the one before it, if any, has ended."""
    desk = desk_of(request)
    if older := request.cookies.get(cookie_name(request)):
        sessions.sign_out_token(desk.store, older)
    moved = RedirectResponse(path, status_code=303)
    moved.set_cookie(
        cookie_name(request),
        token,
        max_age=int(LONGEST.total_seconds()),
        path="/",
        secure=desk.secure_cookies,
        httponly=True,
        samesite="lax",
    )
    return moved


def _form(request: Request, wanted: str, *, login: str = "", fault: str = "", status: int = 200) -> Response:
    values = {"next": local_path(wanted), "login": login, "fault": fault}
    return page(request, "sign_in/form.html", status=status, **values)


def _code_form(request: Request, ticket: str, wanted: str, *, fault: str = "", status: int = 200) -> Response:
    values = {"next": local_path(wanted), "ticket": ticket, "fault": fault}
    return page(request, "sign_in/code.html", status=status, **values)


def _slowed(answer: Response) -> Response:
    answer.headers["retry-after"] = str(int(WINDOW.total_seconds()))
    return answer


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
