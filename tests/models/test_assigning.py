"""Whose work is whose: given out, taken back, handed on, and never to somebody with a stake in the city."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from models.assigning import assign, given, release, workers
from models.base import now
from models.crawling import Visit
from models.findings import Answered, record_answers
from models.people import Conflict, Person
from models.reviewing import Assignment, Item, Round
from models.rounds import Plan, RoundRefusedError, assignee_of, change_round, lacking, open_round
from models.runs import open_run
from models.store import Store, open_store
from models.vocabulary import Role, Verdict, VisitState
from tests.factories import make_answer, make_city, make_person

ROUND = "2026-11"
DAY = date(2026, 12, 10)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A round with two questions of two areas about one city, and three people."""
    opened = open_store(f"sqlite:///{tmp_path / 'assigning.db'}")
    with opened.writing() as db:
        db.add_all([make_city("duby"), make_person("chief"), make_person("one"), make_person("other")])
    find(opened, "BUDG-01", "INFO-03")
    return opened


def find(store: Store, *indicators: str) -> None:
    """Have a run judge these indicators of the city."""
    run_id = open_run(store, round_id=ROUND)
    with store.writing() as db:
        visit = Visit(run_id=run_id, city="duby", state=VisitState.COMPLETE, started_at=now(), stats={})
        db.add(visit)
    answers = [Answered(indicator, make_answer(Verdict.MET), "1") for indicator in indicators]
    pack = {"methodology": "transparent-cities", "methodology_version": "1", "reader_version": "1"}
    record_answers(store, visit.id, answers, **pack)


def number_of(store: Store, login: str) -> int:
    """The number of somebody."""
    with store.reading() as db:
        return db.scalars(select(Person.id).where(Person.login == login)).one()


def give(
    store: Store, parts: dict[tuple[str, str], int | None], due_on: date | None = DAY
) -> list[Assignment]:
    """Give *parts* out, by the chief."""
    with store.writing() as db:
        return assign(db, ROUND, parts, due_on=due_on, by=number_of(store, "chief"))


def whose(store: Store) -> dict[str, int | None]:
    """Whose each item is, by indicator."""
    with store.reading() as db:
        return dict(db.execute(select(Item.indicator, Item.person_id)).tuples().all())


def test_open_items_go_with_their_area(store: Store) -> None:
    """Only the area that is given out moves, with its day."""
    one = number_of(store, "one")

    give(store, {("duby", "BUDG"): one})

    assert whose(store) == {"BUDG-01": one, "INFO-03": None}
    with store.reading() as db:
        assert assignee_of(db, ROUND, "duby") == {"BUDG": (one, DAY)}


def test_what_is_found_later_goes_to_whoever_has_the_area(store: Store) -> None:
    """A question that appears once work was given out is nobody's orphan."""
    one = number_of(store, "one")
    give(store, {("duby", "BUDG"): one})

    find(store, "BUDG-01", "INFO-03", "BUDG-04")

    assert whose(store)["BUDG-04"] == one


def test_handing_on_keeps_the_history(store: Store) -> None:
    """Nothing is overwritten: the earlier row ends, a new one begins."""
    one, other = number_of(store, "one"), number_of(store, "other")

    give(store, {("duby", "BUDG"): one})
    give(store, {("duby", "BUDG"): other})

    with store.reading() as db:
        rows = db.scalars(select(Assignment).order_by(Assignment.id)).all()
        assert given(db, ROUND)["duby", "BUDG"].person_id == other
    assert [(row.person_id, row.ended_at is None) for row in rows] == [(one, False), (other, True)]
    assert whose(store)["BUDG-01"] == other


def test_giving_the_same_again_changes_nothing(store: Store) -> None:
    """A form sent twice is no second assignment."""
    one = number_of(store, "one")

    give(store, {("duby", "BUDG"): one})

    assert give(store, {("duby", "BUDG"): one}) == []


def test_work_taken_back_is_due_with_the_round(store: Store) -> None:
    """What is nobody's carries the day of the round, also when that changes."""
    give(store, {("duby", "BUDG"): number_of(store, "one")})
    give(store, {("duby", "BUDG"): None})

    with store.writing() as db:
        change_round(db, ROUND, Plan(due_on=date(2027, 1, 15)))

    with store.reading() as db:
        items = db.scalars(select(Item)).all()
    assert {(item.person_id, item.due_on) for item in items} == {(None, date(2027, 1, 15))}


@pytest.mark.parametrize(
    ("bend", "fault"),
    [
        (lambda person: setattr(person, "region", "east"), "region"),
        (lambda person: setattr(person, "role", Role.ANALYST), "person"),
        (lambda person: setattr(person, "active", False), "person"),
    ],
)
def test_who_may_not_take_it_is_refused(bend: object, fault: str, store: Store) -> None:
    """Another region, another role or a closed account: the reason has a name, and nothing is written."""
    one = number_of(store, "one")
    with store.writing() as db:
        bend(db.get_one(Person, one))  # type: ignore[operator]

    with pytest.raises(RoundRefusedError) as refused:
        give(store, {("duby", "BUDG"): one})

    assert refused.value.fault == fault
    assert set(whose(store).values()) == {None}


def test_a_stake_in_the_city_refuses_and_releases(store: Store) -> None:
    """Nobody is given a city they have a stake in, and who declares one later loses what is open."""
    one, other = number_of(store, "one"), number_of(store, "other")
    give(store, {("duby", "BUDG"): one, ("duby", "INFO"): other})

    with store.writing() as db:
        db.add(Conflict(person_id=one, city="duby", said="Там працює брат.", declared_at=now()))
        released = release(db, one, "duby")

    assert released == 1
    assert whose(store) == {"BUDG-01": None, "INFO-03": other}
    with pytest.raises(RoundRefusedError, match="conflict"):
        give(store, {("duby", "BUDG"): one})
    with store.reading() as db:
        assert [one.conflicts for one in workers(db) if one.person.login == "one"] == [frozenset({"duby"})]


def test_a_closed_round_gives_nothing_out(store: Store) -> None:
    """What is closed stays as it is."""
    with store.writing() as db:
        db.get_one(Round, ROUND).closed_at = now()

    with pytest.raises(RoundRefusedError, match="closed"):
        give(store, {("duby", "BUDG"): number_of(store, "one")})


def test_a_round_opened_by_its_first_run_is_taken_over_once(store: Store) -> None:
    """The chief sets the days of a round that the crawl opened; a second opening is refused."""
    chief = number_of(store, "chief")
    with store.writing() as db:
        open_round(db, ROUND, Plan(due_on=DAY), by=chief)

    with store.writing() as db, pytest.raises(RoundRefusedError, match="exists"):
        open_round(db, ROUND, Plan(), by=chief)
    with store.reading() as db:
        assert (db.get_one(Round, ROUND).due_on, db.get_one(Round, ROUND).opened_by) == (DAY, chief)


def test_a_city_that_was_never_looked_at_is_lacking(store: Store) -> None:
    """A round is not complete while a city of the registry has nothing but failed looks, or none."""
    with store.writing() as db:
        db.add(make_city("verbopil"))

    with store.reading() as db:
        lacks = lacking(db, ROUND)

    assert lacks.unseen_cities == ("verbopil",)
    assert not lacks.is_nothing
