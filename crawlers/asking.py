"""Asks for an address on behalf of a page, past the frontier: same gate, robots.txt and pace; stored, with a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from crawlers.addresses import host_of
from crawlers.capturing import Asked, capture_of
from crawlers.failures import reason_of, reason_of_status
from crawlers.hours import Hours
from models.archive import Archive
from models.base import now
from models.crawling import Capture
from models.ledger import Ended, Planned
from models.vocabulary import AddressState, Reason

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawlers.job import Job

REFUSED = frozenset({Reason.ROBOTS, Reason.REFUSED_ADDRESS})  # we did not ask, by our own rules


class Asker:
    """Fetches single addresses for one visit. ``record`` is where their ends go: the frontier sets it."""

    def __init__(self, crawler: Crawler, job: Job, archive: Archive) -> None:
        """Fetch by the engine of *crawler* and store in *archive*."""
        self._crawler = crawler
        self._job = job
        self._archive = archive
        self.hours = Hours(crawler, job.manners.hours)
        self.record: Callable[[Ended, Planned], None] = lambda _end, _plan: None

    async def ask(self, plan: Planned) -> tuple[Capture, bytes] | None:
        """The answer to *plan* with its unpacked body; None where there is none, and the row says why.

        Outside the city's hours nothing is asked and no row written: ``hours.are_over`` says so.
        """
        if not self.hours.allow():
            return None
        meta = {"handle_httpstatus_all": True, "download_slot": host_of(plan.url)}
        request = Request(plan.url, meta=meta, callback=NO_CALLBACK)
        started = now()
        try:
            response: Any = await self._crawler.engine.download_async(request)
        except Exception as error:  # noqa: BLE001  # whatever it is, the page does without and the row says why
            reason = reason_of(error)
            state = AddressState.REFUSED if reason in REFUSED else AddressState.FAILED
            self.record(Ended(plan.key, state, reason), plan)
            return None
        asked = Asked(self._job.visit_id, plan.url, 1, started, self._job.vantage)
        capture, body = capture_of(response, self._archive, asked, largest=self._job.manners.largest)
        wrong = reason_of_status(response.status) or capture.reason
        state = AddressState.FETCHED if wrong is None else AddressState.FAILED
        self.record(Ended(plan.key, state, wrong, capture=capture), plan)
        return None if wrong is not None or body is None else (capture, body)
