"""What we ask of other people's servers is counted once, per host, day and run."""

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from models.loads import HostLoad, LoadTotal, loads_of, record_load, total_of
from models.runs import open_run
from models.store import Store
from models.visits import open_visit

TODAY, YESTERDAY = date(2026, 11, 22), date(2026, 11, 21)
HOST = "city.test"


def test_requests_of_one_day_add_up(store: Store, visit_id: int, run_id: str) -> None:
    """Each record adds to the row of its visit, host and day; other days and hosts have their own."""
    with store.writing() as db:
        record_load(db, visit_id=visit_id, host=HOST, day=TODAY, received=1000)
        record_load(db, visit_id=visit_id, host=HOST, day=TODAY, requests=3, received=50, not_modified=2)
        record_load(db, visit_id=visit_id, host=HOST, day=YESTERDAY, received=7)
        record_load(db, visit_id=visit_id, host="docs.city.test", day=TODAY, received=5)

    with store.reading() as db:
        found = loads_of(db)

    assert found == [
        HostLoad(TODAY, HOST, "lviv", run_id, requests=4, bytes=1050, not_modified=2),
        HostLoad(TODAY, "docs.city.test", "lviv", run_id, requests=1, bytes=5, not_modified=0),
        HostLoad(YESTERDAY, HOST, "lviv", run_id, requests=1, bytes=7, not_modified=0),
    ]
    assert total_of(found) == LoadTotal(hosts=2, requests=6, bytes=1062, not_modified=2)


def test_account_is_undone_with_what_it_counts(store: Store, visit_id: int) -> None:
    """A transaction that is rolled back leaves neither answers nor their account."""
    with store.writing() as db:
        record_load(db, visit_id=visit_id, host=HOST, day=TODAY)
        db.rollback()

    with store.reading() as db:
        assert loads_of(db) == []


def test_part_of_the_account_can_be_asked_for(store: Store, visit_id: int, run_id: str) -> None:
    """By first day, by host, and by run."""
    later = open_run(store, round_id="2026-12")
    with store.writing() as db:
        record_load(db, visit_id=visit_id, host=HOST, day=YESTERDAY)
    second = open_visit(store, later, "lviv").id
    with store.writing() as db:
        record_load(db, visit_id=second, host=HOST, day=TODAY)
        record_load(db, visit_id=second, host="docs.city.test", day=TODAY)

    with store.reading() as db:
        assert {one.day for one in loads_of(db, since=TODAY)} == {TODAY}
        assert {one.host for one in loads_of(db, host="docs.city.test")} == {"docs.city.test"}
        assert [one.run for one in loads_of(db, run=run_id)] == [run_id]


def test_replays_trouble_nobody(store: Store) -> None:
    """What is read from a recording is no load."""
    replayed = open_run(store, round_id="2026-11", source="replay")
    visit = open_visit(store, replayed, "lviv").id
    with store.writing() as db:
        record_load(db, visit_id=visit, host=HOST, day=TODAY)

    with store.reading() as db:
        assert loads_of(db) == []


def test_impossible_account_is_refused(store: Store, visit_id: int) -> None:
    """More answers of 304 than requests cannot be."""
    with pytest.raises(IntegrityError), store.writing() as db:
        record_load(db, visit_id=visit_id, host=HOST, day=TODAY, requests=1, not_modified=2)


def test_what_people_submit_is_load_too(store: Store) -> None:
    """A link that somebody brought is asked for over the network, and counted."""
    brought = open_run(store, round_id="2026-11", source="submitted")
    visit = open_visit(store, brought, "lviv").id
    with store.writing() as db:
        record_load(db, visit_id=visit, host=HOST, day=TODAY)

    with store.reading() as db:
        assert [one.run for one in loads_of(db)] == [brought]
