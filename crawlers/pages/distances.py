"""Days told by their distance from today: "вчора", "2 дні тому", "через тиждень", "3 hours ago"."""

import calendar
import re
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from crawlers.pages.lexicon import any_of, table, words

_LONGEST = 40  # characters; more words than these are a sentence, and its "today" is another day's
_CLOCK = re.compile(r"[,\s]{0,4}(?:(?:о|об|в|at)\s)?\d{1,2}[:.]\d\d(?::\d\d)?$")
_MONTHS_OF_A_YEAR = 12
_YEARS = range(1900, 2101)


class _Unit(NamedTuple):
    """What one step of a unit is: whole months, or days; minutes and hours are less than a day."""

    months: float
    days: float


def relative_day(text: str, today: date) -> date | None:
    """Give the day that *text* names by its distance from *today*, if it does no more than that."""
    if len(text) > _LONGEST:
        return None
    bare = _CLOCK.sub("", " ".join(text.lower().replace("’", "'").split())).strip(" .,:;()·|-–—")
    bare = _published().sub("", bare)
    if (steps := table("dates")["relative"].get(bare)) is not None:
        return today + timedelta(days=steps)
    for pattern, sign in _patterns():
        if told := pattern.fullmatch(bare):
            number, unit = sign * _number(told["number"]), _units()[told["unit"]]
            return _moved(today, round(number * unit.months), int(number * unit.days))
    return None


def is_bare_today(text: str) -> bool:
    """Say whether *text* is a lone "today": as often a button or a clock as the day of anything."""
    return bool(table("dates")["relative"].get(text.strip().lower()) == 0)


def may_tell_one(lowered: str) -> bool:
    """Say at the cost of a glance whether a page's words may hold such a day at all."""
    return any(mark in lowered for mark in _marks())


def _number(written: str | None) -> float:
    if not written:
        return 1
    return float(written) if written.isdigit() else float(table("dates")["numerals"][written])


def _moved(today: date, months: int, days: int) -> date | None:
    place = today.year * _MONTHS_OF_A_YEAR + today.month - 1 + months
    year, month = divmod(place, _MONTHS_OF_A_YEAR)
    if year not in _YEARS:
        return None
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(today.day, last)) + timedelta(days=days)


@cache
def _units() -> dict[str, _Unit]:
    return {
        form: _Unit(entry.get("months", 0), entry.get("days", 0))
        for entry in table("dates")["units"]
        for form in entry["forms"]
    }


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], int], ...]:
    number = rf"(?:(?P<number>\d{{1,3}}|{any_of(table('dates')['numerals'])})\s?)?"
    unit = rf"(?P<unit>{any_of(_units())})"
    ago, ahead = any_of(words("dates", "ago")), any_of(words("dates", "ahead"))
    return (re.compile(rf"{number}{unit}\s{ago}"), -1), (re.compile(rf"{ahead}\s{number}{unit}"), 1)


@cache
def _published() -> re.Pattern[str]:
    return re.compile(rf"^{any_of(words('dates', 'published'))}[\s:]+")


@cache
def _marks() -> tuple[str, ...]:
    return (*table("dates")["relative"], *words("dates", "ago"))
