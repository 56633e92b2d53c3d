"""Working days of the Ukrainian calendar."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.cases import Case
from checks.catalog import load
from checks.evaluate import evaluate
from checks.rules.timely import working_days_between
from models.facts import Answer, Sight
from models.vocabulary import Verdict


@pytest.mark.parametrize(
    ("first", "last", "wartime", "days"),
    [
        (date(2026, 11, 9), date(2026, 11, 16), True, 5),  # Monday to Monday
        (date(2026, 12, 21), date(2026, 12, 28), True, 5),  # Christmas is a working day under martial law
        (date(2026, 12, 21), date(2026, 12, 28), False, 4),
        (date(2026, 11, 14), date(2026, 11, 16), True, 0),  # a weekend
        (date(2026, 11, 16), date(2026, 11, 16), True, 0),
    ],
)
def test_working_days_are_counted_by_the_calendar_in_force(
    first: date, last: date, *, wartime: bool, days: int
) -> None:
    """The day of publication counts, the day of the session does not; holidays are off in peacetime only."""
    assert working_days_between(first, last, wartime=wartime) == days


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 60), st.integers(0, 60))
def test_working_days_add_up(first: date, one: int, other: int) -> None:
    """Two stretches together have as many working days as the whole."""
    middle, last = first + timedelta(days=one), first + timedelta(days=one + other)

    parts = working_days_between(first, middle, wartime=False) + working_days_between(
        middle, last, wartime=False
    )

    assert parts == working_days_between(first, last, wartime=False)


def test_an_unconfirmed_deadline_lowers_nothing(
    cases: list[Case], answer_of: Callable[[str, Sight], Answer]
) -> None:
    """Late is shown beside the verdict, and counts only once a lawyer has confirmed the deadline."""
    case = next(case for case in cases if (case.indicator, case.name) == ("INFO-01", "partly-late"))
    pack = load("transparent-cities")
    unconfirmed = replace(pack.by_id["INFO-01"], deadline_confirmed=False)

    ((_, answer),) = evaluate(replace(pack, indicators=(unconfirmed,)), case.sight)

    assert answer_of("INFO-01", case.sight).verdict is Verdict.PARTLY_MET
    assert answer.verdict is Verdict.MET
    assert answer.detail["in_time"] == 0
    assert answer.detail["shortest"] == 3
