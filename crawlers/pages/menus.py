"""Menus that nothing in their names tells: blocks of links above the page's own title."""

import itertools
from bisect import bisect_left
from collections.abc import Iterator

from crawlers.pages.laying import Element, Layout

_LINKS_FROM = 5
_SHARE_OF_LINKS = 0.6  # of the words; the rest are names of groups


class Ways:
    """Tells blocks that only lead elsewhere."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._starts = [spot.start for spot in layout.spots]
        lengths = (spot.end - spot.start for spot in layout.spots)
        self._until = list(itertools.accumulate(lengths, initial=0))

    def are_all(self, start: int, end: int) -> bool:
        """Say whether the page is made of links from *start* to *end*, none of them to a document."""
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        papers = self._layout.papers
        if last - first < _LINKS_FROM or bisect_left(papers, end) > bisect_left(papers, start):
            return False
        return self._until[last] - self._until[first] >= _SHARE_OF_LINKS * (end - start)

    def above(self, root: Element, title: int) -> Iterator[tuple[int, int]]:
        """Give the largest blocks of links that end before *title*, where the page says what it is about."""
        waiting = [root]
        while waiting:
            for part in waiting.pop():
                start, end = self._layout.spans.get(part, (0, 0))
                if start == end or start >= title:
                    continue
                if end <= title and self.are_all(start, end):
                    yield start, end
                else:
                    waiting.append(part)


def place_of(layout: Layout, names: tuple[str, ...]) -> int | None:
    """Give where the first of *names* that stands on the page as a heading or by itself, not as a link, begins."""
    words = "".join(layout.pieces)
    linked = {spot.start for spot in layout.spots}
    pairs = itertools.pairwise([*layout.run_starts, len(words)])
    strongest = sorted(layout.headings, key=lambda one: (one.level, one.start))
    parts = [*((one.start, one.end) for one in strongest), *pairs]
    for name in filter(None, names):
        for start, end in parts:
            enough = end - start >= len(name) and start not in linked
            if enough and " ".join(words[start:end].split()) == name:
                return start
    return None
