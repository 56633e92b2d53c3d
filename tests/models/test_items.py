"""Items follow from findings and assessments, and forget nothing that people decided."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from models.base import now
from models.crawling import Run, Visit
from models.facts import Answer
from models.findings import Answered, record_answers
from models.items import item_of, standing_assessment, take, take_back
from models.judging import Assessment
from models.renewing import renew_items, renew_missing, renew_round
from models.reviewing import Item, Review, Withdrawal
from models.store import Store, open_store
from models.vocabulary import ItemState, Passing, Reason, Verdict, VisitState
from tests.factories import make_answer, make_city, make_person

ROUND = "2026-11"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A database with one city and two people."""
    opened = open_store(f"sqlite:///{tmp_path / 'items.db'}")
    with opened.writing() as db:
        db.add_all([make_city("duby"), make_person("first"), make_person("second")])
    return opened


def found(
    store: Store, answer: Answer, *, run: str = "1", source: str = "network", round_id: str = ROUND
) -> int:
    """Record *answer* to BUDG-01 in a run of its own, later than those before it; the finding's id."""
    run_id = f"{round_id}-{run}"
    with store.writing() as db:
        began = now() + timedelta(minutes=int(run))
        db.add(Run(id=run_id, round=round_id, region=None, source=source, tool_version="0", started_at=began))
        db.flush()
        visit = Visit(run_id=run_id, city="duby", state=VisitState.COMPLETE, started_at=began, stats={})
        db.add(visit)
        db.flush()
    (finding_id,) = record_answers(
        store,
        visit.id,
        [Answered("BUDG-01", answer, "1", area="BUDG", weight=2.0)],
        methodology="m",
        methodology_version="1",
        reader_version="1",
    )
    return finding_id


def decided(
    store: Store, finding_id: int, verdict: Verdict, *, by: int = 1, passing: Passing = Passing.FIRST
) -> int:
    """Have person *by* say *verdict*; the assessment's id."""
    with store.writing() as db:
        version = len(db.scalars(select(Assessment).where(Assessment.finding_id == finding_id)).all())
        row = Assessment(
            finding_id=finding_id,
            person_id=by,
            version=version + 1,
            act="correct",
            verdict=verdict,
            comment="так",
            created_at=now(),
        )
        db.add(row)
        db.flush()
        item = item_of(db, finding_id)
        assert item is not None
        take(db, item, row, passing=passing, shown=item.verdict, seconds=7.5)
    return row.id


def the_item(store: Store) -> Item:
    """The one item of the round."""
    with store.reading() as db:
        return db.scalars(select(Item).where(Item.round == ROUND)).one()


def test_a_finding_makes_an_item_that_waits(store: Store) -> None:
    """It carries what the methodology says of the question, and what the machine proposes."""
    finding_id = found(store, make_answer())

    item = the_item(store)

    assert (item.finding_id, item.state, item.verdict) == (finding_id, ItemState.WAITING, Verdict.MET)
    assert (item.area, item.weight, item.region) == ("BUDG", 2.0, "west")


def test_the_same_answer_in_a_later_run_leaves_a_decision_standing(store: Store) -> None:
    """What people settled does not come back because a city was crawled again."""
    assessment_id = decided(store, found(store, make_answer()), Verdict.MET)

    later = found(store, make_answer(confidence=0.7), run="2")

    item = the_item(store)
    assert (item.state, item.finding_id, item.assessment_id) == (ItemState.SETTLED, later, assessment_id)


def test_another_answer_opens_it_again(store: Store) -> None:
    """When the machine says otherwise, somebody has to look again; what was said before speaks of the past."""
    decided(store, found(store, make_answer()), Verdict.MET)

    found(store, make_answer(Verdict.NOT_MET, evidence=()), run="2")

    item = the_item(store)
    assert (item.state, item.changed, item.settled_verdict) == (ItemState.WAITING, True, None)


