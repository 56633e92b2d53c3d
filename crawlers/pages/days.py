"""The days that a page names outside its menus, by what the words before them call them."""

from bisect import bisect_left, insort
from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from crawlers.pages.base import Page
from crawlers.pages.dates import Found, called, find_dates
from crawlers.pages.distances import is_bare_today, may_tell_one, relative_day
from crawlers.pages.items import Items
from crawlers.pages.lexicon import phrases
from crawlers.pages.years import Years

Element = Any  # lxml ships no types

_CLOCK_UP_TO = 60  # characters of a line that tells what day it is
_RUN_UP_TO = 60  # characters of one piece of text that is no more than a date


class Dated(NamedTuple):
    """One day named on the page."""

    start: int
    end: int
    day: date


class Days:
    """All days of one page: those of papers and meetings, and apart from them those of other acts."""

    def __init__(self, page: Page, items: Items) -> None:
        self._page = page
        self._outline = page.outline
        self._items = items
        self.plain: list[Dated] = []
        self.sittings: list[Dated] = []  # those of the plain ones that are called a sitting's
        self.stamps: list[Dated] = []  # when things were put on the site
        self.readings: list[Dated] = []  # when drafts are to be taken up
        self._read()
        self._read_distances()

    @cached_property
    def of_page(self) -> date | None:
        """The day that the page as a whole is about: the one its title names."""
        page = self._page
        for title in (page.heading, page.document_title):
            named = {found for one in find_dates(title, month_first=page.month_first) if (found := one.on())}
            if len(named) == 1:
                return named.pop()
        return None

    def _read(self) -> None:
        outline, columns = self._outline, self._page.columns
        every = find_dates(outline.text, month_first=self._page.month_first)
        years = Years(self._page, every)
        for found in every:
            if outline.in_menu(found.start) or self._is_clock(found):
                continue
            header = columns.over(outline.owner(found.start)) if outline.has_cells else ""
            said = called(outline.text, found.start)
            if "published" in said or (header and phrases("dates", "published").within(header)):
                if stamped := found.on():
                    self.stamps.append(Dated(found.start, found.end, stamped))
            elif "reading" in said:
                if reading := years.complete(found):
                    self.readings.append(Dated(found.start, found.end, reading))
            elif "elsewhere" not in said and (day := years.complete(found)):
                self.plain.append(Dated(found.start, found.end, day))
                if "sitting" in said:
                    self.sittings.append(self.plain[-1])

    def _is_clock(self, found: Found) -> bool:
        """Say whether this is only the day of the visit, which many sites print above every page."""
        if found.on() != self._page.today:
            return False
        if self._outline.is_over_title(self._outline.owner(found.start)):
            return True
        start, end = self._outline.line(found.start)
        said = self._outline.text[start : found.start]
        return end - start <= _CLOCK_UP_TO and phrases("dates", "clock").within(said)

    def _read_distances(self) -> None:
        """In a list, "2 days ago" on its own is the day on which that item was put there."""
        if not may_tell_one(self._outline.text.lower()):
            return
        for start, end, owner in self._outline.runs():
            if end - start > _RUN_UP_TO or self._outline.in_menu(start) or owner.tag in {"a", "button"}:
                continue
            said = self._outline.text[start:end]
            day = None if is_bare_today(said) else relative_day(said, self._page.today)
            if day and any(self._items.is_one(one) for one in (owner, *owner.iterancestors())):
                insort(self.stamps, Dated(start, end, day))


def between(dated: Sequence[Dated], start: int, end: int) -> set[date]:
    """Give the days named between two places."""
    low = bisect_left(dated, (start,))
    high = bisect_left(dated, (end,), lo=low)
    return {one.day for one in dated[low:high]}
