"""A capsule opened without trust: only the one form that ours are written in, counted while it is read."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import zstandard

from custody.capsule.packing import (
    CENTRAL,
    CENTRAL_MARK,
    LOCAL,
    LOCAL_MARK,
    MOST_BYTES,
    MOST_MEMBERS,
    Member,
    directory,
    local_header,
)
from custody.trouble import Trouble

LARGEST_ENTRY = 2**26 + 2**21  # bytes of one packed record: the largest body that is captured, and its heads
LARGEST_TABLE = 2**30  # bytes of the rows of one table
MOST_UNPACKED = 2**34  # bytes that all packed records of one file may unpack to
MOST_GROWTH = 300  # times; tables of rows stay below a hundred
SMALL = 2**24  # bytes; below this a file may grow as it likes
_NAME = re.compile(r"[a-z][a-z0-9.-]{0,99}(?:/[a-z0-9][a-z0-9._-]{0,99})?")
_PIECE = 2**20
_BITE = 2**15
_ENCRYPTED = 0b1


class CapsuleError(Exception):
    """The file is no capsule, or not whole; ``trouble`` says where and what."""

    def __init__(self, where: str, what: str) -> None:
        """Carry the trouble."""
        self.trouble = Trouble(where, what)
        super().__init__(str(self.trouble))


class Opened:
    """A file whose ZIP is byte for byte as the writer writes it. Close it, or use it in a ``with``."""

    def __init__(self, path: Path) -> None:
        """Open *path*; CapsuleError says in one sentence what is wrong with it."""
        try:
            self._file: BinaryIO = path.open("rb")
            self.size = path.stat().st_size
        except OSError as error:
            raise CapsuleError(str(path), f"cannot be read: {error.strerror}") from error
        self.unpacked = 0
        try:
            self.members = {member.name: member for member in self._walk()}
        except CapsuleError:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        """Nothing more to open."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the file."""
        self._file.close()

    def __contains__(self, name: str) -> bool:
        return name in self.members

    def read(self, name: str) -> bytes:
        """The bytes of one member, as they stand in the file."""
        member = self.members.get(name)
        if member is None:
            raise CapsuleError(name, "is missing")
        self._file.seek(member.offset)
        return self._file.read(member.size)

    def digest_of(self, name: str) -> str:
        """The SHA-256 of one member, read piece by piece; CapsuleError where the ZIP's own sum does not hold."""
        member = self.members[name]
        self._file.seek(member.offset)
        told, crc, left = hashlib.sha256(), 0, member.size
        while left and (piece := self._file.read(min(left, _PIECE))):
            told.update(piece)
            crc = zlib.crc32(piece, crc)
            left -= len(piece)
        if crc != member.crc:
            raise CapsuleError(name, "is not what was written: its bytes do not add up to the ZIP's sum")
        return told.hexdigest()

    def unpack(self, name: str) -> bytes:
        """The content of a member that is packed by gzip or zstd, as a whole."""
        if not name.endswith(".zst"):
            return b"".join(entry for _, _, entry in self.records(name, largest=LARGEST_TABLE))
        content = _unzstd(name, self.read(name), self._room(LARGEST_TABLE))
        self._count(name, len(content))
        return content

    def records(self, name: str, *, largest: int = LARGEST_ENTRY) -> Iterator[tuple[int, int, bytes]]:
        """What the gzip pieces of a member hold, one after another, each with where it begins and its packed size."""
        packed, at = self.read(name), 0
        while at < len(packed):
            entry, size = self._piece(name, packed, at, self._room(largest))
            self._count(name, len(entry))
            yield at, size, entry
            at += size

    def _piece(self, name: str, packed: bytes, at: int, limit: int) -> tuple[bytes, int]:
        """One gzip piece, fed in small bites so that the rest is not copied, and its packed size."""
        unzip, out, fed = zlib.decompressobj(zlib.MAX_WBITS | 16), bytearray(), at
        try:
            while not unzip.eof and (fed < len(packed) or unzip.unconsumed_tail) and len(out) < limit:
                bite = unzip.unconsumed_tail or packed[fed : fed + _BITE]
                fed += 0 if unzip.unconsumed_tail else len(bite)
                out += unzip.decompress(bite, limit - len(out))
        except zlib.error as error:
            raise CapsuleError(name, f"cannot be unpacked from byte {at} on") from error
        if not unzip.eof:
            said = "unpacks to more than is allowed" if len(out) >= limit else "is cut"
            raise CapsuleError(name, f"{said} at byte {at}")
        return bytes(out), fed - len(unzip.unused_data) - at

    def _room(self, largest: int) -> int:
        """One byte more than may still be unpacked, so that what is too much shows."""
        return min(largest, self._most - self.unpacked) + 1

    def _count(self, name: str, size: int) -> None:
        self.unpacked += size
        if self.unpacked > self._most:
            raise CapsuleError(
                name, f"unpacks to more than {MOST_GROWTH} times the file: it was made to do harm"
            )

    @property
    def _most(self) -> int:
        return min(MOST_UNPACKED, max(SMALL, MOST_GROWTH * self.size))

    def _walk(self) -> list[Member]:
        """Every member in its order; what stands between and behind them must be what the writer writes."""
        if self.size > MOST_BYTES + 2**20:
            raise CapsuleError("the file", "is larger than a capsule can be")
        members: list[Member] = []
        at, seen = 0, set[str]()
        while (head := self._at(at, LOCAL.size))[:4] == LOCAL_MARK:
            if len(members) >= MOST_MEMBERS:
                raise CapsuleError("the file", f"holds more than {MOST_MEMBERS} members")
            member = self._member(at, head)
            if member.name in seen:
                raise CapsuleError(member.name, "stands in the file twice")
            seen.add(member.name)
            members.append(member)
            at = member.offset + member.size
        self._check_directory(at, members)
        return members

    def _member(self, at: int, head: bytes) -> Member:
        if len(head) < LOCAL.size:
            raise CapsuleError("the file", f"is cut at byte {at + len(head)}")
        _, _, flags, method, _, _, crc, packed, size, name_size, extra = LOCAL.unpack(head)
        spelled = self._at(at + LOCAL.size, name_size)
        name = spelled.decode("ascii", errors="replace")
        where = repr(name) if len(name) < 200 else f"the member at byte {at}"  # noqa: PLR2004  # what one can read
        if not _NAME.fullmatch(name) or ".." in name:
            raise CapsuleError(where, "is no name that a member of a capsule may have")
        if flags & _ENCRYPTED:
            raise CapsuleError(where, "is encrypted, which nothing in a capsule is")
        if method:
            raise CapsuleError(where, "is compressed by the ZIP, which no capsule of ours does")
        if packed != size or extra or head + spelled != local_header(name, size=size, crc=crc):
            raise CapsuleError(f"the ZIP head of {name}", "is not as it was written")
        begins = at + LOCAL.size + name_size
        if begins + size > self.size:
            raise CapsuleError(name, "is cut: the file ends before it does")
        return Member(name, begins, size, crc)

    def _check_directory(self, at: int, members: list[Member]) -> None:
        if not members:
            raise CapsuleError("the file", "is no capsule: it does not begin as one")
        expected = directory(members)
        found = self._at(at, len(expected) + 1)
        if found == expected:
            return
        if expected.startswith(found):
            raise CapsuleError("the file", f"is cut at byte {self.size}")
        if found.startswith(expected):
            raise CapsuleError("the file", "goes on after its end")
        if found[:4] != CENTRAL_MARK:
            raise CapsuleError("the ZIP", f"goes on at byte {at} with neither a member nor its directory")
        _refuse_entry(found, expected, members)

    def _at(self, place: int, size: int) -> bytes:
        self._file.seek(place)
        return self._file.read(size)


def _refuse_entry(found: bytes, expected: bytes, members: list[Member]) -> None:
    """Name the first entry of the directory that is not as it was written."""
    at = 0
    for member in members:
        size = CENTRAL.size + len(member.name)
        if found[at : at + size] != expected[at : at + size]:
            raise CapsuleError(
                f"the entry of {member.name} in the ZIP's directory", "is not as it was written"
            )
        at += size
    raise CapsuleError("the end of the ZIP's directory", "is not as it was written")


def _unzstd(name: str, packed: bytes, limit: int) -> bytes:
    try:
        with zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(packed) as reader:
            return reader.read(limit)
    except zstandard.ZstdError as error:
        raise CapsuleError(name, "cannot be unpacked") from error
