"""The write-once store of captured bytes, named by their SHA-256."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

import zstandard

from models.room import NoRoomError, is_full

LEVEL = 3  # 1,012 pages/s against 189 at level 9, for 8 % more room
LEAST_FREE = 0.05
_DIGEST = re.compile(r"[0-9a-f]{64}")


class ArchiveError(Exception):
    """The archive cannot take or give what was asked; the sentence says why."""


class Archive:
    """Bodies under ``root/ab/cd/<sha256>.zst``. Each is written once, synced, and checked when read."""

    def __init__(self, root: Path) -> None:
        """Keep bodies under *root*, which is made on the first write."""
        self.root = root
        self._staged: dict[str, Path] = {}

    def put(self, body: bytes) -> str:
        """Store *body*; its SHA-256 is returned only when the bytes are safe on disk."""
        digest = self.stage(body)
        self.settle()
        return digest

    def stage(self, body: bytes) -> str:
        """Write *body* beside its place and return its SHA-256; ``settle`` makes it safe and puts it there."""
        digest = hashlib.sha256(body).hexdigest()
        place = self._place(digest)
        if digest in self._staged or place.exists():
            return digest
        part = place.with_name(f".{digest}.{secrets.token_hex(4)}.part")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(zstandard.ZstdCompressor(level=LEVEL).compress(body))
        except OSError as error:
            with suppress(OSError):
                part.unlink()
            raise self._no_more(error) from error
        self._staged[digest] = part
        return digest

    def settle(self) -> None:
        """Make all that is staged safe on disk under its name; only then may a row speak of it."""
        staged, self._staged = self._staged, {}
        try:
            for digest, part in staged.items():
                _sync(part)
                part.rename(self._place(digest))
            for folder in {part.parent for part in staged.values()}:
                _sync(folder)
        except OSError as error:
            for part in staged.values():
                with suppress(OSError):
                    part.unlink()
            raise self._no_more(error) from error

    def _no_more(self, error: OSError) -> ArchiveError | NoRoomError:
        if is_full(error):
            return NoRoomError(self.root)
        return ArchiveError(
            f"the archive at {self.root} took no more: {error.strerror}. Free some room and run again."
        )

    def get(self, digest: str) -> bytes:
        """The bytes named *digest*; never others, even if the disk lies."""
        place = self._place(digest)
        try:
            with place.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as reader:
                body = reader.read()
        except FileNotFoundError as error:
            message = f"the archive holds nothing named {digest}"
            raise ArchiveError(message) from error
        except zstandard.ZstdError as error:
            message = f"the archived body {digest} is damaged: {error}"
            raise ArchiveError(message) from error
        if hashlib.sha256(body).hexdigest() != digest:
            message = f"the archived body {digest} is not what was stored under that name"
            raise ArchiveError(message)
        return body

    def __contains__(self, digest: str) -> bool:
        """Whether a body of that name was stored."""
        return self._place(digest).exists()

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

    def _place(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            message = f"not a name of the archive: {digest[:80]!r}"
            raise ArchiveError(message)
        return self.root / digest[:2] / digest[2:4] / f"{digest}.zst"


def _sync(place: Path) -> None:
    """Make a file's bytes, or the names in a folder, survive a power cut."""
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
