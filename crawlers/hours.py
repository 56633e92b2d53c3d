"""The hours in which a city may be asked: outside of them the visit ends for now, to be gone on with."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from crawlers.manners import open_now
from models.base import now

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

log = logging.getLogger(__name__)
OUTSIDE_HOURS = "outside-hours"


class Hours:
    """The hours of one visit. ``are_over``: something was not asked for their sake, and the visit is ending."""

    def __init__(self, crawler: Crawler, hours: str) -> None:
        """Watch over the requests of *crawler*; without *hours* all are allowed."""
        self._crawler = crawler
        self._hours = hours
        self.are_over = False

    def allow(self) -> bool:
        """Whether anything may be asked now; the first time that nothing may, the crawl is told to end."""
        if self.are_over or open_now(self._hours, now()):
            return not self.are_over
        self.are_over = True
        log.warning("outside the crawl hours %s: to be gone on with", self._hours)
        engine: Any = self._crawler.engine
        engine.close_spider(self._crawler.spider, OUTSIDE_HOURS)
        return False
