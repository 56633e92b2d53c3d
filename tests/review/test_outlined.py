"""Opening a finding in a real browser shows the quoted words, outlined on the stored page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from crawlers.browsing.finding import find_browser
from crawlers.rendering import Wanted, take_pictures
from models.archive import Archive
from models.crawling import Address, Picture
from models.environment import settings
from models.judging import Finding
from models.people import Person
from models.renewing import renew_items
from models.store import Store
from models.vocabulary import AddressState
from review.access import COOKIE
from review.app import create_app
from review.sessions import begin
from tests.factories import make_capture
from tests.review.asking import waiting_in
from tests.review.in_browser import served_page, serving

__all__ = ["served_page"]

pytestmark = pytest.mark.browser

QUOTE = "Рішення сесії № 41 «Про бюджет громади на 2026 рік»"
PAGE = f"""<!doctype html><meta charset=utf-8><title>Рішення</title><style>body {{ font: 18px sans-serif }}</style>
<script>document.body.innerHTML = ''</script><h1>Рішення ради</h1>{"<p>Інший документ ради.</p>" * 30}
<ul><li><a href="/41">{QUOTE}</a> від 12.11.2026</li></ul>{"<p>Ще один документ.</p>" * 30}"""
REDDISH = """url => new Promise(done => { const image = new Image(); image.onload = () => {
  const canvas = document.createElement('canvas'); canvas.width = image.width; canvas.height = image.height;
  const pen = canvas.getContext('2d'); pen.drawImage(image, 0, 0);
  const seen = pen.getImageData(0, 0, canvas.width, canvas.height).data; let red = 0;
  for (let at = 0; at < seen.length; at += 4)
    if (seen[at] > 140 && seen[at + 1] < 90 && seen[at + 2] < 90) red++;
  done([red, image.width, image.height]); }; image.src = url; })"""


@pytest.fixture
def finding(store: Store, tmp_path: Path) -> Finding:
    """A finding whose evidence stands far down a stored page, with its real picture and spot."""
    archive = Archive(tmp_path / "archive")
    before = waiting_in(store, "yasnohirsk", "BUDG-01")
    digest = archive.put(PAGE.encode())
    capture = make_capture(
        before.visit_id, "http://yasnohirsk.test/acts", body_sha256=digest, body_bytes=len(PAGE.encode())
    )
    fields = {column.name: getattr(before, column.name) for column in Finding.__table__.columns}
    piece = {"url": capture.final_url, "quote": QUOTE, "capture": capture.id, "title": "", "date": None}
    again = Finding(**{**fields, "id": None, "evaluation": 2, "evidence": [piece]})
    with store.writing() as db:
        db.add(capture)
        db.flush()
        home = db.scalars(
            select(Address).where(Address.visit_id == before.visit_id, Address.found_on.is_(None))
        ).first()
        assert home
        db.add(_row(capture.id, home))
        db.add(again)
        db.flush()
        renew_items(db, again.run_id, again.city)
    wanted = [Wanted(capture.id, QUOTE, "")]
    take_pictures(wanted, store=store, archive=archive, browser=find_browser(settings().chromium))
    return again


def _row(capture_id: str, home: Address) -> Address:
    fields = {column.name: getattr(home, column.name) for column in Address.__table__.columns}
    own = {"id": None, "key": "acts", "url": "http://yasnohirsk.test/acts", "found_on": home.key}
    return Address(
        **{**fields, **own, "anchor": "Рішення ради", "capture_id": capture_id, "state": AddressState.FETCHED}
    )


@pytest.fixture
def desk_url(store: Store, tmp_path: Path) -> Iterator[str]:
    """A running desk over the same database and archive."""
    with serving() as (port, run):
        run(create_app(store, Archive(tmp_path / "archive")))
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("width", [1440, 390])
def test_a_finding_shows_its_words_outlined(
    width: int, finding: Finding, desk_url: str, served_page: Page, store: Store
) -> None:
    """The crop comes first and has the outline; the whole page, the place in words and the way there are beside it."""
    page = served_page
    page.set_viewport_size({"width": width, "height": 900})
    with store.writing() as db:
        token = begin(db, db.scalars(select(Person.id).where(Person.login == "assessor")).one())
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": desk_url}])

    page.goto(f"{desk_url}/findings/{finding.id}")
    crop = page.locator(".evidence .crop img")
    crop.scroll_into_view_if_needed()
    shown = crop.evaluate("one => [one.complete, one.naturalWidth > 100, one.alt]")
    red, _, height = page.evaluate(REDDISH, crop.get_attribute("src"))
    _, _, whole = page.evaluate(REDDISH, page.locator(".evidence .crop").get_attribute("href"))

    with store.reading() as db:
        picture = db.scalars(select(Picture).where(Picture.quote == QUOTE)).one()
    live = page.locator(".evidence a[data-key=o]").get_attribute("href") or ""
    assert picture.found
    assert shown[:2] == [True, True]
    assert QUOTE in shown[2]
    assert red > 300  # the outline itself, in colour
    assert height < whole  # a crop, and the whole page a click away
    assert page.locator(".evidence mark").inner_text() == QUOTE
    assert page.locator(".whence strong").first.inner_text() == "Текст посилання на сторінці"
    assert page.locator(".click-path li").all_inner_texts() == ["Головна сторінка", "Рішення ради"]
    assert live.startswith("http://yasnohirsk.test/acts#:~:text=")
    assert page.locator("#decision button[value=confirm]").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
