"""One tab: opens a page from stored bytes, lets its scripts run within limits, and reads what stands then."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from playwright.async_api import Error as BrowserError

from crawlers.browsing.answers import Fetch, Limits, Rendered
from crawlers.browsing.settling import settle, shown
from crawlers.browsing.traffic import Scripts, Traffic
from models.vocabulary import Reason

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, CDPSession, Dialog, Page, Route, WebSocketRoute

_LOOK = 0.25
_GRACE = 3.0
_NOWHERE = "about:blank"

# Boxes that would wait for a person answer themselves; a page must not think that it is offline.
_BEFORE_ALL = """
window.alert = window.print = () => undefined;
window.confirm = () => false;
window.prompt = () => null;
Object.defineProperty(Navigator.prototype, 'onLine', {get: () => true});
"""


class Tab:
    """A page and its context, used again while nothing went wrong: a new one costs four times as much."""

    def __init__(self, context: BrowserContext, limits: Limits, scripts: Scripts) -> None:
        """Live in *context*; ``open`` makes one."""
        self._context = context
        self._limits = limits
        self._scripts = scripts
        self._page: Page
        self._devtools: CDPSession
        self._traffic: Traffic | None = None
        self._crashed = False

    @classmethod
    async def open(cls, browser: Browser, limits: Limits, scripts: Scripts) -> Tab:
        """A fresh tab in which nothing is allowed and nothing reaches a network."""
        context = await browser.new_context(
            accept_downloads=False,
            service_workers="block",
            permissions=[],  # none is granted and none asked for
            locale="uk-UA",
            timezone_id="Europe/Kyiv",
        )
        context.set_default_timeout(0)  # the clock is kept here: it stops while a page waits for us
        tab = cls(context, limits, scripts)
        await context.add_init_script(_BEFORE_ALL)
        await context.route("**/*", tab._answer)
        await context.route_web_socket("**/*", _hang_up)
        tab._page = await context.new_page()
        tab._devtools = await context.new_cdp_session(tab._page)
        tab._page.on("crash", tab._note_crash)
        tab._page.on("dialog", _dismiss)
        context.on("page", _shut)
        return tab

    async def render(
        self, url: str, html: bytes, *, fetch: Fetch, hosts: tuple[str, ...]
    ) -> tuple[Rendered, bool]:
        """The page at *url* as its scripts leave it, and whether the tab may be used again."""
        began = time.monotonic()
        traffic = Traffic(html, fetch=fetch, hosts=hosts, limits=self._limits, scripts=self._scripts)
        self._traffic = traffic
        work = asyncio.create_task(self._read(url, traffic, until=began + self._limits.page_with_answers))
        try:
            await self._watch(work, traffic)
            if not work.done():
                return _lost(url, traffic, Reason.TIMEOUT, began), False
            rendered = work.result()
        except BrowserError:
            if not self._crashed:
                raise
            return _lost(url, traffic, Reason.CRAWLER_ERROR, began), False
        finally:
            self._traffic = None
            work.cancel()
        return rendered, await self._clear()

    async def close(self) -> bool:
        """Close it with all it runs; False where the browser does not manage to."""
        try:
            await asyncio.wait_for(self._context.close(), _GRACE)
        except (BrowserError, TimeoutError):
            return False
        return True

    async def _watch(self, work: asyncio.Task[Rendered], traffic: Traffic) -> None:
        """Wait for *work*, but not for ever. Time in which the page waits for an answer of ours is not its own."""
        own = total = 0.0
        last = time.monotonic()
        while not work.done() and own < self._limits.page and total < self._limits.page_with_answers:
            await asyncio.wait({work}, timeout=_LOOK)
            passed, last = time.monotonic() - last, time.monotonic()
            total += passed
            own += 0.0 if traffic.waiting else passed

    async def _read(self, url: str, traffic: Traffic, *, until: float) -> Rendered:
        began = time.monotonic()
        try:
            await self._page.goto(url, wait_until="commit")  # what loads after is waited for in settling
        except BrowserError:
            if self._crashed or self._page.is_closed() or self._page.url == _NOWHERE:
                raise
            # else its own script turned it to another place, or tried to: what stands is read
        leave = until - self._limits.page / 2
        rested = await settle(self._page, traffic, settling=self._limits.settling, until=leave)
        found = await shown(self._page, most=self._limits.html)
        reason = Reason.TOO_LARGE if found.cut else None if rested and not traffic.cut else Reason.BUDGET
        return Rendered(
            html=found.html.encode("utf-8", "replace"),
            final_url=found.url,
            requests=tuple(traffic.seen),
            endpoints=traffic.endpoints,
            overlay=found.overlay,
            reason=reason,
            seconds=time.monotonic() - began,
        )

    async def _clear(self) -> bool:
        """Stop the page's scripts and forget what it stored, so that the next one starts alone."""
        everything = {"origin": self._page.url, "storageTypes": "all"}
        try:
            async with asyncio.timeout(_GRACE):
                await self._page.goto(_NOWHERE)
                await self._context.clear_cookies()
                await self._devtools.send("Storage.clearDataForOrigin", everything)
        except (BrowserError, TimeoutError):
            return False
        return True

    async def _answer(self, route: Route) -> None:
        if self._traffic is None:
            await _refuse(route)
        else:
            await self._traffic.answer(route, self._page)

    def _note_crash(self, _: Page) -> None:
        self._crashed = True


def _lost(url: str, traffic: Traffic, reason: Reason, began: float) -> Rendered:
    """What is known of a page that did not live to be read."""
    return Rendered(
        html=b"",
        final_url=url,
        requests=tuple(traffic.seen),
        endpoints=traffic.endpoints,
        reason=reason,
        seconds=time.monotonic() - began,
    )


async def _refuse(route: Route) -> None:
    try:
        await route.abort()
    except BrowserError:  # the page is gone, and with it the question
        return


async def _hang_up(socket: WebSocketRoute) -> None:
    """No socket reaches a server: all content comes by requests that can be kept as evidence."""
    await socket.close()


async def _dismiss(dialog: Dialog) -> None:
    """Refuse what a box offers, but for the one that would keep us from leaving."""
    try:
        await (dialog.accept() if dialog.type == "beforeunload" else dialog.dismiss())
    except BrowserError:
        return


async def _shut(page: Page) -> None:
    """A window that the page opened."""
    try:
        await page.close()
    except BrowserError:
        return
