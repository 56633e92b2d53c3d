"""Who may do what: every route declares its rule, and nothing is open by default."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.datastructures import FormData

from models.vocabulary import Role
from review import sessions
from review.desk import desk_of
from review.refusing import note_refusal
from review.sessions import SignedIn
from review.wording import storable

LOG = logging.getLogger(__name__)
COOKIE = "tcm_desk"
SECURE_COOKIE = "__Host-tcm_desk"

EVERYBODY = frozenset(Role)
CHIEFS = frozenset({Role.CHIEF})
COORDINATORS = frozenset({Role.CHIEF, Role.COORDINATOR})
ADJUDICATORS = COORDINATORS
DECIDERS = frozenset({Role.CHIEF, Role.COORDINATOR, Role.ASSESSOR})
SECONDERS = DECIDERS | {Role.SECOND_ASSESSOR}  # a second assessor makes no first assessments
REPLIERS = frozenset({Role.OFFICIAL})
STAFF = EVERYBODY - {Role.OFFICIAL}
AGREEMENT_WATCHERS = frozenset({Role.CHIEF, Role.COORDINATOR, Role.ANALYST})
RUN_WATCHERS = frozenset({Role.CHIEF, Role.COORDINATOR, Role.ANALYST, Role.OPERATOR})
DRIFT_WATCHERS = frozenset({Role.CHIEF, Role.COORDINATOR, Role.ANALYST})
ROUND_WATCHERS = DRIFT_WATCHERS


class SignInNeededError(Exception):
    """Nobody is signed in. ``kept`` is what they had written, so that it is not lost."""

    def __init__(self, kept: str = "") -> None:
        """Carry the words that a form brought."""
        super().__init__("sign in first")
        self.kept = kept


class NotForRoleError(Exception):
    """Signed in, but this is another role's page."""


class FormRefusedError(Exception):
    """The form does not carry this sign-in's token: it was made elsewhere, or for an older sign-in."""


@dataclass(frozen=True, slots=True)
class Public:
    """Anybody may look, signed in or not."""

    def __call__(self, request: Request) -> None:
        """Let everybody through."""


@dataclass(frozen=True, slots=True)
class Looking:
    """Signed-in people of these roles may look."""

    roles: frozenset[Role]

    def __call__(self, request: Request) -> SignedIn:
        """The person who looks."""
        return _admit(request, self.roles)


async def posted(request: Request) -> Mapping[str, str]:
    """The fields of the posted form; files are none of its fields."""
    form: FormData = await request.form()
    return {name: storable(value) for name, value in form.items() if isinstance(value, str)}


@dataclass(frozen=True, slots=True)
class Acting:
    """Signed-in people of these roles may act, through a form of ours."""

    roles: frozenset[Role]

    def __call__(self, request: Request, fields: Annotated[Mapping[str, str], Depends(posted)]) -> SignedIn:
        """The person who acts, once the form's token is theirs."""
        try:
            who = _admit(request, self.roles)
        except SignInNeededError:
            raise SignInNeededError(kept=fields.get("comment", "")) from None
        if not secrets.compare_digest(fields.get("token", "").encode(), who.form_token.encode()):
            raise FormRefusedError
        return who


Rule = Public | Looking | Acting

# What looks is named as being done (DECIDING), what acts as a bidding (DECIDE).
ANYBODY = Public()
SIGNED_IN = Looking(EVERYBODY)  # officials too: such a route asks the database by ``who.scope``
SIGNED_IN_ACT = Acting(EVERYBODY)
WORKING = Looking(STAFF)
WORK = Acting(STAFF)
DECIDING = Looking(DECIDERS)
DECIDE = Acting(DECIDERS)
SECONDING = Looking(SECONDERS)
SECOND = Acting(SECONDERS)
ADJUDICATING = Looking(ADJUDICATORS)
ADJUDICATE = Acting(ADJUDICATORS)
COORDINATING = Looking(COORDINATORS)
COORDINATE = Acting(COORDINATORS)
LEADING = Looking(CHIEFS)
LEAD = Acting(CHIEFS)
REPLYING = Looking(REPLIERS)
REPLY = Acting(REPLIERS)
LOOKING_AT_AGREEMENT = Looking(AGREEMENT_WATCHERS)
WATCHING_RUNS = Looking(RUN_WATCHERS)
WATCHING_DRIFT = Looking(DRIFT_WATCHERS)
WATCHING_ROUNDS = Looking(ROUND_WATCHERS)


class RouteWithoutRuleError(Exception):
    """A route does not say who may use it; the desk does not start."""


def include_guarded(app: FastAPI, routers: Iterable[APIRouter]) -> None:
    """Add *routers* to *app*; refuse if one of their routes does not declare exactly one rule."""
    for router in routers:
        for route in router.routes:
            if rule_of(route) is None:
                raise RouteWithoutRuleError(f"{getattr(route, 'path', route)!s} does not say who may use it")
        app.include_router(router)


def rule_of(route: object) -> Rule | None:
    """The one rule that *route* declares; None when it declares none, or several."""
    if not isinstance(route, APIRoute):
        return None
    rules = [
        needed.call
        for needed in route.dependant.dependencies
        if isinstance(needed.call, Public | Looking | Acting)
    ]
    return rules[0] if len(rules) == 1 else None


def cookie_name(request: Request) -> str:
    """The name of the sign-in cookie; over https browsers tie its prefix to this very host."""
    return SECURE_COOKIE if desk_of(request).secure_cookies else COOKIE


def local_path(wanted: str) -> str:
    """*wanted* if it is a plain path of this desk, else the home page: nobody is sent elsewhere after sign-in."""
    plain = wanted.isprintable() and not any(letter in wanted for letter in "\\\t\r\n ")
    if not plain or not wanted.startswith("/") or wanted.startswith("//"):
        return "/"
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc else wanted


def _admit(request: Request, roles: frozenset[Role]) -> SignedIn:
    token = request.cookies.get(cookie_name(request))
    who = sessions.resume(desk_of(request).store, token) if token else None
    if who is None:
        raise SignInNeededError
    request.state.who = who
    if who.role not in roles:
        LOG.warning("person %s (%s) was refused %s", who.person_id, who.role.value, request.url.path)
        note_refusal(desk_of(request).store, who, f"{request.method} {request.scope['route'].path}")
        raise NotForRoleError
    return who
