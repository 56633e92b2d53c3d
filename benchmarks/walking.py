"""A crawl of a pretend council without network, process or database: the same links, rows and reasons."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from functools import cache
from hashlib import sha256
from itertools import count
from pathlib import Path

from benchmarks.asking import Answer, Asker
from crawlers.addresses import belongs, key_of
from crawlers.capturing import is_page
from crawlers.frontier import START_SCORE
from crawlers.gate import Gate
from crawlers.glancing import Glance, glance
from crawlers.hops import Hops
from crawlers.linking import Linker
from crawlers.manners import ON_LOOPBACK
from crawlers.registry import Registry, load_registry
from crawlers.strangers import PROBE, alike, probe_address
from fixtures.councils import profile
from flows.visiting import starts_of
from models.crawling import Capture
from models.facts import CityCard, Lexicon, PageFacts, PlannedAddress, SeenPage, Sight
from models.ledger import Ended, Planned
from models.vocabulary import AddressState, Reason

CITIES = Path(profile.__file__).parent / "cities"
PATIENT = replace(ON_LOOPBACK, max_pages=5_000)


@dataclass(slots=True)
class Walk:
    """One visit: rows are ended in the order of their worth, as the frontier does it."""

    asker: Asker
    slug: str
    words: Lexicon
    today: date
    read: Callable[[Answer], PageFacts | None]
    pages: list[SeenPage] = field(default_factory=list)
    rows: dict[str, Planned] = field(default_factory=dict)
    ends: dict[str, tuple[AddressState, Reason | None, str | None]] = field(default_factory=dict)
    strangers: dict[str, Glance | None] = field(default_factory=dict)
    hops: Hops = field(init=False)
    waiting: list[tuple[float, int, str]] = field(default_factory=list)
    places: Iterator[int] = field(default_factory=count)

    def sight(self) -> Sight:
        """Walk to the end."""
        city = _registry()[self.slug]
        card, words = city.card(), self.words
        gate = Gate(pretend=True)
        linker = Linker(card, words, PATIENT, gate, this_year=self.today.year)
        self.hops = Hops(card.hosts, gate)
        starts = [
            Planned(key_of(start.url), start.url, score=START_SCORE - place, serves=start.serves)
            for place, start in enumerate(starts_of(city, words))
        ]
        linker.remember(starts)
        self._plan(starts)
        self._plan(linker.site_maps(self.asker.permission(starts[0].url.rstrip("/")).sitemaps))
        self._walk(linker, card)
        self._plan(linker.ask())
        self._walk(linker, card)
        ledger = tuple(self._ledger())
        return Sight(card, tuple(self.pages), ledger, visit_complete=True, today=self.today)

    def _plan(self, rows: Sequence[Planned]) -> None:
        for row in rows:
            if row.key not in self.rows:
                self.rows[row.key] = row
                heapq.heappush(self.waiting, (-row.score, next(self.places), row.key))

    def _walk(self, linker: Linker, card: CityCard) -> None:
        while self.waiting:
            _, place, key = heapq.heappop(self.waiting)
            row = self.rows[key]
            worth = -linker.worth_now(row)
            if self.waiting and worth > self.waiting[0][0]:  # worth less than it was: its turn comes later
                heapq.heappush(self.waiting, (worth, place, key))
            elif key not in self.ends:
                self._visit(row, linker, card)

    def _visit(self, row: Planned, linker: Linker, card: CityCard) -> None:
        """Ask for one address, keep what it shows, and plan what it leads to."""
        answer = self.asker.ask(row.url)
        if not answer.status:
            state = AddressState.REFUSED if answer.refused else AddressState.FAILED
            self.ends[row.key] = (state, answer.reason, None)
            return
        if answer.location:
            self._follow(row, answer)
            return
        capture, reason = self._keep(answer), answer.reason
        if reason is None and is_page(Capture(media_type=answer.media_type, final_url=answer.url)):
            seen = self._glance(answer)
            reason = seen.reason or (Reason.SOFT_404 if self._is_strange(row, seen, card) else None)
            if belongs(answer.url, card.hosts):
                harvest = linker.follow(row, seen)
                for better in harvest.revised:
                    self.rows[better.key] = better
                self._plan(harvest.planned)
                for left in harvest.skipped:
                    self.rows.setdefault(left.key, left)
                    self.ends.setdefault(left.key, (AddressState.SKIPPED, Reason.BUDGET, None))
        self.ends[row.key] = (AddressState.FAILED if reason else AddressState.FETCHED, reason, capture)

    def _follow(self, row: Planned, answer: Answer) -> None:
        """End the row with its redirect, and plan where that leads."""
        end = Ended(row.key, AddressState.FETCHED, None, 1, Capture(status=answer.status))
        step = self.hops.step(row, answer.location, end, is_known=self.rows.__contains__)
        if step.reason is not None:
            self.ends[row.key] = (AddressState.FAILED, step.reason, self._keep(answer))
            return
        self.ends[row.key] = (AddressState.FETCHED, None, None)
        self._plan(step.onward)

    def _glance(self, answer: Answer) -> Glance:
        return glance(
            answer.body,
            url=answer.url,
            media_type=answer.media_type,
            charset=answer.charset,
            today=self.today,
        )

    def _is_strange(self, row: Planned, seen: Glance, card: CityCard) -> bool:
        """Whether the page is what its host says of everything that is not there."""
        if row.depth == 0 or not belongs(seen.url, card.hosts):
            return False
        origin = "/".join(seen.url.split("/", 3)[:3])
        if origin not in self.strangers:
            self.strangers[origin] = self._probe(probe_address(origin), row)
        said = self.strangers[origin]
        return said is not None and alike(said, seen)

    def _probe(self, url: str, parent: Planned) -> Glance | None:
        """The page given for an address that cannot exist; None where the host says honestly that it is not there."""
        answer = self.asker.ask(url)
        row = Planned(key_of(url), url, parent.key, "", parent.depth + 1, 0.0, (PROBE,))
        capture = self._keep(answer) if answer.status else None
        self.rows[row.key] = row
        self.ends[row.key] = (
            AddressState.FAILED if answer.reason else AddressState.FETCHED,
            answer.reason,
            capture,
        )
        return None if answer.reason else self._glance(answer)

    def _keep(self, answer: Answer) -> str:
        """Add what was answered to what was seen, as read; the name of its capture."""
        facts = self.read(answer)
        complete = facts is None or facts.complete
        doubt = facts.reasons[0] if facts and facts.reasons else Reason.TRUNCATED
        capture = sha256(answer.url.encode()).hexdigest()[:32]
        moment = datetime.combine(self.today, time(9), UTC)
        why = None if complete else doubt
        page = SeenPage(capture, answer.url, answer.status, moment, answer.media_type, complete, facts, why)
        self.pages.append(page)
        return capture

    def _ledger(self) -> Iterator[PlannedAddress]:
        for key, row in self.rows.items():
            state, reason, capture = self.ends[key]
            if state is AddressState.FETCHED and capture is None:
                continue  # a redirect: its target has a row of its own
            found_on = self.rows[row.found_on].url if row.found_on in self.rows else row.found_on
            yield PlannedAddress(
                row.url, state, reason, tuple(row.serves), row.depth, row.anchor, found_on, capture
            )


@cache
def _registry() -> Registry:
    return load_registry(CITIES)
