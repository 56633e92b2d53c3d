"""A page laid out as one line of text, so that what stands beside what can be asked by position."""

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from crawlers.pages.laying import MENU_TAGS, Heading, Layout, Spot, name_parts
from crawlers.pages.menus import Ways, place_of

__all__ = ["Heading", "Outline", "Spot", "name_parts"]

Element = Any  # lxml ships no types

_ANY_LEVEL = 99
_MENU_SHARE = 0.5  # of the page's text; a menu larger than that is the page
_ROWS_OF_CONTENT = 3
_PAPERS_OF_CONTENT = 3
_HEADINGS_ABOVE = 3


class Outline:
    """The visible words of a page in order, and the places of its parts in them."""

    def __init__(self, root: Element, names: tuple[str, ...] = ()) -> None:
        """Lay out *root*, a page that may call itself by one of *names*."""
        layout = Layout(root)
        self._layout = layout
        self._ways = Ways(layout)
        self.title_at = place_of(layout, names)
        self.spans, self.spots, self.trails = layout.spans, layout.spots, layout.trails
        self.headings = sorted(layout.headings)
        self.text = "".join(layout.pieces)
        self.has_cells = bool(layout.rows)
        self.menus = self._menus(root)
        self._menu_starts = [start for start, _ in self.menus]
        self._heading_starts = [heading.start for heading in self.headings]
        self._above: dict[tuple[int, int], list[Heading]] = {}

    def _menus(self, root: Element) -> list[tuple[int, int]]:
        """Keep of the menu-like parts those that hold neither the page's table nor its title; add those above it."""
        kept = list(self._ways.above(root, self.title_at)) if self.title_at else []
        for element in self._layout.menu_like:
            start, end = self.spans[element]
            if element.tag not in MENU_TAGS and self._holds_content(start, end):
                continue
            kept.append((start, end))
        return _joined(kept)

    def _holds_content(self, start: int, end: int) -> bool:
        """A menu by name only: it holds the page's table, its title, its papers or most of its words, not as links."""
        rows = bisect_left(self._layout.rows, end) - bisect_left(self._layout.rows, start)
        papers = bisect_left(self._layout.papers, end) - bisect_left(self._layout.papers, start)
        titles = (*self._layout.first_headings, *(() if self.title_at is None else (self.title_at,)))
        has_title = any(start <= place < end for place in titles)
        most = end - start > _MENU_SHARE * len(self.text) and not self._ways.are_all(start, end)
        return has_title or most or rows >= _ROWS_OF_CONTENT or papers >= _PAPERS_OF_CONTENT

    # ---- asking --------------------------------------------------------------------------------------

    def in_menu(self, start: int) -> bool:
        """Say whether the words at *start* are navigation."""
        place = bisect_right(self._menu_starts, start) - 1
        return place >= 0 and start < self.menus[place][1]

    def is_over_title(self, element: Element) -> bool:
        """Say whether *element* stands above the page's title, in a part of the page apart from it."""
        at, around = self.title_at, element.getparent()
        if at is None or self.spans.get(element, (at, at))[1] > at or around is None:
            return False
        return around.tag == "body" or self.spans.get(around, (0, 0))[1] <= at

    def owner(self, start: int) -> Element:
        """Give the element whose words stand at *start*."""
        return self._layout.run_owners[max(0, bisect_right(self._layout.run_starts, start) - 1)]

    def runs(self) -> Iterator[tuple[int, int, Element]]:
        """Give each piece of text with the element it stands in."""
        ends = [*self._layout.run_starts[1:], len(self.text)]
        return zip(self._layout.run_starts, ends, self._layout.run_owners, strict=True)

    def line(self, start: int) -> tuple[int, int]:
        """Give where the line around *start* begins and ends."""
        end = self.text.find("\n", start)
        return self.text.rfind("\n", 0, start) + 1, len(self.text) if end < 0 else end

    def above(self, start: int, *, most: int = _HEADINGS_ABOVE) -> list[Heading]:
        """Give the headings that *start* stands under, the nearest first."""
        key = bisect_left(self._heading_starts, start) - 1, self.level_at(start) or _ANY_LEVEL
        if key not in self._above:
            self._above[key] = self._climbed(*key, start)
        return self._above[key][:most]

    def _climbed(self, place: int, below: int, start: int) -> list[Heading]:
        found: list[Heading] = []
        while place >= 0 and len(found) < _HEADINGS_ABOVE:
            heading = self.headings[place]
            if heading.end <= start and heading.level < below:
                found.append(heading)
                below = heading.level
                if heading.level == 1:
                    break
            place -= 1
        return found

    def heading_after(self, start: int, end: int, level: int) -> int:
        """Give where between *start* and *end* the next heading of *level* or above stands, else *end*."""
        for heading in itertools.islice(self.headings, bisect_left(self._heading_starts, start), None):
            if heading.start >= end:
                break
            if heading.level <= level:
                return heading.start
        return end

    def level_at(self, start: int) -> int | None:
        """Give the level of the heading whose words include *start*; None outside headings."""
        place = bisect_right(self._heading_starts, start) - 1
        for heading in reversed(self.headings[max(0, place - 2) : place + 1]):
            if heading.start <= start < heading.end:
                return heading.level
        return None

    def said(self, start: int, end: int) -> str:
        """Give the words from *start* to *end*, spaces folded."""
        return " ".join(self.text[start:end].split())

    @cached_property
    def main_text(self) -> str:
        """The words outside menus, line by line."""
        kept, at = [], 0
        for start, end in self.menus:
            kept.append(self.text[at:start])
            at = max(at, end)
        kept.append(self.text[at:])
        lines = (" ".join(line.split()) for line in "\n".join(kept).split("\n"))
        return "\n".join(line for line in lines if line)


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif end > start:
            joined.append((start, end))
    return joined
