"""Fetches a few links that people named, and follows none: the process ``python -m crawlers.fetching``.

It reads an errand from standard input and writes what came of each link, as JSON, to its statistics file. Every
request passes the same gate, robots.txt and pace as a crawl's, every hop is a capture with a row in the ledger.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http.request import NO_CALLBACK
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crawlers.addresses import host_of, key_of
from crawlers.browsing.needing import needs_browser
from crawlers.capturing import Asked, capture_of, is_page
from crawlers.charset import decode
from crawlers.choosing import MOVED_AWAY
from crawlers.failures import WORTH_RETRYING, reason_of, reason_of_status, wait_before
from crawlers.glances.markup import parsed
from crawlers.glancing import glance_at
from crawlers.hops import MOST_HOPS
from crawlers.job import Job
from crawlers.loading import LoadCounter
from crawlers.pages.base import Page
from crawlers.settings import scrapy_settings
from models.archive import Archive, ArchiveError
from models.base import now
from models.crawling import Address, Capture
from models.loads import record_load
from models.room import NoRoomError
from models.store import open_store
from models.vocabulary import AddressState, Reason

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

log = logging.getLogger(__name__)
LONGEST_WAIT = 30.0  # seconds before another try: somebody waits for this


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of one link: its capture, and why that shows no content; or why there is none."""

    url: str
    capture: str | None
    reason: str | None


class NoFrontier(BaseScheduler):
    """Nothing is planned here: the spider asks for each link by itself."""

    def has_pending_requests(self) -> bool:
        """Nothing waits."""
        return False

    def enqueue_request(self, request: Request) -> bool:
        """Refuse: no request of ours comes this way."""
        log.error("a request came in that nobody named: %s", request.url)
        return False

    def next_request(self) -> Request | None:
        """None."""
        return None

    def hold(self, url: str, seconds: float) -> None:
        """A host wants a rest of so many *seconds*: it is asked once more at most, and then not soon."""
        log.info("%s asks for %.0f s of rest", host_of(url), seconds)


