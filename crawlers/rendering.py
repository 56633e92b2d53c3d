"""Pictures of captures: rendered from the stored bytes, without scripts and off the network."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, Route, async_playwright
from playwright.async_api import Error as BrowserError
from sqlalchemy import select

from crawlers.capturing import is_page
from crawlers.charset import decode
from crawlers.unpacking import PackedWrongError, unpack
from models.archive import Archive
from models.base import now
from models.crawling import Capture, Picture
from models.store import Store

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDTH, HEIGHT = 1280, 900
PATIENCE_MS = 10_000
TABS = 2
LARGEST = 2**26
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # even a request that escaped the route would go nowhere
)

# Finds the smallest element that shows the words, outlines it and brings it to the middle of the window.
_OUTLINE = """(quote) => {
  const fold = (text) => (text || '').normalize('NFC').replace(/\\s+/g, ' ').trim().toLowerCase();
  const wanted = fold(quote);
  if (!wanted) return false;
  let best = null;
  for (const element of document.body ? document.body.querySelectorAll('*') : []) {
    if (!element.getClientRects().length) continue;
    const shown = fold(element.innerText);
    if (shown.includes(wanted) && (!best || shown.length <= best.size)) best = {element, size: shown.length};
  }
  if (!best) return false;
  best.element.style.setProperty('outline', '4px solid #b3261e', 'important');
  best.element.style.setProperty('outline-offset', '3px', 'important');
  best.element.scrollIntoView({block: 'center', inline: 'center'});
  return true;
}"""


class NoBrowserError(Exception):
    """No browser was found; the sentence says how to get one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture to take: of this capture, with these words outlined."""

    capture: str
    quote: str


def find_browser(named: str | None) -> Path:
    """The browser *named* in the environment, or the system's Chromium, or Playwright's own."""
    if named is not None:
        if Path(named).is_file():
            return Path(named)
        message = f"TCM_CHROMIUM names {named}, which is no file: correct it or unset it"
        raise NoBrowserError(message)
    for name in NAMES:
        if (found := shutil.which(name)) is not None:
            return Path(found)
    own = sorted(Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome"))
    if own:
        return own[-1]
    message = (
        "no browser was found: install the package chromium, run `playwright install chromium`, or name one in"
        " TCM_CHROMIUM"
    )
    raise NoBrowserError(message)


def take_pictures(
    wanted: Iterable[Wanted], *, store: Store, archive: Archive, browser: Path
) -> tuple[int, int]:
    """Take the pictures that are not there yet; how many were taken, and in how many the words were found."""
    missing = _missing(store, list(dict.fromkeys(wanted)))
    if not missing:
        return 0, 0
    pictures = asyncio.run(_take_all(missing, archive, browser))
    with store.writing() as db:
        db.add_all(pictures)
    return len(pictures), sum(picture.found for picture in pictures)


def _missing(store: Store, wanted: Sequence[Wanted]) -> list[tuple[Wanted, Capture]]:
    with store.reading() as db:
        ids = {want.capture for want in wanted}
        captures = {row.id: row for row in db.scalars(select(Capture).where(Capture.id.in_(ids)))}
        there = {
            (row.capture_id, row.quote)
            for row in db.scalars(select(Picture).where(Picture.capture_id.in_(ids)))
        }
    return [
        (want, captures[want.capture])
        for want in wanted
        if want.capture in captures
        and (want.capture, want.quote) not in there
        and is_page(captures[want.capture])
    ]


async def _take_all(
    missing: list[tuple[Wanted, Capture]], archive: Archive, executable: Path
) -> list[Picture]:
    """All of them, in one browser with a few tabs; one that cannot be taken is left out."""
    queue: asyncio.Queue[tuple[Wanted, Capture]] = asyncio.Queue()
    for entry in missing:
        queue.put_nowait(entry)
    taken: list[Picture] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable,
            args=list(FLAGS),
            chromium_sandbox=os.geteuid() != 0,  # Chromium refuses its sandbox to root
        )
        try:
            tabs = (_tab(browser, queue, archive, taken) for _ in range(min(TABS, len(missing))))
            await asyncio.gather(*tabs)
        finally:
            await browser.close()
    return taken


async def _tab(
    browser: Browser,
    queue: asyncio.Queue[tuple[Wanted, Capture]],
    archive: Archive,
    taken: list[Picture],
) -> None:
    context = await _context(browser)
    page = await context.new_page()
    while not queue.empty():
        want, capture = queue.get_nowait()
        try:
            taken.append(await _picture(page, want, capture, archive, browser.version))
        except (BrowserError, PackedWrongError):
            await page.close()
            page = await context.new_page()
    await context.close()


async def _context(browser: Browser) -> BrowserContext:
    return await browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT},
        java_script_enabled=False,
        offline=True,
        service_workers="block",
        accept_downloads=False,
        locale="uk-UA",
        timezone_id="Europe/Kyiv",
    )


async def _picture(page: Page, want: Wanted, capture: Capture, archive: Archive, version: str) -> Picture:
    body = unpack(archive.get(capture.body_sha256), capture.content_encoding, largest=LARGEST)
    text = decode(body, capture.charset_declared).text

    async def answer(route: Route) -> None:
        if route.request.is_navigation_request() and route.request.frame == page.main_frame:
            await route.fulfill(body=text, content_type="text/html; charset=utf-8")
        else:
            await route.abort()

    await page.unroute_all()
    await page.route("**/*", answer)
    await page.goto(capture.final_url, wait_until="load", timeout=PATIENCE_MS)
    found = bool(await page.evaluate(_OUTLINE, want.quote))
    shot: Any = await page.screenshot(type="png", timeout=PATIENCE_MS, animations="disabled")
    return Picture(
        capture_id=capture.id,
        quote=want.quote,
        found=found,
        sha256=archive.put(shot),
        width=WIDTH,
        height=HEIGHT,
        browser=f"Chromium {version}",
        taken_at=now(),
    )
