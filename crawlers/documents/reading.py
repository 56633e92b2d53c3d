"""Bytes of one file in, facts out. Whatever the bytes are, nothing is raised: the facts say what stood in the way.

A reader may still be made to take too much memory or time, or to crash the process it runs in: outside of tests,
go through ``crawlers.confined_reading``.
"""

import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from importlib import import_module
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from lxml import etree

from crawlers.documents.contents import RECOGNISED, Contents, Given, Tools, UnreadableError, no_tools
from crawlers.documents.heads import Head
from crawlers.documents.sniffing import format_of, is_named_wrong
from crawlers.reading import read_page
from models.facts import Document, PageFacts
from models.vocabulary import PageKind, Reason

READERS = {
    "pdf": "pdf:read",
    "docx": "word:read",
    "doc": "legacy_word:read",
    "odt": "open_document:read",
    "rtf": "rich_text:read",
    "xlsx": "spreadsheets:read",
    "xls": "spreadsheets:read",
    "ods": "spreadsheets:read",
    "csv": "plain:read_csv",
    "text": "plain:read_text",
    "zip": "archives:read_zip",
    "rar": "rar:read",
    "gzip": "archives:read_gzip",
    "bzip2": "archives:read_bzip2",
    "xz": "archives:read_xz",
    "image": "pictures:read",
}
"""Format → module and function. Loaded when first met: most captures are pages and need none of them."""

_LOCKED = "locked-"
_PACKED = frozenset({"gzip", "bzip2", "xz"})  # named for it, read as what they hold
_TABLES = frozenset({"csv", "xlsx", "xls", "ods"})  # their first line is a header: the file's name says more
_NOT_OURS = (
    "image/svg",
    "video/",
    "audio/",
    "font/",
    "text/css",
    "text/javascript",
    "application/javascript",
)
_MALFORMED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
    etree.LxmlError,
)
"""What readers of other people's making raise on damaged bytes. Want of memory is not among them."""


def read_document(
    body: bytes,
    *,
    url: str,
    media_type: str = "",
    file_name: str = "",
    charset: str | None = None,
    today: date,
    tools: Tools = no_tools,
) -> PageFacts:
    """Give the facts of one file; what it is, its bytes say."""
    name = file_name or PurePosixPath(unquote(urlsplit(url).path)).name
    format_ = format_of(body, name=name, media_type=media_type)
    if format_ == "html":
        return _page_in_disguise(body, name, url=url, charset=charset, today=today)
    if format_ == "binary" and media_type.startswith(_NOT_OURS):
        return PageFacts(url, "", None, PageKind.OTHER, complete=True)
    try:
        contents = _contents(
            body, format_, Given(name, charset, tools, member=_member_reader(charset, tools))
        )
    except UnreadableError as error:
        contents = Contents(
            format_.removeprefix(_LOCKED), marks=error.marks, reasons=(error.reason,), searchable=False
        )
    if format_ in _PACKED:
        name = PurePosixPath(name).stem
    elif is_named_wrong(name, contents.format):
        contents = replace(contents, marks=(*contents.marks, "wrong-extension"))
    return _facts(contents, name, url=url, today=today)


def _contents(body: bytes, format_: str, given: Given) -> Contents:
    """Ask the format's reader; what it stumbles over is a damaged file."""
    if format_.startswith(_LOCKED):
        raise UnreadableError(Reason.DOC_ENCRYPTED, "encrypted")
    if not body.strip():
        return Contents(format_, reasons=(Reason.PARSE_CUT,), marks=("empty",))
    if format_ not in READERS:
        raise UnreadableError(Reason.PARSE_CUT, "unread-format")
    module, _, name = READERS[format_].partition(":")
    read: Callable[[bytes, Given], Contents] = getattr(import_module(f"crawlers.documents.{module}"), name)
    try:
        return read(body, given)
    except _MALFORMED as error:
        raise UnreadableError(Reason.PARSE_CUT, "damaged") from error


def _member_reader(charset: str | None, tools: Tools) -> Callable[[bytes, str], Contents]:
    """Give what reads a member of an archive: the same readers, without archives of its own."""

    def read(body: bytes, name: str) -> Contents:
        format_ = format_of(body, name=name)
        if format_ == "html":
            facts = read_page(body, url="", charset=charset, today=date.min)
            return Contents("html", facts.text, title=facts.title, reasons=facts.reasons)
        return _contents(body, format_, Given(name, charset, tools))

    return read


def _page_in_disguise(body: bytes, name: str, *, url: str, charset: str | None, today: date) -> PageFacts:
    """Read a page for what it is, often "not found" served under a document's name."""
    facts = read_page(body, url=url, media_type="text/html", charset=charset, today=today)
    marks = ("wrong-extension",) if is_named_wrong(name, "html") else ()
    return replace(facts, document=Document("html", marks=marks))


def _facts(contents: Contents, name: str, *, url: str, today: date) -> PageFacts:
    stem = PurePosixPath(name).stem
    given_title = contents.title or (stem if contents.format in _TABLES else "")
    head = Head(
        contents.text, title=given_title, url=url, today=today, recognised=RECOGNISED in contents.marks
    )
    reasons = contents.reasons if contents.trusted else (*contents.reasons, Reason.BAD_CHARSET)
    return PageFacts(
        url=url,
        title=head.title or next(iter(contents.headings), "") or stem,
        language=head.language,
        kind=PageKind.DOCUMENT,
        complete=not reasons,
        reasons=tuple(dict.fromkeys(reasons)),
        act=head.act,
        headings=contents.headings,
        date=head.date,
        words=len(contents.text.split()),
        text=contents.text,
        document=Document(
            format=contents.format,
            pages=contents.pages,
            searchable=contents.searchable,
            tables=contents.tables,
            members=contents.members,
            marks=tuple(dict.fromkeys(contents.marks)),
        ),
    )
