"""Each city is compared with its own previous run, through a real database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.watch_drift import changes_since
from models.facts import Answer, SearchRecord
from models.findings import Answered, record_answers
from models.runs import open_run
from models.store import Store, open_store
from models.visits import close_visit, open_visit
from models.vocabulary import Cause, Reason, Verdict

PACK = "transparent-cities"
SEARCHED = SearchRecord(complete=True, looked_at=12)
FOUND = Answer(Verdict.MET, Reason.DOCUMENT_FOUND, 0.9, search=SEARCHED)
ABSENT = Answer(Verdict.NOT_MET, Reason.NO_DOCUMENT, 0.9, search=SEARCHED)
UNSEEN = Answer(Verdict.NOT_OBSERVABLE, Reason.DNS, 1.0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A database of its own."""
    store = open_store(f"sqlite:///{tmp_path / 'monitor.db'}")
    yield store
    store.close()


def _run(store: Store, answers: dict[str, Answer]) -> str:
    run_id = open_run(store, round_id="2026-11", region="west")
    for city, answer in answers.items():
        visit = open_visit(store, run_id, city)
        record_answers(
            store,
            visit.id,
            [Answered("BUDG-01", answer, "1")],
            methodology=PACK,
            methodology_version="1",
            reader_version="1",
        )
        close_visit(store, visit.id, stats={})
    return run_id


def test_first_run_compares_with_nothing(store: Store) -> None:
    """Without an earlier run there is no change, rather than fifty."""
    run_id = _run(store, {"lviv": FOUND})

    assert changes_since(store, run_id, methodology=PACK).compared == 0


def test_each_change_has_its_cause(store: Store) -> None:
    """What the city did, what we could not see, and what stayed the same are told apart."""
    _run(store, {"lviv": FOUND, "lutsk": FOUND, "rivne": FOUND})
    run_id = _run(store, {"lviv": ABSENT, "lutsk": UNSEEN, "rivne": FOUND})

    found = changes_since(store, run_id, methodology=PACK)

    assert {change.city: change.cause for change in found.changes} == {
        "lviv": Cause.CITY,
        "lutsk": Cause.LOOK,
    }
    assert (found.compared, found.same) == (3, 1)


def test_city_left_out_last_time_is_compared_with_the_time_before(store: Store) -> None:
    """A city's previous run is the last that judged it, not the last there was."""
    first = _run(store, {"lviv": FOUND, "lutsk": FOUND})
    _run(store, {"lviv": FOUND})
    run_id = _run(store, {"lviv": FOUND, "lutsk": ABSENT})

    (change,) = changes_since(store, run_id, methodology=PACK).changes

    assert (change.city, change.previous_run) == ("lutsk", first)


def test_later_runs_are_no_previous_ones(store: Store) -> None:
    """Judging an old run again compares it with what came before it."""
    first = _run(store, {"lviv": FOUND})
    _run(store, {"lviv": ABSENT})

    assert changes_since(store, first, methodology=PACK).compared == 0
