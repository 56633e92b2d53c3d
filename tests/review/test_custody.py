"""What the desk says of how a finding is sealed, what it lets people take away, and whom it writes down for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from custody.capsule.checking import check_capsule
from custody.erasing import erase
from custody.manifests import seal_run
from models.archive import Archive
from models.base import now
from models.crawling import Capture, Reading
from models.custody import LogEntry, Stamp
from models.facts import PageFacts
from models.facts_json import pack
from models.judging import Finding
from models.store import Store
from models.vocabulary import LogKind, PageKind, StampState
from tests.factories import make_capture
from tests.review.asking import waiting_in

SignInAs = Callable[[str], Any]


@pytest.fixture
def archive(settled_round: Path, tmp_path: Path) -> Archive:
    """An archive of this test's own, with the round's bytes: here it is sealed and erased."""
    own = Archive(tmp_path / "archive")
    kept = Archive(settled_round / "archive")
    for file in kept.root.rglob("*.sealed"):
        own.put(kept.get(file.stem))
    return own


@pytest.fixture
def finding(store: Store) -> Finding:
    """A finding with evidence."""
    return waiting_in(store, "yasnohirsk", "BUDG-01")


def test_what_is_not_sealed_says_so(signed_in: SignInAs, finding: Finding) -> None:
    """Nothing is promised before it is done: no capsule, and a sentence."""
    client = signed_in("assessor")

    page = client.get(f"/findings/{finding.id}").text
    capsule = client.get(f"/findings/{finding.id}/capsule")

    assert "Ще не запечатано." in page
    assert "/capsule" not in page
    assert (capsule.status_code, "Капсули ще немає" in capsule.text) == (409, True)


def test_what_is_sealed_names_its_manifest_line_and_stamps(
    signed_in: SignInAs, finding: Finding, store: Store, archive: Archive
) -> None:
    """Which manifest, which line of the log, and who certified the time, or that nobody has yet."""
    client = signed_in("assessor")
    sealed = seal_run(store, archive, finding.run_id)
    before = client.get(f"/findings/{finding.id}").text
    with store.writing() as db:
        line = db.scalars(select(LogEntry).where(LogEntry.kind == LogKind.MANIFEST)).one()
        for authority, state in (
            ("https://tsa.test", StampState.STAMPED),
            ("https://b.test", StampState.WAITING),
        ):
            is_stamped = state is StampState.STAMPED
            db.add(
                Stamp(
                    head_seq=line.seq,
                    head_hash=line.hash,
                    authority=authority,
                    state=state,
                    attempts=1,
                    next_try_at=now(),
                    trouble="",
                    token_sha256="0" * 64 if is_stamped else None,
                    stamped_at=now() + timedelta(minutes=1) if is_stamped else None,
                )
            )

    after = client.get(f"/findings/{finding.id}").text

    assert "Запечатано описом № 1" in before
    assert sealed.digest in before
    assert "Час ще ніхто не засвідчив." in before
    assert "Час засвідчив https://tsa.test" in after
    assert "ще ніхто не засвідчив" not in after


def test_a_finding_made_after_sealing_is_not_called_sealed(
    signed_in: SignInAs, finding: Finding, store: Store, archive: Archive
) -> None:
    """A manifest speaks for what it names, not for all of its run."""
    seal_run(store, archive, finding.run_id)
    fields = {column.name: getattr(finding, column.name) for column in Finding.__table__.columns}
    with store.writing() as db:
        again = Finding(**{**fields, "id": None, "evaluation": 2})
        db.add(again)

    assert "Ще не запечатано." in signed_in("assessor").get(f"/findings/{again.id}").text


def test_the_capsule_is_downloaded_and_holds(
    signed_in: SignInAs, finding: Finding, store: Store, archive: Archive, tmp_path: Path
) -> None:
    """What somebody takes away is checked with nothing but the file."""
    seal_run(store, archive, finding.run_id)

    answer = signed_in("assessor").get(f"/findings/{finding.id}/capsule")

    file = tmp_path / "taken.wacz"
    file.write_bytes(answer.content)
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="{finding.run_id}-yasnohirsk-BUDG-01.wacz"'
    )
    assert list(check_capsule(file)) == []


@pytest.mark.parametrize(("text", "lines"), [("Рішення сесії", 0), ("РНОКПП 3184710691", 1), (None, 1)])
@pytest.mark.parametrize("way", ["body", "page"])
def test_a_look_at_personal_data_is_written_down(
    way: str,
    text: str | None,
    lines: int,
    signed_in: SignInAs,
    finding: Finding,
    store: Store,
    archive: Archive,
) -> None:
    """Who took bytes that hold personal data, or bytes nobody has read, stands in the log; others do not."""
    body = b"<p>so"
    capture = make_capture(
        finding.visit_id, "http://yasnohirsk.test/people", body_sha256=archive.put(body), body_bytes=len(body)
    )
    with store.writing() as db:
        db.add(capture)
        db.flush()
        if text is not None:
            facts = PageFacts(
                url=capture.final_url, title="", language="uk", kind=PageKind.OTHER, complete=True, text=text
            )
            db.add(Reading(capture_id=capture.id, reader_version="3", facts=pack(facts)))

    answer = signed_in("assessor").get(f"/captures/{capture.id}/{way}")

    with store.reading() as db:
        noted = db.scalars(select(LogEntry).where(LogEntry.kind == LogKind.VIEWING)).all()
    assert answer.status_code in (200, 303)
    assert [line.subject for line in noted] == [f"capture {capture.id}"] * lines


def test_erased_bytes_are_said_to_be_gone(
    signed_in: SignInAs, finding: Finding, store: Store, archive: Archive
) -> None:
    """By which decision and when; nothing is offered that is not there, and the digest stays."""
    with store.reading() as db:
        capture = db.get_one(Capture, finding.evidence[0]["capture"])
    erase(store, archive, capture.body_sha256, why="на прохання людини")
    client = signed_in("assessor")

    page = client.get(f"/captures/{capture.id}").text

    assert "Байти цієї копії знищено" in page
    assert "на прохання людини" in page
    assert capture.body_sha256 in page
    assert f"/captures/{capture.id}/body" not in page
    for way in ("body", "page"):
        gone = client.get(f"/captures/{capture.id}/{way}")
        assert (gone.status_code, "Цих байтів уже немає" in gone.text) == (410, True)
