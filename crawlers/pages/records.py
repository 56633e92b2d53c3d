"""Which part of a page belongs to which day: rows, list items, cards, and headings with what follows them."""

import itertools
import re
from bisect import bisect_left, bisect_right, insort
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from crawlers.pages.base import Page
from crawlers.pages.dates import (
    LATEST,
    Found,
    called,
    find_dates,
    first_date,
)
from crawlers.pages.distances import is_bare_today, may_tell_one, relative_day
from crawlers.pages.items import Items
from crawlers.pages.kinds import names_meeting
from crawlers.pages.lexicon import phrases
from crawlers.pages.outline import Outline

Element = Any  # lxml ships no types

_LABEL_UP_TO = 200  # characters; a longer text mentions a day, it is not about it
_RUN_UP_TO = 60  # characters of one piece of text that is no more than a date
_CLIMB = 8  # parents above a link within which another link's date may be its own
_LISTED = ("li", "tr")
_ALONE = frozenset({"li", "dd", "td", "th", "a"})  # such a part holds all it has to say
_MOST_RECORDS = 3000  # days of one page; a page with more of them is no list of meetings
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_YEAR_IN_ADDRESS = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
_ANNOUNCEMENT_UP_TO = 800  # characters
_LABEL_OF_YEAR_UP_TO = 60  # characters


class Dated(NamedTuple):
    """One day named on the page, outside menus."""

    start: int
    end: int
    day: date


class Record(NamedTuple):
    """A stretch of the page that belongs to one day."""

    start: int
    end: int
    day: date
    label: tuple[int, int]  # where the day is printed


