"""The ZIP around a capsule: nothing in it is free, so that every byte of the file is known from names and contents.

Members are stored as they are (what compresses well is compressed before), without extra fields, comments, gaps or
dates. A reader that knows the members can write the file again, byte for byte.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import BinaryIO

LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")
LOCAL_MARK, CENTRAL_MARK, END_MARK = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
MOST_BYTES = 2**32 - 2**20  # what the plain form of ZIP can hold, with room for its directory
MOST_MEMBERS = 10_000
_NEEDED = 10  # the version of ZIP that knows plain files
_MADE_BY = 3 << 8 | 20  # Unix
_FIRST_DAY = 1 << 5 | 1  # 1980-01-01, the earliest that ZIP can say: the rows know the real times
_PLAIN_FILE = 0o100644 << 16


class TooLargeError(Exception):
    """A capsule would be larger than its form allows; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file in a capsule: where its bytes begin, and how many there are."""

    name: str
    offset: int
    size: int
    crc: int


def local_header(name: str, *, size: int, crc: int) -> bytes:
    """What stands before the bytes of a member."""
    spelled = name.encode()
    return LOCAL.pack(LOCAL_MARK, _NEEDED, 0, 0, 0, _FIRST_DAY, crc, size, size, len(spelled), 0) + spelled


def directory(members: list[Member]) -> bytes:
    """What stands after all *members*: the directory, and where it begins."""
    listed = bytearray()
    for member in members:
        spelled = member.name.encode()
        at = member.offset - LOCAL.size - len(spelled)
        named = (member.crc, member.size, member.size, len(spelled), 0, 0, 0, 0, _PLAIN_FILE, at)
        listed += CENTRAL.pack(CENTRAL_MARK, _MADE_BY, _NEEDED, 0, 0, 0, _FIRST_DAY, *named) + spelled
    begins = members[-1].offset + members[-1].size if members else 0
    return bytes(listed) + END.pack(END_MARK, 0, 0, len(members), len(members), len(listed), begins, 0)


class ZipWriter:
    """Writes members one after another; only one of them need be in memory."""

    def __init__(self, out: BinaryIO) -> None:
        """Write to *out* from where it stands, which must be its beginning."""
        self._out = out
        self._at = 0
        self.members: list[Member] = []

    def add(self, name: str, data: bytes) -> None:
        """Write one member."""
        crc = zlib.crc32(data)
        head = local_header(name, size=len(data), crc=crc)
        if self._at + len(head) + len(data) > MOST_BYTES or len(self.members) >= MOST_MEMBERS:
            raise TooLargeError("this is more than one capsule may hold (4 GB): make one for each city")
        self._out.write(head)
        self._out.write(data)
        self.members.append(Member(name, self._at + len(head), len(data), crc))
        self._at += len(head) + len(data)

    def close(self) -> None:
        """Write the directory; nothing can be added any more."""
        self._out.write(directory(self.members))
