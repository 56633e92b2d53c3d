"""Whatever is done to a capsule shows, and is named, with nothing but the file."""

from __future__ import annotations

import json
import random
import zlib
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from custody.canonical import canonical, digest
from custody.capsule import make_finding_capsule
from custody.capsule import rows as lines
from custody.capsule.checking import check_capsule, notes_on
from custody.capsule.contents import ABOUT, MANIFEST, PAGE, PROOFS, ROOTS, readable
from custody.capsule.indexing import FIRST_PART, INDEX, PAGES
from custody.capsule.loading import contents_of
from custody.capsule.opening import Opened
from custody.capsule.records import zipped
from custody.heads import Head
from custody.log import entry_of, hash_of
from fixtures.authority import PretendAuthority
from models.archive import Archive
from models.store import Store
from tests.custody.capsule.tampering import first_trouble, members_of, rewritten, troubles, with_rows
from tests.custody.capsule.world import QUOTE, SHOWN, make_world, roots_of, stamp

Row = dict[str, Any]


def test_what_was_not_touched_holds(file: Path, authority: PretendAuthority) -> None:
    """By the certificates in it, and by those that somebody has from the authority itself."""
    assert not list(check_capsule(file))
    assert not list(check_capsule(file, roots=roots_of(authority)))


@pytest.mark.long
def test_flipped_bytes_are_found_wherever_they_are(file: Path, shown: bytes) -> None:
    """Every byte of heads and directory, and each 17th of the contents (V01); all: benchmarks/capsules."""
    with Opened(file) as opened:
        inside = {
            place for one in opened.members.values() for place in range(one.offset, one.offset + one.size)
        }
    places = [at for at in range(len(shown)) if at not in inside or at % 17 == 0]

    with file.open("r+b", buffering=0) as there:
        for at in places:
            there.seek(at)
            there.write(bytes([shown[at] ^ (1 << at % 8)]))
            assert first_trouble(file), f"byte {at}"
            there.seek(at)
            there.write(shown[at : at + 1])

    assert first_trouble(file) is None


def test_the_file_that_was_changed_is_named(file: Path, shown: bytes) -> None:
    """A flip in each member's bytes."""
    with Opened(file) as opened:
        members = list(opened.members.values())

    for member in members:
        at = member.offset + member.size // 2
        file.write_bytes(shown[:at] + bytes([shown[at] ^ 1]) + shown[at + 1 :])

        assert str(first_trouble(file)).startswith(member.name)


@pytest.mark.parametrize(
    "name", [FIRST_PART, INDEX, PAGES, PAGE, MANIFEST, PROOFS, "capsule/captures.rows.gz"]
)
def test_a_removed_file_is_found_though_the_list_was_made_to_fit(
    tmp_path: Path, shown: bytes, name: str
) -> None:
    """Whoever removes it can rewrite the list of files (V02)."""
    assert troubles(tmp_path / "x.wacz", rewritten(shown, {name: None}))


def test_every_file_is_missed(tmp_path: Path, shown: bytes) -> None:
    """Each in turn, the list made to fit; only the certificates may go, which nobody should trust unseen anyway."""
    for name in members_of(shown):
        if not name.startswith("datapackage") and name != ROOTS:
            assert troubles(tmp_path / "x.wacz", rewritten(shown, {name: None})), name


def test_an_added_file_is_found_though_the_list_was_made_to_fit(tmp_path: Path, shown: bytes) -> None:
    """A foreign file, and a record beside those that the rows make (V02)."""
    record = members_of(shown)[FIRST_PART]

    foreign = troubles(tmp_path / "x.wacz", rewritten(shown, {"capsule/evil.html": b"<p>"}))
    beside = troubles(tmp_path / "x.wacz", rewritten(shown, {FIRST_PART: record + record}))

    assert "capsule/evil.html was added: no such file stands in a capsule like this" in foreign
    assert "archive holds more records than there are captures" in beside


def _edit(**changes: object) -> Callable[[list[Row]], list[Row]]:
    return lambda rows: [{**rows[0], **changes}, *rows[1:]]


