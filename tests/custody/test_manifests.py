"""A run is sealed as a whole: every row and every body of it has its place under one root."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text

from custody.canonical import row_digest, row_of
from custody.erasing import erase
from custody.heads import Heads
from custody.items import ledger_digest
from custody.log import all_entries, append, check_chain
from custody.manifests import (
    Manifest,
    ManifestError,
    check_growth,
    check_manifest,
    header_of,
    item_holds,
    line_of_manifest,
    manifest_of,
    prove_item,
    seal_run,
)
from custody.merkle import Proof
from fixtures.postgres import PostgreSQL
from models.archive import Archive, ArchiveError
from models.crawling import Address, Capture, Picture, Visit
from models.environment import inherited
from models.judging import Finding
from models.runs import open_run
from models.store import Store, open_store
from models.visits import open_visit
from models.vocabulary import LogKind, Verdict
from tests.custody.pretend_run import PAGES, crawl_run, flipped, judge, take_picture, tamper
from tests.factories import make_capture

EDITS = {
    "captures": (
        "status = 404",
        "headers = '[]'",
        "ip = '10.0.0.1'",
        "ended_at = '2020-01-01 00:00:00'",
        "tls = '{'",
    ),
    "findings": ("verdict = 'partly-met'", "confidence = 0.91", "search = '{}'", "verdict = 'invented'"),
    "pictures": ("found = 0", "width = 801", "crop_sha256 = NULL"),
    "addresses": ("anchor = 'another'", "depth = 3", "state = 'skipped'", "serves = 'no JSON'"),
    "visits": ("city = 'kyiv'", "stats = '{}'"),
    "runs": ("tool_version = '9'", "started_at = 'never'"),
}
ROWS = ("captures", "findings", "pictures", "addresses", "visits")


def test_what_was_sealed_holds_and_each_item_is_proved(store: Store, archive: Archive, run_id: str) -> None:
    """Nothing is wrong with what nobody touched; each item's proof holds under the header alone."""
    manifest = seal_run(store, archive, run_id)
    header = header_of(manifest)

    assert list(check_manifest(manifest, store, archive)) == []
    assert all(item_holds(header, name, *prove_item(manifest, name)) for name, _ in manifest.items)
    kinds = [name.split()[0] for name, _ in manifest.items]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "address-ledger": 1,
        "body": PAGES,
        "capture": PAGES,
        "finding": 2,
        "picture": 1,
        "picture-body": 2,
        "visit": 1,
    }


def test_digests_of_rows_are_those_that_anybody_computes(store: Store, archive: Archive, run_id: str) -> None:
    """A row as it is read through the tables' classes has the digest that was sealed for it."""
    items = dict(seal_run(store, archive, run_id).items)

    with store.reading() as db:
        rows = [row for table in (Capture, Finding, Picture, Visit) for row in db.scalars(select(table))]
        ledger = [row_of(row) for row in db.scalars(select(Address).order_by(Address.id))]
    assert len(rows) == PAGES + 4
    for row in rows:
        key = f"{row.__tablename__.removesuffix('s')} {row_of(row)['id']}"
        assert items[key] == row_digest(row)
    assert items["address-ledger 1"] == ledger_digest(1, ledger)


def test_an_item_is_proved_under_its_own_name_alone(store: Store, archive: Archive, run_id: str) -> None:
    """A digest cannot be passed off as that of another item, nor under another header."""
    manifest = seal_run(store, archive, run_id)
    header = header_of(manifest)
    value, proof = prove_item(manifest, "finding 1")

    assert not item_holds(header, "finding 2", value, proof)
    assert not item_holds({**header, "count": header["count"] + 1}, "finding 1", value, proof)
    assert not item_holds(header, "finding 1", value, Proof(proof.index + 1, proof.count, proof.path))
    with pytest.raises(KeyError):
        prove_item(manifest, "finding 99")


