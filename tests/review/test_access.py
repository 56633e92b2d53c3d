"""Who gets in, who may do what, and what is refused."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import select

from models.archive import Archive
from models.base import now
from models.crawling import Picture, Visit
from models.judging import Finding
from models.people import SignIn
from models.store import Store
from models.vocabulary import Role
from review import sessions
from review.access import RouteWithoutRuleError, include_guarded, local_path
from review.app import ROUTERS, create_app
from review.guarding import LARGEST_BODY, SECURITY_HEADERS
from tests.review.conftest import ORIGIN, TestClient, form_token
from tests.review.pretend_round import PASSWORD

SignInAs = Callable[[str], Any]

EVERYBODY = frozenset(Role)
DECIDERS = frozenset({Role.CHIEF, Role.COORDINATOR, Role.ASSESSOR})
PUBLIC = {"/about", "/healthz", "/robots.txt", "/sign-in"}
MAY_LOOK = {
    "/": EVERYBODY,
    "/queue": DECIDERS,
    "/queue/next": DECIDERS,
    "/findings/{finding_id}": EVERYBODY,
    "/captures/{capture_id}": EVERYBODY,
    "/captures/{capture_id}/body": EVERYBODY,
    "/pictures/{sha256}.png": EVERYBODY,
    "/cities": EVERYBODY,
    "/cities/{slug}": EVERYBODY,
    "/runs": EVERYBODY - {Role.ASSESSOR},
    "/runs/{run_id}": EVERYBODY - {Role.ASSESSOR},
    "/drift": EVERYBODY - {Role.ASSESSOR, Role.OPERATOR},
}
MAY_ACT = {"/findings/{finding_id}/assessments": DECIDERS, "/sign-out": EVERYBODY, "/sign-in": EVERYBODY}
LOGINS = {
    "chief": Role.CHIEF,
    "west": Role.COORDINATOR,
    "assessor": Role.ASSESSOR,
    "analyst": Role.ANALYST,
    "operator": Role.OPERATOR,
}


def places(store: Store, region: str) -> dict[str, str]:
    """What to put into the addresses of routes, so that they lead into *region*."""
    with store.reading() as db:
        visit = db.scalars(select(Visit).where(Visit.run_id == f"2026-11-{region}-1")).first()
        assert visit
        finding = db.scalars(
            select(Finding).where(Finding.visit_id == visit.id, Finding.indicator == "BUDG-01")
        ).one()
        capture = finding.evidence[0]["capture"]
        picture = db.scalars(select(Picture).where(Picture.capture_id == capture)).one()
    return {
        "finding_id": str(finding.id),
        "capture_id": capture,
        "sha256": picture.sha256,
        "slug": finding.city,
        "run_id": visit.run_id,
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

    looked = {path: client.get(filled[path]).status_code in (200, 303) for path in MAY_LOOK}
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

    assert (own.status_code, other.status_code) == (200, 404)


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


@pytest.mark.parametrize(
    "sent",
    [
        {"origin": "https://evil.test"},
        {"origin": "null"},
        {"origin": "http://localhost", "sec-fetch-site": "cross-site"},
        {"origin": "http://localhost", "sec-fetch-site": "same-site"},
        {"origin": ""},
    ],
)
def test_another_sites_form_is_refused(sent: dict[str, str], signed_in: SignInAs, store: Store) -> None:
    """A form that our own page did not send changes nothing, even with the right token."""
    client = signed_in("assessor")
    finding = places(store, "west")["finding_id"]
    data = {"act": "confirm", "version": "0", "token": form_token(client.get("/").text)}

    answer = client.post(f"/findings/{finding}/assessments", data=data, headers=sent)

    assert answer.status_code == 403


def test_a_token_of_another_sign_in_is_refused(signed_in: SignInAs, store: Store) -> None:
    """Each sign-in has a form token of its own."""
    finding = places(store, "west")["finding_id"]
    theirs = form_token(signed_in("second").get("/").text)

    answer = signed_in("assessor").post(
        f"/findings/{finding}/assessments", data={"act": "confirm", "version": "0", "token": theirs}
    )

    assert answer.status_code == 403


def test_signing_out_kills_every_copy_of_the_cookie(signed_in: SignInAs, desk: FastAPI) -> None:
    """Replaying a cookie after signing out opens nothing."""
    client = signed_in("assessor")
    copy = TestClient(desk, base_url="http://localhost", cookies=dict(client.cookies), follow_redirects=False)
    assert copy.get("/").status_code == 200

    client.post("/sign-out", data={"token": form_token(client.get("/").text)})

    assert copy.get("/").status_code == 303


def test_signing_in_again_ends_the_older_sign_in(signed_in: SignInAs, desk: FastAPI) -> None:
    """A cookie planted before signing in is worth nothing after it."""
    client = signed_in("assessor")
    planted = dict(client.cookies)

    client.post("/sign-in", data={"login": "assessor", "password": PASSWORD})

    assert dict(client.cookies) != planted
    assert (
        TestClient(desk, base_url="http://localhost", cookies=planted, follow_redirects=False)
        .get("/")
        .is_redirect
    )


@pytest.mark.parametrize(
    ("field", "age"), [("created_at", timedelta(hours=8, minutes=1)), ("seen_at", timedelta(minutes=31))]
)
def test_a_sign_in_ends_by_itself(field: str, age: timedelta, signed_in: SignInAs, store: Store) -> None:
    """After eight hours, or half an hour without a click."""
    client = signed_in("assessor")
    with store.writing() as db:
        setattr(db.scalars(select(SignIn)).one(), field, now() - age)

    assert client.get("/").status_code == 303


def test_only_hashes_of_cookies_are_kept(signed_in: SignInAs, store: Store) -> None:
    """Whoever reads the database cannot sign in with what is there."""
    client = signed_in("assessor")

    with store.reading() as db:
        kept = db.scalars(select(SignIn.token_sha256)).all()

    assert not set(kept) & set(client.cookies.values())


def test_guessing_is_slowed(visitor: TestClient) -> None:
    """After five wrong passwords even the right one has to wait."""
    for _ in range(sessions.TRIES_OF_PAIR):
        assert visitor.post("/sign-in", data={"login": "assessor", "password": "no"}).status_code == 401

    answer = visitor.post("/sign-in", data={"login": "assessor", "password": PASSWORD})

    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "900"


def test_a_stranger_cannot_lock_somebody_out(visitor: TestClient, desk: FastAPI) -> None:
    """Wrong guesses from one address do not stop the right password from another."""
    for _ in range(sessions.TRIES_OF_PAIR):
        visitor.post("/sign-in", data={"login": "assessor", "password": "no"})
    elsewhere = TestClient(
        desk, base_url="http://localhost", headers=ORIGIN, client=("198.51.100.7", 1), follow_redirects=False
    )

    answer = elsewhere.post("/sign-in", data={"login": "assessor", "password": PASSWORD})

    assert answer.status_code == 303


def test_an_unknown_login_is_answered_like_a_known_one(visitor: TestClient, store: Store) -> None:
    """Neither the words nor the time say whether there is such a person."""
    known = visitor.post("/sign-in", data={"login": "assessor", "password": "no"})
    unknown = visitor.post("/sign-in", data={"login": "nobodyy", "password": "no"})

    def quickest(login: str) -> float:
        times = []
        for _ in range(3):
            begun = time.perf_counter()
            sessions.sign_in(store, login=login, password="no", address=login)
            times.append(time.perf_counter() - begun)
        return min(times)

    assert known.status_code == unknown.status_code == 401
    assert known.text.replace("assessor", "nobodyy") == unknown.text
    assert quickest("nobody-else") > quickest("second") / 3


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.test",
        "https://evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "/\t/evil.test",
        "javascript:alert(1)",
        "evil.test",
        "",
        "http:evil.test",
        "/%0d%0a//x\r\n",
        "///evil.test",
        " /x",
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(wanted: str) -> None:
    """Only a plain path of this desk is followed."""
    assert local_path(wanted) == "/"


def test_after_signing_in_one_is_where_one_wanted_to_be(visitor: TestClient) -> None:
    """The link in a message leads to its finding; the one in a forged message does not."""
    wanted, forged = "/findings/7?city=lviv", "https://evil.test"

    sent = [
        visitor.post("/sign-in", data={"login": "assessor", "password": PASSWORD, "next": place})
        for place in (wanted, forged)
    ]

    assert [answer.headers["location"] for answer in sent] == [wanted, "/"]


@pytest.mark.parametrize(
    "path", ["/about", "/nope", "/sign-in", "/static/desk.css", "/healthz", "/findings/1"]
)
def test_every_answer_is_guarded(path: str, visitor: TestClient) -> None:
    """No framing, no sniffing, no inline script, whatever the answer."""
    answer = visitor.get(path)

    assert set(SECURITY_HEADERS) <= set(answer.headers)
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_a_wrong_host_is_refused_and_guarded(visitor: TestClient) -> None:
    """A page cannot be reached under a name that is not ours."""
    answer = visitor.get("/about", headers={"host": "evil.test"})

    assert answer.status_code == 400
    assert set(SECURITY_HEADERS) <= set(answer.headers)


def test_a_failure_of_ours_is_guarded_too(signed_in: SignInAs, desk: FastAPI, store: Store) -> None:
    """Even a 500 carries the headers, and says one sentence instead of a traceback."""
    cookies = dict(signed_in("chief").cookies)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE readings")
    client = TestClient(desk, base_url="http://localhost", cookies=cookies, raise_server_exceptions=False)

    answer = client.get(f"/captures/{places(store, 'west')['capture_id']}")

    assert answer.status_code == 500
    assert set(SECURITY_HEADERS) <= set(answer.headers)
    assert "Traceback" not in answer.text


def test_a_flood_is_refused(visitor: TestClient) -> None:
    """More than a form's worth is not read, with or without an honest length."""
    flood = b"x" * (LARGEST_BODY + 1)

    declared = visitor.post("/sign-in", content=flood)
    streamed = visitor.post("/sign-in", content=iter([flood[:70_000], flood[70_000:]]))

    assert declared.status_code == streamed.status_code == 413


def test_a_form_may_not_bring_more_than_its_fields(visitor: TestClient) -> None:
    """Nobody becomes a coordinator by adding a field."""
    answer = visitor.post("/sign-in", data={"login": "assessor", "password": PASSWORD, "role": "chief"})

    assert answer.status_code == 422


def test_over_https_the_cookie_is_tied_to_the_host(store: Store, archive: Archive) -> None:
    """Secure, host-only, out of scripts' reach."""
    app = create_app(store, archive, secure_cookies=True)
    client = TestClient(
        app, base_url="https://localhost", headers={"origin": "https://localhost"}, follow_redirects=False
    )

    cookie = client.post("/sign-in", data={"login": "chief", "password": PASSWORD}).headers["set-cookie"]

    assert cookie.startswith("__Host-")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "strict-transport-security" in client.get("/about").headers
