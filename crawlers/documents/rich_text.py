"""RTF: what councils save as .doc as often as not."""

import re

from striprtf.striprtf import rtf_to_text

from crawlers.documents.contents import TEXT_UP_TO, Contents, Given, UnreadableError, tables_within
from crawlers.documents.mending import mended
from models.vocabulary import Reason

_PICTURE = re.compile(rb"[0-9a-fA-F][0-9a-fA-F\r\n ]{255,}")  # its bytes in hexadecimal, megabytes of them
_HIGH = re.compile(rb"[\x80-\xff]")
_TITLE = re.compile(rb"\{\\title\s([^{}]{1,500})\}")
_CODEPAGE = re.compile(rb"\\ansicpg(\d{3,5})")
_ALPHABET = "cp1251"  # where a file names none; those that need no name are ASCII
_LARGEST = 8_000_000  # bytes left when the pictures are out; the reader goes letter by letter


def read(body: bytes, _given: Given) -> Contents:
    """Give the words; a file whose words alone are megabytes is cut."""
    slim = _HIGH.sub(lambda found: b"\\'%02x" % found[0][0], _PICTURE.sub(b"", body))
    text = _words(slim[:_LARGEST])
    cut = ("cut",) if len(slim) > _LARGEST or len(text) > TEXT_UP_TO else ()
    title = _TITLE.search(slim)
    codepage = _CODEPAGE.search(slim)
    head = b"{\\rtf1\\ansi\\ansicpg" + (codepage[1] if codepage else b"1251") + b" "
    return Contents(
        "rtf",
        text[:TEXT_UP_TO],
        title=_words(head + title[1] + b"}").strip() if title else "",
        tables=tables_within(text, "|"),
        marks=(*_marks(body), *cut),
    )


def _words(body: bytes) -> str:
    try:
        text = body.decode("ascii", "replace")
        words = str(rtf_to_text(text, encoding=_ALPHABET, errors="replace"))  # type: ignore[no-untyped-call]
    except (LookupError, ValueError, TypeError, OverflowError) as error:
        raise UnreadableError(Reason.PARSE_CUT, "damaged") from error
    return mended(
        words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )  # halves of signs joined


def _marks(body: bytes) -> tuple[str, ...]:
    marks = []
    if b"\\objdata" in body:
        marks.append("embedded-files")
    if b"DDEAUTO" in body:
        marks.append("dde")
    return tuple(marks)
