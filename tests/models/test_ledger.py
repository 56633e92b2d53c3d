"""Every planned address has a row that ends with a reason, whatever happens to the process."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update

from models.base import now
from models.crawling import Address, Capture, Visit
from models.ledger import Ended, Ledger, Planned
from models.loads import Counted, loads_of
from models.room import NoRoomError
from models.runs import open_run
from models.store import Store
from models.submissions import visit_for
from models.visits import VisitTakenError, close_visit, open_visit
from models.vocabulary import AddressState, Reason, VisitState
from tests.factories import make_capture

HOME = Planned("city.test/", "http://city.test/")
BUDGET = Planned("city.test/b", "http://city.test/b", "city.test/", "Бюджет", 1, 90.0, ("BUDG-01",))


def fetched(visit_id: int, plan: Planned) -> Ended:
    """The ordinary end of an address."""
    return Ended(plan.key, AddressState.FETCHED, capture=make_capture(visit_id, plan.url))


def test_a_page_and_what_it_leads_to_are_committed_together(store: Store, visit_id: int) -> None:
    """After a kill there is either a page with its links or an address still planned."""
    ledger = Ledger(store, visit_id)
    ledger.record([], [HOME])

    ledger.record([fetched(visit_id, HOME)], [BUDGET])

    assert ledger.rows() == [
        (replace(HOME, attempts=1), AddressState.FETCHED),
        (BUDGET, AddressState.PLANNED),
    ]
    assert ledger.fetched() == 1


def test_a_failed_commit_keeps_neither(store: Store, visit_id: int) -> None:
    """A page is not marked fetched when its links could not be written."""
    ledger = Ledger(store, visit_id)
    ledger.record([], [HOME, BUDGET])

    with pytest.raises(Exception, match="UNIQUE"):
        ledger.record([fetched(visit_id, HOME)], [BUDGET])

    assert ledger.rows() == [(HOME, AddressState.PLANNED), (BUDGET, AddressState.PLANNED)]
    with store.reading() as db:
        assert db.scalar(select(Capture)) is None


def test_a_visit_is_complete_only_when_every_row_is_terminal(store: Store, visit_id: int) -> None:
    """What was planned and never asked leaves the visit broken, not complete."""
    ledger = Ledger(store, visit_id)
    ledger.record([], [HOME, BUDGET])
    ledger.record([fetched(visit_id, HOME)], [])

    broken = close_visit(store, visit_id, stats={})
    ledger.record([Ended(BUDGET.key, AddressState.FAILED, Reason.HTTP_5XX)], [])
    complete = close_visit(store, visit_id, stats={})

    assert (broken.state, broken.reason) == (VisitState.BROKEN, Reason.CRAWLER_ERROR)
    assert (complete.state, complete.reason) == (VisitState.COMPLETE, None)


def test_a_city_where_nothing_answered_is_unreachable(store: Store, visit_id: int) -> None:
    """A host that is down gives its visit a reason, not an empty success."""
    Ledger(store, visit_id).record([], [HOME])
    Ledger(store, visit_id).record([Ended(HOME.key, AddressState.FAILED, Reason.TIMEOUT)], [])

    visit = close_visit(store, visit_id, stats={})

    assert (visit.state, visit.reason) == (VisitState.UNREACHABLE, Reason.TIMEOUT)


def test_a_second_process_is_refused_while_the_first_is_at_work(store: Store, run_id: str) -> None:
    """A city is never visited twice at once."""
    open_visit(store, run_id, "lviv")

    with pytest.raises(VisitTakenError, match="lviv"):
        open_visit(store, run_id, "lviv")


def test_another_run_is_refused_too_while_the_city_is_being_visited(store: Store, visit_id: int) -> None:
    """Two runs started at once do not double the load on a council's server."""
    del visit_id

    with pytest.raises(VisitTakenError, match="2026-11-west-1"):
        open_visit(store, open_run(store, round_id="2026-11", region="west"), "lviv")


def test_a_dead_process_loses_its_lease(store: Store, run_id: str, visit_id: int) -> None:
    """A visit whose process died can be taken up again in the same run, as the same visit."""
    with store.writing() as db:
        db.execute(update(Visit).values(lease_until=now() - timedelta(seconds=1)))

    assert open_visit(store, run_id, "lviv").id == visit_id


