"""The archive keeps bytes for ever, and never gives others."""

import errno
from pathlib import Path

import pytest

from models.archive import Archive, ArchiveError
from models.room import NoRoomError


def test_what_was_stored_comes_back(tmp_path: Path) -> None:
    """The same bytes come back under the name of their SHA-256."""
    archive = Archive(tmp_path)

    digest = archive.put("Рішення".encode() * 1000)

    assert archive.get(digest) == "Рішення".encode() * 1000
    assert digest in archive


def test_the_same_bytes_are_stored_once(tmp_path: Path) -> None:
    """A page that did not change costs no room."""
    archive = Archive(tmp_path)

    first, second = archive.put(b"same"), archive.put(b"same")

    assert first == second
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("place", range(12))
def test_a_flipped_byte_is_noticed(tmp_path: Path, place: int) -> None:
    """A damaged body is refused by name, wherever the damage is."""
    archive = Archive(tmp_path)
    digest = archive.put(b"the text of a decision " * 20)
    file = next(path for path in tmp_path.rglob("*.zst"))
    stored = bytearray(file.read_bytes())
    stored[place * len(stored) // 12] ^= 0x41
    file.write_bytes(stored)

    with pytest.raises(ArchiveError, match=digest):
        archive.get(digest)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "ABC", "g" * 64, "a" * 63])
def test_a_name_is_never_a_path(tmp_path: Path, name: str) -> None:
    """Only a digest names a body; nothing else reaches the disk."""
    with pytest.raises(ArchiveError, match="not a name"):
        Archive(tmp_path).get(name)


def test_a_missing_body_says_so(tmp_path: Path) -> None:
    """Asking for what was never stored names it."""
    with pytest.raises(ArchiveError, match="holds nothing"):
        Archive(tmp_path).get("0" * 64)


def test_an_archive_that_cannot_write_says_what_to_do(tmp_path: Path) -> None:
    """A full or broken disk ends in one sentence, and leaves no half-written body."""
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(ArchiveError, match="took no more"):
        Archive(tmp_path / "file").put(b"body")


def test_a_full_disk_is_called_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no space is left the sentence says so and names the archive, and nothing half-written stays."""

    def full(_place: Path, _body: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    archive = Archive(tmp_path)

    with pytest.raises(NoRoomError, match=f"no space left on the volume of {tmp_path}"):
        archive.put(b"body")

    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_what_is_staged_is_not_there_until_settled(tmp_path: Path) -> None:
    """No row can speak of bytes that a power cut could still take."""
    archive = Archive(tmp_path)

    digest = archive.stage(b"body")
    before = digest in archive
    archive.settle()

    assert not before
    assert archive.get(digest) == b"body"
    assert [path.suffix for path in tmp_path.rglob("*") if path.is_file()] == [".zst"]


def test_the_same_bytes_are_staged_once(tmp_path: Path) -> None:
    """A hundred copies of one error page between two commits are one write."""
    archive = Archive(tmp_path)

    names = {archive.stage(b"404") for _ in range(100)}

    assert len(names) == 1
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_another_process_may_settle_the_same_bytes(tmp_path: Path) -> None:
    """Two crawls that receive the same file at once both have it, whole."""
    one, other = Archive(tmp_path), Archive(tmp_path)
    digest = one.stage(b"the same file")
    other.stage(b"the same file")

    one.settle()
    other.settle()

    assert one.get(digest) == other.get(digest) == b"the same file"


def test_a_failed_settling_leaves_nothing_half_done(tmp_path: Path) -> None:
    """Where the disk refuses, no part stays behind, and the same bytes can be stored later."""
    archive = Archive(tmp_path)
    digest = archive.stage(b"body")
    part = next(path for path in tmp_path.rglob("*") if path.is_file())
    part.unlink()  # as a cleaner of temporary files might

    with pytest.raises(ArchiveError, match="took no more"):
        archive.settle()

    assert digest not in archive
    assert archive.get(archive.put(b"body")) == b"body"
