"""A form that is too large is refused, and its words are given back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from starlette.responses import Response

from models.store import Store
from review.guarding import LARGEST_BODY, LARGEST_UPLOAD, PATIENCE, BodyLimit
from review.rescuing import words_in
from tests.review.asking import assessments_of, send, waiting_in
from tests.review.conftest import form_token

SignInAs = Callable[[str], Any]
NOTE = "Протокол № 7 є лише на папері,\nтому ось скан."
HUGE = b"%PDF-1.7\n" + b"x" * LARGEST_UPLOAD


@pytest.mark.parametrize("is_told", [True, False])
@pytest.mark.parametrize("is_last", [True, False])
def test_the_note_beside_a_file_that_is_too_large_is_given_back(
    is_told: bool,  # noqa: FBT001  # a parameter of pytest
    is_last: bool,  # noqa: FBT001
    signed_in: SignInAs,
    store: Store,
) -> None:
    """413 in one sentence, with the words that stood before or after the file; however the browser sends it."""
    client = signed_in("assessor")
    finding = waiting_in(store, "yasnohirsk", "DATA-02")
    fields: list[Any] = [("note", (None, NOTE)), ("file", ("скан.pdf", HUGE))]
    fields = [("token", (None, form_token(client.get("/").text))), ("kind", (None, "file")), *fields]
    asked = client.build_request(
        "POST",
        f"/findings/{finding.id}/submissions",
        files=fields if not is_last else [*fields[:2], *fields[:1:-1]],
    )
    body, headers = asked.read(), {"content-type": asked.headers["content-type"]}

    answer = client.post(
        asked.url, content=body if is_told else iter([body[:70_000], body[70_000:]]), headers=headers
    )

    assert answer.status_code == 413
    assert answer.context["kept"] == NOTE
    assert f">{NOTE}</textarea>" in answer.text
    assert "20 МіБ" in answer.text


def test_two_hundred_kilobytes_of_words_are_given_back(signed_in: SignInAs, store: Store) -> None:
    """No page of ours sends so many; whoever does gets all of them back, and nothing is written."""
    finding = waiting_in(store, "yasnohirsk", "INFO-08")
    words = "я" * 60_000

    answer = send(signed_in("assessor"), finding, act="correct", verdict="met", comment=words)

    assert answer.status_code == 413
    assert answer.context["kept"] == words
    assert not assessments_of(store, finding)


@pytest.mark.parametrize(("cookie", "most"), [([], 1), ([(b"cookie", b"a=b")], PATIENCE)])
def test_nobody_is_read_for_ever(cookie: list[Any], most: int) -> None:
    """Who may be signed in is read four times as far as is taken, to be told so; a stranger is not."""
    pieces: list[int] = []
    told: list[Any] = []

    async def flood() -> dict[str, Any]:
        pieces.append(1)
        return {"type": "http.request", "body": b"x" * LARGEST_BODY, "more_body": True}

    async def answer(message: Any) -> None:  # noqa: ANN401  # of ASGI
        told.append(message)

    async def nothing(*_: Any) -> None:  # noqa: ANN401
        pytest.fail("was let through")

    limit = BodyLimit(nothing, refuse=lambda _, status: Response(status_code=status))
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/account/password",
        "headers": cookie,
        "query_string": b"",
    }
    asyncio.run(limit(scope, flood, answer))

    assert told[0]["status"] == 413
    assert len(pieces) == most + 1


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("", b"\xff\xfe"),
        ("multipart/form-data; boundary=b", b"--b\r\n--b--"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\ncontent-disposition: form-data; name="file"; filename="note"\r\n\r\nPDF',
        ),
        ("application/x-www-form-urlencoded", b"password=secret&token=t&%FF=%FF"),
    ],
)
def test_what_is_no_word_of_theirs_is_not_given_back(content_type: str, body: bytes) -> None:
    """No file, no secret, and no error whatever comes."""
    assert words_in(content_type, body) == ""
