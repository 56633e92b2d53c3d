"""Who gets in, and who may do what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from models.store import Store
from models.vocabulary import Role
from review.access import RouteWithoutRuleError, include_guarded
from review.app import ROUTERS
from tests.review.asking import places
from tests.review.conftest import TestClient, form_token

SignInAs = Callable[[str], Any]

EVERYBODY = frozenset(Role)

ADMITTED = (200, 303, 409)  # shown, sent on to where it is shown, or told that nothing is sealed yet

DECIDERS = frozenset({Role.CHIEF, Role.COORDINATOR, Role.ASSESSOR})

PUBLIC = {
    "/about",
    "/crawler",
    "/crawler/load",
    "/crawler/load.csv",
    "/crawler/load.json",
    "/healthz",
    "/robots.txt",
    "/sign-in",
}

MAY_LOOK = {
    "/": EVERYBODY,
    "/queue": DECIDERS,
    "/queue/next": DECIDERS,
    "/findings/{finding_id}": EVERYBODY,
    "/findings/{finding_id}/search": EVERYBODY,
    "/findings/{finding_id}/search.json": EVERYBODY,
    "/findings/{finding_id}/capsule": EVERYBODY,
    "/captures/{capture_id}": EVERYBODY,
    "/captures/{capture_id}/page": EVERYBODY,
    "/captures/{capture_id}/body": EVERYBODY,
    "/pictures/{sha256}.{ending}": EVERYBODY,
    "/cities": EVERYBODY,
    "/cities/{slug}": EVERYBODY,
    "/runs": EVERYBODY - {Role.ASSESSOR},
    "/runs/{run_id}": EVERYBODY - {Role.ASSESSOR},
    "/drift": EVERYBODY - {Role.ASSESSOR, Role.OPERATOR},
}

MAY_ACT = {
    "/findings/{finding_id}/assessments": DECIDERS,
    "/findings/{finding_id}/submissions": DECIDERS,
    "/sign-out": EVERYBODY,
    "/sign-in": EVERYBODY,
}

LOGINS = {
    "chief": Role.CHIEF,
    "west": Role.COORDINATOR,
    "assessor": Role.ASSESSOR,
    "analyst": Role.ANALYST,
    "operator": Role.OPERATOR,
}


def test_the_table_names_every_route() -> None:
    """A new route has to be written down here with those who may use it."""
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]

    looking = {route.path for route in routes if "GET" in (route.methods or ())}
    acting = {route.path for route in routes if "POST" in (route.methods or ())}

    assert looking == set(MAY_LOOK) | PUBLIC
    assert acting == set(MAY_ACT)


@pytest.mark.parametrize("login", LOGINS)
def test_every_route_for_every_role(login: str, signed_in: SignInAs, store: Store) -> None:
    """Deny by default: what is not granted in the table is refused."""
    client, role = signed_in(login), LOGINS[login]
    filled = {path: path.format(**places(store, "west")) for path in (*MAY_LOOK, *MAY_ACT)}

    looked = {path: client.get(filled[path]).status_code in ADMITTED for path in MAY_LOOK}
    acted = client.post(filled["/findings/{finding_id}/assessments"], data={"act": "confirm"}).text

    assert looked == {path: role in roles for path, roles in MAY_LOOK.items()}
    assert client.get(filled["/runs/{run_id}"]).status_code == (403 if role is Role.ASSESSOR else 200)
    assert acted  # without the form's token nobody acts, whatever the role
    token = form_token(client.get("/").text)
    answer = client.post(
        filled["/findings/{finding_id}/assessments"], data={"act": "confirm", "version": "0", "token": token}
    )
    assert answer.status_code == (303 if role in DECIDERS else 403)


@pytest.mark.parametrize("path", sorted(MAY_LOOK))
def test_nothing_is_shown_to_strangers(path: str, visitor: TestClient, store: Store) -> None:
    """Whoever is not signed in is asked to, and sent on afterwards."""
    wanted = path.format(**places(store, "west"))

    answer = visitor.get(wanted)

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=%2F")


@pytest.mark.parametrize(
    ("login", "path"),
    [
        (login, path)
        for login in ("assessor", "west")
        for path, roles in MAY_LOOK.items()
        if "{" in path and LOGINS[login] in roles
    ],
)
def test_another_region_does_not_exist(login: str, path: str, signed_in: SignInAs, store: Store) -> None:
    """404, not 403: a link to another region's city says nothing about what is there."""
    client = signed_in(login)

    own = client.get(path.format(**places(store, "west")))
    other = client.get(path.format(**places(store, "center")))

    assert own.status_code in ADMITTED
    assert other.status_code == 404


def test_nobody_decides_in_another_region(signed_in: SignInAs, store: Store) -> None:
    """The region is part of the question the database is asked, not of the page."""
    client = signed_in("assessor")
    foreign = places(store, "center")["finding_id"]

    answer = client.post(
        f"/findings/{foreign}/assessments",
        data={"act": "confirm", "version": "0", "token": form_token(client.get("/").text)},
    )

    assert answer.status_code == 404


def test_a_route_without_a_rule_stops_the_desk() -> None:
    """Forgetting who may use a page is found when the desk starts, not when it is used."""
    router = APIRouter()
    router.add_api_route("/forgotten", lambda: "anybody?")

    with pytest.raises(RouteWithoutRuleError, match="/forgotten"):
        include_guarded(FastAPI(), [router])
