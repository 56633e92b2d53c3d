"""Which part of a page belongs to which day: rows, list items, cards, and headings with what follows them."""

import itertools
from bisect import bisect_left, bisect_right
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from crawlers.pages.base import Page
from crawlers.pages.days import Dated, Days, between
from crawlers.pages.items import Items

Element = Any  # lxml ships no types

_LABEL_UP_TO = 200  # characters; a longer text mentions a day, it is not about it
_CLIMB = 8  # parents above a link within which another link's date may be its own
_MOST_RECORDS = 3000  # days of one page; a page with more of them is no list of meetings
_TOO_WIDE = frozenset({"body", "main", "table", "tbody"})
_LISTS = frozenset({"ul", "ol"})


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
        self._outline = page.outline
        self._items = Items(page.outline)
        self._days = Days(page, self._items)
        self._starts = [one.start for one in self._days.plain]
        self._link_starts = [spot.start for spot in self._outline.spots]
        self.all = self._records()
        self._record_starts = [record.start for record in self.all]

    @property
    def of_page(self) -> date | None:
        """The day that the page as a whole is about."""
        return self._days.of_page

    @property
    def first_stamp(self) -> date | None:
        """The first day on the page that is one of publication."""
        return self._days.stamps[0].day if self._days.stamps else None

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
        return record.label in self._sittings

    def within(self, start: int, end: int) -> date | None:
        """Give the first day named between two places."""
        place = bisect_left(self._starts, start)
        inside = place < len(self._starts) and self._starts[place] < end
        return self._days.plain[place].day if inside else None

    def beside(self, element: Element) -> date | None:
        """Give the only day named near *element*, in links too: a list where each link carries its date."""
        for _ in range(_CLIMB):
            inside, element = element, element.getparent()
            if element is None or element.tag in _TOO_WIDE or element.tag == "article":
                return None
            if days := between(self._days.plain, *self._outline.spans.get(element, (0, 0))):
                return days.pop() if len(days) == 1 and not self._items.is_one(inside) else None
        return None

    def stamped(self, element: Element) -> date | None:
        """Give the day on which the thing that *element* belongs to was published, if its own part says so."""
        return self._in_own_part(element, self._days.stamps)

    def read_on(self, element: Element) -> date | None:
        """Give the day on which the draft that *element* leads to is to be taken up, if its own part says so."""
        days = self._days
        return self._in_own_part(element, days.readings) or self._in_own_part(element, days.sittings)

    def other_than(self, day: date, element: Element) -> date | None:
        """Give the day that stands beside *day* in the part that *element* belongs to, if there is one other."""
        return self._in_own_part(element, [one for one in self._days.plain if one.day != day])

    def stamped_over(self, record: Record) -> date | None:
        """Give the day of publication that stands beside the day of *record*: it goes for all that follows."""
        days = between(self._days.stamps, *self._outline.line(record.label[0]))
        return days.pop() if len(days) == 1 else None

    def _in_own_part(self, element: Element, dated: list[Dated]) -> date | None:
        for _ in range(_CLIMB if dated else 0):
            inside, element = element, element.getparent()
            if element is None or element.tag in _TOO_WIDE | _LISTS or self._items.is_one(inside):
                return None
            if days := between(dated, *self._outline.spans.get(element, (0, 0))):
                return days.pop() if len(days) == 1 else None
        return None

    @cached_property
    def _sittings(self) -> frozenset[tuple[int, int]]:
        return frozenset((one.start, one.end) for one in self._days.sittings)

    @cached_property
    def _longest(self) -> int:
        return max((record.end - record.start for record in self.all), default=0)

    # ---- records -------------------------------------------------------------------------------------

    def _records(self) -> list[Record]:
        structural = [one for one in self._days.plain if not self._inside_link(one.start)][:_MOST_RECORDS]
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
