"""The archive keeps bytes for ever, and never gives others."""

import errno
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import zstandard

from models.archive import Archive, ArchiveError, ErasedError
from models.base import now
from models.keyring import Keyring
from models.room import NoRoomError
from models.sealing import BEGINS, HEAD


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
    file = next(path for path in tmp_path.rglob("*.sealed"))
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
    assert [path.suffix for path in tmp_path.rglob("*") if path.is_file()] == [".sealed"]


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


def test_stored_bytes_cannot_be_read_without_their_key(tmp_path: Path) -> None:
    """A copy of the archive without its keys gives nothing away, and says what is missing."""
    words = b"a paper that names a person"
    archive = Archive(tmp_path / "archive")
    digest = archive.put(words)
    copied = Archive(tmp_path / "archive", Keyring(tmp_path / "others.sqlite"))

    with pytest.raises(ArchiveError, match="names a key that is not in"):
        copied.get(digest)

    stored = [file.read_bytes() for file in (tmp_path / "archive").rglob("*") if file.is_file()]
    assert not [content for content in stored if words in content or b"\x28\xb5\x2f\xfd" in content]


def test_each_body_has_a_key_of_its_own(tmp_path: Path) -> None:
    """Two files hold neither the same key's name nor the same beginning of what is encrypted."""
    archive = Archive(tmp_path)

    for words in (b"one", b"two"):
        archive.put(words)

    first, second = (file.read_bytes() for file in tmp_path.rglob("*.sealed"))
    assert first[: len(BEGINS)] == second[: len(BEGINS)] == BEGINS
    assert first[len(BEGINS) : HEAD] != second[len(BEGINS) : HEAD]


def test_a_file_under_another_name_is_refused(tmp_path: Path) -> None:
    """Whoever swaps two stored bodies is found out: each is bound to its name."""
    archive = Archive(tmp_path)
    one, other = archive.put(b"one"), archive.put(b"other")
    files = {file.stem: file for file in tmp_path.rglob("*.sealed")}
    files[other].write_bytes(files[one].read_bytes())

    with pytest.raises(ArchiveError, match=other):
        archive.get(other)


def test_bodies_from_before_there_were_keys_are_read(tmp_path: Path) -> None:
    """What an earlier version stored stays readable, is not stored twice, and can be erased."""
    body, archive = b"stored by an earlier version", Archive(tmp_path / "archive")
    digest = hashlib.sha256(body).hexdigest()
    place = tmp_path / "archive" / digest[:2] / digest[2:4] / f"{digest}.zst"
    place.parent.mkdir(parents=True)
    place.write_bytes(zstandard.ZstdCompressor().compress(body))

    assert archive.put(body) == digest
    assert archive.get(digest) == body
    assert not list(tmp_path.rglob("*.sealed"))

    kept = place.read_bytes()
    archive.erase(digest, "a request")
    place.write_bytes(kept)  # as from a copy of that time

    with pytest.raises(ErasedError):
        archive.get(digest)
    assert digest not in archive


def test_an_erased_body_says_when_and_why(tmp_path: Path) -> None:
    """G02: after an erasure the bytes are gone, and whoever asks learns of the decision and its day."""
    archive = Archive(tmp_path / "archive")
    digest = archive.put(b"personal")

    archive.erase(digest, "request 17 of a resident")

    with pytest.raises(
        ErasedError, match=rf"{digest} was erased on {now():%Y-%m-%d} .*request 17"
    ) as refused:
        archive.get(digest)
    assert (refused.value.digest, refused.value.decision) == (digest, "request 17 of a resident")
    assert digest not in archive
    assert not [file for file in (tmp_path / "archive").rglob("*") if file.is_file()]


def test_a_copy_of_the_archive_is_erased_too(tmp_path: Path) -> None:
    """G02: the bytes that a backup holds of an erased body cannot be read by anybody."""
    archive = Archive(tmp_path / "archive")
    digest = archive.put(b"personal")
    shutil.copytree(tmp_path / "archive", tmp_path / "copy")

    archive.erase(digest, "a request")

    with pytest.raises(ErasedError):
        Archive(tmp_path / "copy", archive.keyring).get(digest)


def test_an_erased_body_is_never_stored_again(tmp_path: Path) -> None:
    """The next crawl meets the same page: it gets the same name, and nothing is kept."""
    archive = Archive(tmp_path / "archive")
    digest = archive.put(b"personal")
    archive.erase(digest, "a request")

    again = archive.put(b"personal")

    assert again == digest
    assert not [file for file in (tmp_path / "archive").rglob("*") if file.is_file()]
    with pytest.raises(ErasedError):
        archive.get(digest)


def test_what_is_erased_while_on_its_way_is_not_stored(tmp_path: Path) -> None:
    """An erasure between staging and settling holds; what was staged beside it is stored."""
    one, other = Archive(tmp_path / "archive"), Archive(tmp_path / "archive")
    digest, beside = one.stage(b"personal"), one.stage(b"harmless")
    other.erase(digest, "a request")

    one.settle()

    assert (digest in one, one.get(beside)) == (False, b"harmless")


def test_a_body_whose_key_was_lost_is_stored_anew(tmp_path: Path) -> None:
    """After an old copy of the keys was brought back, what comes in again can be read again."""
    archive = Archive(tmp_path / "archive")
    digest = archive.put(b"a page")
    fresh = Archive(tmp_path / "archive", Keyring(tmp_path / "restored.sqlite"))

    fresh.put(b"a page")

    assert fresh.get(digest) == b"a page"


def test_keys_that_cannot_be_kept_leave_nothing_half_done(tmp_path: Path) -> None:
    """No body is put in place whose key could not be kept."""
    (tmp_path / "keys").mkdir()
    archive = Archive(tmp_path / "archive", Keyring(tmp_path / "keys"))  # a folder is in the way

    with pytest.raises(ArchiveError, match="the keys at"):
        archive.put(b"body")

    assert not [path for path in (tmp_path / "archive").rglob("*") if path.is_file()]


_STORES = """
import sys
from pathlib import Path
from models.archive import Archive

archive, number = Archive(Path(sys.argv[1])), 0
while True:
    staged = [archive.stage(f"{sys.argv[2]} {number + place}".encode()) for place in range(5)]
    archive.settle()
    number += 5
    print("\\n".join(staged), flush=True)
"""


@pytest.mark.crawl
def test_whatever_was_settled_before_a_kill_can_be_read(tmp_path: Path) -> None:
    """Two processes that store at once, killed at any moment, lose neither a body nor a key that they spoke of."""
    root, acknowledged = tmp_path / "archive", list[str]()

    for turn in range(4):
        command = [sys.executable, "-c", _STORES, str(root)]
        storing = [
            subprocess.Popen([*command, f"{turn} {one}"], stdout=subprocess.PIPE, text=True) for one in "ab"
        ]
        for process in storing:
            assert process.stdout is not None
            acknowledged += [process.stdout.readline().strip() for _ in range(5 + 3 * turn)]
        for process in storing:
            process.kill()
            acknowledged += process.communicate()[0].splitlines()

    archive = Archive(root)
    whole = [digest for digest in acknowledged if len(digest) == 64]
    assert len(whole) >= 50
    assert all(archive.get(digest) for digest in whole)
