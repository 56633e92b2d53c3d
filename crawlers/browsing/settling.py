"""When a page has come to rest, and what stands on it then. Nothing is clicked and nothing accepted."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error as BrowserError

if TYPE_CHECKING:
    from playwright.async_api import Page

    from crawlers.browsing.traffic import Traffic

_LOOK = 0.1  # seconds between two looks
_QUIET = 0.5  # so long without growth is rest,
_PATIENCE = 1.5  # and so long where nothing has come by script yet: it may be on a timer
_TRIES = 5  # a page that is just being replaced cannot be read; soon after it can

_SIZE = """() => {
  const body = document.body;
  return body ? [body.textContent.length, document.links.length] : [0, 0];
}"""

# The page as it stands, and whether something lies over it: a fixed part over a third of the window, an open
# dialog, or a part named after consent. Style sheets are not fetched, so the name may be all there is.
_SHOW = """(most) => {
  const fixed = (element) => {
    for (let at = element; at; at = at.parentElement) {
      if (getComputedStyle(at).position === 'fixed') return true;
    }
    return false;
  };
  const shares = [0.1, 0.5, 0.9];
  const points = shares.flatMap((x) => shares.map((y) => [x * innerWidth, y * innerHeight]));
  const covered = points.filter(([x, y]) => fixed(document.elementFromPoint(x, y))).length;
  const named = [...document.querySelectorAll(
    'dialog[open], [aria-modal="true"], [id*="cookie" i], [class*="cookie" i], [id*="consent" i],'
    + ' [class*="consent" i], [id*="gdpr" i], [class*="gdpr" i]'
  )].some((element) => element !== document.body && element.getClientRects().length
    && element.textContent.trim());
  const type = document.doctype ? '<!DOCTYPE html>' : '';
  const html = document.documentElement ? type + document.documentElement.outerHTML : '';
  return {html: html.slice(0, most), cut: html.length > most, overlay: named || covered >= 3, url: location.href};
}"""


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands on a page. ``cut``: it is longer than we take."""

    html: str
    url: str
    overlay: bool
    cut: bool


async def settle(page: Page, traffic: Traffic, *, settling: float, until: float) -> bool:
    """Wait until text and links stop growing and no request waits; False where that did not come.

    Only time in which the page waits for no answer of ours counts towards *settling*; *until* is the end of all.
    """
    grown = -1  # the first look finds something anyway
    most = (-1, -1)
    own = quiet = 0.0
    while own < settling and time.monotonic() < until:
        await asyncio.sleep(_LOOK)
        if traffic.waiting:
            quiet = 0.0
            continue
        own += _LOOK
        size = await _size(page)
        if size is None or size[0] > most[0] or size[1] > most[1]:
            grown += 1
            quiet = 0.0
            most = max(most, size or most)
        else:
            quiet += _LOOK
        if quiet >= (_QUIET if grown or traffic.endpoints else _PATIENCE):
            return True
    return False


async def shown(page: Page, *, most: int) -> Shown:
    """Give up to *most* characters of what stands on the page."""
    for _ in range(_TRIES - 1):
        try:
            return Shown(**await page.evaluate(_SHOW, most))
        except BrowserError:
            if page.is_closed():
                raise
            await asyncio.sleep(_LOOK)
    return Shown(**await page.evaluate(_SHOW, most))


async def _size(page: Page) -> tuple[int, int] | None:
    """Length of the text and number of links; None while the page is being replaced."""
    try:
        found: list[Any] = await page.evaluate(_SIZE)
    except BrowserError as error:
        if page.is_closed() or "crash" in str(error).lower():
            raise
        return None
    return found[0], found[1]