@pytest.mark.parametrize(
    ("table", "changes", "named"),
    [
        ("findings", {"verdict": "not-met"}, "finding"),
        ("findings", {"confidence": 0.5}, "finding"),
        ("captures", {"started_at": "2026-11-03T09:30:00.000000+00:00"}, "capture"),
        ("captures", {"final_url": "http://elsewhere.test/"}, "capture"),
        ("captures", {"robots": "not asked"}, "capture"),
        ("captures", {"tls": {"state": "verified"}}, "capture"),
        ("pictures", {"width": 1}, "picture"),
        ("visits", {"state": "broken"}, "visit"),
        ("addresses", {"anchor": "another"}, "address-ledger"),
    ],
)
def test_an_edited_row_is_found(tmp_path: Path, shown: bytes, table: str, changes: Row, named: str) -> None:
    """Whatever its column (V03), though every sum around it was made to fit."""
    said = troubles(tmp_path / "x.wacz", with_rows(shown, table, _edit(**changes)))

    assert any(one.startswith(named) and "was edited after it was sealed" in one for one in said)


@pytest.mark.parametrize("table", ["findings", "captures", "pictures", "visits", "addresses", "log_entries"])
def test_a_removed_row_is_found(tmp_path: Path, shown: bytes, table: str) -> None:
    """The last of each table."""
    assert troubles(tmp_path / "x.wacz", with_rows(shown, table, lambda rows: rows[:-1]))


def test_an_edited_row_with_its_proof_is_found(tmp_path: Path, shown: bytes) -> None:
    """Whoever edits the digest beside it finds that it does not lead to the root."""
    changed = with_rows(shown, "findings", _edit(verdict="not-met"))
    proofs = json.loads(zlib.decompress(members_of(shown)[PROOFS], 31))
    name = next(one for one in proofs if one.startswith("finding "))
    with_digest = {**proofs, name: {**proofs[name], "digest": "ab" * 32}}

    said = troubles(tmp_path / "x.wacz", rewritten(changed, {PROOFS: zipped(canonical(with_digest))}))

    assert f"{name} has a proof that does not lead to the manifest's root" in said


def test_another_manifest_is_not_the_one_of_the_log(tmp_path: Path, shown: bytes) -> None:
    """Whoever makes a root of his own must have it in the log."""
    manifest = json.loads(members_of(shown)[MANIFEST]) | {"root": "cd" * 32}

    said = troubles(tmp_path / "x.wacz", rewritten(shown, {MANIFEST: readable(manifest)}))

    assert any("is not the one that line" in one for one in said)


def _rechained(rows: list[Row]) -> list[Row]:
    """The log with another first line, and every hash after it made anew."""
    previous, made = rows[0]["previous"], []
    for place, row in enumerate(rows):
        entry = entry_of({k: v for k, v in row.items() if k != "table"})
        entry.previous = previous
        if place == 0:
            entry.subject = "another run"
        entry.hash = previous = hash_of(entry)
        made.append({**row, "subject": entry.subject, "previous": entry.previous, "hash": entry.hash})
    return made


def test_a_log_chained_anew_is_found_by_its_stamp_and_by_a_head(tmp_path: Path, shown: bytes) -> None:
    """The stamped line is another then; and so is the line of a head that was kept elsewhere (V04)."""
    line = contents_line(shown)
    head = Head(line["seq"], line["hash"], entry_of(line).at)
    forged = with_rows(shown, "log_entries", _rechained)
    path = tmp_path / "x.wacz"

    said = troubles(path, forged)
    by_head = [str(one) for one in check_capsule(path, heads=[head])]

    assert any("speaks for another line" in one for one in said)
    assert any("the log was chained anew" in one for one in by_head)


def contents_line(capsule: bytes) -> Row:
    """The first line of the log in a capsule."""
    text = zlib.decompress(members_of(capsule)["capsule/log-entries.rows.gz"], 31).splitlines()[0]
    return {name: value for name, value in json.loads(text).items() if name != "table"}


