"""Dates as councils print them: in three languages, glued, ordinal, blank, month first, or impossible.

A number is taken for a day only with its month; an impossible date stays text and is never repaired.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import NamedTuple

from crawlers.pages.lexicon import any_of, table, words
from models.matching import normalise

EARLIEST, LATEST = 1900, 2100
_MONTHS, _DAYS = 12, 31
_LISTED_WITHIN = 12  # characters between the days of one list
_PIVOT = 70  # two-digit years below it are of this century

_REMEMBERED_UP_TO = 300  # characters; longer texts are rare and would crowd the cache
_WORDS_BEFORE = 40  # characters
_CALLED = ("published", "reading", "sitting", "elsewhere")
"""What the words before a day may call it: when a thing was put on the site, when it is to be taken up, when a body
sits, or another day than the one meant here."""
_ORDINAL = r"(?:st|nd|rd|th|-?(?:го|ого|е|є))?"
_GAP = r"[\s«»\"“”„'’,.\-–/_()]{0,5}"
_NEAR = r"[^\S\n]?[.,\-–/_]?[^\S\n]?"
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"(?<!\d)\d{1,4}(?!\d)")
_YEAR_FIRST = re.compile(r"((?:19|20)\d\d)\s?([-./])\s?(\d{1,2})\s?\2\s?(\d{1,2})(?!\d)")
_NUMERIC = re.compile(r"(\d{1,2})\s?([./\-–])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?!\d)")
_DAY_MONTH = re.compile(
    rf"(\d{{1,2}}){_ORDINAL}(?:\s?[-–—]\s?\d{{1,2}}{_ORDINAL})?{_GAP}(?:(?:day\s)?of\s)?([^\W\d_]{{3,10}})"
)
_YEAR_MONTH_DAY = re.compile(rf"((?:19|20)\d\d){_NEAR}([^\W\d_]{{3,10}}){_NEAR}(\d{{1,2}})(?!\d)")
_DAY_AFTER_MONTH = re.compile(rf"(\d{{1,2}}){_ORDINAL}(?![\d:])(?:\s?[-–—]\s?\d{{1,2}}{_ORDINAL}(?!\d))?")
_MONTH_BEFORE = re.compile(r"(?<![^\W\d_])([^\W\d_]{3,10})[\s,.«»\"\-–/]{0,3}$")
_YEAR_AFTER = re.compile(rf"{_GAP}((?:19|20)\d\d)(?!\d)")
_SHORT_YEAR_AFTER = re.compile(r"\s?(?:['’\-/](\d\d)(?![\d:])|[\s,.]{0,2}(\d\d)(?=\s?[рг]\b))")
_MORE_DAYS = re.compile(r"((?:(?<!\d)\d{1,2}\s?(?:,|та|і|й|и|and|&)\s?)+)$")
_INSIDE_NUMBER = re.compile(r"№\s?(?:[^\W_]{1,4}[-/]){1,3}$")  # "№ 39/4 Травень 22, 2026"
_OF_NUMBER = re.compile(r"(?:№|\bn\.?|\bno\.?|#|\)|\+\d)[^\S\n]?\Z")
_LATIN = re.compile("[a-z]")
_MARK_OF_YEAR = re.compile(r"\s?[рг]\b")


class Found(NamedTuple):
    """One date in a text, and where it stands. Without a printed year, *year* is 0."""

    start: int
    end: int
    year: int
    month: int
    day: int

    def on(self, year: int = 0) -> date | None:
        """Give the date, in *year* if none is printed; None if there is no such day."""
        return real_day(self.year or year, self.month, self.day)


@dataclass(frozen=True, slots=True)
class _Context:
    text: str
    month_first: bool


def find_dates(text: str, *, month_first: bool = False) -> list[Found]:
    """Give every date of *text* in order, yearless ones too; *month_first* decides what 03/04/2020 is."""
    if _DIGIT.search(text) is None:
        return []
    lowered = text.lower()
    context = _Context(lowered if len(lowered) == len(text) else text, month_first)
    found: list[Found] = []
    behind = 0
    for number in _NUMBER.finditer(context.text):
        if number.start() < behind or not _may_begin_a_date(number[0]):
            continue
        for one in _read_at(context, number.start(), behind):
            if one.start >= behind:
                found.append(one)
                behind = one.end
    return _with_years_of_the_next(context.text, found)


def _may_begin_a_date(number: str) -> bool:
    """A day, or a year of these times; other numbers are passed by."""
    if len(number) == len("yyyy"):
        return number[:2] in {"19", "20"}
    return len(number) <= len("dd") and 0 < int(number) <= _DAYS


def first_date(text: str, *, month_first: bool = False) -> date | None:
    """Give the first date of *text* that names its year."""
    if _DIGIT.search(text) is None:
        return None
    if len(text) > _REMEMBERED_UP_TO:
        return _first_date.__wrapped__(text, month_first)
    return _first_date(text, month_first)


@lru_cache(maxsize=16_384)
def _first_date(text: str, month_first: bool) -> date | None:  # noqa: FBT001  # a key of the cache
    return next((found for one in find_dates(text, month_first=month_first) if (found := one.on())), None)


def prefers_month_first(texts: str) -> bool | None:
    """Tell from dates that can be read in one way only how the others are meant; None if none tells."""
    votes = 0
    for one in _NUMERIC.finditer(texts):
        first, second = int(one[1]), int(one[3])
        if first <= _MONTHS < second <= _DAYS:
            votes += 1
        elif second <= _MONTHS < first <= _DAYS:
            votes -= 1
    return votes > 0 if votes else None


def _read_at(context: _Context, at: int, behind: int) -> list[Found]:
    """Try every way to print a date on the number *at* this place; what is *behind* is read already."""
    text = context.text
    if (one := _YEAR_FIRST.match(text, at)) and real_day(int(one[1]), int(one[3]), int(one[4])):
        return [Found(at, one.end(), int(one[1]), int(one[3]), int(one[4]))]
    if one := _NUMERIC.match(text, at):
        return _numeric(context, one)
    if (before := _MONTH_BEFORE.search(text, max(behind, at - 16), at)) and (month := month_named(before[1])):
        one = _DAY_AFTER_MONTH.match(text, at)
        return _with_year(text, before.start(1), one.end(), month, int(one[1]), lists=False) if one else []
    if (one := _DAY_MONTH.match(text, at)) and (month := month_named(one[2])):
        if _INSIDE_NUMBER.search(text, max(0, at - 20), at):
            return []
        return _with_year(text, at, one.end(), month, int(one[1]))
    if (one := _YEAR_MONTH_DAY.match(text, at)) and (month := month_named(one[2])):
        return [Found(at, one.end(), int(one[1]), month, int(one[3]))]
    return []


def _numeric(context: _Context, one: re.Match[str]) -> list[Found]:
    """Read 12.03.2024 and its kin; a two-digit year needs two-digit company or its own mark."""
    text = context.text
    if len(one[4]) == len("yy"):
        padded = len(one[1]) == len(one[3]) == len("dd") or one[2] == "/" or context.month_first
        if _OF_NUMBER.search(text, max(0, one.start() - 4), one.start()):
            return []
        if not padded and not _MARK_OF_YEAR.match(text, one.end()):
            return []
    real = either(int(one[1]), int(one[3]), full_year(one[4]), month_first=context.month_first)
    return [Found(one.start(), one.end(), real.year, real.month, real.day)] if real else []


def _with_year(text: str, start: int, end: int, month: int, day: int, *, lists: bool = True) -> list[Found]:
    year = 0
    if after := _YEAR_AFTER.match(text, end):
        year, end = int(after[1]), after.end()
    elif short := _SHORT_YEAR_AFTER.match(text, end):
        year, end = full_year(short[1] or short[2]), short.end()
    if not real_day(year or 2000, month, day):  # 2000 was a leap year
        return []
    found = [Found(start, end, year, month, day)]
    if lists and (more := _MORE_DAYS.search(text, max(0, start - 40), start)):
        found = [
            Found(more.start() + one.start(), more.start() + one.end(), year, month, int(one[0]))
            for one in re.finditer(r"\d{1,2}", more[1])
            if real_day(year or 2000, month, int(one[0]))
        ] + found
    return found


def _with_years_of_the_next(text: str, found: list[Found]) -> list[Found]:
    """In "5 May, 2 June and 7 July 2026" the year is printed once, at the end."""
    for place in range(len(found) - 2, -1, -1):
        one, following = found[place], found[place + 1]
        between = text[one.end : following.start]
        if not one.year and following.year and len(between) <= _LISTED_WITHIN and "\n" not in between:
            found[place] = one._replace(year=following.year)
    return found


def either(first: int, second: int, year: int, *, month_first: bool) -> date | None:
    """Give the day that two numbers and a year mean; the other order counts where there is no such day."""
    day_first = real_day(year, second, first)
    us = real_day(year, first, second)
    return (us or day_first) if month_first else (day_first or us)


def full_year(year: str) -> int:
    """Give a printed year in full: 26 is 2026, 98 is 1998."""
    number = int(year)
    return number if len(year) > len("yy") else number + (2000 if number < _PIVOT else 1900)


def real_day(year: int, month: int, day: int) -> date | None:
    """Give the day if there is one, in a year that a document may be of."""
    if not EARLIEST <= year <= LATEST:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def month_named(word: str) -> int | None:
    """Give the number of the month that *word* is a form of."""
    if not word.isascii() and _LATIN.search(word):
        word = normalise(word)  # "ciчня", one letter of it Latin
    for length in range(len(word), 2, -1):
        month = _months().get(word[:length])
        if month and word[length:] in _endings():
            return month
    return None


@cache
def _endings() -> frozenset[str]:
    return frozenset(table("dates")["endings"])


@cache
def _months() -> dict[str, int]:
    return {word: int(month) for month, known in table("dates")["months"].items() for word in known}


@cache
def _before(key: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W\d_]){any_of(words('dates', key))}[^\n\d]{{0,14}}\Z", re.IGNORECASE)


@lru_cache(maxsize=4096)
def _called(before: str) -> frozenset[str]:
    return frozenset(key for key in _CALLED if _before(key).search(before))


def called(text: str, start: int) -> frozenset[str]:
    """Give what the words right before a day call it: published, reading, sitting, elsewhere."""
    if not start or text[start - 1] == "\n":
        return frozenset()
    before = text[max(0, start - _WORDS_BEFORE) : start].rpartition("\n")[2]
    return _called(_DIGIT.split(before)[-1])
