"""What people bring, in the database."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from models.base import now
from models.crawling import Address, Capture, Run, Visit
from models.custody import Submission
from models.people import Person
from models.store import Store, open_store
from models.submissions import (
    Brought,
    keep_file,
    said_of,
    same_as,
    settle,
    submissions_about,
    submit,
    visit_for,
    waiting_links,
)
from models.vocabulary import Reason, Role, SubmissionKind, SubmissionState, VisitState

LINK = Brought("lviv", "BUDG-01", None, 1, SubmissionKind.LINK, "https://lviv.test/x", note="ось воно")
FILE = Brought("lviv", "BUDG-01", None, 1, SubmissionKind.FILE, filename="звіт.pdf")
SHA = "a" * 64


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A database with one person."""
    opened = open_store(f"sqlite:///{tmp_path / 'brought.db'}")
    with opened.writing() as db:
        db.add(
            Person(
                id=1,
                login="anna",
                name="Анна",
                organisation="ГО",
                role=Role.ASSESSOR,
                region=None,
                password_hash="",
                active=True,
                created_at=now(),
            )
        )
    return opened


def test_a_link_waits_until_something_came_of_it(store: Store) -> None:
    """Waiting, then captured or failed with the reason; never nothing."""
    with store.writing() as db:
        first, second = submit(db, LINK), submit(db, LINK)
        waited = [row.id for row in waiting_links(db)]
        settle(first, None, Reason.TIMEOUT)
        left = [row.id for row in waiting_links(db)]

    assert waited == [first.id, second.id]
    assert left == [second.id]
    assert (first.state, first.reason) == (SubmissionState.FAILED, Reason.TIMEOUT)
    assert first.ended_at is not None


def test_a_file_is_a_capture_of_no_server(store: Store) -> None:
    """It has bytes, a row in the ledger, and nothing that would pass it off as fetched."""
    with store.writing() as db:
        row = submit(db, FILE)
        visit = visit_for(db, "lviv", "2026-11")
        keep_file(db, row, visit.id, sha256=SHA, size=12, media_type="application/pdf")

    with store.reading() as db:
        capture = db.scalars(select(Capture)).one()
        address = db.scalars(select(Address)).one()
        kept = db.scalars(select(Submission)).one()
    assert (capture.status, capture.ip, capture.robots, capture.vantage) == (
        0,
        None,
        "not asked",
        "submitted",
    )
    assert capture.requested_url == address.url == f"submitted:{kept.id}"
    assert (address.anchor, address.serves) == ("звіт.pdf", ["BUDG-01"])
    assert (kept.state, kept.capture_id) == (SubmissionState.CAPTURED, capture.id)


def test_a_round_has_one_run_and_a_visit_per_city_for_what_is_brought(store: Store) -> None:
    """So it is sealed and verified as a crawl is, and no crawl goes on with it."""
    with store.writing() as db:
        visits = [visit_for(db, city, "2026-11") for city in ("lviv", "odesa", "lviv")]
        later = visit_for(db, "lviv", "2026-12")

    with store.reading() as db:
        runs = {run.id: run.source for run in db.scalars(select(Run))}
        states = set(db.scalars(select(Visit.state)))
    assert visits[0].id == visits[2].id != visits[1].id
    assert later.id not in {visit.id for visit in visits}
    assert runs == {"2026-11-submitted-1": "submitted", "2026-12-submitted-1": "submitted"}
    assert states == {VisitState.COMPLETE}


def test_a_form_sent_twice_is_known(store: Store) -> None:
    """The same words by the same person are one submission; another file is another."""
    with store.writing() as db:
        row = submit(db, FILE)
        keep_file(db, row, visit_for(db, "lviv").id, sha256=SHA, size=12, media_type="text/plain")
        link = submit(db, LINK)

        known = [
            same_as(db, LINK),
            same_as(db, FILE, SHA),
            same_as(db, FILE, "b" * 64),
            same_as(db, Brought("lviv", "BUDG-01", 7, 1, SubmissionKind.LINK, "https://lviv.test/x")),
        ]

    assert known == [link, row, None, None]


def test_what_failed_may_be_brought_again(store: Store) -> None:
    """A link that did not answer yesterday is a new submission today."""
    with store.writing() as db:
        settle(submit(db, LINK), None, Reason.TIMEOUT)

        assert same_as(db, LINK) is None


def test_the_newest_is_told_first_with_who_brought_it(store: Store) -> None:
    """A finding's page shows who brought what, whatever came of it."""
    with store.writing() as db:
        submit(db, LINK)
        submit(db, FILE)
        submit(db, Brought("odesa", "BUDG-01", None, 1, SubmissionKind.LINK, "https://odesa.test/"))

    with store.reading() as db:
        told = submissions_about(db, "lviv", "BUDG-01")
    assert [(one.submission.kind, one.person.name, one.capture) for one in told] == [
        (SubmissionKind.FILE, "Анна", None),
        (SubmissionKind.LINK, "Анна", None),
    ]


def test_the_log_speaks_for_the_bytes_too(store: Store) -> None:
    """What a line of the log stands for names the digest of what was kept."""
    with store.writing() as db:
        row = submit(db, FILE)
        capture = keep_file(db, row, visit_for(db, "lviv").id, sha256=SHA, size=12, media_type="text/plain")

        said = said_of(row, capture)

    assert (said["body"], said["filename"], said["state"]) == (SHA, "звіт.pdf", "captured")
