"""An erasure is decided, written down, and carried out: the bytes are gone, and nothing else breaks."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from custody.canonical import row_digest
from custody.erasing import NothingToEraseError, carry_out, erase
from custody.log import all_entries, check_chain
from custody.manifests import check_manifest, manifest_of, seal_run
from custody.viewing import note_viewing
from models.archive import Archive, ErasedError
from models.crawling import Capture
from models.custody import Erasure, LogEntry
from models.keyring import Keyring
from models.people import Person
from models.store import Store
from models.vocabulary import LogKind, Role
from tests.factories import MOMENT


def body_of(store: Store, url: str) -> str:
    """The name of what was received from *url*."""
    with store.reading() as db:
        return db.scalars(select(Capture.body_sha256).where(Capture.final_url == url)).one()


def test_an_erasure_is_a_line_of_the_log(store: Store, archive: Archive, run_id: str) -> None:
    """G02: who decided, when and of which body is in the chain; the reason stands in a row that the line speaks for."""
    body = body_of(store, "http://lviv.test/3")

    erase(store, archive, body, why="request 17")

    with store.reading() as db:
        row = db.scalars(select(Erasure)).one()
        line = db.scalars(select(LogEntry).where(LogEntry.kind == LogKind.ERASURE)).one()
        assert check_chain(all_entries(db), whole=True) is None
    assert (row.body_sha256, row.reason) == (body, "request 17")
    assert (line.subject, line.digest) == (body, row_digest(row))
    with pytest.raises(ErasedError, match="request 17"):
        archive.get(body)


def test_the_picture_of_an_erased_page_goes_too(store: Store, archive: Archive, run_id: str) -> None:
    """What was made of the bytes shows the same words; each has its decision and its line."""
    resting = erase(store, archive, body_of(store, "http://lviv.test/0"), why="request 17")

    with store.reading() as db:
        lines = db.scalars(select(LogEntry.subject).where(LogEntry.kind == LogKind.ERASURE)).all()
    assert len(resting.bodies) == 3
    assert sorted(lines) == sorted(resting.bodies)
    assert not [body for body in resting.bodies if body in archive]


def test_the_rows_of_a_sealed_run_hold_after_an_erasure(store: Store, archive: Archive, run_id: str) -> None:
    """G02: no digest, row or other body of a sealed run changes, and what a decision erased is not missed."""
    seal_run(store, archive, run_id)
    body = body_of(store, "http://lviv.test/3")

    erase(store, archive, body, why="request 17")

    manifest = manifest_of(store, archive, run_id)
    assert manifest is not None
    assert list(check_manifest(manifest, store, archive)) == []
    assert seal_run(store, archive, run_id).digest == manifest.digest


def test_erasing_twice_decides_once(store: Store, archive: Archive, run_id: str) -> None:
    """The first decision stands; the second adds neither a row nor a line."""
    body = body_of(store, "http://lviv.test/3")

    erase(store, archive, body, why="request 17")
    erase(store, archive, body, why="another")

    with store.reading() as db:
        assert db.scalars(select(Erasure.reason)).all() == ["request 17"]
        assert len(db.scalars(select(LogEntry).where(LogEntry.kind == LogKind.ERASURE)).all()) == 1


def test_what_seals_is_not_erased(store: Store, archive: Archive, run_id: str) -> None:
    """A manifest stands in the archive too, and no erasure reaches it."""
    seal_run(store, archive, run_id)
    with store.reading() as db:
        line = db.scalars(select(LogEntry).where(LogEntry.kind == LogKind.MANIFEST)).one()

    with pytest.raises(NothingToEraseError):
        erase(store, archive, line.body["manifest"], why="request 17")

    assert line.body["manifest"] in archive


def test_old_keys_brought_back_are_destroyed_again(
    store: Store, archive: Archive, run_id: str, tmp_path: Path
) -> None:
    """G02: a backup from before the decision does not undo it."""
    body, keys = body_of(store, "http://lviv.test/3"), tmp_path / "old.sqlite"
    archive.keyring.copy_to(keys)
    shutil.copytree(archive.root, tmp_path / "old")
    erase(store, archive, body, why="request 17")
    restored = Archive(tmp_path / "old", Keyring(keys))
    assert body in restored

    carried = carry_out(store, restored)

    with pytest.raises(ErasedError, match="request 17"):
        restored.get(body)
    assert (carried, carry_out(store, restored)) == (1, 0)


def test_a_look_at_personal_data_is_a_line(store: Store, archive: Archive, run_id: str) -> None:
    """G01: which capture was looked at, and its digest; never its content."""
    with store.reading() as db:
        capture = db.scalars(select(Capture).order_by(Capture.id)).first()
    assert capture is not None

    with store.writing() as db:
        line = note_viewing(db, capture.id, person(db))

    assert line.person_id is not None
    assert (line.kind, line.subject, line.digest) == (
        LogKind.VIEWING,
        f"capture {capture.id}",
        capture.body_sha256,
    )


def person(db: Session) -> int:
    """Somebody who may look."""
    somebody = Person(
        login="olena",
        name="Олена",
        organisation="",
        role=Role.ASSESSOR,
        region=None,
        password_hash="",
        active=True,
        created_at=MOMENT,
    )
    db.add(somebody)
    db.flush()
    return somebody.id


def test_a_look_at_nothing_is_refused(store: Store) -> None:
    """No line speaks of a capture that is not there."""
    with store.writing() as db, pytest.raises(LookupError):
        note_viewing(db, "f" * 32, 1)
