"""A redirect leads to a row of its own, or nowhere with a reason; never in circles and never off the city's sites."""

from __future__ import annotations

import pytest

from crawlers.gate import Gate
from crawlers.hops import MOST_HOPS, Hops
from models.ledger import Ended, Planned
from models.vocabulary import AddressState, Reason
from tests.factories import make_capture

START = Planned(
    "city.test/a", "http://city.test/a", "city.test/", "Рішення", 1, 50.0, ("INFO-03",), attempts=2
)
END = Ended(START.key, AddressState.FETCHED, capture=make_capture(1, START.url, status=301))


@pytest.fixture
def hops() -> Hops:
    """The redirects of a visit to city.test."""
    return Hops(("city.test",), Gate(pretend=True))


def nothing_known(_key: str) -> bool:
    """No address has a row yet."""
    return False


def test_the_target_is_a_row_of_its_own(hops: Hops) -> None:
    """It serves what the first address served, is tried anew, a little sooner, and tells how it was reached."""
    step = hops.step(START, "/b#part", END, is_known=nothing_known)

    (onward,) = step.onward
    assert (onward.key, onward.url, onward.found_on) == ("city.test/b", "http://city.test/b", START.key)
    assert (onward.serves, onward.attempts) == (START.serves, 0)
    assert onward.score > START.score
    assert hops.before("city.test/b") == ({"from": START.url, "to": "http://city.test/b", "status": 301},)


def test_another_spelling_is_asked_again_under_the_same_row(hops: Hops) -> None:
    """From http to https, or to www, is the same place."""
    step = hops.step(START, "https://www.city.test/a", END, is_known=nothing_known)

    assert (step.again, step.onward, step.reason) == ("https://www.city.test/a", (), None)


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://elsewhere.test/", Reason.OFFSITE),
        ("file:///etc/passwd", Reason.REFUSED_ADDRESS),
        ("http://city.test:22/", Reason.REFUSED_ADDRESS),
        ("http://[half", Reason.REFUSED_ADDRESS),
        ("/a", Reason.REDIRECT_LOOP),
    ],
)
def test_where_a_redirect_may_not_lead_it_ends_with_a_reason(
    hops: Hops, location: str, reason: Reason
) -> None:
    """Off the city's sites, past the gate, to no address at all, or to itself."""
    assert hops.step(START, location, END, is_known=nothing_known).reason is reason


def test_a_circle_ends(hops: Hops) -> None:
    """Two addresses that name each other are a loop once the circle closes."""
    (onward,) = hops.step(START, "/b", END, is_known=nothing_known).onward

    step = hops.step(onward, "/a", END, is_known=lambda key: key == START.key)

    assert step.reason is Reason.REDIRECT_LOOP


def test_an_endless_way_ends(hops: Hops) -> None:
    """After ten hops, each elsewhere, nothing more is followed."""
    plan, steps = START, 0
    while True:
        step = hops.step(plan, f"/{steps}", END, is_known=nothing_known)
        if not step.onward:
            break
        (plan,) = step.onward
        steps += 1

    assert (step.reason, steps) == (Reason.REDIRECT_LOOP, MOST_HOPS)
