"""One running browser with its tabs, watched for its memory."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.async_api import Error as BrowserError
from playwright.async_api import async_playwright

from crawlers.browsing.answers import Fetch, Limits, Rendered
from crawlers.browsing.launching import Started, start
from crawlers.browsing.processes import memory_of
from crawlers.browsing.tab import Tab

if TYPE_CHECKING:
    from playwright.async_api import Playwright

    from crawlers.browsing.traffic import Scripts

log = logging.getLogger(__name__)
_LOOK = 2.0
_TO_OPEN = 30.0
_TOO_MUCH = 1.5  # times the memory at which no new page is opened


class Running:
    """A browser that runs, from its start to its end. ``begin`` makes one."""

    def __init__(self, playwright: Playwright, started: Started, limits: Limits, scripts: Scripts) -> None:
        """Give pages to *started*."""
        self._playwright = playwright
        self._started = started
        self._limits = limits
        self._scripts = scripts
        self._free: list[Tab] = []
        self._pages = 0
        self._worn = False
        self._watching = asyncio.create_task(self._watch())
        self._empty = asyncio.Event()
        self._empty.set()
        self.inside = 0  # pages that are being rendered

    @classmethod
    async def begin(cls, executable: Path, limits: Limits, scripts: Scripts) -> Running:
        """Start the browser. Raises NoBrowserError where it cannot be had."""
        playwright = await async_playwright().start()
        try:
            started = await start(playwright, executable, memory=limits.memory_of_a_process)
        except BaseException:
            await playwright.stop()
            raise
        log.info("browser started behind these walls: %s", started.isolation)
        return cls(playwright, started, limits, scripts)

    @property
    def folder(self) -> Path:
        """Where it keeps its things while it runs."""
        return self._started.folder

    @property
    def is_worn(self) -> bool:
        """It has had its pages, or its fill, or is no more: the next page is for another one."""
        spent = self._pages >= self._limits.pages_per_browser
        return spent or self._worn or not self._started.browser.is_connected()

    def enter(self) -> None:
        """Count a page in, before anybody can close the browser."""
        self._pages += 1
        self.inside += 1
        self._empty.clear()

    async def render(self, url: str, html: bytes, *, fetch: Fetch, hosts: tuple[str, ...]) -> Rendered | None:
        """The page that was counted in; None where the browser went away under it."""
        try:
            return await self._render(url, html, fetch=fetch, hosts=hosts)
        except (BrowserError, TimeoutError) as error:
            self._end(f"it failed under {url[:200]} ({str(error).partition(chr(10))[0]})")
            return None
        finally:
            self.inside -= 1
            if not self.inside:
                self._empty.set()

    async def emptied(self) -> None:
        """Wait until no page is in it."""
        await self._empty.wait()

    async def close(self) -> None:
        """End it, and the driver with it."""
        self._watching.cancel()
        await self._started.close()
        await self._playwright.stop()

    async def _render(self, url: str, html: bytes, *, fetch: Fetch, hosts: tuple[str, ...]) -> Rendered:
        tab = self._free.pop() if self._free else await self._open()
        usable = False
        try:
            rendered, usable = await tab.render(url, html, fetch=fetch, hosts=hosts)
        finally:
            if usable:
                self._free.append(tab)
            elif not await tab.close():
                self._end(f"the tab of {url[:200]} does not close")
        return rendered

    async def _open(self) -> Tab:
        async with asyncio.timeout(_TO_OPEN):
            return await Tab.open(self._started.browser, self._limits, self._scripts)

    def _end(self, why: str) -> None:
        """End the browser, at once; pages in it that are not to blame are tried again in the next one."""
        log.warning("the browser is ended: %s", why)
        self._worn = True
        self._started.kill()

    async def _watch(self) -> None:
        """Look at its memory now and then; above the limit no new page, far above it the end."""
        while self._started.browser.is_connected():
            await asyncio.sleep(_LOOK)
            used = memory_of(self._started.session) if self.inside else 0
            self._worn |= used > self._limits.memory
            if used > _TOO_MUCH * self._limits.memory:
                self._end(f"it has taken {used // 2**20} MiB")
