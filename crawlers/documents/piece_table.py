"""The words of a Word file of before 2007, put together from its streams as [MS-DOC] describes.

They lie in pieces, of one or of two bytes a character, in the order the piece table gives. Older files still
(Word 6 and 95) have no such table: their text is one run of bytes.
"""

import re
import struct
from itertools import pairwise
from typing import NamedTuple

from crawlers.charset import decode
from crawlers.documents.contents import UnreadableError
from models.vocabulary import Reason

_IDENT, _IDENT_OF_WORD_6 = 0xA5EC, 0xA5DC
_FIRST_WITH_PIECES = 0xC1  # version of Word 97
_LOCKED, _SECOND_TABLE = 0x0100, 0x0200  # flags
_CLX_AT = 0x01A2
_PRC, _PCDT = 1, 2  # kinds of parts of the Clx
_PIECE = struct.Struct("<HIH")
_ONE_BYTE = 0x40000000
_WHERE = 0x3FFFFFFF

_FIELD_MARK = re.compile("([\x13\x14\x15])")  # a field begins; what it shows begins; it ends
_ROW_END = re.compile(r"\x07\x07")
_SHOWN = str.maketrans({"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x1e": "-", "\x07": "\t", "\x0e": "\n"})
_UNSEEN = re.compile(r"[\x00-\x08\x0f-\x1d\x1f]")


class _Piece(NamedTuple):
    """One run of characters and where its bytes lie."""

    start: int
    characters: int
    one_byte: bool


def words_of(main: bytes, tables: tuple[bytes, bytes]) -> str:
    """Give the words as a reader of the page saw them, from the main stream and the two that may hold its tables."""
    try:
        return _shown(_text(main, tables))
    except struct.error as error:
        raise UnreadableError(Reason.PARSE_CUT, "damaged") from error


def _text(main: bytes, tables: tuple[bytes, bytes]) -> str:
    ident, version = struct.unpack_from("<HH", main)
    (flags,) = struct.unpack_from("<H", main, 0x0A)
    if ident not in {_IDENT, _IDENT_OF_WORD_6}:
        raise UnreadableError(Reason.PARSE_CUT, "damaged")
    if flags & _LOCKED:
        raise UnreadableError(Reason.DOC_ENCRYPTED, "encrypted")
    if version < _FIRST_WITH_PIECES:
        first, behind = struct.unpack_from("<II", main, 0x18)
        return decode(main[first:behind]).text
    at, length = struct.unpack_from("<II", main, _CLX_AT)
    clx = tables[bool(flags & _SECOND_TABLE)][at : at + length]
    return "".join(_characters(main, piece) for piece in _pieces(clx))


def _pieces(clx: bytes) -> list[_Piece]:
    """Give the pieces in the order of the text."""
    at = 0
    while at < len(clx) and clx[at] == _PRC:
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if at >= len(clx) or clx[at] != _PCDT:
        raise UnreadableError(Reason.PARSE_CUT, "damaged")
    (length,) = struct.unpack_from("<I", clx, at + 1)
    table = clx[at + 5 : at + 5 + length]
    count = (len(table) - 4) // (4 + _PIECE.size)
    places = struct.unpack_from(f"<{count + 1}I", table)
    found = []
    for number, (first, behind) in enumerate(pairwise(places)):
        _, where, _ = _PIECE.unpack_from(table, 4 * (count + 1) + number * _PIECE.size)
        one_byte = bool(where & _ONE_BYTE)
        where &= _WHERE
        found.append(_Piece(where // 2 if one_byte else where, max(behind - first, 0), one_byte))
    return found


def _characters(main: bytes, piece: _Piece) -> str:
    if piece.one_byte:
        return _of_one_byte(main[piece.start : piece.start + piece.characters])
    return main[piece.start : piece.start + 2 * piece.characters].decode("utf-16-le", errors="replace")


def _of_one_byte(raw: bytes) -> str:
    """By the book these are Western; files made by Cyrillic programs of that time keep cp1251 in them."""
    return raw.decode("ascii") if raw.isascii() else decode(raw).text


def _shown(text: str) -> str:
    """Give what a reader of the page saw: fields by their results, cells and rows as lines with tabs."""
    text = _ROW_END.sub("\t\n", _without_field_codes(text))
    return _UNSEEN.sub("", text.translate(_SHOWN))


def _without_field_codes(text: str) -> str:
    """Leave out what fields are made of and keep what they show; fields lie in fields."""
    shown: list[str] = []
    hidden: list[bool] = []  # of the fields around this place, innermost last: are we in its code?
    codes = 0  # how many of them say yes
    for part in _FIELD_MARK.split(text):
        if part == "\x13":
            hidden.append(True)
            codes += 1
        elif part == "\x14" and hidden:
            codes -= hidden[-1]
            hidden[-1] = False
        elif part == "\x15" and hidden:
            codes -= hidden.pop()
        elif not codes:
            shown.append(part)
    return "".join(shown)
