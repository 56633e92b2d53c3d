"""When a page has come to rest, and what stands on it then. Nothing is clicked and nothing accepted."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.async_api import Error as BrowserError

if TYPE_CHECKING:
    from playwright.async_api import Page

    from crawlers.browsing.traffic import Traffic

_QUIET = 0.5  # seconds without growth are rest,
_PATIENCE = 1.5  # and so many where nothing has come by script yet: it may be on a timer
_PAUSE = 0.1
_TRIES = 5  # a page that is just being replaced cannot be read; soon after it can

# Waits in the page, which costs us one call, until text and links have not grown for a while, or for so long.
_REST = """([quiet, longest, text, links]) => new Promise((done) => {
  const began = performance.now();
  let since = began, grown = false;
  const timer = setInterval(() => {
    const now = performance.now(), body = document.body;
    const size = body ? [body.textContent.length, document.links.length] : [0, 0];
    if (size[0] > text || size[1] > links) {
      grown = grown || text > 0;
      text = Math.max(text, size[0]);
      links = Math.max(links, size[1]);
      since = now;
    }
    const rested = now - since >= quiet;
    if (!rested && now - began < longest) return;
    clearInterval(timer);
    done({rested, text, links, grown});
  }, 50);
})"""

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
    text = links = 0
    own = rested = 0.0
    grown = False
    while own < settling and time.monotonic() < until:
        await traffic.answered(until - time.monotonic())
        began = time.monotonic()
        try:
            state = await page.evaluate(_REST, [1000 * _QUIET, 1000 * (settling - own), text, links])
        except BrowserError as error:
            if page.is_closed() or "crash" in str(error).lower():
                raise
            await asyncio.sleep(_PAUSE)  # it is being replaced
            state = {"rested": False, "text": 0, "links": 0, "grown": True}
        own += time.monotonic() - began
        text, links, grown = state["text"], state["links"], grown or state["grown"]
        rested = rested + _QUIET if state["rested"] else 0.0
        enough = _QUIET if grown or traffic.endpoints else _PATIENCE
        if rested >= enough and traffic.silent_for() >= _QUIET:
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
            await asyncio.sleep(_PAUSE)
    return Shown(**await page.evaluate(_SHOW, most))
