"""The other origin, without a browser: who may see what there, and with which headers."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI

from models.archive import Archive
from models.crawling import Capture
from models.store import Store
from review.app import ROUTERS
from review.origins import Origins, SameHostError, host_name
from review.signing import SECONDS, Signer, key_in
from review.stored import LARGEST, NotShownError, can_be_shown, ready
from review.stored_pages import create_stored_pages
from tests.factories import make_capture
from tests.review.asking import waiting_in
from tests.review.conftest import TestClient

SignInAs = Callable[[str], Any]
SIGNER = Signer(b"k" * 32)


@pytest.fixture
def stored(store: Store, archive: Archive) -> TestClient:
    """The browser of somebody at the other origin, with a cookie of the desk."""
    app = create_stored_pages(store, archive, signer=SIGNER, desk_url="http://localhost")
    client = TestClient(app, base_url="http://stored.test", follow_redirects=False)
    client.cookies.set("tcm_desk", "a sign-in", domain="stored.test")
    return client


def shown_capture(store: Store) -> str:
    """The capture behind a finding."""
    return str(waiting_in(store, "yasnohirsk", "BUDG-01").evidence[0]["capture"])


def test_the_desk_sends_on_to_a_link_that_shows_the_page(
    signed_in: SignInAs, store: Store, stored: TestClient
) -> None:
    """From the desk to the frame to the stored bytes, each with the headers that take all power from them."""
    capture_id = shown_capture(store)
    sent_on = signed_in("assessor").get(f"/captures/{capture_id}/page")
    link = urlsplit(sent_on.headers["location"])

    frame = stored.get(f"{link.path}?{link.query}")
    content = stored.get(f"{link.path}/content?{link.query}", headers={"sec-fetch-dest": "iframe"})

    assert (sent_on.status_code, link.netloc) == (303, "stored.test")
    assert "Це не жива сторінка" in frame.text
    assert '<iframe sandbox referrerpolicy="no-referrer"' in frame.text
    assert "<script" not in frame.text
    assert "alert(1)" not in frame.text
    assert "<script>alert(1)</script>" in content.text
    policy = content.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'")
    for answer in (frame, content):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers


def test_stored_bytes_are_never_a_top_page(store: Store, stored: TestClient) -> None:
    """Opened by itself, the content leads back into the frame that says what it is."""
    capture_id = shown_capture(store)
    query = SIGNER.query(capture_id, "uk")

    answer = stored.get(f"/stored/{capture_id}/content?{query}", headers={"sec-fetch-dest": "document"})

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/stored/{capture_id}?{query}"


@pytest.mark.parametrize("page", ["", "/content"])
@pytest.mark.parametrize("spoilt", ["late", "other", "forged", "stretched", "none", "words"])
def test_only_a_fresh_link_of_ours_opens_anything(
    page: str, spoilt: str, store: Store, stored: TestClient
) -> None:
    """A link is for one capture and two minutes; whoever has none gets a sentence and no bytes."""
    capture_id = shown_capture(store)
    now = SIGNER.clock()
    query = {
        "late": Signer(SIGNER.key, lambda: now - SECONDS - 5).query(capture_id, "uk"),
        "other": SIGNER.query("0" * 32, "uk"),
        "forged": Signer(b"x" * 32).query(capture_id, "uk"),
        "stretched": Signer(SIGNER.key, lambda: now + 9999).query(capture_id, "uk"),
        "none": "",
        "words": "until=soon&sign=please",
    }[spoilt]

    answer = stored.get(f"/stored/{capture_id}{page}?{query}", headers={"sec-fetch-dest": "iframe"})

    assert answer.status_code == 410
    assert "alert(1)" not in answer.text
    assert f"http://localhost/captures/{capture_id}" in answer.text


def test_there_is_nothing_else_there(stored: TestClient, store: Store) -> None:
    """No page of the desk answers on that origin, and an unknown capture is a sentence."""
    unknown = "0" * 32

    answers = {
        path: stored.get(path).status_code for path in ("/queue", "/cities", "/sign-in", "/static/desk.js")
    }
    missing = stored.get(f"/stored/{unknown}?{SIGNER.query(unknown, 'en')}")

    assert set(answers.values()) == {404}
    assert stored.post("/").status_code == 404
    assert stored.get("/").headers["location"] == "http://localhost/"
    assert missing.status_code == 404
    assert "This copy is not shown here" in missing.text


def test_no_route_of_the_desk_serves_a_stored_page(signed_in: SignInAs, store: Store) -> None:
    """Of all addresses of the desk, none answers with the captured page as a page."""
    capture_id = shown_capture(store)
    client = signed_in("chief")
    asked = [
        str(getattr(route, "path", "")).replace("{capture_id}", capture_id)
        for router in ROUTERS
        for route in router.routes
        if "{capture_id}" in getattr(route, "path", "")
    ]

    answers = [client.get(path) for path in asked]

    assert len(asked) == 3
    for answer in answers:
        if "<script>alert(1)" in answer.text:
            assert answer.headers["content-type"] == "application/octet-stream"
            assert answer.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("host", ["stored.test", "STORED.test:8000", "stored.test."])
def test_origins_are_told_apart_by_host_alone(
    host: str, desk: FastAPI, store: Store, archive: Archive
) -> None:
    """The Host header decides, in one place; every other name is the desk's to judge."""
    other = create_stored_pages(store, archive, signer=SIGNER, desk_url="http://localhost")
    both = Origins(desk=desk, stored=other, desk_url="http://localhost", stored_url="http://stored.test:8000")
    client = TestClient(both, base_url="http://localhost", follow_redirects=False)

    assert client.get("/healthz", headers={"host": host}).status_code == 404
    assert client.get("/healthz").status_code == 200
    assert client.get("/healthz", headers={"host": "evil.test"}).status_code == 400


