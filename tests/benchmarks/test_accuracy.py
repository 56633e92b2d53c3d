"""What is said of the checks' errors is counted right: on a small labelled set whose every case is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from benchmarks.accuracy import COUNTED, LEAST_IN_STEP, crossed, learned, measure, settled, staircase
from benchmarks.accuracy_report import Report, report
from benchmarks.gold import FOLDS, TODAY, Case, _judged, name_of, undecided
from checks.calibration import Calibration, Counted, Steps
from checks.catalog import Methodology, load
from crawlers.reading import read_page
from fixtures.councils.profile import load as council
from fixtures.councils.profile import slugs
from fixtures.councils.recipes import expected
from models.accuracy import wilson
from models.facts import CityCard, PlannedAddress, SeenPage, Sight
from models.vocabulary import AddressState, Reason, Verdict
from tests.factories import MOMENT

MET, NOT_MET, UNSEEN = Verdict.MET, Verdict.NOT_MET, Verdict.NOT_OBSERVABLE
PACK = load("transparent-cities")
ASKED = tuple(one for one in PACK.indicators if one.rule)[:12]
FEW: Methodology = replace(PACK, indicators=ASKED)
MACHINE = next(one for one in ASKED if one.class_ == "machine")
CASE = Case(
    city=slugs()[0],
    condition="as it is",
    indicator=MACHINE.id,
    rule=str(MACHINE.rule),
    truth=MET,
    said=MET,
    reason=Reason.DOCUMENT_FOUND,
    sure=0.9,
    honest=frozenset({MET}),
)
WRONG = replace(CASE, said=NOT_MET, reason=Reason.NO_DOCUMENT)
HIDDEN = replace(CASE, said=UNSEEN, reason=Reason.RESET)
SURE = Calibration("gold-1", {(CASE.rule, MET): Steps((1.0,), (0.99,))})
UNSURE = Calibration("gold-1", {(CASE.rule, MET): Steps((1.0,), (0.2,))})
STRICT = replace(PACK, by_id={**PACK.by_id, MACHINE.id: replace(MACHINE, sure_from={MET: 0.9, NOT_MET: 0.9})})
AT_FAULT = next(slug for slug in slugs() if council(slug).fault == "refuses")


def told(*judged: Case) -> Report:
    """The report on these cases, all of them measured."""
    return report(PACK, measure(PACK, settled(PACK, SURE, judged)), judged)


def seen(slug: str, reason: Reason | None = None) -> Sight:
    """A whole visit to a council whose site has nothing but an empty home page, or for a *reason* nothing."""
    url = f"http://{council(slug).host}/"
    state = AddressState.FETCHED if reason is None else AddressState.FAILED
    row = PlannedAddress(url, state, reason, depth=0, capture=None if reason else "c")
    facts = read_page(b"<html><title>Home</title><body><p>Home</body></html>", url=url, today=TODAY)
    home = SeenPage("c", url, 200, MOMENT, "text/html", complete=True, facts=facts)
    card = CityCard(slug, slug, slug, (council(slug).host,))
    return Sight(card, () if reason else (home,), (row,), visit_complete=True, today=TODAY)


@pytest.mark.parametrize("rising", [True, False])
def test_a_staircase_rises(rising: bool) -> None:  # noqa: FBT001
    """Whoever is surer is right more often, even where the cases say the contrary: those are pooled."""
    pairs = [(n / 1000, (n % 10 < n // 100) is rising) for n in range(1000)]

    steps = staircase(pairs, 0.5)

    assert list(steps.right) == sorted(steps.right)
    assert list(steps.until) == sorted(set(steps.until))
    assert (len(steps.right) > 3) is rising


@pytest.mark.parametrize("right", [True, False])
def test_a_staircase_never_claims_certainty(right: bool) -> None:  # noqa: FBT001
    """A hundred cases that are all right, or all wrong, do not make one sure of the next."""
    (share,) = staircase([(0.9, right)] * 100, 0.8).right

    assert 0 < share < 1


def test_a_step_has_enough_cases() -> None:
    """Few cases make one step, near what is usual; twice as many as a step must have make two."""
    few = staircase([(n / 100, n > 3) for n in range(8)], 0.9)
    half = LEAST_IN_STEP
    two = staircase([*[(0.3, n % 2 > 0) for n in range(half)], *[(0.8, True) for _ in range(half)]], 0.9)

    assert len(few.right) == 1
    assert 0.5 < few.right[0] < 0.9
    assert two.until == (0.3, 0.8)


def test_cases_as_sure_as_each_other_stand_on_one_step() -> None:
    """A surety means one thing, however many cases have it and in whatever order they come."""
    pairs = [(0.5, n % 3 > 0) for n in range(5 * LEAST_IN_STEP)]

    assert staircase(pairs, 0.7) == staircase(pairs[::-1], 0.7)
    assert staircase(pairs, 0.7).until == (0.5,)


def test_each_rule_and_verdict_learns_of_its_own_cases() -> None:
    """Nothing is learned of cases in which nothing was said, nor of one verdict from another."""
    other = replace(CASE, rule="another")

    calibration = learned(PACK, [*[CASE] * 30, *[WRONG] * 30, *[replace(other, said=UNSEEN)] * 30])

    assert calibration.gold == name_of(PACK)
    assert set(calibration.steps) == {(CASE.rule, MET), (CASE.rule, NOT_MET)}
    assert (calibration.of(CASE.rule, MET, 0.9) or 0) > 0.9
    assert (calibration.of(CASE.rule, NOT_MET, 0.9) or 1) < 0.1


def test_councils_are_dealt_into_folds_by_name() -> None:
    """A council belongs to one fold in every condition and for every indicator, today as tomorrow."""
    folds = {slug: replace(CASE, city=slug).fold for slug in slugs()}
    bent = {slug: replace(CASE, city=slug, condition="renamed", said=UNSEEN) for slug in slugs()}

    assert {slug: one.fold for slug, one in bent.items()} == folds
    assert set(folds.values()) == set(range(FOLDS))
    assert [folds[slug] for slug in ("hrabopil", "lisopil", "verbohirsk")] == [5, 8, 9]


def test_no_council_is_measured_with_what_it_taught() -> None:
    """Where only one fold is ever wrong, the others stay sure of themselves and it is measured by their surety."""
    wrong_in = replace(WRONG, truth=MET, said=NOT_MET, city="lisopil").fold
    judged = [
        replace(WRONG, city=slug)
        if replace(CASE, city=slug).fold == wrong_in
        else replace(CASE, city=slug, said=NOT_MET, honest=frozenset({NOT_MET}))
        for slug in slugs()
    ]

    sure = {one.case.fold == wrong_in: one.sure for one in crossed(PACK, judged)}

    assert sure[True] > 0.95 > sure[False]


def test_a_leaning_counts_as_said() -> None:
    """What a person is asked to decide is counted like any other, and once more as left to people."""
    ((verdict, decided),) = counted(SURE, CASE)
    ((_, left),) = counted(UNSURE, CASE)

    assert verdict is MET
    assert (decided.said, decided.right, decided.there, decided.left) == (1, 1, 1, 0)
    assert (left.said, left.right, left.there, left.left) == (1, 1, 1, 1)


def counted(calibration: Calibration, *judged: Case) -> Sequence[tuple[Verdict, Counted]]:
    """What was counted of the one indicator, of verdicts that were there or were said."""
    found = measure(STRICT, settled(STRICT, calibration, judged)).counted
    return [(verdict, one) for verdict in COUNTED if (one := found[MACHINE.id, verdict]).said or one.there]


def test_a_mistake_counts_against_both_verdicts() -> None:
    """Said and not right is one thing, there and not said is another; what was not seen is neither."""
    found = dict(counted(SURE, CASE, WRONG, HIDDEN))

    assert (found[MET].said, found[MET].right, found[MET].there) == (1, 1, 2)
    assert (found[NOT_MET].said, found[NOT_MET].right, found[NOT_MET].there) == (1, 0, 0)


def test_what_is_as_honest_is_as_right() -> None:
    """Where either of two verdicts may be said, the one that was said is the truth."""
    either = replace(WRONG, honest=frozenset({MET, NOT_MET}))

    ((verdict, one),) = counted(SURE, either)

    assert verdict is NOT_MET
    assert (one.said, one.right, one.there) == (1, 1, 1)


def test_the_page_holds_every_indicator() -> None:
    """One row each, those that only people can tell too, whether anything of them was measured or not."""
    page = told(CASE).page

    assert [one.id for one in PACK.indicators if page.count(f"\n| {one.id} |") != 1] == []


def test_every_share_has_its_interval() -> None:
    """Thirty-nine of forty is not told as if it were certain, nor a thing never said as if it were."""
    judged = [CASE] * 39 + [replace(CASE, truth=NOT_MET, honest=frozenset({NOT_MET}))]
    interval = wilson(39, 40)

    found = told(*judged)

    assert f"97.5% (39 of 40; {interval.low:.1%}–{interval.high:.1%})" in found.summary
    assert f"39 of 40 (≥ {interval.low:.0%})" in found.page
    assert "`not-met` where the machine decides: – " in found.summary


def test_a_false_absence_is_told_and_breaks_the_promise() -> None:
    """What holds for right words does not for wrong ones; what could not be seen is no mistake."""
    good, bad = told(*[CASE] * 40, HIDDEN), told(*[CASE] * 20, *[WRONG] * 20)

    assert good.mistakes == ()
    assert "or was hidden: 0" in good.summary
    assert not bad.holds
    assert "or was hidden: 20" in bad.summary
    assert len(bad.mistakes) == 20


def test_behind_a_fault_only_what_may_be_said_is_right() -> None:
    """Of a city that does not answer, "could not be seen" is right and nothing else is held against it."""
    refused = seen(AT_FAULT, Reason.REFUSED)

    found = list(_judged(undecided(FEW), refused, AT_FAULT, "fault: refuses"))

    assert {one.indicator for one in found} == {one.id for one in ASKED} & set(expected(AT_FAULT))
    assert {one.said for one in found if expected(AT_FAULT)[one.indicator].verdict is UNSEEN} == {UNSEEN}
    assert all(one.is_right and not one.is_wrong for one in found if one.truth is UNSEEN)


def test_what_a_fault_hides_is_not_judged_without_the_fault() -> None:
    """Nobody wrote down what stands there, so no word about it is right or wrong."""
    found = [one.indicator for one in _judged(undecided(FEW), seen(AT_FAULT), AT_FAULT, "as it is")]

    hidden = {name for name, one in expected(AT_FAULT).items() if not one.verdict.counts}
    assert hidden & {one.id for one in ASKED}
    assert not hidden & set(found)


def test_a_redesigned_council_is_held_to_what_was_planted() -> None:
    """A page turned over hides nothing: where the planted thing is not found, that is a mistake."""
    slug = next(one for one in slugs() if not council(one).fault)

    found = list(_judged(undecided(FEW), seen(slug), slug, "renamed"))

    said_absent = [one for one in found if one.said is NOT_MET]
    assert {one.truth for one in found} > {MET, NOT_MET}
    assert all(one.is_wrong is (NOT_MET not in expected(slug)[one.indicator].honest) for one in said_absent)
    assert {one.is_wrong for one in said_absent} == {True, False}
