"""A small run that was crawled, judged and pictured, and ways to tamper with it past the program."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from models.archive import Archive
from models.crawling import Picture
from models.findings import Answered, record_answers
from models.ledger import Ended, Ledger, Planned
from models.runs import close_run, open_run
from models.store import Store
from models.visits import close_visit, open_visit
from models.vocabulary import AddressState, Verdict
from tests.factories import MOMENT, make_answer, make_capture

WHO = {"methodology": "transparent-cities", "methodology_version": "1", "reader_version": "1"}
PAGES = 4


def crawl_run(store: Store, archive: Archive) -> str:
    """A run of one city: a few pages, two findings, one picture with its crop; its id."""
    run_id = open_run(store, round_id="2026-11", region="west")
    visit_id = open_visit(store, run_id, "lviv").id
    ledger = Ledger(store, visit_id)
    for number in range(PAGES):
        url = f"http://lviv.test/{number}"
        capture = make_capture(visit_id, url, body_sha256=archive.put(f"page {number}".encode()))
        ledger.record([], [Planned(url, url)])
        ledger.record([Ended(url, AddressState.FETCHED, capture=capture)], [])
    close_visit(store, visit_id, stats={})
    judge(store, visit_id, "1.1", Verdict.MET)
    judge(store, visit_id, "1.2", Verdict.NOT_MET)
    take_picture(store, archive, make_capture(visit_id, "http://lviv.test/0").id, "Рішення")
    close_run(store, run_id)
    return run_id


def judge(store: Store, visit_id: int, indicator: str, verdict: Verdict) -> None:
    """Record a finding, as an evaluation would."""
    record_answers(store, visit_id, [Answered(indicator, make_answer(verdict), "1")], **WHO)


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


def tamper(store: Store, *statements: str, **values: object) -> None:
    """Do *statements* past the program: every trigger is dropped, no foreign key and no CHECK is heeded."""
    with closing(sqlite3.connect(store.engine.url.database or "")) as connection:
        connection.execute("PRAGMA ignore_check_constraints=ON")
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (name,) in connection.execute(triggers).fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            assert connection.execute(statement, values).rowcount, f"nothing was tampered with: {statement}"
        connection.commit()


def flipped(data: bytes, place: int, mask: int = 1) -> bytes:
    """*data* with some bits of one byte the other way."""
    return data[:place] + bytes([data[place] ^ mask]) + data[place + 1 :]
