"""What to fetch next: the ledger's planned rows, best first. Takes the place of Scrapy's scheduler."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler

from crawlers.addresses import host_of, key_of
from crawlers.browsing.deciding import Decisions
from crawlers.heads import METHOD
from crawlers.hosts import Hosts
from crawlers.loading import LoadCounter
from crawlers.revisiting import Memory
from crawlers.saving import Saver
from crawlers.waiting import Waiting
from crawlers.waking import Waker
from models.archive import ArchiveError
from models.ledger import Ended, Ledger, Planned
from models.remembering import remembered, templates_of
from models.store import open_store
from models.vocabulary import AddressState, Reason

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawlers.job import Job
    from crawlers.linking import Harvest

log = logging.getLogger(__name__)
CLOSED_BY_BUDGET = frozenset({"budget", "closespider_timeout", "memusage_exceeded"})
START_SCORE = 1000.0
UNTIL_ANSWERED = 0.02  # seconds
KEPT_AT_ONCE = 8  # known addresses taken as they were between two requests: answers are not kept waiting


class Frontier(BaseScheduler):
    """The planned addresses of one visit, in memory by worth and in the ledger by row.

    A killed process loses the answers that were on their way and the last handful not yet committed: their
    rows still say planned, so the next one asks again.
    """

    def __init__(self, crawler: Crawler) -> None:
        """Belong to *crawler*; the ledger is opened with the spider."""
        self._crawler = crawler
        self.job: Job = crawler.settings["TCM_JOB"]
        self._waiting = Waiting()
        self._keys: set[str] = set()
        self._hosts = Hosts()
        self._answers = 0
        self._busy: dict[str, Planned] = {}
        self._asked_search = False
        self._waker = Waker(crawler)
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
        walker: Any = spider
        self._saver.archive, self._saver.stop = walker.archive, walker.stop
        if not self.job.replay:
            earlier = remembered(self.store, self.job.visit_id)
            self.memory = Memory(earlier, date.fromisoformat(self.job.today))
        self._answers = self.ledger.fetched()
        rows = self.ledger.rows()
        self._keys = {plan.key for plan, _ in rows}
        for plan, state in rows:
            if state is AddressState.PLANNED:
                self._waiting.add(plan)
        starts = [
            Planned(key_of(start.url), start.url, score=START_SCORE - place, serves=start.serves)
            for place, start in enumerate(self.job.starts)
        ]
        walker.asker.record = self.adopt
        walker.bringer.may_ask = self.is_within_budget
        walker.bringer.decisions = Decisions(templates_of(self.store, self.job.visit_id))
        walker.linker.remember([plan for plan, _ in rows])
        walker.linker.remember(starts)
        self.record([], starts)
        self._saver.save()

    def has_pending_requests(self) -> bool:
        """Whether anything is left to fetch, now or later."""
        walker: Any = self._crawler.spider
        return not walker.asker.hours.are_over and (bool(self._waiting) or not self._asked_search)

    def enqueue_request(self, request: Request) -> bool:
        """Refuse: addresses come in by ``record``, with the page they were found on."""
        log.error("a request came in past the ledger: %s", request.url)
        return False

    def next_request(self) -> Request | None:
        """The best planned address that may be asked for now; what need not be asked is settled on the way."""
        walker: Any = self._crawler.spider
        if not walker.asker.hours.allow():
            return None
        for _ in range(KEPT_AT_ONCE):
            if not self._waiting.is_ready:
                self._ask_search(walker)
                return None
            if not self.is_within_budget(len(self._busy)):
                self.give_up(Reason.BUDGET)
                return None
            plan = self._waiting.pop(walker.linker.worth_now)
            if plan is None:
                return None
            known = self.memory.kept(plan)
            if (rest := self._hosts.rest_of(plan.url)) > 0:
                self._waiting.add_later(plan, rest)
            elif known is not None and self.memory.is_there(plan.url):
                try:
                    walker.keep(plan, known)
                except ArchiveError as error:
                    log.warning("%s is asked for, though it was known: %s", plan.url[:200], error)
                    self.memory.forget(plan.key)
                    return self._request(plan, walker)
            elif known is not None and self._is_asking(plan.url):
                self._waiting.add_later(plan, UNTIL_ANSWERED)
            else:
                return self._request(plan, walker)
        self._waker.call_back(UNTIL_ANSWERED)
        return None

    def is_within_budget(self, on_their_way: int = 0) -> bool:
        """Whether the visit may ask for one more, besides those *on their way*."""
        return self._answers + on_their_way < self.job.manners.max_pages

    def spend(self) -> None:
        """Count a request that is no page of the city's, and costs its server as much."""
        self._answers += 1

    def _is_asking(self, url: str) -> bool:
        """Whether the host of *url* is about to show that it is there."""
        return any(host_of(plan.url) == host_of(url) for plan in self._busy.values())

    def _ask_search(self, walker: Any) -> None:  # noqa: ANN401  # our own spider, by its scheduler
        """Once all else is done, ask the site's own search for what no link has named."""
        if self._busy or self._waiting or self._asked_search:
            return
        self._asked_search = True
        self.record([], walker.linker.ask())
        self._waker.call_back(0.0)

    def _request(self, plan: Planned, walker: Any) -> Request:  # noqa: ANN401  # our own spider, by its scheduler
        self._busy[plan.key] = plan
        by_head = self.memory.by_head(plan)
        return Request(
            plan.url,
            method=METHOD if by_head else "GET",
            headers=None if by_head else self.memory.validators(plan) or None,
            callback=walker.heads.hear if by_head else walker.parse,
            errback=walker.failed,
            dont_filter=True,
            meta={"plan": plan, "handle_httpstatus_all": True, "download_slot": host_of(plan.url)},
        )

    def close(self, reason: str) -> None:
        """Say of everything left that the budget did not reach it; an interrupted visit leaves it planned."""
        if reason in CLOSED_BY_BUDGET:
            self.give_up(Reason.BUDGET)
        self._saver.save()
        self.store.close()

    def adopt(self, end: Ended, plan: Planned) -> None:
        """Take in an address that was asked for on behalf of a page, and how that ended."""
        if end.state is AddressState.FAILED:  # answers are counted with their rows
            self.spend()
        if plan.key not in self._keys:
            self.record([end], [plan])
        elif self._waiting.remove(lambda waiting: waiting.key == plan.key):
            self.record([end], [])  # it waited for its turn: what came now is its end all the same

    def reap(self, end: Ended | None, harvest: Harvest) -> None:
        """Take in the end of an address, if it has come, with all that its page leads to."""
        over = [Ended(plan.key, AddressState.SKIPPED, Reason.BUDGET, attempts=0) for plan in harvest.skipped]
        ended = over if end is None else [end, *over]
        self.record(ended, [*harvest.planned, *harvest.skipped], harvest.revised)

    def record(self, ended: list[Ended], found: Iterable[Planned], revised: Iterable[Planned] = ()) -> None:
        """Take in *ended* with the new ones among *found*, and what is known better of earlier ones."""
        closed = {end.key for end in ended}
        new = []
        for plan in found:
            if plan.key not in self._keys:
                self._keys.add(plan.key)
                new.append(plan)
                if plan.key not in closed:
                    self._waiting.add(plan)
        better = list(revised)  # of ended rows too: what failed leaves open all that it may serve
        for plan in better:
            self._waiting.revise(plan)
        for end in ended:
            self._busy.pop(end.key, None)
            self._answers += end.state is AddressState.FETCHED
        if self._saver.add(ended, new, better):
            self._waker.call_back(self._saver.patience, self._saver.save)

    def knows(self, key: str) -> bool:
        """Whether *key* has a row already."""
        return key in self._keys

    def again(self, plan: Planned, *, wait: float = 0.0, url: str | None = None) -> None:
        """Ask for *plan* once more, after *wait* seconds, perhaps in another spelling of its address."""
        self._busy.pop(plan.key, None)
        self._waiting.add_later(replace(plan, attempts=plan.attempts + 1, url=url or plan.url), wait)
        self._waker.call_back(wait + 0.01)

    def hold(self, url: str, seconds: float) -> None:
        """Ask nothing of the host of *url* for so long: it has said that it needs a rest."""
        self._hosts.rests(url, seconds)
        self._waker.call_back(seconds + 0.01)

    def host_failed(self, url: str, reason: Reason) -> None:
        """Count a failure of the network; a host that is dead is given up."""
        host, failures = host_of(url), self._hosts.failed(url)
        if failures == self.job.manners.dead_after:
            log.warning(
                "%s failed %d times in a row (%s): the rest of it is given up", host, failures, reason
            )
            self.give_up(reason, host)

    def host_answered(self, url: str) -> None:
        """Forget earlier failures of a host that answers, and lean on what is known of it."""
        self._hosts.answered(url)
        self.memory.answered(url)

    def give_up(self, reason: Reason, host: str | None = None) -> None:
        """End everything that still waits (on *host*, if given), unasked, for *reason*."""
        ended = self._waiting.give_up(reason, host)
        if ended:
            self.record(ended, [])
