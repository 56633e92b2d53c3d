"""The one spider: walks a city's sites, stores every answer, and plans what a page leads to."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import Spider, signals
from scrapy.http import Response

from crawlers.addresses import belongs, key_of
from crawlers.asking import REFUSED, Asker
from crawlers.bringing import Bringer
from crawlers.capturing import Asked, asked_of, capture_of, header, is_page
from crawlers.choosing import MOVED_AWAY, UNCHANGED
from crawlers.failures import NETWORK, WORTH_RETRYING, reason_of, reason_of_status, wait_before
from crawlers.glancing import Glance, glance_at
from crawlers.heads import Heads
from crawlers.hops import Hops
from crawlers.linking import Linker
from crawlers.recalling import body_of, confirmation_of, header_of, rendering_of
from crawlers.robots import Permission, robots_read
from crawlers.strangers import Strangers
from models.archive import Archive, ArchiveError
from models.base import now
from models.crawling import Capture
from models.ledger import Ended, Planned
from models.remembering import Remembered
from models.room import NoRoomError
from models.vocabulary import AddressState, Reason

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.python.failure import Failure

    from crawlers.frontier import Frontier
    from crawlers.job import Job

log = logging.getLogger(__name__)
THEIR_TROUBLE = 500
NO_ROOM = "no-room"


class SiteSpider(Spider):
    """Fetches what the frontier hands out; every answer and every failure ends in the ledger."""

    name = "site"

    def __init__(self, job: Job, gate: Any, **kwargs: Any) -> None:  # noqa: ANN401  # Scrapy's own signature
        """Visit the city of *job*, going nowhere that *gate* closes."""
        super().__init__(**kwargs)
        self.job = job
        self.archive = Archive(Path(job.archive))
        self.today = date.fromisoformat(job.today)
        self.asker: Asker
        self.bringer: Bringer
        self._strangers: Strangers
        self.linker = Linker(job.city, job.lexicon, job.manners, gate, this_year=self.today.year)
        self.heads = Heads(self)
        self._hops = Hops(job.city.hosts, gate)
        self.reasons: Counter[str] = Counter()
        self.ways: Counter[str] = Counter()  # asked, confirmed (304), heads, kept (no bytes)
        self.received = 0
        self.trouble = ""  # why the visit cannot go on

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> SiteSpider:  # noqa: ANN401
        """Scrapy's way of making one."""
        settings = crawler.settings
        gate = settings["TCM_PINS"].gate
        spider = super().from_crawler(crawler, *args, job=settings["TCM_JOB"], gate=gate, **kwargs)
        assert isinstance(spider, SiteSpider)  # noqa: S101  # for mypy: Scrapy says Self
        spider.asker = Asker(crawler, spider.job, spider.archive)
        spider.bringer = Bringer(spider.asker, spider.job, spider.today)
        spider._strangers = Strangers(spider.asker, spider.job, spider.today)  # noqa: SLF001  # its own maker
        crawler.signals.connect(spider.robots_read, robots_read)
        crawler.signals.connect(spider.bringer.close, signals.spider_closed)
        return spider

    @property
    def frontier(self) -> Frontier:
        """The scheduler in use, which is ours."""
        frontier: Any = self.crawler.engine.scheduler
        ours: Frontier = frontier
        return ours

    def robots_read(self, permission: Permission) -> None:
        """A host's robots.txt counts, and names site maps: they are planned like any other address."""
        self.frontier.spend()
        self.frontier.record([], self.linker.site_maps(permission.sitemaps))

    async def start(self) -> AsyncIterator[Any]:
        """Nothing: the frontier knows where to begin."""
        return
        yield

    async def parse(self, response: Response, **_: Any) -> None:  # noqa: ANN401  # Scrapy's own signature
        """Store the answer, look at it, and plan what it leads to."""
        try:
            await self._take(response)
        except NoRoomError as error:
            self.stop(error)

    def stop(self, error: NoRoomError) -> None:
        """End the visit: nothing more can be stored. What was not stored stays planned."""
        if not self.trouble:
            self.trouble = str(error)
            log.error("%s", error)
            self.crawler.engine.close_spider(self, NO_ROOM)

    async def _take(self, response: Response) -> None:
        plan: Planned = response.meta["plan"]
        self.received += len(response.body)
        self.ways["asked"] += 1
        if response.status < THEIR_TROUBLE:  # the host lives
            self.frontier.host_answered(plan.url)
        if response.status == UNCHANGED:
            self._confirm(plan, response)
            return
        capture, body = capture_of(
            response, self.archive, self._asked(plan, response), largest=self.job.manners.largest
        )
        self.frontier.memory.came(plan, capture)
        if response.status in MOVED_AWAY and (target := header(response, "Location")):
            self._follow(
                plan, target, Ended(plan.key, AddressState.FETCHED, None, plan.attempts + 1, capture)
            )
            return
        reason = reason_of_status(response.status) or capture.reason
        if reason in WORTH_RETRYING and plan.attempts < self.job.manners.retries:
            self._try_again(plan, header(response, "Retry-After"))
        elif reason is not None:
            self._end_failed(plan, reason, capture)
        else:
            await self._end_new(plan, capture, body or b"")

    def failed(self, failure: Failure) -> None:
        """Give the failure its name, try again where that may help, and end the row otherwise."""
        plan: Planned = failure.request.meta["plan"]  # type: ignore[attr-defined]
        reason = reason_of(failure.value) if failure.value is not None else Reason.CRAWLER_ERROR
        if reason is Reason.CRAWLER_ERROR:
            log.error("%s: %s", plan.url[:200], failure.getTraceback())
        if reason in WORTH_RETRYING and plan.attempts < self.job.manners.retries:
            self._try_again(plan)
        else:
            self._end_failed(plan, reason, None)
        if reason in NETWORK:
            self.frontier.host_failed(plan.url, reason)

    def keep(self, plan: Planned, known: Remembered) -> None:
        """Take an address as the visit before left it: nobody asks, and its page leads on as it did.

        Raises ArchiveError where its bytes are not to be had.
        """
        end = Ended(plan.key, known.state, known.reason, attempts=0, kept=known.capture.id)
        if known.state is not AddressState.FETCHED:
            self.frontier.record([end], [])
        elif known.capture.status in MOVED_AWAY:
            self._follow(plan, header_of(known.capture, "location"), end)
        else:
            self._end_known(plan, end, known.capture)
        self.ways["kept"] += 1

    def _confirm(self, plan: Planned, response: Response) -> None:
        """The server says that nothing has changed: what it confirmed is as good as received again."""
        known, was_asked = self.frontier.memory.of(plan.key), self.frontier.memory.validators(plan)
        if known is None or not was_asked:  # a 304 that nobody asked for says nothing
            self._end_failed(plan, Reason.BAD_ENCODING, None)
            return
        capture = confirmation_of(response, known.capture, self.archive, self._asked(plan, response))
        end = Ended(plan.key, AddressState.FETCHED, None, plan.attempts + 1, capture)
        try:
            self._end_known(plan, end, capture)
        except ArchiveError as error:
            log.warning("%s is unchanged, but asked for again: %s", plan.url[:200], error)
            self.frontier.memory.forget(plan.key)
            self.frontier.again(plan)
            return
        self.ways["confirmed"] += 1

    async def _end_new(self, plan: Planned, capture: Capture, body: bytes) -> None:
        """The ordinary end: a fresh answer, with what its scripts bring where it needs them."""
        end = Ended(plan.key, AddressState.FETCHED, None, plan.attempts + 1, capture)
        if not is_page(capture):
            self.frontier.record([end], [])
            return
        seen = glance_at(capture, body, self.today)
        if await self._strangers.is_one(plan, capture, seen):
            seen = replace(seen, reason=Reason.SOFT_404)
        shown = await self.bringer.complete(plan, capture, body, seen)
        if self.asker.hours.are_over:  # it may lack what could not be asked for: its row stays planned
            return
        if shown.html is not None:
            rendering = rendering_of(capture, shown.html, shown.reason, self.archive)
            end = replace(end, capture=rendering, before=capture)
        self._end_seen(plan, end, capture.final_url, shown.seen, shown.wrong)
        for part in shown.parts:
            self.frontier.reap(None, self.linker.follow(plan, part))

    def _end_known(self, plan: Planned, end: Ended, capture: Capture) -> None:
        """The end of an address whose bytes were in the archive: they lead on as they did."""
        if not is_page(capture):
            self.frontier.record([end], [])
            return
        seen = glance_at(capture, body_of(capture, self.archive), self.today)
        self._end_seen(plan, end, capture.final_url, seen, seen.reason)

    def _end_seen(self, plan: Planned, end: Ended, url: str, seen: Glance, reason: Reason | None) -> None:
        """End the row, in failure where the page stands in place of content, and plan what it leads to."""
        if reason is not None:
            self.reasons[reason.value] += 1
            end = replace(end, state=AddressState.FAILED, reason=reason)
        if belongs(url, self.job.city.hosts):
            for link in seen.links:
                if link.modified is not None:
                    self.frontier.memory.heard(key_of(link.href), link.modified)
            self.frontier.reap(end, self.linker.follow(plan, seen))
        else:  # a portal's answer is read, and leads nowhere
            self.frontier.record([end], [])

    def _follow(self, plan: Planned, target: str, end: Ended) -> None:
        """End the row with the redirect itself and plan its target, as a row of its own."""
        step = self._hops.step(plan, target, end, is_known=self.frontier.knows)
        if step.again is not None:
            self.frontier.again(plan, url=step.again)
        elif step.reason is not None:
            self._end_failed(plan, step.reason, end.capture)
        else:
            self.frontier.record([end], list(step.onward))

    def _end_failed(self, plan: Planned, reason: Reason, capture: Capture | None) -> None:
        """The row ends without content; what was answered is kept all the same."""
        self.reasons[reason.value] += 1
        refused = reason in REFUSED and capture is None
        state = AddressState.REFUSED if refused else AddressState.FAILED
        self.frontier.record([Ended(plan.key, state, reason, plan.attempts + 1, capture)], [])

    def _try_again(self, plan: Planned, retry_after: str = "") -> None:
        self.frontier.again(plan, wait=wait_before(self.job.manners, plan.attempts, retry_after, now()))

    def _asked(self, plan: Planned, response: Response) -> Asked:
        return asked_of(
            response,
            plan,
            visit_id=self.job.visit_id,
            vantage=self.job.vantage,
            hops=self._hops.before(plan.key),
        )
