"""One crawl without a network, in one order or the other, and how soon it reaches what is there."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import count

from benchmarks.oracle import Graph
from crawlers.addresses import is_document, key_of
from crawlers.glancing import glance
from crawlers.linking import Linker
from models.ledger import Planned

TODAY = date(2026, 11, 20)
MOST_PAGES = 1500
START = 1000.0

Answer = Callable[[str], tuple[bytes, str] | None]


@dataclass(frozen=True, slots=True)
class Walk:
    """One crawl in one order: after how many pages each piece of evidence was reached, and all pages."""

    reached: dict[str, int]
    pages: int

    def needs(self, wanted: int) -> int | None:
        """Pages until so many pieces were reached; None where that never was."""
        after = sorted(self.reached.values())
        return after[wanted - 1] if len(after) >= wanted else None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is there to reach: pages to open, and files to see a link to."""

    pages: frozenset[str]
    files: frozenset[str]

    @property
    def total(self) -> int:
        """How many pieces."""
        return len(self.pages) + len(self.files)


class Crawl:
    """One crawl without a network, in one order or the other; files are not asked for, a missing page counts."""

    def __init__(self, answer: Answer, evidence: Evidence, linker: Linker, *, breadth_first: bool) -> None:
        """Ask *answer* for pages, and note which of *evidence* they reach."""
        self._answer = answer
        self._evidence = evidence
        self._linker = linker
        self._breadth_first = breadth_first
        self._waiting: list[tuple[float, int, Planned]] = []
        self._order = count()
        self._done: set[str] = set()
        self._reached: dict[str, int] = {}
        self.graph = Graph()

    def walk(self, starts: list[str]) -> Walk:
        """Crawl from *starts* until nothing is left; the focused crawl then asks the site's search, once."""
        self._push([Planned(key_of(url), url, score=START - place) for place, url in enumerate(starts)])
        asked = self._breadth_first
        while len(self._done) < MOST_PAGES:
            if not asked and not self._waiting:
                asked = True
                self._push(self._linker.ask())
            if not self._waiting:
                break
            row = self._next()
            if row.key not in self._done and not is_document(row.url):
                self._visit(row)
        return Walk(self._reached, len(self._done))

    def _visit(self, row: Planned) -> None:
        self._done.add(row.key)
        if row.key in self._evidence.pages:
            self._reached.setdefault(row.key, len(self._done))
        found = self._answer(row.url)
        if found is None:
            return
        seen = glance(found[0], url=row.url, media_type=found[1], today=TODAY)
        linked = {key_of(link.href) for link in seen.links}
        for key in linked & self._evidence.files:
            self._reached.setdefault(key, len(self._done))
        harvest = self._linker.follow(row, seen)
        self.graph.add(
            row.key,
            leads=linked | {plan.key for plan in harvest.planned},
            shows=(linked & self._evidence.files) | ({row.key} & self._evidence.pages),
        )
        if self._breadth_first:
            places = {link.href: place for place, link in enumerate(seen.links)}
            self._push(sorted(harvest.planned, key=lambda one: places.get(one.url, len(places))))
        else:
            self._push(harvest.planned + harvest.revised)

    def _push(self, rows: list[Planned]) -> None:
        for row in rows:
            heapq.heappush(
                self._waiting, (0.0 if self._breadth_first else -row.score, next(self._order), row)
            )

    def _next(self) -> Planned:
        """The first of those waiting; in focused order one whose branch has disappointed goes back to its place."""
        while True:
            score, _, row = heapq.heappop(self._waiting)
            now = 0.0 if self._breadth_first else self._linker.worth_now(row)
            if not self._waiting or now >= min(-score, -self._waiting[0][0]):
                return row
            heapq.heappush(self._waiting, (-now, next(self._order), row))
