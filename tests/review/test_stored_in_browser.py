"""Captured pages that want to do harm, opened in a real Chromium: nothing runs, and nothing leaves."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from models.archive import Archive
from models.people import Person
from models.store import Store, open_store
from review.access import COOKIE
from review.app import create_app
from review.origins import Origins, Sealing
from review.sessions import begin
from review.signing import Signer
from review.stored_pages import create_stored_pages
from tests.factories import make_capture
from tests.review.asking import waiting_in
from tests.review.in_browser import served_page, serving

__all__ = ["served_page"]

pytestmark = pytest.mark.browser


class Canary:
    """Listens on loopback and remembers whoever connects."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.heard.append(b"a connection")
            connection.close()

    def close(self) -> None:
        """Listen no more."""
        self._socket.close()


@pytest.fixture
def canary() -> Iterator[Canary]:
    """Where every hostile page wants to go."""
    listening = Canary()
    yield listening
    listening.close()


HOSTILE = """<!doctype html><html><head><base href="{there}/base/">
<link rel=preconnect href="{there}"><LINK rel=dns-prefetch href="{there}"><link/rel=prefetch href="{there}/p">
<link rel=stylesheet href="{there}/css"><link rel=icon href="{there}/icon"><link rel=manifest href="{there}/m">
<meta http-equiv=refresh content="0;url={there}/refresh"></head>
<body background="{there}/bg" onload="document.title='ran'">
<h1 id=seen>Рішення сесії</h1>
<script>document.title='ran'; document.cookie='x=1'; fetch('{there}/f'); navigator.serviceWorker.register('/sw.js');
history.pushState(0, '', '/findings/1'); top.location='{there}/top'; parent.document.title='ran'</script>
<img src=x onerror="document.title='ran'"><img src="{there}/img"><iframe src="{there}/frame"></iframe>
<iframe srcdoc="<script>parent.document.title='ran'</script>"></iframe>
<object data="{there}/o"></object><embed src="{there}/e"><video src="{there}/v" poster="{there}/po" autoplay></video>
<svg onload="document.title='ran'"><image href="{there}/svg"/></svg>
<style>@import url({there}/imp); h1 { background: url({there}/cssbg) }
@font-face { font-family: f; src: url({there}/font) }</style>
<form action="{there}/form"><button id=send>go</button></form>
<a id=link href="{there}/link" ping="{there}/ping">link</a> <a id=top target=_top href="{there}/t">top</a>
<a id=blank target=_blank href="{there}/b">blank</a> <a id=js href="javascript:document.title='ran'">js</a>
</body></html>"""

DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:h="http://www.w3.org/1999/xhtml" width="200" height="80"
 onload="document.title='ran'"><script>document.title='ran'; fetch('{there}/f')</script>
<h:link rel="preconnect" href="{there}"/><image href="{there}/i"/><rect width="200" height="80" fill="teal"/></svg>"""


@pytest.fixture
def origins(store: Store, archive: Archive) -> Iterator[str]:
    """Both origins of a running desk; the address of the desk."""
    own = Archive(archive.root)
    with serving() as (port, run):
        desk_url, stored_url = f"http://127.0.0.1:{port}", f"http://localhost:{port}"
        opened = open_store(store.url)
        signer = Signer(b"k" * 32)
        desk = create_app(opened, own, sealing=Sealing(stored_url, signer))
        stored = create_stored_pages(opened, own, signer=signer, desk_url=desk_url)
        run(Origins(desk=desk, stored=stored, desk_url=desk_url, stored_url=stored_url))
        yield desk_url
    opened.close()


def capture_with(store: Store, archive: Archive, body: str, media_type: str) -> str:
    """A capture that holds *body*, of a city the assessor may see."""
    digest, size = archive.put(body.encode()), len(body.encode())
    capture = make_capture(
        waiting_in(store, "yasnohirsk", "BUDG-01").visit_id,
        "http://hostile.test/",
        body_sha256=digest,
        media_type=media_type,
        body_bytes=size,
        decoded_bytes=size,
    )
    with store.writing() as db:
        db.add(capture)
    return capture.id


def sign_in(page: Page, store: Store, address: str) -> None:
    """Let the browser in as the assessor of the west."""
    with store.writing() as db:
        token = begin(db, db.scalars(select(Person.id).where(Person.login == "assessor")).one())
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])


def test_a_hostile_page_does_nothing(
    served_page: Page, origins: str, canary: Canary, store: Store, archive: Archive
) -> None:
    """Scripts, handlers, refresh, frames, forms, links, workers, cookies, history: not one works, nothing connects."""
    page = served_page
    body = HOSTILE.replace("{there}", f"http://127.0.0.1:{canary.port}")
    capture_id = capture_with(store, archive, body, "text/html")
    sign_in(page, store, origins)

    page.goto(f"{origins}/captures/{capture_id}/page")
    content = page.frame_locator("iframe")
    content.locator("#seen").wait_for()
    framed = page.url
    for target in ("#send", "#js", "#blank", "#top", "#link"):
        content.locator(target).dispatch_event("click")
        page.wait_for_timeout(200)

    assert framed.startswith(origins.replace("127.0.0.1", "localhost") + "/stored/")
    assert page.url == framed
    assert "ran" not in page.title()
    assert len(page.context.pages) == 1
    assert canary.heard == []
    assert [cookie["domain"] for cookie in page.context.cookies()] == ["127.0.0.1"]
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0


def test_a_drawing_does_nothing(
    served_page: Page, origins: str, canary: Canary, store: Store, archive: Archive
) -> None:
    """An SVG is shown as an image: it is seen, it runs nothing and asks for nothing."""
    page = served_page
    body = DRAWING.replace("{there}", f"http://127.0.0.1:{canary.port}")
    capture_id = capture_with(store, archive, body, "image/svg+xml")
    sign_in(page, store, origins)

    page.goto(f"{origins}/captures/{capture_id}/page")
    page.wait_for_timeout(400)

    assert page.locator("img").evaluate("one => one.complete && one.naturalWidth") == 200
    assert "ran" not in page.title()
    assert canary.heard == []


def test_the_other_origin_gets_no_cookie_of_the_desk(
    served_page: Page, origins: str, store: Store, archive: Archive
) -> None:
    """The browser keeps them apart by host name: no request there carries a sign-in."""
    page = served_page
    capture_id = capture_with(store, archive, "<p id=seen>так", "text/html")
    sign_in(page, store, origins)
    sent: list[str | None] = []
    page.on(
        "request",
        lambda request: (
            sent.append(request.all_headers().get("cookie")) if "localhost" in request.url else None
        ),
    )

    page.goto(f"{origins}/captures/{capture_id}/page")
    page.frame_locator("iframe").locator("#seen").wait_for()

    assert len(sent) >= 2
    assert set(sent) == {None}
