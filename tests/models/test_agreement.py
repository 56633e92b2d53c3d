"""Agreement beyond chance: the published examples come out, and what must hold holds for any answers."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.agreement import (
    agreed,
    alpha_interval,
    cohen_kappa,
    difference_interval,
    kappa_interval,
    krippendorff_alpha,
)

# Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions (2003), table 18.1: 100 patients, two raters
PATIENTS = (
    [("psychosis", "psychosis")] * 75
    + [("psychosis", "neurosis")] * 1
    + [("psychosis", "organic")] * 4
    + [("neurosis", "psychosis")] * 5
    + [("neurosis", "neurosis")] * 4
    + [("neurosis", "organic")] * 1
    + [("organic", "organic")] * 10
)
# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), sections A to C
BINARY = list(zip("0100000010", "1110010000", strict=True))
TWO_OBSERVERS = list(zip("aabbdcccedda", "babbbcccedd" + "d", strict=True))
FOUR_OBSERVERS = [
    (1, 1, None, 1),
    (2, 2, 3, 2),
    (3, 3, 3, 3),
    (3, 3, 3, 3),
    (2, 2, 2, 2),
    (1, 2, 3, 4),
    (4, 4, 4, 4),
    (1, 1, 2, 1),
    (2, 2, 2, 2),
    (None, 5, 5, 5),
    (None, None, 1, 1),
    (None, None, 3, None),
]

words = st.sampled_from(["met", "partly-met", "not-met"])
pairs = st.lists(st.tuples(words, words), max_size=40)


def test_kappa_of_the_textbook() -> None:
    """0.89 agreed upon, 0.66 by chance: 0.68 beyond it."""
    assert cohen_kappa(PATIENTS) == pytest.approx(0.676, abs=0.0005)
    assert agreed(PATIENTS) == (89, 100)


@pytest.mark.parametrize(
    ("units", "alpha"),
    [(BINARY, 0.095), (TWO_OBSERVERS, 0.692), (FOUR_OBSERVERS, 0.743)],
    ids=["two categories", "five categories", "gaps"],
)
def test_alpha_of_its_author(units: list[tuple[object, ...]], alpha: float) -> None:
    """His three examples without order: two observers, more categories, four observers with gaps."""
    assert krippendorff_alpha(units) == pytest.approx(alpha, abs=0.0006)


@pytest.mark.parametrize("said", [[], [("met", "met")] * 30])
def test_one_category_says_nothing_of_agreement(said: list[tuple[str, str]]) -> None:
    """Where nothing could be told apart there is no figure, neither 0 nor 1."""
    assert cohen_kappa(said) is None
    assert krippendorff_alpha(said) is None
    assert kappa_interval(said) is None
    assert alpha_interval(said) is None


def test_two_who_each_say_one_thing_and_never_the_same_agree_as_by_chance() -> None:
    """One always says met and the other never: nothing is agreed upon, and chance would give nothing either."""
    said = [("met", "not-met")] * 5

    assert cohen_kappa(said) == 0
    assert krippendorff_alpha(said) == pytest.approx(-0.8)


def test_a_unit_that_one_person_saw_says_nothing() -> None:
    """It is no agreement and no disagreement, and makes the interval no narrower."""
    alone: list[tuple[object, ...]] = [("met", None)] * 50

    assert krippendorff_alpha([*PATIENTS, *alone]) == krippendorff_alpha(PATIENTS)
    assert alpha_interval([*PATIENTS, *alone]) == alpha_interval(PATIENTS)


def test_the_interval_holds_the_figure_and_narrows_with_more_cases() -> None:
    """For 100 patients κ lies between 0.5 and 0.85 or so (its standard error is 0.088); for 1,000 far closer."""
    hundred, thousand = kappa_interval(PATIENTS), kappa_interval(PATIENTS * 10)

    assert hundred is not None
    assert thousand is not None
    assert (hundred.low, hundred.high) == pytest.approx(
        (0.676 - 1.96 * 0.088, 0.676 + 1.96 * 0.088), abs=0.06
    )
    assert thousand.high - thousand.low < (hundred.high - hundred.low) / 2.5


def test_full_agreement_of_a_few_is_no_certainty() -> None:
    """Ten of ten is 1, but may well be chance; a hundred of a hundred is another matter."""
    ten, hundred = (kappa_interval([("met", "met"), ("not-met", "not-met")] * times) for times in (5, 50))

    assert ten is not None
    assert hundred is not None
    assert ten.low < 0.5
    assert hundred.low > 0.9
    assert ten.high == hundred.high == 1


@settings(max_examples=25)  # each example is resampled a thousand times
@given(pairs)
def test_figures_do_not_depend_on_order(said: list[tuple[str, str]]) -> None:
    """The same answers give the same figure and the same interval, in whatever order they came."""
    turned = said[::-1]

    assert cohen_kappa(said) == pytest.approx(cohen_kappa(turned))
    assert kappa_interval(said) == kappa_interval(turned)
    assert alpha_interval(said) == alpha_interval(turned)


@given(pairs)
def test_figures_stay_within_their_bounds(said: list[tuple[str, str]]) -> None:
    """Neither figure leaves −1 to 1, and full agreement is 1 wherever there is a figure."""
    for figure in (cohen_kappa(said), krippendorff_alpha(said)):
        assert figure is None or -1 <= figure <= 1 + 1e-12
    for figure in (
        cohen_kappa([(one, one) for one, _ in said]),
        krippendorff_alpha([(one, one) for one, _ in said]),
    ):
        assert figure is None or figure == pytest.approx(1)


@given(pairs)
def test_who_is_first_does_not_matter(said: list[tuple[str, str]]) -> None:
    """Agreement is mutual."""
    other_way = [(other, one) for one, other in said]

    assert cohen_kappa(said) == pytest.approx(cohen_kappa(other_way))
    assert krippendorff_alpha(said) == pytest.approx(krippendorff_alpha(other_way))


@given(st.lists(st.tuples(words, words), min_size=2, max_size=40), st.randoms(use_true_random=False))
def test_names_of_categories_do_not_matter(said: list[tuple[str, str]], dice: object) -> None:
    """Calling the same answers otherwise changes nothing."""
    renamed = {"met": "так", "partly-met": "частково", "not-met": "ні"}
    again = [(renamed[one], renamed[other]) for one, other in said]

    assert cohen_kappa(said) == pytest.approx(cohen_kappa(again))
    assert krippendorff_alpha(said) == pytest.approx(krippendorff_alpha(again))


def test_a_difference_of_shares_as_published() -> None:
    """Newcombe (1998), table II, method 10: 56/70 against 48/80, 9/10 against 3/10, and 10/10 against 0/10."""
    expected = {
        ((56, 70), (48, 80)): (0.0524, 0.3339),
        ((9, 10), (3, 10)): (0.1705, 0.8090),
        ((10, 10), (0, 10)): (0.6075, 1.0),
    }

    for (one, other), ends in expected.items():
        found = difference_interval(one, other)
        assert found is not None
        assert (found.low, found.high) == pytest.approx(ends, abs=0.0001)


def test_a_difference_from_nothing_is_unknown() -> None:
    """Without cases on one side there is nothing to compare."""
    assert difference_interval((0, 0), (3, 4)) is None
    assert difference_interval((3, 4), (0, 0)) is None


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_a_difference_lies_within_its_interval(of: int, other_of: int, data: st.DataObject) -> None:
    """And turning the question round turns the interval round."""
    one = data.draw(st.integers(0, of)), of
    other = data.draw(st.integers(0, other_of)), other_of

    found, turned = difference_interval(one, other), difference_interval(other, one)

    assert found is not None
    assert turned is not None
    ends = [-1.0, found.low, one[0] / of - other[0] / other_of, found.high, 1.0]
    assert all(below <= above + 1e-9 for below, above in pairwise(ends))
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))
