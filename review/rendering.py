"""Turning values into pages: one Jinja environment in which everything is escaped."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response

from models.reasons import Detail, near_miss
from models.reasons import sentence as explained
from models.vocabulary import Reason, Role, Verdict
from review import places, speech
from review.access import (
    ADJUDICATORS,
    AGREEMENT_WATCHERS,
    COORDINATORS,
    DECIDERS,
    DRIFT_WATCHERS,
    REPLIERS,
    ROUND_WATCHERS,
    RUN_WATCHERS,
    SECONDERS,
)
from review.desk import desk_of
from review.sessions import SignedIn
from review.sniffing import LARGEST_FILE
from review.speech import Speech
from review.stored import can_be_shown

HERE = Path(__file__).parent
STATIC = HERE / "static"

ENVIRONMENT = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,  # whatever the template is called
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES = Jinja2Templates(env=ENVIRONMENT)


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:  # noqa: ANN401  # a template takes anything
    """The page *template* in the reader's language, filled with *values*."""
    says = speech_for(request)
    answer = TEMPLATES.TemplateResponse(
        request, template, {"t": says, "who": who(request), **values}, status_code=status
    )
    if request.query_params.get("lang") == says.language:
        _remember_language(request, answer, says.language)
    return answer


def speech_for(request: Request) -> Speech:
    """What the reader of this request is spoken to in."""
    return Speech(speech.language_of(request))


def who(request: Request) -> object:
    """The signed-in person whom the route's rule let in, if any."""
    return getattr(request.state, "who", None)


def outside(url: object) -> str | None:
    """*url* if it may be a link: http and https only, for a captured address is hostile text."""
    text = str(url or "")
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in ("http", "https") and parts.netloc and text.isprintable() else None


@lru_cache(maxsize=32)
def static(name: str) -> str:
    """The address of a static file, with a mark of its content so that browsers may keep it."""
    return f"/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def in_language(request: Request, language: str) -> str:
    """The address of this very page in *language*."""
    url = request.url.include_query_params(lang=language)
    return f"{url.path}?{url.query}"


def sentence(reason: Reason | str, language: str, detail: Detail) -> str:
    """Why, in plain words; a reason that this version does not know is shown as it is stored."""
    return explained(Reason(reason), language, detail) if reason in set(Reason) else str(reason)


def menu(signed_in: SignedIn) -> list[list[tuple[str, str]]]:
    """Path and name of the sections that this person may open: daily work, the round, and what was found."""
    groups: tuple[tuple[tuple[str, str, frozenset[Role]], ...], ...] = (
        (
            ("/", "nav.home", frozenset(Role)),
            ("/queue", "nav.queue", DECIDERS),
            ("/reply", "nav.reply", REPLIERS),
            ("/replies/waiting", "nav.replies", DECIDERS),
            ("/requests", "nav.requests", frozenset(Role)),
            ("/second", "nav.second", SECONDERS),
            ("/disputes", "nav.disputes", ADJUDICATORS),
        ),
        (
            ("/rounds", "nav.rounds", ROUND_WATCHERS),
            ("/agreement", "nav.agreement", AGREEMENT_WATCHERS),
            ("/people", "nav.people", COORDINATORS),
        ),
        (
            ("/cities", "nav.cities", frozenset(Role)),
            ("/runs", "nav.runs", RUN_WATCHERS),
            ("/drift", "nav.drift", DRIFT_WATCHERS),
        ),
    )
    open_to = [[(path, name) for path, name, roles in one if signed_in.role in roles] for one in groups]
    return [one for one in open_to if one]


def _remember_language(request: Request, answer: Response, language: str) -> None:
    answer.set_cookie(
        speech.COOKIE,
        language,
        max_age=365 * 24 * 3600,
        secure=desk_of(request).secure_cookies,
        httponly=True,
        samesite="lax",
    )


ENVIRONMENT.filters["outside"] = outside
ENVIRONMENT.globals.update(
    static=static,
    in_language=in_language,
    sentence=sentence,
    menu=menu,
    near_miss=near_miss,
    where=places.where,
    box=places.box,
    exactly=places.exactly,
    can_be_shown=can_be_shown,
    VERDICTS=tuple(Verdict),
    LANGUAGES=speech.LANGUAGES,
    LARGEST_FILE=LARGEST_FILE,
)
ENVIRONMENT.globals["marks"] = ENVIRONMENT.get_template("marks.html").module