def test_sealing_is_a_line_of_the_log(store: Store, archive: Archive, heads: Heads, run_id: str) -> None:
    """The line speaks for the header, and names the file in the archive; the head is kept outside."""
    manifest = seal_run(store, archive, run_id)

    with store.reading() as db:
        line = line_of_manifest(db, run_id)
        assert check_chain(all_entries(db), heads.last(), whole=True) is None
    assert line is not None
    assert line.digest == manifest.digest
    assert Manifest.read(archive.get(line.body["manifest"])) == manifest
    assert manifest_of(store, archive, run_id) == manifest


def test_sealing_again_adds_only_what_is_new(store: Store, archive: Archive, run_id: str) -> None:
    """Where nothing is new the standing manifest is returned; a new finding makes one that follows it."""
    first = seal_run(store, archive, run_id)
    assert seal_run(store, archive, run_id) == first

    judge(store, 1, "1.3", Verdict.MET)
    second = seal_run(store, archive, run_id)

    assert (second.number, second.before) == (2, first.digest)
    assert {name for name, _ in second.items} - {name for name, _ in first.items} == {"finding 3"}
    assert list(check_growth(first, second)) == []
    with store.reading() as db:
        assert len(list(all_entries(db))) == 2


def test_a_manifest_speaks_for_the_tokens_that_came_in_since(
    store: Store, archive: Archive, run_id: str
) -> None:
    """A time-stamp's own digest stands in the next manifest, once (V05)."""
    seal_run(store, archive, run_id)
    with store.writing() as db:
        append(db, LogKind.STAMP, "line 1", "cd" * 32)
    judge(store, 1, "1.3", Verdict.MET)
    second = seal_run(store, archive, run_id)
    judge(store, 1, "1.4", Verdict.MET)

    assert second.tokens == ("cd" * 32,)
    assert seal_run(store, archive, run_id).tokens == ()


def test_what_a_visit_took_over_is_sealed_with_it(store: Store, archive: Archive, run_id: str) -> None:
    """A capture of an earlier run that this one's ledger points at is provable in both, with what it confirms."""
    later = open_run(store, round_id="2026-12", region="west")
    visit_id = open_visit(store, later, "lviv").id
    earlier = make_capture(1, "http://lviv.test/0").id
    confirming = make_capture(visit_id, "http://lviv.test/0", confirms_id=earlier, status=304)
    with store.writing() as db:
        db.add(confirming)

    manifest = seal_run(store, archive, later)

    assert {f"capture {earlier}", f"capture {confirming.id}"} <= manifest.places.keys()
    assert "finding 1" not in manifest.places


def test_an_unknown_run_is_not_sealed(store: Store, archive: Archive) -> None:
    """The name is told."""
    with pytest.raises(LookupError, match="no run '1999-01-1'"):
        seal_run(store, archive, "1999-01-1")

    assert manifest_of(store, archive, "1999-01-1") is None


@pytest.mark.parametrize(
    ("table", "edit"), [(table, edit) for table, edits in EDITS.items() for edit in edits]
)
def test_every_edited_row_is_named(
    store: Store, archive: Archive, run_id: str, table: str, edit: str
) -> None:
    """V03: whatever is done to one row past the program, even nonsense, shows and names that row."""
    manifest = seal_run(store, archive, run_id)
    tamper(store, f"UPDATE {table} SET {edit} WHERE rowid = 1")  # noqa: S608  # tampering is what this is

    troubles = list(map(str, check_manifest(manifest, store, archive)))

    kind = {"addresses": "address-ledger 1", "runs": f"run {run_id}"}.get(table, table.removesuffix("s"))
    assert [one for one in troubles if one.startswith(kind) and "sealed" in one], troubles