def test_a_cut_tail_of_the_log_is_found(tmp_path: Path, shown: bytes) -> None:
    """The stamp speaks for a line that is not there any more (V04)."""
    said = troubles(tmp_path / "x.wacz", with_rows(shown, "log_entries", lambda rows: rows[:-1]))

    assert said


def test_an_altered_token_is_found(tmp_path: Path, shown: bytes) -> None:
    """Any byte of it, those that no signature speaks for too: its own SHA-256 is its name (V05)."""
    name = next(one for one in members_of(shown) if one.endswith(".tsr"))
    token = members_of(shown)[name]

    for at in range(0, len(token), 97):
        spoilt = token[:at] + bytes([token[at] ^ 1]) + token[at + 1 :]
        assert f"{name} is not what its name says" in troubles(
            tmp_path / "x.wacz", rewritten(shown, {name: spoilt})
        )


def test_a_stamp_for_something_else_is_found(tmp_path: Path, shown: bytes) -> None:
    """A good token of the same authority, moved to another line or another hour."""
    hour = "2031-01-01T00:00:00.000000+00:00"

    said = troubles(tmp_path / "x.wacz", with_rows(shown, "stamps", _edit(stamped_at=hour)))

    assert any("and the capsule another time" in one for one in said)


@pytest.mark.parametrize("name", [PAGE, INDEX, PAGES])
def test_a_page_that_says_otherwise_than_the_rows_is_found(tmp_path: Path, shown: bytes, name: str) -> None:
    """Nobody can have the page or the index speak against what was sealed."""
    said = troubles(tmp_path / "x.wacz", rewritten(shown, {name: members_of(shown)[name] + b"\n"}))

    assert f"{name} does not say what the rows say: it was written by something else than the monitor" in said


def test_a_capsule_of_another_version_of_the_program_is_checked_all_the_same(
    tmp_path: Path, shown: bytes
) -> None:
    """Only its page and index are not made again; the capsule says so."""
    about = json.loads(members_of(shown)[ABOUT]) | {"tool": "0.0.1"}
    path = tmp_path / "x.wacz"
    other = rewritten(shown, {ABOUT: readable(about), PAGE: b"<p>worded otherwise"})

    said = troubles(path, other)

    assert said == ["archive/data.warc.gz does not begin as the archive of a capsule does"]
    with Opened(path) as opened:
        assert any("made by version 0.0.1" in note for note in notes_on(contents_of(opened)))


def test_what_it_cannot_show_by_itself_it_says(file: Path, absent: bytes, tmp_path: Path) -> None:
    """Without a root from elsewhere, without a time-stamp, with a head of other lines."""
    bare = tmp_path / "bare.wacz"
    bare.write_bytes(absent)

    def notes(path: Path, **known: Any) -> str:  # noqa: ANN401  # what the notes take
        with Opened(path) as opened:
            return " ".join(notes_on(contents_of(opened), **known))

    assert "--roots tells whose they are" in notes(file)
    assert "whether its time-stamps are signed was not checked" in notes(bare)
    assert "none of the heads given" in notes(
        file, heads=[Head(10**6, "ab" * 32, entry_of(contents_line(absent)).at)]
    )


def test_an_assessment_that_the_log_does_not_know_is_found(tmp_path: Path, shown: bytes) -> None:
    """A decision of nobody, put beside the finding."""
    finding = json.loads(members_of(shown)[ABOUT])["finding"]
    row = {
        "id": 1,
        "finding_id": finding,
        "person_id": 1,
        "version": 1,
        "act": "correct",
        "verdict": "not-met",
    }
    row |= {"comment": "no", "created_at": "2026-11-03T09:30:00.000000+00:00", "table": "assessments"}
    said = troubles(
        tmp_path / "x.wacz", rewritten(shown, {"capsule/assessments.rows.gz": zipped(lines.written([row]))})
    )

    assert "assessment 1 is not as the log speaks of it" in said


