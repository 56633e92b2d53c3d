"""The write-once store of captured bytes, named by their SHA-256, each under a key of its own."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from models.base import now
from models.keyring import Key, Keyring, KeyringError, Tombstone
from models.room import NoRoomError, is_full
from models.sealing import HEAD, DamagedError, key_name, new_key, opened, sealed, unpacked

LEAST_FREE = 0.05
SEALED, PLAIN = ".sealed", ".zst"  # plain ones are from before bodies had keys; none is written any more
_DIGEST = re.compile(r"[0-9a-f]{64}")


class ArchiveError(Exception):
    """The archive cannot take or give what was asked; the sentence says why."""


class ErasedError(ArchiveError):
    """The body was stored once and erased since: ``at`` and ``decision`` say when and why. No fault of the archive."""

    def __init__(self, digest: str, tombstone: Tombstone) -> None:
        """Name the body and what its tombstone says."""
        super().__init__(
            f"the archived body {digest} was erased on {tombstone.at:%Y-%m-%d} by a decision: {tombstone.decision}"
        )
        self.digest, self.at, self.decision = digest, tombstone.at, tombstone.decision


@dataclass(frozen=True, slots=True)
class _Staged:
    """A body on its way: written beside its place, its key still in memory alone."""

    part: Path
    key: Key


class Archive:
    """Bodies under ``root/ab/cd/<sha256>.sealed``. Each is written once, synced, and checked when read.

    Each is compressed and encrypted (AES-256-GCM) under a key of its own, kept beside the archive in
    ``<root>.keys.sqlite`` unless another *keyring* is given. Where the key is destroyed the bytes are gone, in every
    copy of the archive; where the keys are lost, so is the archive.
    """

    def __init__(self, root: Path, keyring: Keyring | None = None) -> None:
        """Keep bodies under *root*, which is made on the first write."""
        self.root = root
        self.keyring = keyring or Keyring(root.with_name(f"{root.name}.keys.sqlite"))
        self._staged: dict[str, _Staged] = {}

    def put(self, body: bytes) -> str:
        """Store *body*; its SHA-256 is returned only when the bytes are safe on disk.

        Of a body that was erased for good nothing is stored; its name is returned all the same.
        """
        digest = self.stage(body)
        self.settle()
        return digest

    def stage(self, body: bytes) -> str:
        """Write *body* beside its place and return its SHA-256; ``settle`` makes it safe and puts it there."""
        digest = hashlib.sha256(body).hexdigest()
        if digest in self._staged or self._is_kept(digest):
            return digest
        place = self._place(digest)
        part = place.with_name(f".{digest}.{secrets.token_hex(4)}.part")
        key = new_key(digest)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(sealed(body, key))
        except OSError as error:
            with suppress(OSError):
                part.unlink()
            raise self._no_more(error) from error
        self._staged[digest] = _Staged(part, key)
        return digest

    def settle(self) -> None:
        """Make all that is staged safe on disk under its name; only then may a row speak of it.

        The keys are safe before any body is: a body without its key would be lost, a key without its body is nothing.
        """
        staged, self._staged = self._staged, {}
        if not staged:
            return
        try:
            erased = self._add_keys(one.key for one in staged.values())
            for digest, one in staged.items():
                if digest in erased:
                    one.part.unlink()
                    continue
                _sync(one.part)
                one.part.rename(self._place(digest))
            for folder in {one.part.parent for one in staged.values()}:
                _sync(folder)
        except (OSError, ArchiveError, NoRoomError) as error:
            for one in staged.values():
                with suppress(OSError):
                    one.part.unlink()
            if isinstance(error, OSError):
                raise self._no_more(error) from error
            raise

    def erase(self, digest: str, decision: str, *, lasting: bool = True) -> Tombstone:
        """Destroy the key and the file of *digest*: from now on ``get`` says when, and by which *decision*.

        What a copy of the archive holds of it is unreadable too, unless it is from before bodies had keys. Where it
        is *lasting* the same bytes are never stored again; else they are, if they come in again.
        """
        places = self._places(digest)
        with self._saying_keys():
            tombstone = self.keyring.destroy(digest, decision, at=now(), lasting=lasting)
        for place in places:
            place.unlink(missing_ok=True)
        with self._saying_keys():
            self.keyring.empty_journal()
        return tombstone

    def erased(self, digest: str) -> Tombstone | None:
        """When and why *digest* was erased; None where it was not."""
        self._place(digest)
        with self._saying_keys():
            return self.keyring.tombstone(digest)

    def get(self, digest: str) -> bytes:
        """The bytes named *digest*; never others, even if the disk lies. ErasedError where they were erased."""
        stored = next(filter(None, map(self._stored, self._places(digest))), None)
        try:
            body = self._opened(digest, stored) if stored else None
        except DamagedError as error:
            self._refuse_erased(digest)
            raise ArchiveError(f"the archived body {digest} is damaged: {error}") from error
        if body is None:
            self._refuse_erased(digest)
            raise ArchiveError(f"the archive holds nothing named {digest}")
        if hashlib.sha256(body).hexdigest() != digest:
            raise ArchiveError(f"the archived body {digest} is not what was stored under that name")
        return body

    def __contains__(self, digest: str) -> bool:
        """Whether a body of that name is stored, and not erased."""
        return any(place.exists() for place in self._places(digest)) and self.erased(digest) is None

    def _stored(self, place: Path) -> tuple[Path, bytes] | None:
        try:
            return place, place.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ArchiveError(f"the archived body {place.stem} cannot be read: {error.strerror}") from error

    def _opened(self, digest: str, stored: tuple[Path, bytes]) -> bytes:
        """What a *stored* file holds; DamagedError where it is not as it was written."""
        place, content = stored
        if place.suffix == PLAIN:
            self._refuse_erased(digest)
            return unpacked(content)
        name = key_name(content)
        with self._saying_keys():
            secret = self.keyring.find(digest, name)
        if secret is None:
            raise DamagedError(f"it names a key that is not in {self.keyring.path}")
        return opened(content, Key(digest, name, secret))

    def _is_kept(self, digest: str) -> bool:
        """Whether *digest* can be read again: a file whose key is lost is written anew."""
        try:
            with self._place(digest).open("rb") as file:
                name = key_name(file.read(HEAD))
        except FileNotFoundError:
            return self._place(digest, PLAIN).exists()
        except (OSError, DamagedError):
            return False
        with self._saying_keys():
            return self.keyring.find(digest, name) is not None

    def _add_keys(self, keys: Iterable[Key]) -> frozenset[str]:
        with self._saying_keys():
            return self.keyring.add(keys)

    def _refuse_erased(self, digest: str) -> None:
        if tombstone := self.erased(digest):
            raise ErasedError(digest, tombstone)

    @contextmanager
    def _saying_keys(self) -> Iterator[None]:
        try:
            yield
        except KeyringError as error:
            raise ArchiveError(str(error)) from error

    def _no_more(self, error: OSError) -> ArchiveError | NoRoomError:
        if is_full(error):
            return NoRoomError(self.root)
        return ArchiveError(
            f"the archive at {self.root} took no more: {error.strerror}. Free some room and run again."
        )

    def require_room(self) -> None:
        """Refuse to start where less than five per cent of the disk is free."""
        existing = next(folder for folder in (self.root, *self.root.parents) if folder.exists())
        usage = shutil.disk_usage(existing)
        if usage.free < usage.total * LEAST_FREE:
            message = (
                f"only {usage.free // 2**20} MiB are free where the archive is ({self.root}); at least five"
                " per cent of the disk is wanted before a visit starts. Free some room and run again."
            )
            raise ArchiveError(message)

    def _place(self, digest: str, ending: str = SEALED) -> Path:
        if not _DIGEST.fullmatch(digest):
            message = f"not a name of the archive: {digest[:80]!r}"
            raise ArchiveError(message)
        return self.root / digest[:2] / digest[2:4] / f"{digest}{ending}"

    def _places(self, digest: str) -> tuple[Path, Path]:
        return self._place(digest), self._place(digest, PLAIN)


def _sync(place: Path) -> None:
    """Make a file's bytes, or the names in a folder, survive a power cut."""
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
