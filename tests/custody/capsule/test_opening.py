"""Files that are no capsules, or were made to do harm, are refused in one sentence."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from custody.capsule.contents import ABOUT, FACTS
from custody.capsule.indexing import FIRST_PART
from custody.capsule.opening import CapsuleError, Opened
from custody.capsule.packing import CENTRAL, CENTRAL_MARK, LOCAL
from custody.capsule.records import zipped
from tests.custody.capsule.tampering import first_trouble, members_of, rewritten, troubles, zipped_up


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    """Names, order and bytes."""
    members = {"a.json": b"{}", "archive/b.warc.gz": b"", "capsule/c": bytes(range(256))}
    path = tmp_path / "x.wacz"
    path.write_bytes(zipped_up(members))

    with Opened(path) as opened:
        found = {name: opened.read(name) for name in opened.members}

    assert list(found.items()) == list(members.items())


def test_other_zip_programs_read_it(shown: bytes) -> None:
    """A capsule is an ordinary ZIP: Python's own module finds no fault in it."""
    with zipfile.ZipFile(BytesIO(shown)) as opened:
        assert opened.testzip() is None


@pytest.mark.parametrize(
    "name",
    ["../up", "a/../b", "/root", "C:/x", "a\\b", "a/b/c", "archive/", "caf\xe9", "a\x00b", ".hidden", "A/b"],
)
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    """Upwards, absolute, into folders of folders, or in letters that are not ours."""
    path = tmp_path / "x.wacz"
    path.write_bytes(zipped_up({"a.json": b"{}", name: b"x"}))

    assert "is no name that a member of a capsule may have" in str(first_trouble(path))


def _as_others_write(
    *, compress: int = zipfile.ZIP_STORED, comment: bytes = b"", extra: bytes = b""
) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as writer:
        info = zipfile.ZipInfo("a.json")
        info.compress_type, info.comment, info.extra = compress, comment, extra
        writer.writestr(info, b"{}")
    return out.getvalue()


def _with_flag(capsule: bytes, flag: int) -> bytes:
    return capsule[:6] + struct.pack("<H", flag) + capsule[8:]


def _with_link(capsule: bytes) -> bytes:
    at = capsule.index(CENTRAL_MARK)
    fields = list(CENTRAL.unpack(capsule[at : at + CENTRAL.size]))
    fields[-2] = 0o120777 << 16
    return capsule[:at] + CENTRAL.pack(*fields) + capsule[at + CENTRAL.size :]


def _overlapping(capsule: bytes) -> bytes:
    """The second entry of the directory points at the first member."""
    second = capsule.index(CENTRAL_MARK, capsule.index(CENTRAL_MARK) + 1)
    return capsule[: second + CENTRAL.size - 4] + bytes(4) + capsule[second + CENTRAL.size :]


TWO = zipped_up({"a.json": b"{}", "b.json": b"[]"})


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        (b"", "does not begin as one"),
        (b"%PDF-1.7 and so on", "does not begin as one"),
        (_as_others_write(), "is not as it was written"),
        (_as_others_write(compress=zipfile.ZIP_DEFLATED), "is compressed by the ZIP"),
        (_as_others_write(comment=b"hello"), "is not as it was written"),
        (_as_others_write(extra=b"\x99\x99\x00\x00"), "is not as it was written"),
        (_with_flag(TWO, 1), "is encrypted"),
        (_with_flag(TWO, 0x800), "is not as it was written"),
        (_with_link(TWO), "is not as it was written"),
        (_overlapping(TWO), "the entry of b.json in the ZIP's directory is not as it was written"),
        (TWO + b"\x00", "goes on after its end"),
        (TWO[:-1], "is cut"),
        (TWO[: LOCAL.size + 3], "is not as it was written"),
        (b"PK" + TWO, "does not begin as one"),
        (TWO.replace(b"[]", b"[]!"), "goes on at byte"),
        (zipped_up({"a.json": b"{}"})[: LOCAL.size + 8] + TWO, "stands in the file twice"),
    ],
)
def test_other_forms_of_zip_are_refused(tmp_path: Path, spoilt: bytes, said: str) -> None:
    """Compressed, encrypted, commented, linked, overlapping, doubled, cut or prolonged."""
    path = tmp_path / "x.wacz"
    path.write_bytes(spoilt)

    assert said in str(first_trouble(path))


def test_every_cut_is_found(file: Path, shown: bytes) -> None:
    """Wherever the file ends too early."""
    for end in range(1, len(shown), len(shown) // 200):
        file.write_bytes(shown[:end])

        assert first_trouble(file) is not None


def test_a_bomb_among_the_records_is_stopped(tmp_path: Path, shown: bytes) -> None:
    """A few kilobytes that unpack to a gigabyte are counted while they are unpacked."""
    bomb = zipped(bytes(2**26 + 2**22))

    said = troubles(tmp_path / "x.wacz", rewritten(shown, {FIRST_PART: bomb}))

    assert "unpacks to more than is allowed" in said[-1]


def test_many_small_bombs_are_stopped_by_their_sum(tmp_path: Path, shown: bytes) -> None:
    """Each within the limit of one record, all together far beyond what such a file may hold."""
    bombs = zipped(bytes(3 * 2**24)) * 8

    said = troubles(tmp_path / "x.wacz", rewritten(shown, {FIRST_PART: bombs}))

    assert "does not begin as the archive of a capsule does" in said[0]
    assert "unpacks to more than" in said[-1]


@pytest.mark.parametrize("name", [FACTS, "capsule/captures.rows.gz"])
def test_packed_rows_that_are_none_are_refused(tmp_path: Path, shown: bytes, name: str) -> None:
    """What cannot be unpacked is named."""
    said = troubles(tmp_path / "x.wacz", rewritten(shown, {name: b"not packed"}))

    assert said == [said[0]]
    assert said[0].startswith(f"{name} cannot be unpacked")


@pytest.mark.parametrize(
    ("about", "said"),
    [
        (b'{"format": "tcm-capsule/2"}', "is of format tcm-capsule/2; this version reads tcm-capsule/1"),
        (b'{"format": ["tcm-capsule/1"]}', "is no capsule of ours"),
        (b"[]", "is not what stands there in a capsule"),
        (b"[" * 100_000, "is no JSON"),
        (b'{"format": "tcm-capsule/1"}', "lacks 'kind'"),
        (None, "is no capsule of this monitor"),
    ],
)
def test_another_version_is_refused(tmp_path: Path, shown: bytes, about: bytes | None, said: str) -> None:
    """In a sentence that says which version it is, and which this one reads."""
    assert said in troubles(tmp_path / "x.wacz", rewritten(shown, {ABOUT: about}))[-1]


def test_a_web_archive_of_somebody_else_is_refused(tmp_path: Path, shown: bytes) -> None:
    """A good WACZ without our part."""
    foreign = {name: None for name in members_of(shown) if name.startswith("capsule/")}

    assert "is no capsule of this monitor" in troubles(tmp_path / "x.wacz", rewritten(shown, foreign))[0]


def test_a_folder_is_no_capsule(tmp_path: Path) -> None:
    """Nor is what is not there."""
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(CapsuleError, match="cannot be read"):
            Opened(path)
