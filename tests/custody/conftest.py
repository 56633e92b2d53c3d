"""A database, an archive, the heads beside them, and a small run that was crawled, judged and pictured."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.heads import Heads, keep_heads
from models.archive import Archive
from models.crawling import Picture
from models.findings import Answered, record_answers
from models.ledger import Ended, Ledger, Planned
from models.runs import close_run, open_run
from models.store import Store, open_store
from models.visits import close_visit, open_visit
from models.vocabulary import AddressState, Verdict
from tests.factories import MOMENT, make_answer, make_capture

WHO = {"methodology": "transparent-cities", "methodology_version": "1", "reader_version": "1"}
PAGES = 6


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty database of ours."""
    opened = open_store(f"sqlite:///{tmp_path / 'monitor.db'}")
    yield opened
    opened.close()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An empty archive."""
    return Archive(tmp_path / "archive")


@pytest.fixture
def heads(store: Store, tmp_path: Path) -> Heads:
    """Where the heads of this database's log are kept."""
    kept = Heads(tmp_path / "custody")
    keep_heads(store, kept)
    return kept


@pytest.fixture
def run_id(store: Store, archive: Archive) -> str:
    """A run of one city: six pages, two findings, one picture with its crop."""
    run_id = open_run(store, round_id="2026-11", region="west")
    visit_id = open_visit(store, run_id, "lviv").id
    ledger = Ledger(store, visit_id)
    for number in range(PAGES):
        url = f"http://lviv.test/{number}"
        capture = make_capture(visit_id, url, body_sha256=archive.put(f"page {number}".encode()))
        ledger.record([], [Planned(url, url)])
        ledger.record([Ended(url, AddressState.FETCHED, capture=capture)], [])
    close_visit(store, visit_id, stats={})
    record_answers(
        store,
        visit_id,
        [Answered("1.1", make_answer(), "1"), Answered("1.2", make_answer(Verdict.NOT_MET), "1")],
        **WHO,
    )
    take_picture(store, archive, make_capture(visit_id, "http://lviv.test/0").id, "Рішення")
    close_run(store, run_id)
    return run_id


def take_picture(store: Store, archive: Archive, capture: str, quote: str) -> None:
    """Add the picture of a quote, as a browser would."""
    with store.writing() as db:
        db.add(
            Picture(
                capture_id=capture,
                quote=quote,
                found=True,
                sha256=archive.put(f"picture of {quote}".encode()),
                crop_sha256=archive.put(f"crop of {quote}".encode()),
                width=800,
                height=600,
                browser="test",
                taken_at=MOMENT,
            )
        )
