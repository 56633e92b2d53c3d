"""Pictures of captures: rendered from the stored bytes, without scripts and off the network."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Page, Route, async_playwright
from playwright.async_api import Error as BrowserError
from sqlalchemy import select

from crawlers.browsing.finding import NoBrowserError, find_browser
from crawlers.browsing.launching import start
from crawlers.capturing import is_page
from crawlers.charset import decode
from crawlers.unpacking import PackedWrongError, unpack
from models.archive import Archive
from models.base import now
from models.crawling import Capture, Picture
from models.store import Store

WIDTH, HEIGHT = 1280, 900
PATIENCE = 30.0  # seconds for one page and its pictures
TABS = 2
LARGEST = 2**26
TALLEST = 20_000  # pixels; a taller page is noted. Only a window around the words is ever painted
__all__ = ["NoBrowserError", "Wanted", "find_browser", "take_pictures"]
log = logging.getLogger(__name__)

# Finds the smallest element that shows the words, outlines it and brings it to the middle of the window.
_OUTLINE = """(quote) => {
  for (const outlined of document.querySelectorAll('[data-outlined]')) {
    outlined.style.removeProperty('outline');
    outlined.removeAttribute('data-outlined');
  }
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
  best.element.setAttribute('data-outlined', '');
  best.element.scrollIntoView({block: 'center', inline: 'center'});
  return true;
}"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture to take: of this capture, with these words outlined."""

    capture: str
    quote: str


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
    """All of them, in one browser with a few tabs, each page loaded once; one that breaks is left out."""
    by_capture: dict[str, tuple[Capture, list[str]]] = {}
    for want, capture in missing:
        by_capture.setdefault(capture.id, (capture, []))[1].append(want.quote)
    queue: asyncio.Queue[tuple[Capture, list[str]]] = asyncio.Queue()
    for entry in by_capture.values():
        queue.put_nowait(entry)
    taken: list[Picture] = []
    async with async_playwright() as playwright:
        started = await start(playwright, executable)
        try:
            tabs = [_Tab(started.browser, archive, taken) for _ in range(min(TABS, len(by_capture)))]
            await asyncio.gather(*(tab.work(queue) for tab in tabs))
        finally:
            await started.close()
    return taken


class _Tab:
    """One tab of the browser: loads a capture, outlines one quote after the other, takes a picture of each."""

    def __init__(self, browser: Browser, archive: Archive, taken: list[Picture]) -> None:
        self._browser = browser
        self._archive = archive
        self._taken = taken

    async def work(self, queue: asyncio.Queue[tuple[Capture, list[str]]]) -> None:
        """Take what waits in *queue* until nothing does; a page that hangs costs its own pictures only."""
        context = await self._browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT},
            java_script_enabled=False,
            offline=True,
            service_workers="block",
            accept_downloads=False,
            locale="uk-UA",
            timezone_id="Europe/Kyiv",
        )
        await context.route("**/*", _refuse)
        page = await context.new_page()
        while not queue.empty():
            capture, quotes = queue.get_nowait()
            try:
                await asyncio.wait_for(self._pictures(page, capture, quotes), PATIENCE)
            except (BrowserError, PackedWrongError, TimeoutError):
                await page.close()
                page = await context.new_page()
        await context.close()

    async def _pictures(self, page: Page, capture: Capture, quotes: list[str]) -> None:
        body = unpack(self._archive.get(capture.body_sha256), capture.content_encoding, largest=LARGEST)
        text = decode(body, capture.charset_declared).text
        await page.set_content(text)  # a navigation to its own address would cost a process for every host
        height = int(await page.evaluate("document.documentElement.scrollHeight"))
        if height > TALLEST:
            log.warning("%s is %d px tall; its pictures show %d px", capture.final_url[:200], height, HEIGHT)
        devtools = await page.context.new_cdp_session(page)
        for quote in quotes:
            found = bool(await page.evaluate(_OUTLINE, quote))
            shot = await devtools.send("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True})
            self._taken.append(
                Picture(
                    capture_id=capture.id,
                    quote=quote,
                    found=found,
                    sha256=self._archive.put(base64.b64decode(shot["data"])),
                    width=WIDTH,
                    height=HEIGHT,
                    browser=f"Chromium {self._browser.version}",
                    taken_at=now(),
                )
            )
        await devtools.detach()


async def _refuse(route: Route) -> None:
    """Nothing is fetched for a picture."""
    await route.abort()