def test_a_failed_look_hides_nothing_that_was_seen(store: Store) -> None:
    """A site that is down today does not take away what yesterday's run of the round found."""
    seen = found(store, make_answer())

    found(
        store,
        make_answer(Verdict.NOT_OBSERVABLE, reason=Reason.TIMEOUT, evidence=(), search=None),
        run="2",
    )

    assert the_item(store).finding_id == seen


def test_what_people_submit_is_no_look_of_ours(store: Store) -> None:
    """A run of submissions changes no item."""
    seen = found(store, make_answer())

    found(store, make_answer(Verdict.PARTLY_MET), run="2", source="submitted")

    assert the_item(store).finding_id == seen


def test_a_look_is_written_down_and_moves_the_item(store: Store) -> None:
    """Who looked, at what, for how long; a correction that moves a score waits for a second look."""
    assessment_id = decided(store, found(store, make_answer()), Verdict.NOT_MET)

    item = the_item(store)
    with store.reading() as db:
        review = db.get_one(Review, assessment_id)
    assert (item.state, item.first_person_id) == (ItemState.SECOND, 1)
    assert (review.passing, review.shown, review.seconds) == (Passing.FIRST, Verdict.MET, 7.5)


def test_two_who_agree_settle_it(store: Store) -> None:
    """The second, blind look ends it where both say the same."""
    finding_id = found(store, make_answer())
    decided(store, finding_id, Verdict.NOT_MET)

    decided(store, finding_id, Verdict.NOT_MET, by=2, passing=Passing.SECOND)

    item = the_item(store)
    assert (item.state, item.settled_verdict) == (ItemState.SETTLED, Verdict.NOT_MET)


def test_what_is_taken_back_stands_no_more(store: Store) -> None:
    """The item is where it was before; the assessment stays on record."""
    finding_id = found(store, make_answer())
    assessment_id = decided(store, finding_id, Verdict.MET)

    with store.writing() as db:
        take_back(db, db.scalars(select(Item)).one(), assessment_id, 1)

    item = the_item(store)
    with store.reading() as db:
        assert db.get(Withdrawal, assessment_id) is not None
        assert db.get(Assessment, assessment_id) is not None
        assert standing_assessment(db, item) is None
    assert item.state is ItemState.WAITING


def test_items_made_late_equal_those_made_as_runs_came_in(store: Store) -> None:
    """They follow from what is stored: a round that was filled before there were items has the same ones."""
    decided(store, found(store, make_answer()), Verdict.MET)
    found(store, make_answer(Verdict.NOT_MET, evidence=()), run="2")
    decided(store, found(store, make_answer(Verdict.PARTLY_MET), run="3"), Verdict.PARTLY_MET, by=2)
    before = _told(the_item(store))

    with store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER reviews_no_delete")
        connection.exec_driver_sql("DELETE FROM reviews")
        connection.exec_driver_sql("DELETE FROM items")
    renew_round(store, ROUND)

    assert _told(the_item(store)) == before


@pytest.mark.long
def test_rounds_older_than_items_get_theirs(store: Store) -> None:
    """A database from before there were items is made whole once, the oldest round first."""
    found(store, make_answer(), round_id="2026-10")
    found(store, make_answer(), run="2")
    with store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM items")
        connection.exec_driver_sql("DELETE FROM rounds")

    assert renew_missing(store) == ["2026-10", ROUND]
    assert renew_missing(store) == []
    assert the_item(store).state is ItemState.WAITING


def test_last_round_is_remembered(store: Store) -> None:
    """An item says that the machine speaks otherwise than what stood when the last round ended."""
    decided(store, found(store, make_answer(), round_id="2026-10"), Verdict.MET)

    found(store, make_answer(Verdict.PARTLY_MET), run="2")

    assert the_item(store).changed


def test_renewing_twice_changes_nothing(store: Store) -> None:
    """The same run may come in again."""
    found(store, make_answer())

    with store.writing() as db:
        assert renew_items(db, f"{ROUND}-1", "duby") == 0


def _told(item: Item) -> tuple[object, ...]:
    return (
        item.finding_id,
        item.state,
        item.settled_verdict,
        item.assessment_id,
        item.first_person_id,
        item.opened_after,
        item.changed,
    )
