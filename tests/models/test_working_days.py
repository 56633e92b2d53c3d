"""Working days as the laws count them."""

from __future__ import annotations

from datetime import date

import pytest

from checks.rules.timely import working_days_between
from models.working_days import is_working, working_day_after, working_days_left

FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)


def test_weekends_do_not_count() -> None:
    """The first working day after a Friday is Monday; the fifth is the Friday after."""
    assert working_day_after(FRIDAY, 1) == MONDAY
    assert working_day_after(FRIDAY, 5) == date(2026, 11, 27)


def test_what_is_left_is_counted_as_people_count() -> None:
    """On the last day nothing is left; over a weekend nothing is lost; below nought it is over."""
    left = [
        working_days_left(day, MONDAY) for day in (FRIDAY, date(2026, 11, 21), MONDAY, date(2026, 11, 24))
    ]

    assert left == [1, 1, 0, -1]


def test_holidays_are_working_days_only_under_martial_law() -> None:
    """Independence Day 2026 is a Monday."""
    holiday = date(2026, 8, 24)

    assert is_working(holiday)
    assert not is_working(holiday, wartime=False)
    assert working_day_after(date(2026, 8, 21), 1, wartime=False) == date(2026, 8, 25)


@pytest.mark.parametrize("wartime", [True, False])
def test_the_calendar_is_that_of_the_checks(wartime: bool) -> None:  # noqa: FBT001  # a parameter of the test
    """A day that counts for a draft decision counts for a request too, the whole year round."""
    for day in (
        date.fromordinal(number)
        for number in range(date(2026, 1, 1).toordinal(), date(2027, 1, 1).toordinal())
    ):
        counted = working_days_between(day, date.fromordinal(day.toordinal() + 1), wartime=wartime)
        assert is_working(day, wartime=wartime) == bool(counted)
