"""Signing in and out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict

from review import sessions
from review.access import ANYBODY, SIGNED_IN_ACT, cookie_name, local_path
from review.desk import desk_of
from review.rendering import page
from review.sessions import LONGEST, WINDOW, SignedIn, TooManyTriesError

router = APIRouter()


class SignInForm(BaseModel):
    """What the sign-in form may bring, and nothing else."""

    model_config = ConfigDict(extra="forbid")
    login: str = ""
    password: str = ""
    next: str = "/"


@router.get("/sign-in", dependencies=[Depends(ANYBODY)])
def show(request: Request, next: str = "/") -> Response:  # noqa: A002  # the name in the address
    """The form."""
    return page(request, "sign_in/form.html", next=local_path(next), login="", fault="")


@router.post("/sign-in", dependencies=[Depends(ANYBODY)])
def sign_in(request: Request, form: Annotated[SignInForm, Form()]) -> Response:
    """A new sign-in, or the form again with one sentence that does not say which part was wrong."""
    desk = desk_of(request)
    address = request.client.host if request.client else ""
    wanted = local_path(form.next)
    try:
        token = sessions.sign_in(desk.store, login=form.login, password=form.password, address=address)
    except TooManyTriesError:
        answer = page(
            request, "sign_in/form.html", status=429, next=wanted, login=form.login, fault="sign_in.slowed"
        )
        answer.headers["retry-after"] = str(int(WINDOW.total_seconds()))
        return answer
    if token is None:
        return page(
            request, "sign_in/form.html", status=401, next=wanted, login=form.login, fault="sign_in.wrong"
        )
    if older := request.cookies.get(cookie_name(request)):
        sessions.sign_out_token(desk.store, older)
    moved = RedirectResponse(wanted, status_code=303)
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


@router.post("/sign-out")
def sign_out(request: Request, who: Annotated[SignedIn, Depends(SIGNED_IN_ACT)]) -> Response:
    """The end of this sign-in, for this cookie and every copy of it."""
    sessions.sign_out(desk_of(request).store, who.token_sha256)
    moved = RedirectResponse("/sign-in", status_code=303)
    moved.delete_cookie(cookie_name(request), path="/", secure=desk_of(request).secure_cookies, httponly=True)
    return moved