@pytest.mark.parametrize("table", ROWS)
def test_every_removed_row_is_named(store: Store, archive: Archive, run_id: str, table: str) -> None:
    """V02: a row that is gone is missed by its name."""
    manifest = seal_run(store, archive, run_id)
    tamper(store, f"DELETE FROM {table} WHERE rowid = 1")  # noqa: S608  # tampering is what this is

    troubles = list(map(str, check_manifest(manifest, store, archive)))

    kind = "address-ledger 1" if table == "addresses" else table.removesuffix("s")
    assert [one for one in troubles if one.startswith(kind)], troubles


def test_rows_added_past_the_program_are_named(store: Store, archive: Archive, run_id: str) -> None:
    """V02: a capture or finding that was not there at sealing is no evidence of that run."""
    manifest = seal_run(store, archive, run_id)
    judge(store, 1, "1.3", Verdict.MET)
    with store.writing() as db:
        db.add(make_capture(1, "http://lviv.test/brought-later"))

    troubles = sorted(map(str, check_manifest(manifest, store, archive)))

    added = f"is not among what was sealed with run {run_id}: it was added afterwards"
    assert [one.split(" ", 2)[2] for one in troubles] == [added, added]
    assert troubles[1].startswith("finding 3 ")


def test_a_picture_taken_for_a_later_run_is_no_trouble(store: Store, archive: Archive, run_id: str) -> None:
    """A later run may quote other words of a page it took over."""
    manifest = seal_run(store, archive, run_id)
    take_picture(store, archive, make_capture(1, "http://lviv.test/0").id, "другі слова")

    assert list(check_manifest(manifest, store, archive)) == []


def test_every_flipped_byte_of_a_stored_body_is_found(
    store: Store, archive: Archive, run_id: str, tmp_path: Path
) -> None:
    """V01: each byte of a body's file, one after the other; without the database too."""
    body = archive.put(b"page 0")
    manifest = replace(seal_run(store, archive, run_id), items=((f"body {body}", body),))
    (file,) = (one for one in (tmp_path / "archive").rglob(f"{body}*") if one.is_file())
    whole = file.read_bytes()

    for place in range(len(whole)):
        file.write_bytes(flipped(whole, place))
        (trouble,) = check_manifest(manifest, None, archive)
        assert trouble.where == f"body {body}"
    file.write_bytes(whole)

    assert list(check_manifest(manifest, None, archive)) == []


def test_a_removed_body_is_named(store: Store, archive: Archive, run_id: str, tmp_path: Path) -> None:
    """V02: of a page or of a picture."""
    manifest = seal_run(store, archive, run_id)
    gone = sorted(value for name, value in manifest.items if "body" in name)
    for value in gone:
        for file in (tmp_path / "archive").rglob(f"{value}*"):
            file.unlink()

    assert sorted(trouble.where.split()[1] for trouble in check_manifest(manifest, store, archive)) == gone


def test_an_erased_body_is_no_trouble_where_its_erasure_was_decided(
    store: Store, archive: Archive, run_id: str
) -> None:
    """Manifest and proofs hold as before; an erasure that the log does not know of is named."""
    manifest = seal_run(store, archive, run_id)
    bodies = [value for name, value in manifest.items if name.startswith("body ")]
    erase(store, archive, bodies[0], why="a person asked for it")

    assert list(check_manifest(manifest, store, archive)) == []
    assert item_holds(header_of(manifest), f"body {bodies[0]}", *prove_item(manifest, f"body {bodies[0]}"))
    archive.erase(bodies[-1], "nobody decided this")

    (trouble,) = check_manifest(manifest, store, archive)

    assert "was erased, and the log knows of no such decision" in str(trouble)


@pytest.mark.long
def test_every_flipped_byte_of_a_manifest_is_found(store: Store, archive: Archive, run_id: str) -> None:
    """It is no manifest any more, or not the one that was logged."""
    manifest = seal_run(store, archive, run_id)
    spelling = manifest.spelling()

    for place in range(len(spelling)):
        try:
            assert Manifest.read(flipped(spelling, place)).digest != manifest.digest
        except ManifestError as error:
            assert str(error).startswith("the ")  # noqa: PT017  # most are no manifests; some are others


