"""When a round ends is said with as much certainty as there is."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from review.forecasting import forecast, learned

TODAY = date(2026, 11, 23)


def test_a_steady_pace_names_a_day() -> None:
    """Seventy looks at ten a day take a week; without any spread both ends are that day."""
    found = forecast(70, 7200, [10] * 7, TODAY)

    assert (found.finish, found.earliest, found.latest) == (date(2026, 11, 30),) * 3
    assert (found.hours, found.pace) == (2.0, 10.0)


def test_an_uneven_pace_gives_a_range() -> None:
    """The more the days differ, the farther the ends are apart, and the day lies between them."""
    found = forecast(70, 7200, [0, 20, 5, 15, 10, 0, 20], TODAY)

    assert found.earliest
    assert found.finish
    assert found.latest
    assert found.earliest < found.finish < found.latest


def test_a_pace_that_may_be_none_has_no_latest_day() -> None:
    """Where two good days stand among five idle ones nobody can say how late it gets."""
    found = forecast(1000, 7200, [0, 0, 0, 0, 0, 1, 30], TODAY)

    assert found.earliest is not None
    assert found.latest is None


def test_one_day_of_work_is_too_little_for_a_range() -> None:
    """A day is named, and its certainty is not."""
    found = forecast(70, 7200, [0, 0, 0, 0, 0, 0, 70], TODAY)

    assert found.finish == date(2026, 11, 30)
    assert (found.earliest, found.latest) == (None, None)


def test_without_any_work_no_day_is_named() -> None:
    """Nothing is made up for a round in which nobody has begun."""
    assert forecast(70, 7200, [0] * 7, TODAY).finish is None
    assert forecast(70, 7200, [], TODAY).finish is None


def test_a_round_that_is_done_ends_today() -> None:
    """No look is left, whatever the pace was."""
    assert forecast(0, 0, [0] * 7, TODAY).finish == TODAY


@given(st.integers(1, 10_000), st.lists(st.integers(0, 500), min_size=7, max_size=7))
def test_the_day_never_lies_outside_its_range(looks: int, by_day: list[int]) -> None:
    """Whatever the days were, earliest ≤ finish ≤ latest, and none lies in the past."""
    found = forecast(looks, looks * 30, by_day, TODAY)

    told = [day for day in (found.earliest, found.finish, found.latest) if day is not None]
    assert told == sorted(told)
    assert all(day > TODAY for day in told)


def test_times_are_learned_from_the_middle_one() -> None:
    """One who went for lunch with a page open does not double everybody's work."""
    assert learned([(30.0, 20.0)] * 10 + [(3600.0, 20.0)]) == 1.5


def test_a_few_times_teach_nothing() -> None:
    """Below ten looks the expected times stand."""
    assert learned([(300.0, 20.0)] * 9) == 1.0
