"""What surrounds every request: headers, small bodies, forms of our own pages only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI

from models.store import Store
from review.guarding import LARGEST_BODY, SECURITY_HEADERS
from tests.review.asking import places
from tests.review.conftest import TestClient, form_token
from tests.review.pretend_answers import PASSWORD

SignInAs = Callable[[str], Any]


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


@pytest.mark.parametrize(
    "path", ["/crawler", "/nope", "/sign-in", "/static/desk.css", "/healthz", "/findings/1"]
)
def test_every_answer_is_guarded(path: str, visitor: TestClient) -> None:
    """No framing, no sniffing, no inline script, whatever the answer."""
    answer = visitor.get(path)

    assert set(SECURITY_HEADERS) <= set(answer.headers)
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_a_wrong_host_is_refused_and_guarded(visitor: TestClient) -> None:
    """A page cannot be reached under a name that is not ours."""
    answer = visitor.get("/crawler", headers={"host": "evil.test"})

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