@pytest.mark.parametrize("url", ["http://localhost:9000", "http://LOCALHOST", "", "nonsense"])
def test_one_host_is_no_two_origins(url: str, desk: FastAPI) -> None:
    """Cookies know no ports: the same name on another port would not be apart."""
    with pytest.raises(SameHostError):
        Origins(desk=desk, stored=desk, desk_url="http://localhost:8000", stored_url=url)


def test_a_host_name_is_read_as_browsers_write_it() -> None:
    """Ports, case and a last dot do not make another host."""
    assert [host_name(one) for one in ("A.test:80", "a.test.", "[::1]:80", "", "[")] == [
        "a.test",
        "a.test",
        "::1",
        "",
        "",
    ]


def test_the_key_is_one_for_the_installation(tmp_path: Path) -> None:
    """Made once, for its owner's eyes only; a second desk uses the same."""
    first = key_in(tmp_path / "home")

    assert len(first) == 32
    assert key_in(tmp_path / "home") == first
    assert (tmp_path / "home" / "sealed.key").stat().st_mode & 0o077 == 0


def put(archive: Archive, body: bytes, media_type: str, **changes: Any) -> Capture:  # noqa: ANN401  # any field
    """A capture of *body*, not in any database."""
    fields = {"media_type": media_type, "body_bytes": len(body), "decoded_bytes": len(body), **changes}
    return make_capture(1, body_sha256=archive.put(body), **fields)


@pytest.mark.parametrize(
    ("media_type", "served"),
    [
        ("text/html", "text/html; charset=utf-8"),
        ("application/xhtml+xml", "text/html; charset=utf-8"),
        ("application/json", "text/plain; charset=utf-8"),
        ("text/xml", "text/plain; charset=utf-8"),
        ("text/javascript", "text/plain; charset=utf-8"),
        ("image/svg+xml", "image/svg+xml"),
        ("image/png", "image/png"),
    ],
)
def test_what_is_shown_in_place_and_as_what(media_type: str, served: str, tmp_path: Path) -> None:
    """Pages as pages, data and scripts as text, pictures as pictures."""
    archive = Archive(tmp_path)

    assert ready(put(archive, b"<p>so", media_type), archive).media_type == served


@pytest.mark.parametrize("media_type", ["application/pdf", "application/msword", "application/zip", ""])
def test_documents_are_for_downloading(media_type: str, tmp_path: Path) -> None:
    """Nothing that a plug-in would open is shown in place."""
    capture = put(Archive(tmp_path), b"%PDF-1.7", media_type)

    assert not can_be_shown(capture)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """A small stored body that unpacks to more than a page is refused at the limit."""
    archive = Archive(tmp_path)
    packed = gzip.compress(bytes(LARGEST + 2))
    capture = put(archive, packed, "text/html", content_encoding="gzip", decoded_bytes=5)

    with pytest.raises(NotShownError):
        ready(capture, archive)


def test_packed_and_old_charsets_are_read(tmp_path: Path) -> None:
    """A gzipped page in windows-1251 is sent unpacked, and the browser is told which letters it is in."""
    archive = Archive(tmp_path)
    body = "<meta charset=windows-1251><p>Рішення".encode("cp1251")

    shown = ready(
        put(archive, gzip.compress(body), "text/html", charset_declared=None, content_encoding="gzip"),
        archive,
    )

    assert shown.media_type == "text/html; charset=windows-1251"
    assert shown.content == body


@pytest.mark.parametrize("charset", ["utf-7", "iso-2022-jp", "utf-16", "x-user-defined", "ut\r\nf"])
def test_no_charset_that_hides_markup(charset: str, tmp_path: Path) -> None:
    """In these charsets other bytes would spell a tag than the ones we look at."""
    archive = Archive(tmp_path)

    shown = ready(put(archive, b"<p>text", "text/html", charset_declared=charset), archive)

    assert shown.media_type == "text/html; charset=utf-8"


def test_a_photo_somebody_brought_is_not_shown_as_it_came(tmp_path: Path) -> None:
    """What its camera wrote beside the picture stays sealed."""
    photo = put(Archive(tmp_path), b"\xff\xd8\xff", "image/jpeg", requested_url="submitted:7")

    assert not can_be_shown(photo)
