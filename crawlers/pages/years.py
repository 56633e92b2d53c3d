"""The year of a day that is printed without one, told by the place it stands in."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date
from functools import cached_property

from crawlers.pages.base import Page
from crawlers.pages.dates import LATEST, Found, first_date
from crawlers.pages.kinds import names_meeting

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_YEAR_IN_ADDRESS = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
_ANNOUNCEMENT_UP_TO = 800  # characters
_LABEL_UP_TO = 60


class Years:
    """The years that a page names, and where.

    In order: a ``time`` element that names the day, headings above, a short line above, title and address of the
    page, a sentence above that speaks of meetings, and at last the year that brings the day nearest to today.
    """

    def __init__(self, page: Page, found: Sequence[Found]) -> None:
        self._page = page
        self._outline = page.outline
        self._labels: list[tuple[int, int]] = []  # place and year
        self._announcements: list[tuple[int, int]] = []
        self._read([one.start for one in found])

    def complete(self, found: Found) -> date | None:
        """Give the day that *found* means; None if there is no such day."""
        if found.year:
            return found.on()
        if year := self._of_times.get((found.month, found.day)) or self._at(found.start):
            return found.on(year)
        today = self._page.today
        near = (found.on(today.year + step) for step in (-1, 0, 1))
        return min((day for day in near if day), key=lambda day: abs((day - today).days), default=None)

    def _at(self, start: int) -> int:
        return (
            self._of_heading(start)
            or _last_above(start, self._labels)
            or self._of_page
            or _last_above(start, self._announcements)
        )

    def _read(self, days: list[int]) -> None:
        """Note each line that names one year and no day: short ones, and long ones that speak of meetings."""
        outline = self._outline
        behind = -1
        for year in _YEAR.finditer(outline.text):
            if year.start() < behind:
                continue
            start, behind = outline.line(year.start())
            dated = bisect_left(days, start) < bisect_left(days, behind)
            if dated or behind - start > _ANNOUNCEMENT_UP_TO or outline.in_menu(start):
                continue
            line = outline.text[start:behind]
            only = _only_year(line)
            if only and len(line) <= _LABEL_UP_TO:
                self._labels.append((start, only))
            elif only and names_meeting(line):
                self._announcements.append((start, only))

    @cached_property
    def _of_times(self) -> dict[tuple[int, int], int]:
        told: dict[tuple[int, int], set[int]] = {}
        for stamp in self._page.root.iter("time"):
            if day := first_date(stamp.get("datetime") or ""):
                told.setdefault((day.month, day.day), set()).add(day.year)
        return {key: years.pop() for key, years in told.items() if len(years) == 1}

    def _of_heading(self, start: int) -> int:
        above = (self._outline.text[one.start : one.end] for one in self._outline.above(start))
        return next((year for words in above if (year := _only_year(words))), 0)

    @cached_property
    def _of_page(self) -> int:
        for title in (self._page.heading, self._page.document_title):
            if year := _only_year(title):
                return year
        years = set(_YEAR_IN_ADDRESS.findall(self._page.url))
        return int(years.pop()) if len(years) == 1 else 0


def _last_above(start: int, lines: list[tuple[int, int]]) -> int:
    place = bisect_right(lines, (start, LATEST)) - 1
    return lines[place][1] if place >= 0 else 0


def _only_year(text: str) -> int:
    years = set(_YEAR.findall(text))
    return int(years.pop()) if len(years) == 1 else 0
