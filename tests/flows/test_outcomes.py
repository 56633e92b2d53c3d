"""When a run is red, and what its sentence says."""

from __future__ import annotations

from collections import Counter

import pytest

from flows.outcomes import CityOutcome, ending
from models.vocabulary import Reason, Verdict, VisitState


def _seen(city: str, *, trouble: str = "") -> CityOutcome:
    verdicts = Counter({Verdict.MET: 3, Verdict.NOT_MET: 1})
    return CityOutcome(city, VisitState.COMPLETE, pages=40, failures=2, verdicts=verdicts, trouble=trouble)


def _unseen(city: str) -> CityOutcome:
    return CityOutcome(city, VisitState.UNREACHABLE, Reason.DNS)


def test_run_in_which_all_went_well_is_green() -> None:
    """Green says how much was seen and found."""
    end = ending([_seen("lviv"), _seen("lutsk")])

    assert not end.red
    assert end.sentence == "2 cities, 80 pages, 8 findings."


def test_one_failure_of_ours_makes_the_run_red() -> None:
    """However many cities went well, a crawl that died is named with its cause."""
    cities = [_seen(f"city-{number}") for number in range(49)]

    end = ending([*cities, _seen("lviv", trouble="the crawl process ended with signal SIGKILL")])

    assert end.red
    assert end.sentence == "Our own side failed in lviv. lviv: the crawl process ended with signal SIGKILL"


@pytest.mark.parametrize(("unseen", "red"), [(0, False), (2, False), (3, True), (10, True)])
def test_more_than_a_fifth_unseen_makes_the_run_red(unseen: int, red: bool) -> None:  # noqa: FBT001
    """A few sites may be down; when many are, the fault is more likely ours."""
    cities = [_unseen(f"down-{n}") for n in range(unseen)] + [_seen(f"up-{n}") for n in range(10 - unseen)]

    assert ending(cities).red is red


def test_site_that_is_down_is_named_in_a_green_run() -> None:
    """Who reads only the sentence still learns whom we could not look at."""
    end = ending([_unseen("sumy"), *(_seen(f"up-{n}") for n in range(9))])

    assert end.sentence.endswith("Could not look at sumy.")


def test_judging_again_is_not_blamed_for_what_was_not_seen() -> None:
    """Evaluation visits nobody, so an unreachable city does not make it red; its own failure does."""
    assert not ending([_unseen("sumy")], crawled=False).red
    assert ending([_seen("sumy", trouble="a rule broke")], crawled=False).red


def test_long_lists_are_cut() -> None:
    """A sentence stays a sentence when every city fails."""
    end = ending([_seen(f"city-{n}", trouble="no room on the disk") for n in range(50)])

    assert "and 45 more" in end.sentence


def test_run_over_no_city_is_green_and_says_so() -> None:
    """Nothing to do is no failure."""
    assert ending([]).sentence.startswith("0 cities")
