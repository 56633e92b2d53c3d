"""Zip files from outside: what they hold is weighed before it is unpacked, and counted while it is."""

import io
import struct
import zipfile
import zlib
from typing import Any

from lxml import etree

from crawlers.documents.contents import UnreadableError
from models.vocabulary import Reason

MOST_UNPACKED = 200_000_000
MOST_RATIO = 200
MOST_ENTRIES = 20_000
_SMALL = 10_000_000  # bytes; below it a high ratio harms nobody
_CHUNK = 2**18
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
_STORED, _DEFLATED = 0, 8
_LOCAL = struct.Struct("<4s5H3I2H")
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_USUAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OF_UKRAINE = "cp1125"  # cp866 with the Ukrainian letters: what old archivers write names in
_BROKEN = (
    zipfile.BadZipFile,
    struct.error,
    zlib.error,
    EOFError,
    OSError,
    LookupError,
    ValueError,
    NotImplementedError,
)

Element = Any  # lxml ships no types


class Package:
    """The members of a zip, read one at a time within one budget of unpacked bytes."""

    def __init__(self, body: bytes) -> None:
        """Open *body*; a directory that promises too much is refused before anything is unpacked."""
        self._body = body
        self._left = MOST_UNPACKED
        self.damaged = False
        if _promised_entries(body) > MOST_ENTRIES:
            raise UnreadableError(Reason.DOC_UNSAFE)
        try:
            with zipfile.ZipFile(io.BytesIO(body)) as archive:
                self.entries = archive.infolist()
        except _BROKEN as error:
            raise UnreadableError(Reason.PARSE_CUT, "damaged") from error
        promised = sum(entry.file_size for entry in self.entries)
        if len(self.entries) > MOST_ENTRIES or promised > MOST_UNPACKED or self._is_bomb(promised):
            raise UnreadableError(Reason.DOC_UNSAFE)
        self._by_name = {entry.filename: entry for entry in self.entries}
        self.names = tuple(self._by_name)

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def read(self, name: str) -> bytes:
        """Give one member by its name; KeyError where there is none."""
        return self.unpack(self._by_name[name])

    def tree(self, name: str) -> Element:
        """Give the tree of a part's XML, with no entity expanded and nothing outside opened.

        What had to be mended shows in ``damaged``, for mending may mean leaving out. Files kept in the strict
        form of their standard are read as those in the usual one.
        """
        xml = self.read(name).replace(_STRICT, _USUAL)
        if b"<!ENTITY" in xml:
            raise UnreadableError(Reason.DOC_UNSAFE)
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, recover=True
        )
        try:
            root = etree.fromstring(xml, parser)
        except etree.LxmlError as error:
            raise UnreadableError(Reason.PARSE_CUT, "damaged") from error
        if root is None:
            raise UnreadableError(Reason.PARSE_CUT, "damaged")
        self.damaged = self.damaged or len(parser.error_log) > 0
        return root

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why what was read may not be all; empty where it is."""
        return (Reason.PARSE_CUT,) if self.damaged else ()

    def unpack(self, entry: zipfile.ZipInfo, at_most: int = MOST_UNPACKED) -> bytes:
        """Give one member, counting its bytes as they come: the directory can lie about their number."""
        if entry.flag_bits & _ENCRYPTED:
            raise UnreadableError(Reason.DOC_ENCRYPTED, "encrypted")
        packed = self._packed(entry)
        if entry.compress_type == _STORED:
            return self._counted(packed, at_most)
        if entry.compress_type != _DEFLATED:
            raise UnreadableError(Reason.PARSE_CUT, "damaged")
        return self._inflated(packed, at_most)

    def weigh(self) -> None:
        """Unpack everything once and throw it away, for a reader that will open the zip by itself."""
        for entry in self.entries:
            if not entry.is_dir():
                self.unpack(entry)
        self._left = MOST_UNPACKED

    def _packed(self, entry: zipfile.ZipInfo) -> bytes:
        """The packed bytes of *entry*, found by its own header and never past the end of the file."""
        start = entry.header_offset
        try:
            head = _LOCAL.unpack_from(self._body, start)
        except struct.error as error:
            raise UnreadableError(Reason.PARSE_CUT, "damaged") from error
        if head[0] != b"PK\x03\x04":
            raise UnreadableError(Reason.PARSE_CUT, "damaged")
        start += _LOCAL.size + head[-2] + head[-1]
        return self._body[start : start + entry.compress_size]

    def _inflated(self, packed: bytes, at_most: int) -> bytes:
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        parts: list[bytes] = []
        got = 0
        try:
            while packed and not unpacker.eof:
                part = unpacker.decompress(packed, _CHUNK)
                packed = unpacker.unconsumed_tail
                got += len(part)
                parts.append(self._counted(part, at_most - got + len(part)))
        except zlib.error as error:
            raise UnreadableError(Reason.PARSE_CUT, "damaged") from error
        return b"".join(parts)

    def _counted(self, part: bytes, at_most: int) -> bytes:
        self._left -= len(part)
        used = MOST_UNPACKED - self._left
        if self._left < 0 or len(part) > at_most or self._is_bomb(used):
            raise UnreadableError(Reason.DOC_UNSAFE)
        return part

    def _is_bomb(self, unpacked: int) -> bool:
        return unpacked > _SMALL and unpacked > MOST_RATIO * len(self._body)


def _promised_entries(body: bytes) -> int:
    """How many members the end of the zip promises; asked first, for listing them takes seconds."""
    at = body.rfind(b"PK\x05\x06")
    return int.from_bytes(body[at + 10 : at + 12], "little") if at >= 0 else 0


def shown_name(entry: zipfile.ZipInfo) -> str:
    """Give the name a person would have seen: without a mark for UTF-8 it is in the archiver's own alphabet."""
    if entry.flag_bits & _UTF8_NAME:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for codec in ("utf-8", _OF_UKRAINE):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return entry.filename