def test_a_disputed_page_that_changed_since_is_still_shown_and_proven(
    tmp_path: Path, store: Store, archive: Archive, authority: PretendAuthority
) -> None:
    """The drill (V09): the site changes after the visit, the city disputes, and the capsule has the old state.

    Both dates are in it: when the page was received, and when an authority attested the record.
    """
    before = make_world(store, archive)
    stamp(before, authority)
    gone = "<h1>Сторінку вилучено</h1>"
    after = make_world(store, archive, changes={"/aid/": gone, "/files/aid.html": gone, "/": "<h1>Рада</h1>"})
    assert after.finding(SHOWN).verdict != before.finding(SHOWN).verdict
    path = tmp_path / "dispute.wacz"

    path.write_bytes(make_finding_capsule(store, archive, before.findings[SHOWN], roots=roots_of(authority)))

    assert not list(check_capsule(path, roots=roots_of(authority)))
    page = members_of(path.read_bytes())[PAGE].decode()
    with Opened(path) as opened:
        contents = contents_of(opened)
    received = contents.captures[before.finding(SHOWN).evidence[0]["capture"]]["started_at"]
    stamped = contents.of("stamps")[0]["stamped_at"]
    assert QUOTE in page
    assert "2 листопада 2026, 11:30:00" in page
    assert received < stamped
    assert contents.line is not None
    assert digest(contents.manifest) == contents.line["digest"]


STRANGE: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**400,
    1e308,
    "",
    "x" * 10**5,
    "\ud800",
    [],
    {},
    [[]],
    {"a": [1]},
    "2026",
)


NOT_SEALED = (
    "capsule/cities.rows.gz",
    "capsule/spots.rows.gz",
    "capsule/stamps.rows.gz",
)  # docs/capsules.md says so


def _spoil(value: Any, dice: random.Random) -> Any:  # noqa: ANN401  # any JSON
    """*value* with one thing in it put for something else, or taken out."""
    if isinstance(value, dict) and value and dice.random() < 0.8:
        key = dice.choice(sorted(value))
        if dice.random() < 0.2:
            return {name: one for name, one in value.items() if name != key}
        return {**value, key: _spoil(value[key], dice)}
    if isinstance(value, list) and value and dice.random() < 0.8:
        at = dice.randrange(len(value))
        return [*value[:at], _spoil(value[at], dice), *value[at + 1 :]]
    return dice.choice(STRANGE)


@pytest.mark.parametrize("seed", range(12))
def test_rows_that_nobody_would_write_are_a_trouble_and_no_accident(
    tmp_path: Path, shown: bytes, seed: int
) -> None:
    """Whatever stands in the rows, the manifest or the proofs: it is named, and nothing is raised."""
    dice, members = random.Random(seed), members_of(shown)  # noqa: S311  # what to spoil
    for name in (ABOUT, MANIFEST, PROOFS):
        is_packed = name == PROOFS
        before = json.loads(zlib.decompress(members[name], 31) if is_packed else members[name])
        spoilt = _spoil(before, dice)
        spelled = zipped(canonical(spoilt)) if is_packed else readable(spoilt)
        said = troubles(tmp_path / "x.wacz", rewritten(shown, {name: spelled}))
        assert said or spoilt == before or name == ABOUT, (name, spoilt)
    for name in (one for one in members if one.endswith(".rows.gz")):
        rows = [json.loads(line) for line in zlib.decompress(members[name], 31).splitlines()]
        spoilt = _spoil(rows, dice)
        if isinstance(spoilt, list) and spoilt != rows:
            packed = zipped(b"".join(canonical(row) + b"\n" for row in spoilt))
            said = troubles(tmp_path / "x.wacz", rewritten(shown, {name: packed}))
            assert said or name in NOT_SEALED, (name, spoilt)


def test_a_trouble_reads_as_a_sentence(file: Path, shown: bytes) -> None:
    """Where, and what: as a dict for scripts too."""
    file.write_bytes(shown[:-1])

    (trouble,) = check_capsule(file)

    assert asdict(trouble) == {"where": "the file", "what": f"is cut at byte {len(shown) - 1}"}
