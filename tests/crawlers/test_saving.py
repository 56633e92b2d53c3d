"""What was seen is committed by the handful, bytes before rows, and what was asked is counted whatever fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from scrapy import Request, signals
from scrapy.signalmanager import SignalManager

from crawlers import loading
from crawlers.connecting import answer_came, request_left
from crawlers.loading import LoadCounter
from crawlers.saving import MOST_UNSAVED, Saver
from models.archive import Archive, ArchiveError
from models.ledger import Ended, Ledger, Planned
from models.loads import Counted, loads_of
from models.runs import open_run
from models.store import Store, open_store
from models.visits import open_visit
from models.vocabulary import AddressState
from tests.factories import make_capture

PLANS = [Planned(f"city.test/{number}", f"http://city.test/{number}") for number in range(MOST_UNSAVED)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty database."""
    opened = open_store(f"sqlite:///{tmp_path / 'monitor.db'}")
    yield opened
    opened.close()


@pytest.fixture
def ledger(store: Store) -> Ledger:
    """The ledger of a visit that has begun."""
    return Ledger(store, open_visit(store, open_run(store, round_id="2026-11", name="city"), "city").id)


@pytest.fixture
def heard() -> SignalManager:
    """Where connections tell what goes out and comes in."""
    return SignalManager()


@pytest.fixture
def saver(ledger: Ledger, heard: SignalManager, tmp_path: Path) -> Saver:
    """A saver to that ledger."""
    made = Saver(ledger, LoadCounter(heard))
    made.archive = Archive(tmp_path / "archive")
    return made


def states(ledger: Ledger) -> list[AddressState]:
    """Where the rows stand."""
    return [state for _, state in ledger.rows()]


def ended(saver: Saver, ledger: Ledger, plan: Planned) -> Ended:
    """The end of *plan*, its body staged."""
    assert saver.archive is not None
    digest = saver.archive.stage(plan.url.encode())
    return Ended(
        plan.key,
        AddressState.FETCHED,
        capture=make_capture(ledger.visit_id, plan.url, body_sha256=digest),
    )


def test_a_handful_is_written_at_once(saver: Saver, ledger: Ledger, tmp_path: Path) -> None:
    """Nothing is written for the first answers; with the last of a handful all are, bytes and rows."""
    saver.add([], PLANS)
    saver.save()
    for plan in PLANS[:-1]:
        saver.add([ended(saver, ledger, plan)], [])
    before = states(ledger)

    saver.add([ended(saver, ledger, PLANS[-1])], [])

    assert set(before) == {AddressState.PLANNED}
    assert set(states(ledger)) == {AddressState.FETCHED}
    assert len(list((tmp_path / "archive").rglob("*.sealed"))) == MOST_UNSAVED


def test_only_the_first_of_a_handful_asks_to_be_saved_in_a_moment(saver: Saver, ledger: Ledger) -> None:
    """One timer per handful, and a new one after it was saved."""
    calls = [saver.add([], [PLANS[0]]), saver.add([], [PLANS[1]])]
    saver.save()
    calls.append(saver.add([ended(saver, ledger, PLANS[0])], []))

    assert calls == [True, False, True]


def test_a_full_disk_leaves_rows_planned_and_loads_counted(
    saver: Saver, ledger: Ledger, heard: SignalManager, store: Store, tmp_path: Path
) -> None:
    """Rows never speak of bytes that are not there; what was asked of a host is told with the next commit."""
    saver.add([], PLANS[:1])
    saver.save()
    end = ended(saver, ledger, PLANS[0])
    heard.send_catch_log(request_left, url=PLANS[0].url)
    for part in (tmp_path / "archive").rglob("*.part"):
        part.unlink()
    saver.add([end], [])

    with pytest.raises(ArchiveError):
        saver.save()
    saver.save()

    assert states(ledger) == [AddressState.PLANNED]
    with store.reading() as db:
        assert [load.requests for load in loads_of(db)] == [1]


def test_everything_that_goes_out_and_comes_in_is_counted(heard: SignalManager) -> None:
    """Requests, bytes and answers of 304 by host; a request sent twice counts twice, and taking starts anew."""
    counter = LoadCounter(heard)
    request = Request("http://www.city.test/a")
    for _ in range(2):
        heard.send_catch_log(request_left, url=request.url)
    heard.send_catch_log(answer_came, url=request.url, status=304)
    heard.send_catch_log(signals.bytes_received, data=b"12345", request=request)

    (counted,) = counter.taken()

    assert (counted.host, counted.requests, counted.received, counted.not_modified) == ("city.test", 2, 5, 1)
    assert counter.taken() == []


def test_an_answer_belongs_to_the_day_it_was_asked_for(
    heard: SignalManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request before midnight in Kyiv and its 304 after it are one day's account."""
    counter = LoadCounter(heard)
    url = "http://city.test/a"
    monkeypatch.setattr(loading, "now", lambda: datetime(2026, 11, 20, 21, 59, 59, tzinfo=UTC))
    heard.send_catch_log(request_left, url=url)
    monkeypatch.setattr(loading, "now", lambda: datetime(2026, 11, 20, 22, 0, 1, tzinfo=UTC))
    heard.send_catch_log(answer_came, url=url, status=304)

    assert counter.taken() == [Counted("city.test", date(2026, 11, 20), 1, 0, 1)]
