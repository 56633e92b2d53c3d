"""A spot becomes a link that a browser understands, and is kept once for each quote of a capture."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import sync_playwright

from crawlers.browsing.finding import find_browser
from crawlers.spots.finding import Body, find_spot
from models.environment import settings
from models.runs import open_run
from models.spots import Spotted, keep_spots, noted, spots_of, text_fragment
from models.store import Store, open_store
from models.visits import open_visit
from tests.factories import make_capture

URL = "https://rada.test/list"


def in_text(words: str, **more: object) -> Spotted:
    """A spot of these words in a page."""
    return Spotted(found=True, kind="text", place={"words": words, "times": 1, "shown": True, **more})


def test_signs_of_the_syntax_are_encoded() -> None:
    """A dash, a comma and an ampersand in the words are no syntax."""
    link = text_fragment(URL, in_text("Рішення № 1-2, план & звіт"))

    directive = link.removeprefix(f"{URL}#:~:text=")
    assert not set(directive) & set("-,& ~")
    assert "%2D2%2C" in directive
    assert "%26" in directive


def test_context_is_said_only_where_words_repeat() -> None:
    """What stands around the words parts equal ones, and would only be in the way of the others."""
    around = {"before": "один два три чотири п'ять", "after": "шість сім"}

    assert text_fragment(URL, in_text("Звіт", **around)).count(",") == 0
    link = text_fragment(URL, in_text("Звіт", **around | {"times": 2}))
    before, words, after = link.partition("text=")[2].split(",")
    assert before.endswith("-")
    assert after.startswith("-")
    assert words == "%D0%97%D0%B2%D1%96%D1%82"


def test_of_long_words_both_ends_are_said() -> None:
    """A link stays short: the first and the last words stand for a long quote."""
    link = text_fragment(URL, in_text(" ".join(f"слово{number}" for number in range(80))))

    assert link.count(",") == 1
    assert len(link) < 800


def test_a_fragment_of_its_own_is_kept() -> None:
    """What the address already says of a place stays, but an older text directive goes."""
    assert text_fragment(f"{URL}#docs", in_text("a")) == f"{URL}#docs:~:text=a"
    assert text_fragment(f"{URL}#docs:~:text=old", in_text("a")) == f"{URL}#docs:~:text=a"


@pytest.mark.parametrize(
    ("spot", "link"),
    [
        (None, URL),
        (Spotted(found=False, kind="none"), URL),
        (in_text("a", shown=False), URL),
        (Spotted(found=True, kind="cell", place={"row": 1}), URL),
        (Spotted(found=True, kind="page", place={"page": 3, "pages": 9}), f"{URL}#page=3"),
        (Spotted(found=True, kind="page", place={"page": 3, "pages": 9, "member": "a.pdf"}), URL),
    ],
    ids=["unknown", "not found", "title", "cell", "page", "in an archive"],
)
def test_what_no_link_can_say_is_left_out(spot: Spotted | None, link: str) -> None:
    """A PDF opens at its page; for the rest the address stays as it is."""
    assert text_fragment(URL, spot) == link


def test_a_note_is_said_in_both_languages() -> None:
    """What a picture does not show as a visitor saw it is said in words, with the number that belongs to it."""
    said = noted("clipped=2000123; unfolded; something new")

    assert said[0][0] == "сторінка заввишки 2000123 пікселів; показано 20 000 з них"
    assert "unfolded" in said[1][1]
    assert said[2] == ("something new", "something new")
    assert noted("") == []


@contextmanager
def serving(page: bytes) -> Iterator[str]:
    """A server on loopback that gives this page; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name in the base class
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


FILLING = "".join(f"<p>Рядок {number} переліку документів</p>" for number in range(300))
LONG = " ".join(f"слово{number}" for number in range(70))
PAGE = (
    "<!doctype html><html lang='uk'><meta charset='utf-8'><title>Рішення</title>"
    "<style>::target-text{background:rgb(0,0,255);color:rgb(0,0,255)}</style><body>"
    "<p>Звіт за 2026 рік</p><h2>Освіта</h2>" + FILLING + "<h2>Культура</h2><p>Звіт за 2026 рік</p>"
    "<p>Про <b>внесення</b> змін, зокрема&nbsp;№ 12-34 &amp; «план»</p>"
    f"<div><p>{LONG}</p></div><div><p>перший</p><p>другий</p></div>" + FILLING + "</body></html>"
).encode()


@pytest.mark.browser
@pytest.mark.parametrize(
    "quote",
    [
        'Про внесення змін, зокрема № 12-34 & "план"',
        LONG,
        "слово5 слово6",
        "Звіт за 2026 рік",
        "перший другий",
    ],
    ids=["signs and tags", "long", "within", "repeated", "two paragraphs"],
)
def test_a_browser_goes_to_the_words_and_marks_them(quote: str) -> None:
    """Real Chromium scrolls to the spot and marks it: the pixels of its mark are on the screen."""
    with serving(PAGE) as url, sync_playwright() as playwright:
        spot = find_spot(Body(PAGE, url, "text/html", "utf-8"), quote, leads_to="")
        if quote.startswith("Звіт"):
            spot = Spotted(
                found=True,
                kind="text",
                place=spot.place | {"before": "Культура", "after": "Про внесення змін"},
            )
        browser = playwright.chromium.launch(
            executable_path=find_browser(settings().chromium), args=["--no-sandbox"]
        )
        try:
            page = browser.new_page(viewport={"width": 800, "height": 600})
            page.goto(text_fragment(url, spot))
            page.wait_for_function("window.scrollY > 1000")
            marked = page.evaluate(
                "async (shot) => { const image = await createImageBitmap(await (await fetch(shot)).blob());"
                " const canvas = new OffscreenCanvas(image.width, image.height), pen = canvas.getContext('2d');"
                " pen.drawImage(image, 0, 0); const data = pen.getImageData(0, 0, image.width, image.height).data;"
                " let blue = 0; for (let at = 0; at < data.length; at += 4)"
                " blue += data[at] < 9 && data[at + 1] < 9 && data[at + 2] > 246; return blue; }",
                f"data:image/png;base64,{b64encode(page.screenshot()).decode()}",
            )
            assert page.evaluate("'fragmentDirective' in document")
            assert marked > 500
        finally:
            browser.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty database."""
    opened = open_store(f"sqlite:///{tmp_path / 'monitor.db'}")
    yield opened
    opened.close()


def test_a_spot_is_kept_once_and_may_be_found_anew(store: Store) -> None:
    """Spots can be worked out again: what is known better replaces what was known."""
    visit = open_visit(store, open_run(store, round_id="2026-11", name="a"), "verbohirsk").id
    with store.writing() as db:
        db.add(make_capture(visit, URL))
    capture = make_capture(visit, URL).id
    nowhere = Spotted(found=False, kind="none", place={"reason": "absent"})

    with store.writing() as db:
        keep_spots(db, [(capture, "a", nowhere), (capture, "b", in_text("b"))])
    with store.writing() as db:
        keep_spots(db, [(capture, "a", in_text("a"))])

    with store.reading() as db:
        found = spots_of(db, [capture, capture, "unknown"])
    assert {quote: spot.found for (_, quote), spot in found.items()} == {"a": True, "b": True}
    assert found[capture, "a"].place["words"] == "a"
