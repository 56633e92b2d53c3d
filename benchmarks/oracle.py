"""How few pages would do, for one who knew the whole site: the measure of what any order of a crawl could reach.

The exact minimum is a hard problem. What is given is a number of pages that does suffice, found by taking the way
that shows most for its pages, again and again: the true minimum is this or a little less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

FURTHER = 2  # steps looked beyond the first that shows anything


@dataclass(slots=True)
class Graph:
    """What crawls have seen of a site: which page leads to which, and which pieces of evidence each shows."""

    leads: dict[str, set[str]] = field(default_factory=dict)
    shows: dict[str, set[str]] = field(default_factory=dict)

    def add(self, page: str, *, leads: Iterable[str], shows: Iterable[str]) -> None:
        """Note one page; what another crawl saw of it stays."""
        self.leads.setdefault(page, set()).update(leads)
        self.shows.setdefault(page, set()).update(shows)


def fewest(graph: Graph, starts: Iterable[str], wanted: int) -> int | None:
    """Pages to open, from one of *starts* on and with those on the way, to be shown so many pieces of evidence."""
    begin = {start for start in starts if start in graph.leads}
    opened: list[str] = []
    shown: set[str] = set()
    while len(shown) < wanted:
        way = _best_way(graph, begin, opened, shown)
        if not way:
            return None
        for page in way:
            opened.append(page)
            shown |= graph.shows[page]
            if len(shown) >= wanted:
                break
    return len(opened)


def least(graph: Graph, wanted: int) -> int:
    """With fewer pages nobody is shown so much: those that show most, as if none led there and none showed it twice."""
    left, pages = wanted, 0
    for shown in sorted(map(len, graph.shows.values()), reverse=True):
        if left <= 0:
            break
        left -= shown
        pages += 1
    return pages


def _best_way(graph: Graph, begin: set[str], opened: list[str], shown: set[str]) -> list[str]:
    """The unopened pages of the way that shows most for each of them; none where nothing is left to show."""
    known = set(opened)
    near = begin.union(*(graph.leads[page] for page in opened)) - known
    came: dict[str, str | None] = dict.fromkeys(sorted(near & graph.leads.keys()))
    best, best_rate, left, level = "", 0.0, FURTHER, list(came)
    steps = 1
    while level and left >= 0:
        for page in level:
            fresh = set().union(*(graph.shows[one] for one in _way(came, page))) - shown
            if len(fresh) / steps > best_rate:
                best, best_rate = page, len(fresh) / steps
        left -= bool(best)
        level = _next_level(graph.leads, level, came, known)
        steps += 1
    return _way(came, best) if best else []


def _next_level(
    leads: Mapping[str, set[str]], level: list[str], came: dict[str, str | None], known: set[str]
) -> list[str]:
    """The pages one step further, each noted with the page it comes from."""
    found = []
    for page in level:
        for further in sorted(leads[page]):
            if further in leads and further not in came and further not in known:
                came[further] = page
                found.append(further)
    return found


def _way(came: Mapping[str, str | None], page: str) -> list[str]:
    """The pages from the first to *page*."""
    way, one = [], page
    while True:
        way.append(one)
        before = came[one]
        if before is None:
            return way[::-1]
        one = before
