"""Archives: their members by name, and the documents among them read within small limits. Nothing is extracted.

A member's name is words to be shown and never a path; a link is not followed, an archive in an archive not opened.
"""

import bz2
import lzma
import stat
import zlib
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from crawlers.documents.contents import (
    PAGE_END,
    TABLES_KEPT,
    Contents,
    Gathering,
    Given,
    UnreadableError,
)
from crawlers.documents.packages import Package, shown_name
from crawlers.documents.sniffing import extension
from models.facts import Table
from models.vocabulary import Reason

MOST_READ = 40  # members whose words are read
MOST_BYTES = 40_000_000  # of them together
_MOST_NAMES = 500
_NAME_UP_TO = 300
_ENCRYPTED = 0x1
_XZ_MEMORY = 100_000_000
_BROKEN = (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError)
_ARCHIVES = frozenset({"zip", "rar", "7z", "gz", "tgz", "tar", "bz2", "xz"})
_READ = frozenset("pdf docx docm doc odt rtf xlsx xlsm xlsb xls ods csv tsv txt htm html".split())


class Member(NamedTuple):
    """One file of an archive. ``body`` is None where it was not, or could not be, unpacked."""

    name: str
    body: bytes | None
    mark: str = ""


def read_zip(body: bytes, given: Given) -> Contents:
    """Give the names of a ZIP's members and the words of the documents among them."""
    package = Package(body)
    names = [shown_name(entry) for entry in package.entries if not entry.is_dir()]
    return contents_of("zip", names, _zip_members(package), given)


def read_gzip(body: bytes, given: Given) -> Contents:
    """Give the one file that a gzip holds, as if it had come by itself."""
    return _unpacked(zlib.decompressobj(zlib.MAX_WBITS | 16), body, given, ".gz")


def read_bzip2(body: bytes, given: Given) -> Contents:
    """Give the one file that a bzip2 holds, as if it had come by itself."""
    return _unpacked(bz2.BZ2Decompressor(), body, given, ".bz2")


def read_xz(body: bytes, given: Given) -> Contents:
    """Give the one file that an xz holds, as if it had come by itself."""
    return _unpacked(lzma.LZMADecompressor(memlimit=_XZ_MEMORY), body, given, ".xz")


def _unpacked(unpacker: "_Unpacker", body: bytes, given: Given, ending: str) -> Contents:
    try:
        inside = unpacker.decompress(body, MOST_BYTES)
    except _BROKEN as error:
        raise UnreadableError(Reason.PARSE_CUT, "damaged") from error
    if len(inside) >= MOST_BYTES:
        raise UnreadableError(Reason.DOC_UNSAFE)
    if given.member is None or not unpacker.eof:
        raise UnreadableError(Reason.PARSE_CUT, "packed")
    return given.member(inside, given.file_name.removesuffix(ending))


class _Unpacker(Protocol):
    """What the three unpackers of the standard library have in common."""

    @property
    def eof(self) -> bool:
        """The packed stream has come to its end."""

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """Unpack no more than *max_length* bytes."""


def _zip_members(package: Package) -> Iterator[Member]:
    for entry in package.entries:
        name = shown_name(entry)
        if entry.is_dir():
            continue
        if stat.S_ISLNK(entry.external_attr >> 16):
            yield Member(name, None, "link")
        elif entry.flag_bits & _ENCRYPTED:
            yield Member(name, None, "encrypted")
        elif not is_read(name) or entry.file_size > MOST_BYTES:
            yield Member(name, None)
        else:
            yield Member(name, package.unpack(entry))


def is_read(name: str) -> bool:
    """Whether a member of this name is one whose words we read."""
    return extension(name) in _READ


def contents_of(format_: str, names: list[str], members: Iterator[Member], given: Given) -> Contents:
    """Read what can be read; whatever could not be makes the whole incomplete, for it may hold what is sought."""
    shelf = _Shelf(given)
    for member in members:
        shelf.put(member)
    marks = dict.fromkeys(shelf.marks)
    if any(name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") for name in names):
        marks["odd-names"] = None
    return Contents(
        format_,
        shelf.text.text(),
        members=tuple(name[:_NAME_UP_TO] for name in names[:_MOST_NAMES]),
        tables=tuple(shelf.tables),
        searchable=shelf.searchable,
        marks=tuple(marks),
        reasons=tuple(dict.fromkeys(shelf.reasons)),
    )


class _Shelf:
    """What was read of an archive so far."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self._read = 0
        self._bytes = 0
        self.text = Gathering()
        self.tables: list[Table] = []
        self.marks: list[str] = []
        self.reasons: list[Reason] = []
        self.searchable = True

    def put(self, member: Member) -> None:
        """Read one member, or say what stood in the way."""
        if member.mark:
            self.marks.append(member.mark)
        if member.mark == "encrypted":
            self.reasons.append(Reason.DOC_ENCRYPTED)
        elif extension(member.name) in _ARCHIVES:
            self._leave("nested-archive")
        elif member.body is None:
            if is_read(member.name) and not member.mark:
                self._leave("packed")
        elif self._read >= MOST_READ or self._bytes + len(member.body) > MOST_BYTES or self.text.is_full:
            self._leave("cut")
        else:
            self._take(member.name, member.body)

    def _leave(self, mark: str) -> None:
        self.marks.append(mark)
        self.reasons.append(Reason.PARSE_CUT)

    def _take(self, name: str, body: bytes) -> None:
        if self._given.member is None:
            self._leave("nested-archive")
            return
        self._read += 1
        self._bytes += len(body)
        try:
            inside = self._given.member(body, name)
        except UnreadableError as error:
            self.marks += error.marks
            self.reasons.append(error.reason)
            return
        self.text.add(f"{name}\n{inside.text.replace(PAGE_END, chr(10)).strip()}\n{PAGE_END}")
        room = TABLES_KEPT - len(self.tables)
        self.tables += [
            Table(table.name or name, table.rows, table.columns, table.header)
            for table in inside.tables[:room]
        ]
        self.marks += inside.marks
        self.reasons += inside.reasons
        self.searchable = self.searchable and inside.searchable
