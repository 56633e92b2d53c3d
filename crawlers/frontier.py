"""What to fetch next: the ledger's planned rows, best first. Takes the place of Scrapy's scheduler."""

from __future__ import annotations

import heapq
import logging
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import count
from time import monotonic
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler

from crawlers.addresses import host_of, key_of, pattern_of
from crawlers.loading import LoadCounter
from crawlers.revisiting import Memory
from crawlers.saving import Saver
from models.ledger import Ended, Ledger, Planned
from models.remembering import remembered
from models.store import open_store
from models.vocabulary import AddressState, Reason

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawlers.job import Job

log = logging.getLogger(__name__)
CLOSED_BY_BUDGET = frozenset({"budget", "closespider_timeout", "memusage_exceeded"})
START_SCORE = 1000.0
KEPT_AT_ONCE = (
    8  # known addresses taken as they were between two requests, so that answers are not kept waiting
)


class Frontier(BaseScheduler):
    """The planned addresses of one visit, in memory by worth and in the ledger by row.

    A killed process loses the answers that were on their way and the last handful not yet committed: their
    rows still say planned, so the next one asks again.
    """

    def __init__(self, crawler: Crawler) -> None:
        """Belong to *crawler*; the ledger is opened with the spider."""
        self._crawler = crawler
        self.job: Job = crawler.settings["TCM_JOB"]
        self._heap: list[tuple[float, int, Planned]] = []
        self._later: list[tuple[float, int, Planned]] = []
        self._order = count()
        self._keys: set[str] = set()
        self._patterns: Counter[tuple[str, bool]] = Counter()
        self._host_failures: Counter[str] = Counter()
        self._answers = 0
        self._busy: dict[str, Planned] = {}
        self.store = open_store(self.job.database_url)
        self.ledger = Ledger(self.store, self.job.visit_id)
        self.memory = Memory({}, date.fromisoformat(self.job.today))
        self._saver = Saver(self.ledger, LoadCounter(crawler.signals))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Frontier:
        """Scrapy's way of making one."""
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        """Take up what is planned already, and plan what the registry names."""
        self._saver.archive = getattr(spider, "archive", None)
        if not self.job.replay:
            earlier = remembered(self.store, self.job.visit_id)
            self.memory = Memory(earlier, date.fromisoformat(self.job.today))
        waiting, self._keys = self.ledger.known()
        self._answers = self.ledger.fetched()
        for plan in waiting:
            self._push(plan)
        starts = [
            Planned(key_of(start.url), start.url, score=START_SCORE - place, serves=start.serves)
            for place, start in enumerate(self.job.starts)
        ]
        self.record([], starts)
        self._saver.save()

    def has_pending_requests(self) -> bool:
        """Whether anything is left to fetch, now or later."""
        return bool(self._heap or self._later)

    def enqueue_request(self, request: Request) -> bool:
        """Refuse: addresses come in by ``record``, with the page they were found on."""
        log.error("a request came in past the ledger: %s", request.url)
        return False

    def next_request(self) -> Request | None:
        """The best planned address that may be asked for now; what need not be asked is settled on the way."""
        self._wake()
        spider: Any = self._crawler.spider
        for _ in range(KEPT_AT_ONCE):
            if not self._heap:
                return None
            if self._answers + len(self._busy) >= self.job.manners.max_pages:
                self.give_up(Reason.BUDGET)
                return None
            plan = heapq.heappop(self._heap)[2]
            known = self.memory.kept(plan)
            if known is None:
                return self._request(plan, spider)
            spider.keep(plan, known)
        self._call_back(0.0)
        return None

    def _request(self, plan: Planned, spider: Any) -> Request:  # noqa: ANN401  # our own spider, by its scheduler
        self._busy[plan.key] = plan
        return Request(
            plan.url,
            headers=self.memory.validators(plan) or None,
            callback=spider.parse,
            errback=spider.failed,
            dont_filter=True,
            meta={"plan": plan, "handle_httpstatus_all": True, "download_slot": host_of(plan.url)},
        )

    def close(self, reason: str) -> None:
        """Say of everything left that the budget did not reach it; an interrupted visit leaves it planned."""
        if reason in CLOSED_BY_BUDGET:
            self.give_up(Reason.BUDGET)
        self._saver.save()
        self.store.close()

    def record(self, ended: list[Ended], found: list[Planned]) -> None:
        """Take in *ended* with the new ones among *found*; those beyond a pattern's cap end at once."""
        new, over = [], []
        for plan in found:
            if plan.key in self._keys:
                continue
            self._keys.add(plan.key)
            new.append(plan)
            if self._over_cap(plan):
                over.append(Ended(plan.key, AddressState.SKIPPED, Reason.BUDGET, attempts=0))
            else:
                self._push(plan)
        for end in ended:
            self._busy.pop(end.key, None)
            self._answers += end.state is AddressState.FETCHED
        if self._saver.add([*ended, *over], new):
            self._call_back(self._saver.patience, self._saver.save)

    def knows(self, key: str) -> bool:
        """Whether *key* has a row already."""
        return key in self._keys

    def again(self, plan: Planned, *, wait: float = 0.0, url: str | None = None) -> None:
        """Ask for *plan* once more, after *wait* seconds, perhaps in another spelling of its address."""
        self._busy.pop(plan.key, None)
        plan = replace(plan, attempts=plan.attempts + 1, url=url or plan.url)
        heapq.heappush(self._later, (monotonic() + wait, next(self._order), plan))
        self._call_back(wait + 0.01)

    def host_failed(self, url: str, reason: Reason) -> None:
        """Count a failure of the network; a host that is dead is given up."""
        host = host_of(url)
        self._host_failures[host] += 1
        if self._host_failures[host] == self.job.manners.dead_after:
            log.warning(
                "%s failed %d times in a row (%s): the rest of it is given up",
                host,
                self._host_failures[host],
                reason,
            )
            self.give_up(reason, host)

    def host_answered(self, url: str) -> None:
        """Forget earlier failures of a host that answers, and lean on what is known of it."""
        self._host_failures.pop(host_of(url), None)
        self.memory.answered(url)

    def give_up(self, reason: Reason, host: str | None = None) -> None:
        """End everything that still waits (on *host*, if given), unasked, for *reason*."""
        kept: list[list[tuple[float, int, Planned]]] = []
        ended = []
        for waiting in (self._heap, self._later):
            going = [entry for entry in waiting if host is None or host_of(entry[2].url) == host]
            kept.append([entry for entry in waiting if host is not None and host_of(entry[2].url) != host])
            ended += [
                Ended(
                    plan.key,
                    AddressState.FAILED if plan.attempts else AddressState.SKIPPED,
                    reason,
                    attempts=plan.attempts,
                )
                for _, _, plan in going
            ]
        self._heap, self._later = kept
        heapq.heapify(self._heap)
        heapq.heapify(self._later)
        if ended:
            self.record(ended, [])

    def _push(self, plan: Planned) -> None:
        heapq.heappush(self._heap, (-plan.score, next(self._order), plan))

    def _wake(self) -> None:
        """Move what may be tried again into the heap."""
        while self._later and self._later[0][0] <= monotonic():
            self._push(heapq.heappop(self._later)[2])

    def _call_back(self, wait: float, first: Any = None) -> None:  # noqa: ANN401  # a callable or nothing
        """Have the engine ask again after *wait* seconds, doing *first* before; its own heartbeat is slow."""
        from twisted.internet import reactor  # noqa: PLC0415  # importing it earlier would install the wrong one

        def nudge() -> None:
            if first is not None:
                first()
            slot = self._crawler.engine._slot  # noqa: SLF001  # there is no public way to wake it
            if slot is not None:
                slot.nextcall.schedule()

        reactor.callLater(wait, nudge)  # type: ignore[arg-type]  # its interface is a zope one

    def _over_cap(self, plan: Planned) -> bool:
        """Whether enough addresses of this pattern are planned: calendars and facets have no end."""
        wanted = bool(plan.serves)
        pattern = (pattern_of(plan.url), wanted)
        self._patterns[pattern] += 1
        manners = self.job.manners
        return self._patterns[pattern] > (manners.per_wanted_pattern if wanted else manners.per_pattern)