class Records:
    """The days of one page and the stretches that belong to them."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._outline: Outline = page.outline
        self._items = Items(page.outline)
        self.stamps: list[Dated] = []  # when things were put on the site
        self.readings: list[Dated] = []  # when drafts are to be taken up
        self.days: list[Dated] = []
        self.sittings: list[Dated] = []  # those of the days that are called a sitting's
        self._found = find_dates(page.outline.text, month_first=page.month_first)
        self._labels: list[tuple[int, int]] = []
        self._announcements: list[tuple[int, int]] = []
        self._read_years()
        self._read_days()
        self._read_distances()
        self._starts = [one.start for one in self.days]
        self._link_starts = [spot.start for spot in self._outline.spots]
        self.all = self._records()
        self._record_starts = [record.start for record in self.all]

    def at(self, start: int) -> Record | None:
        """Give the innermost record around *start*."""
        for place in range(bisect_right(self._record_starts, start) - 1, -1, -1):
            if start < self.all[place].end:
                return self.all[place]
            if start - self.all[place].start > self._longest:
                return None
        return None

    def is_sitting(self, record: Record) -> bool:
        """Say whether the words before the day of *record* call it a sitting's."""
        return any((one.start, one.end) == record.label for one in self.sittings)

    def within(self, start: int, end: int) -> date | None:
        """Give the first day named between two places."""
        place = bisect_left(self._starts, start)
        return self.days[place].day if place < len(self.days) and self._starts[place] < end else None

    def beside(self, element: Element) -> date | None:
        """Give the only day named near *element*, in links too: a list where each link carries its date."""
        for _ in range(_CLIMB):
            inside, element = element, element.getparent()
            if element is None or element.tag in {"body", "main", "article", "table", "tbody"}:
                return None
            start, end = self._outline.spans.get(element, (0, 0))
            days = {one.day for one in self._between(start, end)}
            if days:
                return days.pop() if len(days) == 1 and not self._items.is_one(inside) else None
        return None

    def stamped(self, element: Element) -> date | None:
        """Give the day on which the thing that *element* belongs to was published, if its own part says so."""
        return self._in_own_part(element, self.stamps)

    def read_on(self, element: Element) -> date | None:
        """Give the day on which the draft that *element* leads to is to be taken up, if its own part says so."""
        return self._in_own_part(element, self.readings) or self._in_own_part(element, self.sittings)

    def stamped_over(self, record: Record) -> date | None:
        """Give the day of publication that stands beside the day of *record*: it goes for all that follows."""
        start, end = self._outline.line(record.label[0])
        days = {one.day for one in self.stamps if start <= one.start < end}
        return days.pop() if len(days) == 1 else None

    def _in_own_part(self, element: Element, dated: list[Dated]) -> date | None:
        places = [one.start for one in dated]
        for _ in range(_CLIMB if places else 0):
            inside, element = element, element.getparent()
            if (
                self._items.is_one(inside)
                or element is None
                or element.tag in {"body", "main", "table", "tbody", "ul", "ol"}
            ):
                return None
            start, end = self._outline.spans.get(element, (0, 0))
            days = {one.day for one in dated[bisect_left(places, start) : bisect_left(places, end)]}
            if days:
                return days.pop() if len(days) == 1 else None
        return None

    @cached_property
    def of_page(self) -> date | None:
        """The day that the page as a whole is about: the one its title names."""
        page = self._page
        for title in (page.heading, page.document_title):
            named = {found for one in find_dates(title, month_first=page.month_first) if (found := one.on())}
            if len(named) == 1:
                return named.pop()
        return None

    @cached_property
    def _longest(self) -> int:
        return max((record.end - record.start for record in self.all), default=0)

    def _between(self, start: int, end: int) -> list[Dated]:
        return self.days[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    # ---- days ----------------------------------------------------------------------------------------

    def _read_days(self) -> None:
        outline, columns = self._outline, self._page.columns
        for found in self._found:
            if outline.in_menu(found.start):
                continue
            header = columns.over(outline.owner(found.start)) if outline.has_cells else ""
            said = called(outline.text, found.start)
            if "published" in said or (header and phrases("dates", "published").within(header)):
                if stamped := found.on():
                    self.stamps.append(Dated(found.start, found.end, stamped))
            elif "reading" in said:
                if reading := self._with_year(found):
                    self.readings.append(Dated(found.start, found.end, reading))
            elif "elsewhere" not in said and (day := self._with_year(found)):
                self.days.append(Dated(found.start, found.end, day))
                if "sitting" in said:
                    self.sittings.append(self.days[-1])

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

    def _with_year(self, found: Found) -> date | None:
        """Give a day printed without its year the year of its heading, of the page, or the nearest one."""
        if found.year:
            return found.on()
        if year := self._years_of_times.get((found.month, found.day)):
            return found.on(year)
        for year in (self._year_of_heading(found.start), self._year_above(found.start, self._labels)):
            if year:
                return found.on(year)
        if year := self._year_of_page or self._year_above(found.start, self._announcements):
            return found.on(year)
        today = self._page.today
        near = (found.on(today.year + step) for step in (-1, 0, 1))
        return min((day for day in near if day), key=lambda day: abs((day - today).days), default=None)

    @cached_property
    def _years_of_times(self) -> dict[tuple[int, int], int]:
        """The years that the page's own ``time`` elements give to the days it prints without one."""
        told: dict[tuple[int, int], set[int]] = {}
        for stamp in self._page.root.iter("time"):
            if day := first_date(stamp.get("datetime") or ""):
                told.setdefault((day.month, day.day), set()).add(day.year)
        return {key: years.pop() for key, years in told.items() if len(years) == 1}

    def _year_of_heading(self, start: int) -> int:
        """Give the only year of the nearest heading above that names one."""
        above = (self._outline.text[one.start : one.end] for one in self._outline.above(start))
        return next((year for words in above if (year := _only_year(words))), 0)

    def _year_above(self, start: int, lines: list[tuple[int, int]]) -> int:
        """Give the year of the nearest of *lines* above."""
        place = bisect_right(lines, (start, LATEST)) - 1
        return lines[place][1] if place >= 0 else 0

    def _read_years(self) -> None:
        """Note each line that names one year and no day: short ones, and long ones that speak of meetings."""
        outline = self._outline
        places = [found.start for found in self._found]
        behind = -1
        for year in _YEAR.finditer(outline.text):
            if year.start() < behind:
                continue
            start, behind = outline.line(year.start())
            if behind - start > _ANNOUNCEMENT_UP_TO or outline.in_menu(start):
                continue
            if bisect_left(places, start) < bisect_left(places, behind):
                continue
            line = outline.text[start:behind]
            only = _only_year(line)
            if only and len(line) <= _LABEL_OF_YEAR_UP_TO:
                self._labels.append((start, only))
            elif only and names_meeting(line):
                self._announcements.append((start, only))

    @cached_property
    def _year_of_page(self) -> int:
        page = self._page
        for place in (page.heading, page.document_title):
            if year := _only_year(place):
                return year
        years = set(_YEAR_IN_ADDRESS.findall(page.url))
        return int(years.pop()) if len(years) == 1 else 0

    # ---- records -------------------------------------------------------------------------------------

    def _records(self) -> list[Record]:
        structural = [one for one in self.days if not self._inside_link(one.start)][:_MOST_RECORDS]
        self._starts_plain = [one.start for one in structural]
        self._runs = _ends_of_runs([one.day for one in structural])
        records = [self._around(one) for one in structural]
        records.sort(key=lambda record: (record.start, -record.end))
        return [self._extended(record, place, records) for place, record in enumerate(records)]

    def _inside_link(self, start: int) -> bool:
        place = bisect_right(self._link_starts, start) - 1
        return place >= 0 and start < self._outline.spots[place].end

    def _around(self, one: Dated) -> Record:
        """Climb from a printed day to the largest part of the page that names no other."""
        element, top = self._outline.owner(one.start), None
        while element is not None and element.tag not in {"body", "html"}:
            start, end = self._outline.spans.get(element, (0, 0))
            if not self._only(start, end):
                break
            top = element
            if self._items.is_one(element):
                break
            element = element.getparent()
        if top is None:
            start, end = self._outline.line(one.start)
            return Record(start, end, one.day, (one.start, one.end))
        start, end = self._outline.spans[top]
        return Record(start, end, one.day, (one.start, one.end))

    def _only(self, start: int, end: int) -> bool:
        low, high = bisect_left(self._starts_plain, start), bisect_left(self._starts_plain, end)
        return low == high or self._runs[low] >= high

    def _extended(self, record: Record, place: int, records: list[Record]) -> Record:
        """Let a label own what follows it: up to the next day, the next heading, or its container's end."""
        outline = self._outline
        owner = outline.owner(record.label[0])
        level = outline.level_at(record.label[0])
        has_links = bisect_left(self._link_starts, record.start) < bisect_left(self._link_starts, record.end)
        is_row = self._is_row(owner, record)
        is_label = not has_links and record.end - record.start <= _LABEL_UP_TO
        if level is None and not is_row and not (is_label and not self._under_a_dated_heading(record)):
            return record
        container = self._container(owner, record)
        if is_row and has_links:
            container = min(container, self._led_by(owner, record))
        elif has_links and self._is_item(owner, record):
            return record
        end = container
        for one in itertools.islice(records, place + 1, None):
            if one.start >= container or (one.start >= record.end and one.day != record.day):
                end = min(one.start, container)
                break
        return record._replace(end=max(record.end, outline.heading_after(record.end, end, level or 9)))

    def _under_a_dated_heading(self, record: Record) -> bool:
        """Words below a heading that names the day mention other days, they do not begin one."""
        above = self._outline.above(record.label[0], most=1)
        return bool(above and self.within(above[0].start, above[0].end))

    def _is_row(self, owner: Element, record: Record) -> bool:
        row = next(owner.iterancestors("tr"), None)
        return row is not None and self._outline.spans.get(row, (0, 0)) == (record.start, record.end)

    def _is_item(self, owner: Element, record: Record) -> bool:
        """The record is all of one item, and its day says nothing of the next one."""
        around = next(
            (
                one
                for one in owner.iterancestors()
                if self._outline.spans.get(one) == (record.start, record.end)
            ),
            owner,
        )
        return self._items.is_one(around)

    def _led_by(self, owner: Element, record: Record) -> int:
        """Give the end of the rows that the day's cell reaches over, or that leave its column empty."""
        cell = next((one for one in (owner, *owner.iterancestors()) if one.tag in {"td", "th"}), None)
        last = self._page.columns.last_row_of(cell) if cell is not None else None
        return self._outline.spans.get(last, (0, record.end))[1]

    def _container(self, owner: Element, record: Record) -> int:
        """Give the end of the part of the page that holds the record and more."""
        for parent in owner.iterancestors():
            start, end = self._outline.spans.get(parent, (0, 0))
            if end > record.end or start < record.start:
                return end
        return record.end


def _ends_of_runs(days: list[date]) -> list[int]:
    """Give for each place the place after the last of the equal days that follow it."""
    ends = [len(days)] * len(days)
    for place in range(len(days) - 2, -1, -1):
        ends[place] = ends[place + 1] if days[place] == days[place + 1] else place + 1
    return ends


def _only_year(text: str) -> int:
    years = set(_YEAR.findall(text))
    return int(years.pop()) if len(years) == 1 else 0
