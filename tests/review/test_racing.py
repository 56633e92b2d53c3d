"""Many who decide at once: on either database each is recorded or told, and nobody waits for ever."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, update

from custody.log import all_entries, check_chain
from models.accuracy import record_accuracy
from models.custody import LogEntry
from models.judging import Assessment
from models.reviewing import Bulk, Item, Review
from models.store import Store
from models.vocabulary import ItemState, LogKind, Verdict
from review.bulk import begin, confirm_rest
from review.decisions import Decision, Overtaken, Recorded, decide
from review.queries.wanted import Wanted
from review.sessions import SignedIn
from tests.review.pretend_answers import PACK
from tests.review.racing import ITEMS, RACERS, Raced, race, racers


def check(store: Store, raced: Raced) -> None:
    """One decision stands per item, the others are told whose, and the log speaks for exactly those that stand."""
    stands = {one.comment for one in raced.stand}
    recorded = {words for words, outcome in raced.told if isinstance(outcome, Recorded)}
    overtaken = [outcome for _, outcome in raced.told if isinstance(outcome, Overtaken)]
    with store.reading() as db:
        lines = db.scalars(select(LogEntry.subject).where(LogEntry.kind == LogKind.ASSESSMENT)).all()
        trouble = check_chain(all_entries(db), whole=True)

    assert len(raced.findings) == ITEMS
    assert sorted(one.finding_id for one in raced.stand) == sorted(raced.findings)
    assert {one.version for one in raced.stand} == {1}
    assert stands == recorded
    assert len(recorded) + len(overtaken) == len(raced.told) == RACERS * ITEMS
    assert all(one.assessment.comment in stands and one.by.name for one in overtaken)
    assert {f"assessment {one.id}" for one in raced.stand} <= set(lines)
    assert len(lines) == len(set(lines))
    assert trouble is None


def test_a_thousand_decisions_at_once_are_recorded_or_told(store: Store) -> None:
    """Twenty people, fifty items, SQLite: one of each twenty is recorded, nineteen are told whose it was."""
    raced = race(store)

    check(store, raced)


@pytest.mark.db
def test_a_thousand_decisions_at_once_are_recorded_or_told_by_postgresql(postgres: Store) -> None:
    """The same where writers do not wait for one another by themselves; none of them ends in a deadlock."""
    raced = race(postgres)

    check(postgres, raced)


def held(store: Store, who: SignedIn) -> Bulk:
    """A bulk of *who* whose sample was looked at and held."""
    indicators = ("INFO-03", "INFO-04", "BUDG-01", "DATA-01", "WEB-03")
    right = {"verdict": Verdict.MET, "said": 40, "right": 40, "there": 40, "left": 0}
    record_accuracy(store, PACK, "2026.1", "gold", [{"indicator": one, **right} for one in indicators])
    met = (Item.round == "2026-11", Item.verdict == Verdict.MET, Item.state == ItemState.WAITING)
    values = {"confidence": 0.98, "probe": None, "planted": None, "needs_second": False, "changed": False}
    with store.writing() as db:
        db.execute(update(Item).where(*met).values(**values))
    bulk = begin(store, who, Wanted(), "")
    assert bulk is not None
    with store.reading() as db:
        sample = db.scalars(select(Item.finding_id).where(Item.id.in_(bulk.items["sample"]))).all()
    for finding in sample:
        assert isinstance(decide(store, who, finding, Decision("confirm", None, "", 0)), Recorded)
    return bulk


@pytest.mark.db
def test_a_bulk_and_people_at_its_items_do_not_wait_for_each_other_for_ever(postgres: Store) -> None:
    """Whatever somebody decides while the rest is confirmed stands alone: one decision per item, and no deadlock."""
    chief, *others = racers(postgres)
    bulk = held(postgres, chief)
    with postgres.reading() as db:
        rest = db.scalars(
            select(Item.finding_id).where(Item.id.in_(bulk.items["rest"])).order_by(Item.id.desc())
        ).all()

    def corrects(who: SignedIn) -> None:
        for finding in rest:
            decide(postgres, who, finding, Decision("correct", Verdict.NOT_MET, "Посилання хибне.", 0))

    with ThreadPoolExecutor(RACERS) as pool:
        jobs = [pool.submit(corrects, who) for who in others[:6]]
        confirmed = pool.submit(confirm_rest, postgres, chief, bulk.id).result()
        for job in jobs:
            job.result()
    with postgres.reading() as db:
        stand = db.scalars(select(Assessment).where(Assessment.finding_id.in_(rest))).all()
        in_bulk = db.scalars(select(Review.assessment_id).where(Review.in_bulk)).all()
        trouble = check_chain(all_entries(db), whole=True)

    assert Counter(one.finding_id for one in stand) == Counter(rest)
    assert confirmed == len(in_bulk)
    assert trouble is None