class LinkSpider(Spider):
    """Asks for the links of its job, one after the other."""

    name = "links"

    def __init__(self, job: Job, **kwargs: Any) -> None:  # noqa: ANN401  # Scrapy's own signature
        """Fetch the starts of *job*."""
        super().__init__(**kwargs)
        self.job = job
        self.archive = Archive(Path(job.archive))
        self.store = open_store(job.database_url)
        self.fetched: list[Fetched] = []
        self._loads: LoadCounter

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> LinkSpider:  # noqa: ANN401
        """Scrapy's way of making one."""
        spider = super().from_crawler(crawler, *args, job=crawler.settings["TCM_JOB"], **kwargs)
        assert isinstance(spider, LinkSpider)  # noqa: S101  # for mypy: Scrapy says Self
        spider._loads = LoadCounter(crawler.signals)  # noqa: SLF001  # its own maker
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Fetch every link; nothing is left to Scrapy."""
        for begin in self.job.starts:
            self.fetched.append(await self._fetch(begin.url))
            self._count()
            self._tell()
        return
        yield

    def _tell(self) -> None:
        """Write down what came of the links so far, so that an end in the middle costs only the one under way."""
        told = [asdict(one) for one in self.fetched]
        Path(self.job.stats_file).write_text(json.dumps(told), encoding="utf-8")

    async def _fetch(self, url: str) -> Fetched:
        """One link to where its redirects end."""
        hops: list[dict[str, Any]] = []
        target, parent = url, None
        for _ in range(MOST_HOPS + 1):
            try:
                capture, reason = await self._ask(target, parent, tuple(hops))
            except (ArchiveError, NoRoomError) as error:
                log.error("%s", error)  # noqa: TRY400  # it says all; where we were when it happened, nothing
                return Fetched(url, None, Reason.CRAWLER_ERROR)
            onward = _location(capture) if capture is not None else None
            if capture is None or onward is None:
                return Fetched(url, capture.id if capture is not None else None, reason)
            hops.append({"from": target, "to": onward, "status": capture.status})
            target, parent = onward, key_of(target)
        return Fetched(url, None, Reason.REDIRECT_LOOP)

    async def _ask(
        self, url: str, parent: str | None, hops: tuple[dict[str, Any], ...]
    ) -> tuple[Capture | None, Reason | None]:
        """One answer, stored with its row; None with the reason where there was none."""
        reason: Reason = Reason.CRAWLER_ERROR
        for attempt in range(self.job.manners.retries + 1):
            started, meta = now(), {"handle_httpstatus_all": True, "download_slot": host_of(url)}
            try:
                request = Request(url, meta=meta, callback=NO_CALLBACK)
                response: Any = await self.crawler.engine.download_async(request)
            except Exception as error:  # noqa: BLE001  # whatever it is, the submission says why there is nothing
                reason = reason_of(error)
                if reason not in WORTH_RETRYING or attempt == self.job.manners.retries:
                    break
                await asyncio.sleep(min(LONGEST_WAIT, wait_before(self.job.manners, attempt, "", now())))
                continue
            number = self._number_of(url)
            asked = Asked(self.job.visit_id, url, number, started, self.job.vantage, hops)
            capture, body = capture_of(response, self.archive, asked, largest=self.job.manners.largest)
            wrong = _wrong(capture, body, date.fromisoformat(self.job.today))
            self._keep(capture, parent, wrong)
            return capture, None if wrong is Reason.EMPTY_SHELL else wrong
        return None, reason

    def _number_of(self, url: str) -> int:
        """Which asking of *url* in this visit the next one is: the same link may be brought twice."""
        with self.store.reading() as db:
            before = select(func.max(Capture.attempt)).where(
                Capture.visit_id == self.job.visit_id, Capture.requested_url == url
            )
            return (db.scalar(before) or 0) + 1

    def _keep(self, capture: Capture, parent: str | None, wrong: Reason | None) -> None:
        """The bytes are safe first, then the rows speak of them."""
        self.archive.settle()
        with self.store.writing() as db:
            db.add(capture)
            db.flush()
            row = _row_of(db, self.job.visit_id, capture.requested_url, parent)
            row.state = AddressState.FETCHED if wrong is None else AddressState.FAILED
            row.reason, row.capture_id, row.ended_at = wrong, capture.id, capture.ended_at
            row.attempts = capture.attempt
            db.add(row)
        self._count()

    def _count(self) -> None:
        """Add what was asked of whom to the public account."""
        loads = self._loads.taken()
        with self.store.writing() as db:
            for load in loads:
                record_load(db, visit_id=self.job.visit_id, **asdict(load))


def _row_of(db: Session, visit_id: int, url: str, parent: str | None) -> Address:
    """The ledger's row for *url*: a new one, or that of an earlier asking."""
    key = key_of(url)
    known = db.scalar(select(Address).where(Address.visit_id == visit_id, Address.key == key))
    return known or Address(
        visit_id=visit_id,
        key=key,
        url=url,
        found_on=parent,
        anchor="",
        depth=1 if parent else 0,
        score=0.0,
        serves=[],
        planned_at=now(),
    )


def _location(capture: Capture) -> str | None:
    """Where an answer sends us on to."""
    if capture.status not in MOVED_AWAY:
        return None
    stated = next((value for name, value in capture.headers if name.lower() == "location"), "")
    try:
        return urljoin(capture.requested_url, stated).split("#", 1)[0] if stated else None
    except ValueError:
        return None


def _wrong(capture: Capture, body: bytes | None, today: date) -> Reason | None:
    """Why the answer shows no content: its status, its bytes, or a page that stands in place of it.

    A page that its scripts would fill is an empty shell to us. It is kept as it came, for a person has seen more
    there, and its row says that we have not.
    """
    reason = reason_of_status(capture.status) or capture.reason
    if reason is not None or not body or capture.status in MOVED_AWAY or not is_page(capture):
        return reason
    seen = glance_at(capture, body, today)
    if seen.reason is None and seen.scripts and _needs_browser(capture, body, today):
        return Reason.EMPTY_SHELL
    return seen.reason


def _needs_browser(capture: Capture, body: bytes, today: date) -> bool:
    source = decode(body, capture.charset_declared).text.replace("\x00", "\ufffd")
    root = parsed(source)
    return root is not None and needs_browser(Page(capture.final_url, root, source, today)) is not None


def main() -> int:
    """Do the errand that standard input holds."""
    job = Job.from_json(sys.stdin.read())
    settings = scrapy_settings(job) | {"SCHEDULER": "crawlers.fetching.NoFrontier"}
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(LinkSpider)
    process.crawl(crawler)
    process.start()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
