"""Has Scrapy's engine ask for requests when there are some: its own heartbeat is slow."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class Waker:
    """Wakes the engine of one crawl."""

    def __init__(self, crawler: Crawler) -> None:
        """Wake the engine of *crawler*."""
        self._crawler = crawler

    def call_back(self, wait: float, first: Callable[[], None] | None = None) -> None:
        """Have the engine ask again after *wait* seconds, doing *first* before."""
        from twisted.internet import reactor  # noqa: PLC0415  # importing it earlier would install the wrong one

        def nudge() -> None:
            if first is not None:
                first()
            slot = self._crawler.engine._slot  # noqa: SLF001  # there is no public way to wake it
            if slot is not None:
                slot.nextcall.schedule()

        reactor.callLater(wait, nudge)  # type: ignore[arg-type]  # its interface is a zope one
