"""Items: parts of a page that are one of several alike, each with links of its own.

What is printed inside one of them speaks for it alone, and never for its neighbours.
"""

from bisect import bisect_left
from collections import Counter
from typing import Any

from crawlers.pages.outline import Outline

Element = Any  # lxml ships no types

_ALWAYS = frozenset({"li", "tr", "article", "option"})
_NEVER = frozenset({"td", "th", "tbody", "thead", "dt", "dd", "a", "span", "strong", "b", "em", "i", "small"})
_ALIKE_FROM = 3
_WORDS_FROM = 20  # characters; a part that says less belongs to the one beside it


class Items:
    """The items of one page."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._link_starts = [spot.start for spot in outline.spots]
        self._alike: dict[Element, Counter[tuple[str, str]]] = {}

    def holds_link(self, element: Element) -> bool:
        """Say whether a link stands inside *element*."""
        start, end = self._outline.spans.get(element, (0, 0))
        place = bisect_left(self._link_starts, start)
        return place < len(self._link_starts) and self._link_starts[place] < end

    def is_one(self, element: Element) -> bool:
        """Say whether *element* is a row, a list item, or one of at least three parts built alike, with a link."""
        tag = element.tag
        if tag in _NEVER or not self.holds_link(element):
            return False
        if tag in _ALWAYS:
            return True
        parent = element.getparent()
        start, end = self._outline.spans.get(element, (0, 0))
        return (
            parent is not None
            and end - start >= _WORDS_FROM
            and self._number_alike(parent, element) >= _ALIKE_FROM
        )

    def _number_alike(self, parent: Element, element: Element) -> int:
        if parent not in self._alike:
            self._alike[parent] = Counter(_build(child) for child in parent if self.holds_link(child))
        return self._alike[parent][_build(element)]


def _build(element: Element) -> tuple[str, str]:
    return element.tag, element.get("class") or ""
