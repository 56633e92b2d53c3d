"""The one spider: walks a city's sites, stores every answer, and plans what a page leads to."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from scrapy import Spider
from scrapy.http import Response

from crawlers.addresses import belongs, key_of
from crawlers.capturing import Asked, capture_of, facts_of_body, header
from crawlers.failures import NETWORK, WORTH_RETRYING, reason_of, reason_of_status
from crawlers.gate import Gate, RefusedAddressError
from crawlers.linking import Linker, Parent
from crawlers.reading import READER_VERSION
from models.archive import Archive
from models.base import now
from models.crawling import Capture, Reading
from models.facts import PageFacts
from models.facts_json import pack
from models.ledger import Ended, Planned
from models.vocabulary import AddressState, PageKind, Reason

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

    from crawlers.frontier import Frontier
    from crawlers.job import Job

log = logging.getLogger(__name__)
MOVED = frozenset({301, 302, 303, 307, 308})
MOST_HOPS = 10
_LOC = re.compile(rb"<loc>\s*([^<\s]+)\s*</loc>")


class SiteSpider(Spider):
    """Fetches what the frontier hands out; every answer and every failure ends in the ledger."""

    name = "site"

    def __init__(self, job: Job, **kwargs: Any) -> None:  # noqa: ANN401  # Scrapy's own signature
        """Visit the city of *job*."""
        super().__init__(**kwargs)
        self.job = job
        self.archive = Archive(Path(job.archive))
        self.today = date.fromisoformat(job.today)
        self._gate = Gate(pretend=bool(job.pretend_proxy))
        self._linker = Linker(job.city, job.lexicon, job.manners, self._gate)
        self._hops: dict[str, list[dict[str, Any]]] = {}
        self.reasons: Counter[str] = Counter()
        self.received = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> SiteSpider:  # noqa: ANN401
        """Scrapy's way of making one."""
        spider = super().from_crawler(crawler, *args, job=crawler.settings["TCM_JOB"], **kwargs)
        assert isinstance(spider, SiteSpider)  # noqa: S101  # for mypy: Scrapy says Self
        return spider

    @property
    def frontier(self) -> Frontier:
        """The scheduler in use, which is ours."""
        frontier: Any = self.crawler.engine.scheduler
        ours: Frontier = frontier
        return ours

    async def start(self) -> AsyncIterator[Any]:
        """Nothing: the frontier knows where to begin."""
        return
        yield

    def parse(self, response: Response, **_: Any) -> None:  # noqa: ANN401  # Scrapy's own signature
        """Store the answer, read it, and plan what it leads to; one transaction."""
        plan: Planned = response.meta["plan"]
        self.received += len(response.body)
        asked = Asked(
            visit_id=self.job.visit_id,
            url=plan.url,
            attempt=plan.attempts + 1,
            started_at=self._started(response),
            vantage=self.job.vantage,
            hops=tuple(self._hops.get(plan.key, ())),
        )
        capture, body = capture_of(response, self.archive, asked, largest=self.job.manners.largest)
        if response.status < 500:  # noqa: PLR2004  # the host lives
            self.frontier.host_answered(plan.url)
        if response.status in MOVED and header(response, "Location"):
            self._follow(plan, response, capture)
            return
        reason = reason_of_status(response.status) or capture.reason
        if reason in WORTH_RETRYING and plan.attempts < self.job.manners.retries:
            self.frontier.again(plan, wait=self._wait(plan, header(response, "Retry-After")))
            return
        if reason is not None:
            self._end_failed(plan, reason, capture)
            return
        self._end_fetched(plan, capture, body or b"")

    def failed(self, failure: Failure) -> None:
        """Give the failure its name, try again where that may help, and end the row otherwise."""
        plan: Planned = failure.request.meta["plan"]  # type: ignore[attr-defined]
        reason = reason_of(failure.value) if failure.value is not None else Reason.CRAWLER_ERROR
        if reason is Reason.CRAWLER_ERROR:
            log.error("%s: %s", plan.url[:200], failure.getTraceback())
        if reason in WORTH_RETRYING and plan.attempts < self.job.manners.retries:
            self.frontier.again(plan, wait=self._wait(plan, ""))
        else:
            self._end_failed(plan, reason, None)
        if reason in NETWORK:
            self.frontier.host_failed(plan.url, reason)

    def _end_fetched(self, plan: Planned, capture: Capture, body: bytes) -> None:
        """The ordinary end: an answer with content."""
        facts = facts_of_body(capture, body, today=self.today)
        found: list[Planned] = []
        readings = []
        if facts is not None:
            readings = [Reading(capture_id=capture.id, reader_version=READER_VERSION, facts=pack(facts))]
            found = self._found(plan, capture, body, facts)
        state, reason = AddressState.FETCHED, None
        if facts is not None and facts.kind in {PageKind.SHIELD, PageKind.ERROR} and facts.reasons:
            state, reason = AddressState.FAILED, facts.reasons[0]
        if reason is not None:
            self.reasons[reason.value] += 1
        end = Ended(plan.key, state, reason, plan.attempts + 1, capture)
        self.frontier.record([end], found, readings)

    def _found(self, plan: Planned, capture: Capture, body: bytes, facts: PageFacts) -> list[Planned]:
        """What the page leads to; a page off the city's own hosts leads nowhere."""
        if not belongs(capture.final_url, self.job.city.hosts):
            return []
        if b"<loc>" in body[:4096] or b"<urlset" in body[:4096]:
            named = [match.decode("utf-8", "replace") for match in _LOC.findall(body)]
            return self._linker.plan_bare(named, plan)
        if plan.depth == 0 and facts.kind is not PageKind.HOME:
            facts = replace(facts, kind=PageKind.HOME)
        return self._linker.plan(Parent(plan, facts))

    def _follow(self, plan: Planned, response: Response, capture: Capture) -> None:
        """End the row with the redirect itself and plan its target, as a row of its own."""
        target = urljoin(response.url, header(response, "Location")).split("#", 1)[0]
        hops = [*self._hops.get(plan.key, []), {"from": plan.url, "to": target, "status": response.status}]
        key = key_of(target)
        try:
            self._gate.require(target)
        except RefusedAddressError as refusal:
            log.warning("redirect refused: %s", refusal)
            self._end_failed(plan, Reason.REFUSED_ADDRESS, capture)
            return
        if len(hops) > MOST_HOPS or any(key_of(hop["from"]) == key and hop["from"] == target for hop in hops):
            self._end_failed(plan, Reason.REDIRECT_LOOP, capture)
        elif not belongs(target, self.job.city.hosts):
            self._end_failed(plan, Reason.OFFSITE, capture)
        elif key == plan.key:
            self._hops[key] = hops
            self.frontier.again(plan, url=target)
        else:
            self._hops.setdefault(key, hops)
            onward = replace(plan, key=key, url=target, found_on=plan.key, attempts=0, score=plan.score + 1)
            if self.frontier.knows(key) and any(key_of(hop["from"]) == key for hop in hops):
                self._end_failed(plan, Reason.REDIRECT_LOOP, capture)
                return
            end = Ended(plan.key, AddressState.FETCHED, None, plan.attempts + 1, capture)
            self.frontier.record([end], [onward])

    def _end_failed(self, plan: Planned, reason: Reason, capture: Capture | None) -> None:
        """The row ends without content; what was answered is kept all the same."""
        self.reasons[reason.value] += 1
        refused = reason in {Reason.ROBOTS, Reason.REFUSED_ADDRESS} and capture is None
        state = AddressState.REFUSED if refused else AddressState.FAILED
        self.frontier.record([Ended(plan.key, state, reason, plan.attempts + 1, capture)], [])

    def _wait(self, plan: Planned, retry_after: str) -> float:
        """Seconds until the next try: what they ask for, or ours, doubled each time."""
        manners = self.job.manners
        ours: float = manners.retry_wait * 2**plan.attempts
        asked = float(retry_after) if retry_after.isdecimal() else 0.0
        return min(max(ours, asked), manners.longest_wait)

    def _started(self, response: Response) -> datetime:
        """When the request left, as near as the downloader tells."""
        latency = float(response.meta.get("download_latency", 0.0))
        return datetime.fromtimestamp(now().timestamp() - latency, tz=UTC)
