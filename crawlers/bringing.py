"""What a page's scripts would bring: had from the address of its data where that shows, from a browser otherwise.

Whatever is asked for on the way passes the same gate, robots.txt and pace as any page, is stored, and has its row.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawlers import data_pages
from crawlers.addresses import belongs, key_of
from crawlers.asking import Asker
from crawlers.browsing.answers import Answered
from crawlers.browsing.deciding import Decisions, Way
from crawlers.browsing.finding import NoBrowserError, find_browser
from crawlers.browsing.pool import Browsing
from crawlers.charset import decode
from crawlers.glances.markup import parsed
from crawlers.glancing import Glance, glance, glance_at
from crawlers.pages.base import Page
from crawlers.recalling import header_of
from models.crawling import Capture
from models.ledger import Planned
from models.vocabulary import PageKind, Reason

if TYPE_CHECKING:
    from datetime import date

    from crawlers.job import Job

log = logging.getLogger(__name__)
PART = "part"  # what a script serves whose page serves no topic
FEW_WORDS = 25
_MORE_WORDS = 20


@dataclass(frozen=True, slots=True)
class Shown:
    """One page with what was done to see it whole. ``reason`` says why it could not be."""

    seen: Glance
    html: bytes | None = None  # as a browser left it, UTF-8
    reason: Reason | None = None
    parts: tuple[Glance, ...] = ()  # answers that hold its lists

    @property
    def wrong(self) -> Reason | None:
        """Why the page is no content; one of few words that sends its visitor on stands for another."""
        stands_for_another = bool(self.seen.refresh) and self.seen.words <= FEW_WORDS
        return self.reason or self.seen.reason or (Reason.EMPTY_SHELL if stands_for_another else None)


@dataclass(slots=True)
class _Task:
    """One page on its way, and what was fetched for it."""

    plan: Planned
    parts: list[Glance] = field(default_factory=list)


class Bringer:
    """Completes the pages of one visit whose content comes by script; others pass untouched."""

    def __init__(self, asker: Asker, job: Job, today: date) -> None:
        """Fetch by *asker*."""
        self._asker = asker
        self._job = job
        self._today = today
        self._browsing: Browsing | None = None
        self._has_browser = True
        self._answers: dict[str, Answered | None] = {}
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.decisions = Decisions()
        self.may_ask: Callable[[], bool] = lambda: True  # the frontier says, by the visit's budget

    async def complete(self, plan: Planned, capture: Capture, body: bytes, seen: Glance) -> Shown:
        """*seen* as it is, or with what its scripts bring."""
        stands_alone = seen.reason not in {None, Reason.EMPTY_SHELL}
        if self._job.replay or not seen.scripts or stands_alone or seen.kind is PageKind.SHIELD:
            return Shown(seen)
        source = decode(body, capture.charset_declared).text.replace("\x00", "\ufffd")
        root = parsed(source)
        if root is None:
            return Shown(seen)
        decision = self.decisions.decide(Page(capture.final_url, root, source, self._today))
        if decision.way is not Way.STATIC and not self.may_ask():
            return Shown(seen, reason=Reason.BUDGET)
        task = _Task(plan)
        if decision.way is Way.PLAIN:
            if await self._plainly(capture.final_url, decision.endpoints, task):
                return Shown(seen if seen.reason is None else _content(seen), parts=tuple(task.parts))
            decision = self.decisions.to_render(decision.why)
        if decision.way is Way.BROWSER and not self._has_browser:
            return Shown(seen, reason=Reason.EMPTY_SHELL)
        if decision.way is Way.BROWSER:
            return await self._rendered(capture, source, seen, task)
        return Shown(seen, reason=decision.reason)

    async def close(self) -> None:
        """End the browser, if one runs."""
        if self._browsing is not None:
            await self._browsing.close()

    async def _plainly(self, url: str, endpoints: tuple[str, ...], task: _Task) -> bool:
        """Ask the addresses that the page names for its data; whether all answered, and one holds a list.

        All of them, for the first list that comes may be the menu.
        """
        listing, whole = None, True
        for endpoint in endpoints:
            whole = await self._all_pages(endpoint, task) and whole
            if listing is None and task.parts:
                listing = endpoint
        if listing is None or not whole:
            return False
        self.decisions.came_plainly(url, listing)
        return True

    async def _all_pages(self, endpoint: str, task: _Task) -> bool:
        """Ask for the data at *endpoint* to its last page; whether all of them came."""
        url = endpoint
        for _ in range(data_pages.MOST):
            answered = await self._fetch(url, task)
            if answered is None:
                return False
            further = data_pages.next_page(answered.body, url)
            if further is None or not belongs(further, self._job.city.hosts):
                return True
            url = further
        return False

    async def _rendered(self, capture: Capture, source: str, seen: Glance, task: _Task) -> Shown:
        """Let a browser run the page's scripts."""
        url = capture.final_url
        try:
            browsing = self._browsing_now()
            rendered = await browsing.render(
                url,
                source.encode(errors="replace"),
                fetch=lambda address, kind: self._fetch(address, task, kind),
                hosts=self._job.city.hosts,
            )
        except NoBrowserError as error:
            log.warning("pages that need scripts stay without their content: %s", error)
            self._has_browser = False
            return Shown(seen, reason=Reason.EMPTY_SHELL)
        if not rendered.html:
            return Shown(seen, reason=rendered.reason or Reason.CRAWLER_ERROR)
        after = glance(rendered.html, url=url, charset="utf-8", today=self._today)
        brought = len(after.links) > len(seen.links) or after.words > seen.words + _MORE_WORDS
        self.decisions.was_rendered(url, brought=brought)
        if not brought:
            return Shown(seen, reason=rendered.reason or seen.reason)
        return Shown(after, html=rendered.html, reason=rendered.reason or after.reason)

    def _browsing_now(self) -> Browsing:
        if self._browsing is None:
            named, lock = self._job.browser, self._job.browser_lock
            if not lock:
                raise NoBrowserError("this visit was given no browser")
            self._browsing = Browsing(find_browser(named), lock)
        return self._browsing

    async def _fetch(self, url: str, task: _Task, kind: str = "xhr") -> Answered | None:
        """The answer to one request of a page; each address is asked once in a visit."""
        key = key_of(url)
        async with self._asking[key]:  # two pages at once may ask for the same
            if key not in self._answers:
                self._answers[key] = await self._ask(url, key, task, kind)
        return self._answers[key]

    async def _ask(self, url: str, key: str, task: _Task, kind: str) -> Answered | None:
        parent = task.plan
        serves = parent.serves or (PART,)
        answer = await self._asker.ask(
            Planned(key, url, parent.key, f"({kind})", parent.depth + 1, parent.score, serves)
        )
        if answer is None:
            return None
        capture, body = answer
        if kind != "script" and belongs(url, self._job.city.hosts):
            self._note_list(capture, body, task)
        return Answered(capture.status, {"Content-Type": header_of(capture, "content-type")}, body)

    def _note_list(self, capture: Capture, body: bytes, task: _Task) -> None:
        seen = glance_at(capture, body, self._today)
        if seen.links:
            task.parts.append(seen)


def _content(seen: Glance) -> Glance:
    """*seen* without the complaint that it is an empty shell: what it lacked is there."""
    return Glance(
        seen.url, PageKind.LIST, seen.title, seen.language, links=seen.links, words=seen.words, scripts=True
    )