def test_a_broken_visit_is_continued_by_the_next_run(store: Store, visit_id: int) -> None:
    """Nothing that was captured is fetched again, and what was left is still planned."""
    ledger = Ledger(store, visit_id)
    ledger.record([], [HOME, BUDGET])
    ledger.record([fetched(visit_id, HOME)], [])
    close_visit(store, visit_id, stats={})

    second = open_visit(store, open_run(store, round_id="2026-11", region="west"), "lviv")

    assert second.continues_id == visit_id
    assert Ledger(store, second.id).rows() == [
        (replace(HOME, attempts=1), AddressState.FETCHED),
        (BUDGET, AddressState.PLANNED),
    ]
    with store.reading() as db:
        captures = set(db.scalars(select(Address.capture_id).where(Address.key == HOME.key)))
    assert captures == {make_capture(visit_id, HOME.url).id}


def test_a_broken_visit_is_continued_whatever_people_brought_since(store: Store, visit_id: int) -> None:
    """A link that somebody submitted later in the round stands in no crawl's way."""
    Ledger(store, visit_id).record([], [HOME])
    close_visit(store, visit_id, stats={})
    with store.writing() as db:
        visit_for(db, "lviv", round_id="2026-11")

    second = open_visit(store, open_run(store, round_id="2026-11", region="west"), "lviv")

    assert second.continues_id == visit_id


def test_another_round_starts_afresh(store: Store, visit_id: int) -> None:
    """What was left over last month says nothing about this month."""
    Ledger(store, visit_id).record([], [HOME])
    close_visit(store, visit_id, stats={})

    visit = open_visit(store, open_run(store, round_id="2026-12", region="west"), "lviv")

    assert visit.continues_id is None


def test_a_finished_visit_is_not_begun_again(store: Store, run_id: str, visit_id: int) -> None:
    """Starting a run twice gives the same rows as starting it once."""
    Ledger(store, visit_id).record([], [HOME])
    Ledger(store, visit_id).record([fetched(visit_id, HOME)], [])
    close_visit(store, visit_id, stats={})

    again = open_visit(store, run_id, "lviv")

    assert (again.id, again.state) == (visit_id, VisitState.COMPLETE)


def test_a_city_without_a_confirmed_address_has_no_source(store: Store, visit_id: int) -> None:
    """Nothing was planned because nobody confirmed where to begin: that is no success, and no failure of ours."""
    visit = close_visit(store, visit_id, stats={})

    assert (visit.state, visit.reason) == (VisitState.UNREACHABLE, Reason.NO_SOURCE)


def test_a_crawl_that_died_before_it_began_is_broken(store: Store, visit_id: int) -> None:
    """A process that was killed at once leaves a visit to be taken up again."""
    visit = close_visit(store, visit_id, stats={}, reason=Reason.CRAWLER_ERROR)

    assert visit.state is VisitState.BROKEN


def test_what_is_known_better_of_a_planned_row_is_written(store: Store, visit_id: int) -> None:
    """A resumed visit asks in the order that the killed one had come to, for all that the address may serve."""
    ledger = Ledger(store, visit_id)
    ledger.record([], [HOME, BUDGET])
    better = replace(BUDGET, anchor="Бюджет громади", score=180.0, serves=("BUDG-01", "BUDG-04"))

    ledger.record([], [], [better])

    assert ledger.rows() == [(HOME, AddressState.PLANNED), (better, AddressState.PLANNED)]


def test_a_row_may_point_at_an_earlier_capture(store: Store, visit_id: int) -> None:
    """What nobody asked for this time points at the capture of then, without a second one."""
    Ledger(store, visit_id).record([fetched(visit_id, HOME)], [HOME])
    close_visit(store, visit_id, stats={})
    then = make_capture(visit_id, HOME.url).id
    second = open_visit(store, open_run(store, round_id="2026-12", region="west"), "lviv").id

    Ledger(store, second).record([Ended(HOME.key, AddressState.FETCHED, attempts=0, kept=then)], [HOME])

    with store.reading() as db:
        row = db.scalars(select(Address).where(Address.visit_id == second)).one()
        assert (row.capture_id, row.attempts) == (then, 0)
        assert len(db.scalars(select(Capture)).all()) == 1


