"""What stands around and above a link: the words of its column, row, label, classes and headings."""

import re
from typing import NamedTuple

from crawlers.pages import kinds
from crawlers.pages.base import Page
from crawlers.pages.dates import first_date
from crawlers.pages.outline import Spot

_LABEL_UP_TO = 60  # characters
_NUMBER = re.compile(r"[ \t,(]{0,4}№ ?\d")
_LETTER = re.compile(r"[^\W\d_]")
_BESIDE = frozenset({"td", "li", "p", "span", "div"})


class Context(NamedTuple):
    """The surroundings of one link, in words; its neighbours mostly have the same."""

    is_file: bool
    in_record: bool
    is_numbered: bool  # the number of an act stands behind it
    column: str
    row: str
    label: str
    names: str  # classes and ids of the link and of the part it stands in
    headings: tuple[str, ...]  # the nearest first
    title: str  # of the page


class Surroundings:
    """The surroundings of the links of one page."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._outline = page.outline
        self._columns = page.columns
        self._words: dict[tuple[int, int], str] = {}

    def of(self, spot: Spot, *, is_file: bool, in_record: bool) -> Context:
        """Give what stands around and above the link at *spot*."""
        return Context(
            is_file=is_file,
            in_record=in_record,
            is_numbered=_NUMBER.match(self._outline.text, spot.end) is not None,
            column=self._columns.over(spot.element),
            row=self._columns.row_header(spot.element),
            label=self.label(spot),
            names=_names(spot),
            headings=self.headings(spot),
            title=self._page.title,
        )

    def headings(self, spot: Spot) -> tuple[str, ...]:
        """Give the words of the headings above the link, the nearest first."""
        words = self._words
        found = []
        for heading in self._outline.above(spot.start):
            place = heading.start, heading.end
            if place not in words:
                words[place] = self._outline.said(*place)
            found.append(words[place])
        return tuple(found)

    def label(self, spot: Spot) -> str:
        """Give the words before the link on its line, over other links that say as little: "Agenda: PDF DOC"."""
        words = self._outline.text
        start = max(words.rfind("\n", 0, spot.start) + 1, words.rfind("\t", 0, spot.start) + 1)
        before = self._outline.said(max(start, spot.start - _LABEL_UP_TO), spot.start)
        if not before or _LETTER.search(before) is None:
            return "" if first_date(before) else before
        return "" if first_date(before) and kinds.kind_said(before) is None else before


def _names(spot: Spot) -> str:
    link = spot.element
    names = [link.get("class"), link.get("id")]
    cell = link.getparent()
    if cell is not None and cell.tag in _BESIDE:
        names += [cell.get("class"), cell.get("headers")]
    return " ".join(name for name in names if name)
