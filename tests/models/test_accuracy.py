"""What is known of each check's errors is kept by version, and says how sure it is itself."""

import pytest

from models.accuracy import accuracy_of, measured, record_accuracy, wilson
from models.store import Store
from models.vocabulary import Verdict

ROW = {"indicator": "BUDG-01", "verdict": Verdict.MET, "said": 40, "right": 39, "there": 44, "left": 3}


def test_a_measurement_is_found_by_version_indicator_and_verdict(store: Store) -> None:
    """A finding asks for exactly the check that made it."""
    record_accuracy(store, "transparent-cities", "2026.2", "gold-1", [ROW])

    with store.reading() as db:
        found = accuracy_of(db, "transparent-cities", "2026.2", "BUDG-01", Verdict.MET)
        other = accuracy_of(db, "transparent-cities", "2026.1", "BUDG-01", Verdict.MET)
        gold = measured(db, "transparent-cities", "2026.2")

    assert found is not None
    assert (found.precision, found.recall) == (39 / 40, 39 / 44)
    assert (other, gold) == (None, "gold-1")


def test_measuring_again_replaces_what_was_measured(store: Store) -> None:
    """One version has one measurement: the latest."""
    record_accuracy(store, "transparent-cities", "2026.2", "gold-1", [ROW])
    record_accuracy(store, "transparent-cities", "2026.2", "gold-2", [{**ROW, "right": 40, "said": 41}])

    with store.reading() as db:
        found = accuracy_of(db, "transparent-cities", "2026.2", "BUDG-01", Verdict.MET)

    assert found is not None
    assert (found.gold, found.said) == ("gold-2", 41)


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    [(0, 0, 0, 1), (10, 10, 0.722, 1), (0, 10, 0, 0.278), (95, 100, 0.888, 0.978)],
)
def test_few_cases_prove_little(right: int, of: int, low: float, high: float) -> None:
    """The interval of Wilson: ten of ten may still be seven of ten. Values as published for these cases."""
    found = wilson(right, of)

    assert (found.low, found.high) == pytest.approx((low, high), abs=0.001)


def test_a_verdict_never_said_has_no_precision(store: Store) -> None:
    """Nothing said is neither right nor wrong."""
    record_accuracy(store, "council-papers", "1", "gold", [{**ROW, "said": 0, "right": 0}])

    with store.reading() as db:
        found = accuracy_of(db, "council-papers", "1", "BUDG-01", Verdict.MET)

    assert found is not None
    assert found.precision is None
