"""Working days of the Ukrainian calendar, as the laws count them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import holidays

_SATURDAY = 5


def is_working(day: date, *, wartime: bool = True) -> bool:
    """Whether *day* counts. Under martial law holidays are working days; *wartime* says whether that applies."""
    return day.weekday() < _SATURDAY and (wartime or day not in _holidays(day.year))


def working_day_after(first: date, number: int, *, wartime: bool = True) -> date:
    """The *number*-th working day after *first*, which is not counted itself."""
    day = first
    while number:
        day += timedelta(days=1)
        number -= is_working(day, wartime=wartime)
    return day


def working_days_left(today: date, last: date, *, wartime: bool = True) -> int:
    """Working days after *today* up to *last*, both ends as people count them: nought on the last day itself.

    Below nought once *last* is over: how many working days ago it was.
    """
    if today > last:
        return -working_days_left(last, today, wartime=wartime)
    days = (today + timedelta(days=number) for number in range(1, (last - today).days + 1))
    return sum(is_working(day, wartime=wartime) for day in days)


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    """Holidays of peacetime; those suspended by martial law are kept by the calendar as "workday"."""
    return frozenset(holidays.country_holidays("UA", years=year, categories=("public", "workday")))
