"""How long an assessor's pages take to settle sixty pre-filled items with the keyboard alone, in a real browser.

Usage: python benchmarks/keyboard.py [--items 60]. The desk holds the pretend round of the tests; what is
counted is page time: from the key that decides until the next item can be decided. A person's thinking is not in it.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from time import perf_counter

from playwright.sync_api import Page, sync_playwright
from sqlalchemy import select, update

from models.archive import Archive
from models.environment import settings
from models.people import Person
from models.reviewing import Item
from models.store import Store, open_store
from models.vocabulary import ItemState
from review.access import COOKIE
from review.app import create_app
from review.sessions import begin
from tests.review.in_browser import serving
from tests.review.pretend_round import settle

LIMIT = 300.0  # seconds for sixty items
EVERY = 10  # of which one is corrected, with a reason


def main() -> None:
    """Settle the items and print how long the pages took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=60)
    wanted = parser.parse_args().items
    with tempfile.TemporaryDirectory() as folder, serving() as (port, run), sync_playwright() as playwright:
        store = open_store(f"sqlite:///{Path(folder) / 'desk.db'}")
        archive = Archive(Path(folder) / "archive")
        settle(store, archive)
        run(create_app(store, archive))
        found = settings().chromium or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        context = browser.new_context(locale="uk-UA", viewport={"width": 1440, "height": 900})
        address = f"http://localhost:{port}"
        context.add_cookies([{"name": COOKIE, "value": _signed_in(store), "url": address}])
        page = context.new_page()
        page.goto(f"{address}/queue?whose=all")
        took = _settle(page, store, wanted)
        browser.close()
        store.close()
    print(f"{wanted} items settled by keyboard: {took:.1f} s of page time, {took / wanted:.2f} s each")
    if took > LIMIT * wanted / 60:
        raise SystemExit(f"more than {LIMIT:.0f} s for 60 items")


def _settle(page: Page, store: Store, wanted: int) -> float:
    """Confirm nine of ten, correct the tenth with a reason; seconds of page time."""
    began = perf_counter()
    page.keyboard.press("n")
    page.wait_for_url("**/findings/*")
    for number in range(1, wanted + 1):
        page.wait_for_load_state("load")
        before = page.url
        if number % EVERY:
            page.keyboard.press("c")
        else:
            page.keyboard.press("1")
            page.keyboard.type("Документ є лише сканом без тексту.")
            page.keyboard.press("Control+Enter")
        page.wait_for_url(lambda url, before=before: url != before)  # type: ignore[misc]
    took = perf_counter() - began
    with store.reading() as db:
        waiting = select(Item.id).where(Item.round == "2026-11", Item.state == ItemState.WAITING)
        left = len(db.scalars(waiting).all())
    print(f"left in the queue: {left}")
    return took


def _signed_in(store: Store) -> str:
    """The cookie of the chief; every item is plainly pre-filled, none a probe."""
    with store.writing() as db:
        db.execute(update(Item).values(probe=None, planted=None))
        return begin(db, db.scalars(select(Person.id).where(Person.login == "chief")).one())


if __name__ == "__main__":
    main()
