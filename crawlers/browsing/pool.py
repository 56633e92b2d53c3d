"""The one bounded pool of pages being rendered; a crawl that renders nothing pays nothing for it."""

from __future__ import annotations

import asyncio
import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING

from crawlers.browsing.answers import Fetch, Limits, Rendered
from crawlers.browsing.turn import Turn
from models.vocabulary import Reason

if TYPE_CHECKING:
    from crawlers.browsing.running import Running
    from crawlers.browsing.traffic import Scripts

log = logging.getLogger(__name__)
_TRIES = 2  # a page whose browser was ended for another's sake is tried once more


class Browsing:
    """Renders pages in at most a few tabs of one browser, which is shared out among the crawls of a machine.

    The browser starts with the first page, is replaced after a number of pages or when it has grown large, and is
    closed and the turn given up once there has been no page for a while.
    """

    def __init__(self, executable: Path, lock: Path, limits: Limits | None = None) -> None:
        """Start *executable* when needed, one at a time among all who share *lock*."""
        self._executable = executable
        self._turn = Turn(lock)
        self._limits = limits or Limits()
        self._tabs = asyncio.Semaphore(self._limits.tabs)
        self._changing = asyncio.Lock()
        self._running: Running | None = None
        self._scripts: Scripts | None = None
        self._resting: asyncio.Task[None] | None = None

    async def render(self, url: str, html: bytes, *, fetch: Fetch, hosts: tuple[str, ...]) -> Rendered:
        """The page at *url*, given as UTF-8 in *html*, as its scripts leave it.

        All it asks for goes through *fetch*, which must not raise, and only to *hosts* or, for scripts, a little
        beyond. Raises NoBrowserError where no browser can be had.
        """
        began = time.monotonic()
        async with self._tabs:
            for _ in range(_TRIES):
                running = await self._entered()
                if running is None:
                    return _none(url, Reason.BUDGET, began)
                rendered = await running.render(url, html, fetch=fetch, hosts=hosts)
                self._rest_later()
                if rendered is not None:
                    return rendered
        return _none(url, Reason.CRAWLER_ERROR, began)

    async def close(self) -> None:
        """End the browser, if one runs, and give up the turn."""
        if self._resting is not None:
            self._resting.cancel()
        async with self._changing:
            await self._stop()

    async def _entered(self) -> Running | None:
        """A browser that has counted the page in; None where our turn did not come."""
        async with self._changing:
            if self._running is not None and self._running.is_worn:
                await self._running.emptied()
                await self._stop()
            if self._running is None:
                self._running = await self._begin()
            if self._running is not None:
                self._running.enter()
            return self._running

    async def _begin(self) -> Running | None:
        from crawlers.browsing.running import Running  # noqa: PLC0415  # Playwright is not for those who render nothing
        from crawlers.browsing.traffic import Scripts  # noqa: PLC0415

        if not await self._turn.take(self._limits.turn):
            log.warning("the browser was not free within %.0f s", self._limits.turn)
            return None
        self._scripts = self._scripts or Scripts(self._limits.scripts_remembered)
        try:
            running = await Running.begin(self._executable, self._limits, self._scripts)
        except BaseException:
            await self._turn.give_up()
            raise
        self._turn.note(running.folder)
        return running

    async def _stop(self) -> None:
        if self._running is not None:
            running, self._running = self._running, None
            await running.close()
            await self._turn.give_up()

    def _rest_later(self) -> None:
        """Close the browser once there has been no page for a while."""
        if self._resting is not None:
            self._resting.cancel()
        self._resting = asyncio.create_task(self._rest())

    async def _rest(self) -> None:
        await asyncio.sleep(self._limits.rest)
        self._resting = None  # from here on it is not to be interrupted
        async with self._changing:
            if self._running is not None and not self._running.inside:
                await self._stop()


def _none(url: str, reason: Reason, began: float) -> Rendered:
    return Rendered(html=b"", final_url=url, reason=reason, seconds=time.monotonic() - began)