@pytest.mark.parametrize(
    "spelling", [b"", b"[]", b"{}", b"null", b'{"format":"tcm-manifest/2"}', b"\xff" * 9]
)
def test_what_is_no_manifest_is_refused(spelling: bytes) -> None:
    """One sentence, and no crash."""
    with pytest.raises(ManifestError):
        Manifest.read(spelling)


def test_a_manifest_of_another_format_is_refused_by_its_name(
    store: Store, archive: Archive, run_id: str
) -> None:
    """A later version's file is not misread."""
    spelling = seal_run(store, archive, run_id).spelling().replace(b"tcm-manifest/1", b"tcm-manifest/2")

    with pytest.raises(ManifestError, match=r"format 'tcm-manifest/2'; this version reads tcm-manifest/1"):
        Manifest.read(spelling)


def test_a_manifest_swapped_for_another_is_found(store: Store, archive: Archive, run_id: str) -> None:
    """A well-made one that is not what the line speaks for, or none at all."""
    other = replace(seal_run(store, archive, run_id), number=7)
    tamper(
        store,
        "UPDATE log_entries SET body = json_set(body, '$.manifest', :other)",
        other=archive.put(other.spelling()),
    )
    with pytest.raises(ManifestError, match="manifest of line 1 is not the one that was logged"):
        manifest_of(store, archive, run_id)

    tamper(store, "UPDATE log_entries SET body = '{}'")

    with pytest.raises(ArchiveError):
        manifest_of(store, archive, run_id)


def test_what_was_edited_before_sealing_again_is_found(store: Store, archive: Archive, run_id: str) -> None:
    """A new manifest over an edited capture or a removed finding does not follow from the one before it."""
    first = seal_run(store, archive, run_id)
    tamper(store, "UPDATE captures SET status = 500 WHERE rowid = 1", "DELETE FROM findings WHERE id = 2")
    second = seal_run(store, archive, run_id)

    troubles = sorted(map(str, check_growth(first, second)))

    assert list(check_manifest(second, store, archive)) == []
    assert [one.partition(" between")[0].split(" ", 2)[2] for one in troubles] == [
        "was edited",
        "was removed",
    ]
    (skipped,) = check_growth(first, replace(second, number=3, items=first.items))
    assert str(skipped) == f"manifest 3 of run {run_id} does not follow the one before it"


@pytest.mark.db
def test_postgresql_holds_the_same_digests(archive: Archive, tmp_path: Path) -> None:
    """V03: sealed and checked there, a run holds; a row edited past the triggers is named."""
    with PostgreSQL(tmp_path / "postgres", inherited()) as server:
        store = open_store(server.url("monitor", driver="psycopg"))
        run_id = crawl_run(store, archive)
        manifest = seal_run(store, archive, run_id)
        untouched = list(check_manifest(manifest, store, archive))
        with store.writing() as db:
            db.execute(text("ALTER TABLE findings DISABLE TRIGGER USER"))
            db.execute(text("UPDATE findings SET confidence = 0.91 WHERE id = 1"))
        troubles = list(map(str, check_manifest(manifest, store, archive)))
        store.close()

    assert untouched == []
    assert troubles == [f"finding 1 was edited after run {run_id} was sealed"]


def test_columns_that_came_later_change_no_digest(store: Store, archive: Archive, run_id: str) -> None:
    """A manifest names the columns it speaks for, so that a table may have more in a later version."""
    sealed = seal_run(store, archive, run_id)
    fewer = {table: [name for name in names if name != "vantage"] for table, names in sealed.columns.items()}
    with store.reading() as db:
        items = {**dict(sealed.items)}
        for row in db.scalars(select(Capture)):
            items[f"capture {row.id}"] = row_digest(row, fewer["captures"])
    old = replace(sealed, columns=fewer, items=tuple(items.items()))

    assert list(check_manifest(old, store, archive)) == []
