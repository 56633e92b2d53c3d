"""Keys are safe before bodies are, are shared by many processes, and leave no trace when destroyed."""

import multiprocessing
import secrets
import stat
from pathlib import Path

import pytest

from models.base import now
from models.keyring import Key, Keyring, KeyringError

BODY = "ab" * 32


def key_of(body: str = BODY) -> Key:
    """A key that nobody has."""
    return Key(body, secrets.token_bytes(12), secrets.token_bytes(32))


def traces(folder: Path, secret: bytes) -> list[str]:
    """The files under *folder* that hold *secret*."""
    return [file.name for file in folder.iterdir() if secret in file.read_bytes()]


def test_a_key_is_found_by_the_next_process(tmp_path: Path) -> None:
    """What was added is in the file, for whoever opens it."""
    key = key_of()

    Keyring(tmp_path / "keys.sqlite").add([key])

    assert Keyring(tmp_path / "keys.sqlite").find(BODY, key.name) == key.secret


def test_only_the_owner_may_read_the_keys(tmp_path: Path) -> None:
    """Other accounts of the machine have no access to the file."""
    Keyring(tmp_path / "keys.sqlite").add([key_of()])

    assert stat.S_IMODE((tmp_path / "keys.sqlite").stat().st_mode) == 0o600


def test_looking_makes_no_file(tmp_path: Path) -> None:
    """Reading an archive that has no keys yet leaves the disk as it is."""
    keyring = Keyring(tmp_path / "keys.sqlite")

    found = keyring.find(BODY, b"name"), keyring.tombstone(BODY)

    assert found == (None, None)
    assert not list(tmp_path.iterdir())


def test_a_destroyed_key_leaves_no_trace(tmp_path: Path) -> None:
    """G02: the secret is in no file any more: not among the rows, and not in the journal."""
    keyring = Keyring(tmp_path / "keys.sqlite")
    keys = [key_of(f"{number:064x}") for number in range(500)]
    keyring.add(keys)
    before = traces(tmp_path, keys[250].secret)

    keyring.destroy(keys[250].body, "a request", at=now())
    keyring.empty_journal()

    assert before
    assert not traces(tmp_path, keys[250].secret)
    assert keyring.find(keys[250].body, keys[250].name) is None
    assert keyring.find(keys[251].body, keys[251].name) == keys[251].secret


def test_every_key_of_a_body_is_destroyed(tmp_path: Path) -> None:
    """Two crawls that stored the same bytes at once made two keys; an erasure spares neither."""
    keyring, keys = Keyring(tmp_path / "keys.sqlite"), [key_of(), key_of()]
    keyring.add(keys)

    keyring.destroy(BODY, "a request", at=now())

    assert [keyring.find(BODY, key.name) for key in keys] == [None, None]


def test_the_first_decision_stands(tmp_path: Path) -> None:
    """Erasing again changes neither the day nor the reason."""
    keyring = Keyring(tmp_path / "keys.sqlite")
    first = keyring.destroy(BODY, "a request", at=now())

    again = keyring.destroy(BODY, "another", at=now())

    assert again == first == keyring.tombstone(BODY)


def test_an_erased_body_gets_no_key_again(tmp_path: Path) -> None:
    """Adding names it, and the others beside it are kept."""
    keyring, harmless = Keyring(tmp_path / "keys.sqlite"), key_of("cd" * 32)
    keyring.destroy(BODY, "a request", at=now())
    key = key_of()

    erased = keyring.add([key, harmless])

    assert erased == {BODY}
    assert keyring.find(BODY, key.name) is None
    assert keyring.find(harmless.body, harmless.name) == harmless.secret


def test_a_file_that_holds_no_keys_is_refused(tmp_path: Path) -> None:
    """Something else in the place of the keys is named, and left as it is."""
    path = tmp_path / "keys.sqlite"
    path.write_bytes(b"a letter, and no database at all" * 40)

    with pytest.raises(KeyringError, match=str(path)):
        Keyring(path).add([key_of()])

    assert path.read_bytes().startswith(b"a letter")


def test_a_copy_holds_all_keys_of_its_moment(tmp_path: Path) -> None:
    """F12: keys can be copied while they are in use, journal and all."""
    keyring, key = Keyring(tmp_path / "keys.sqlite"), key_of()
    keyring.add([key])

    keyring.copy_to(tmp_path / "copy.sqlite")

    assert Keyring(tmp_path / "copy.sqlite").find(BODY, key.name) == key.secret


def _add_many(path: Path, first: int, count: int) -> None:
    keyring = Keyring(path)
    for number in range(first, first + count):
        body = f"{number:064x}"
        keyring.add([Key(body, bytes(12), bytes.fromhex(body))])


@pytest.mark.crawl
def test_many_processes_add_at_once(tmp_path: Path) -> None:
    """Eight crawls that begin on an empty folder all keep their keys, and none waits in vain."""
    path, count = tmp_path / "keys.sqlite", 25
    spawning = multiprocessing.get_context("spawn")
    adding = [spawning.Process(target=_add_many, args=(path, 1 + place * count, count)) for place in range(8)]

    for process in adding:
        process.start()
    for process in adding:
        process.join(60)

    keyring = Keyring(path)
    kept = [keyring.find(f"{number:064x}", bytes(12)) for number in range(1, 1 + 8 * count)]
    assert [process.exitcode for process in adding] == [0] * 8
    assert kept == [bytes.fromhex(f"{number:064x}") for number in range(1, 1 + 8 * count)]


def test_what_was_not_erased_for_good_may_come_back(tmp_path: Path) -> None:
    """G03: a page whose period was over and that is published still is stored again, under a new key."""
    keyring, key = Keyring(tmp_path / "keys.sqlite"), key_of()
    keyring.destroy(BODY, "its period was over", at=now(), lasting=False)

    erased = keyring.add([key])

    assert erased == frozenset()
    assert keyring.find(BODY, key.name) == key.secret
    assert keyring.tombstone(BODY) is None


def test_a_lasting_decision_comes_after_a_passing_one(tmp_path: Path) -> None:
    """Who asks for an erasure for good is not refused because the period of keeping was over before."""
    keyring = Keyring(tmp_path / "keys.sqlite")
    keyring.destroy(BODY, "its period was over", at=now(), lasting=False)

    stone = keyring.destroy(BODY, "request 17", at=now())
    keyring.destroy(BODY, "its period was over", at=now(), lasting=False)

    assert (stone.decision, stone.lasting) == ("request 17", True)
    assert keyring.tombstone(BODY) == stone