def test_a_rendering_is_stored_with_the_answer_it_began_with(store: Store, visit_id: int) -> None:
    """Both are kept, the row points at the rendering, and the rendering at the answer."""
    answer = make_capture(visit_id, HOME.url)
    rendering = make_capture(visit_id, HOME.url, attempt=2, rendered_from_id=answer.id)

    Ledger(store, visit_id).record(
        [Ended(HOME.key, AddressState.FETCHED, capture=rendering, before=answer)], [HOME]
    )

    with store.reading() as db:
        row = db.scalars(select(Address)).one()
        kept = db.get_one(Capture, row.capture_id)
        assert kept.id == rendering.id
        assert db.get_one(Capture, kept.rendered_from_id).id == answer.id


def test_loads_are_committed_with_the_answers_they_brought(store: Store, visit_id: int, run_id: str) -> None:
    """A commit that fails counts nothing; one that holds adds to what was counted before."""
    ledger = Ledger(store, visit_id)
    load = Counted("city.test", date(2026, 11, 20), requests=2, received=100, not_modified=1)
    ledger.record([], [HOME], loads=[load])

    with pytest.raises(Exception, match="UNIQUE"):
        ledger.record([], [HOME], loads=[load])
    ledger.record([], [BUDGET], loads=[load])

    with store.reading() as db:
        (total,) = loads_of(db, run=run_id)
    assert (total.requests, total.bytes, total.not_modified) == (4, 200, 2)


def test_a_city_that_only_an_earlier_visit_reached_is_unreachable(store: Store, visit_id: int) -> None:
    """Rows taken as they were say nothing of whether the city can be reached today."""
    Ledger(store, visit_id).record([fetched(visit_id, HOME)], [HOME])
    close_visit(store, visit_id, stats={})
    then = make_capture(visit_id, HOME.url).id
    second = open_visit(store, open_run(store, round_id="2026-12", region="west"), "lviv").id
    kept = Ended(HOME.key, AddressState.FETCHED, attempts=0, kept=then)
    failed = Ended(BUDGET.key, AddressState.FAILED, Reason.TIMEOUT)
    Ledger(store, second).record([kept, failed], [HOME, BUDGET])

    visit = close_visit(store, second, stats={}, hosts=("city.test",))

    assert visit.state is VisitState.UNREACHABLE


def test_a_visit_continued_twice_still_has_what_the_first_saw(store: Store, visit_id: int) -> None:
    """Two crashes in one round do not turn the pages fetched before them into none."""
    Ledger(store, visit_id).record([fetched(visit_id, HOME)], [HOME, BUDGET])
    close_visit(store, visit_id, stats={})
    second = open_visit(store, open_run(store, round_id="2026-11", region="west"), "lviv").id
    close_visit(store, second, stats={})
    third = open_visit(store, open_run(store, round_id="2026-11", region="west"), "lviv").id
    Ledger(store, third).record([Ended(BUDGET.key, AddressState.FAILED, Reason.TIMEOUT)], [])

    visit = close_visit(store, third, stats={}, hosts=("city.test",))

    assert visit.state is VisitState.COMPLETE


def test_a_full_disk_is_called_full(store: Store) -> None:
    """Where the database can grow no more the sentence says so and names its file; nothing is half written."""
    visit = open_visit(store, open_run(store, round_id="2026-11", name="full"), "city")
    ledger = Ledger(store, visit.id)
    plans = [Planned(f"city.test/{n}", f"http://city.test/{n}", anchor="x" * 900) for n in range(500)]
    store.engine.dispose()  # so that every connection is told of the limit
    event.listen(store.engine, "connect", _limit)

    with pytest.raises(NoRoomError, match=r"no space left on the volume of .*\.db"):
        ledger.record([], plans)

    assert ledger.rows() == []


def _limit(connection: Any, _record: Any) -> None:  # noqa: ANN401  # a driver's own connection
    """Let the database grow no more: SQLite says of it what it says of a full disk."""
    connection.execute("PRAGMA max_page_count = 1")
