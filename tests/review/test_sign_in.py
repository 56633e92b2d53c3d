"""Signing in, signing out, and guessing."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from models.archive import Archive
from models.base import now
from models.people import SignIn
from models.store import Store
from review import sessions
from review.access import local_path
from review.app import create_app
from review.throttling import TRIES_OF_PAIR
from tests.review.conftest import ORIGIN, TestClient, form_token
from tests.review.pretend_answers import PASSWORD

SignInAs = Callable[[str], Any]


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
    for _ in range(TRIES_OF_PAIR):
        assert visitor.post("/sign-in", data={"login": "assessor", "password": "no"}).status_code == 401

    answer = visitor.post("/sign-in", data={"login": "assessor", "password": PASSWORD})

    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "900"


def test_a_stranger_cannot_lock_somebody_out(visitor: TestClient, desk: FastAPI) -> None:
    """Wrong guesses from one address do not stop the right password from another."""
    for _ in range(TRIES_OF_PAIR):
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


def test_over_https_the_cookie_is_tied_to_the_host(store: Store, archive: Archive) -> None:
    """Secure, host-only, out of scripts' reach."""
    app = create_app(store, archive, secure_cookies=True)
    client = TestClient(
        app, base_url="https://localhost", headers={"origin": "https://localhost"}, follow_redirects=False
    )

    cookie = client.post("/sign-in", data={"login": "chief", "password": PASSWORD}).headers["set-cookie"]

    assert cookie.startswith("__Host-")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "strict-transport-security" in client.get("/crawler").headers
