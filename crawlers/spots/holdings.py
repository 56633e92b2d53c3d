"""What holds the words of captured bytes: a page, a feed, data, a file, or the files of an archive."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import pypdfium2

from crawlers.charset import decode
from crawlers.documents import archives, legacy_word, rar, rich_text
from crawlers.documents.contents import Contents, Given, Tools, UnreadableError, no_tools
from crawlers.documents.reading import _MALFORMED as MALFORMED
from crawlers.documents.sniffing import format_of, is_html, magic
from crawlers.spots import cells, pdf_pages, values, written
from crawlers.spots.trees import Tree, feed_tree, page_tree
from crawlers.spots.units import Unit, Units
from models.vocabulary import Reason

__all__ = ["MALFORMED", "Body", "Holding", "holdings_of"]

_PAGES = ("text/html", "application/xhtml+xml")
_FEEDS = ("text/xml", "application/xml", "application/rss+xml", "application/atom+xml")


@dataclass(frozen=True, slots=True)
class Body:
    """What is known of captured bytes, unpacked. ``known``: the text that their reader made of them, if any."""

    body: bytes
    url: str
    media_type: str = ""
    charset: str | None = None
    file_name: str = ""
    known: str = ""
    tools: Tools = no_tools

    @property
    def name(self) -> str:
        """What the file is called."""
        return self.file_name or PurePosixPath(unquote(urlsplit(self.url).path)).name


@dataclass(frozen=True, slots=True)
class Holding:
    """What holds the words, laid out so that they can be found and shown. One of the three is there."""

    format: str
    tree: Tree | None = None
    units: Units | None = None
    pdf: pypdfium2.PdfDocument | None = None
    source: str = ""  # of a page or a text
    body: bytes = b""
    member: str = ""


_Reader = Callable[[bytes, Given], Iterator[Unit]]
_UNITS: dict[str, _Reader] = {
    "xlsx": cells.sheet_units,
    "xls": cells.sheet_units,
    "ods": cells.sheet_units,
    "csv": cells.csv_units,
    "docx": lambda body, _given: written.docx_units(body),
    "odt": lambda body, _given: written.odt_units(body),
    "doc": lambda body, given: written.line_units(legacy_word.read(body, given).text, "\t"),
    "rtf": lambda body, given: written.line_units(rich_text.read(body, given).text, "|"),
    "text": lambda body, given: written.line_units(decode(body, given.charset).text.lstrip("\ufeff"), ""),
}
_ARCHIVES: dict[str, Callable[[bytes, Given], Contents]] = {
    "zip": archives.read_zip,
    "rar": rar.read,
    "gzip": archives.read_gzip,
    "bzip2": archives.read_bzip2,
    "xz": archives.read_xz,
}
_PACKED = frozenset({"gzip", "bzip2", "xz"})  # one file, which is no member of anything


def holdings_of(given: Body) -> list[Holding]:
    """Open *given*; raises UnreadableError, or one of MALFORMED, where nothing can be made of it."""
    kind = given.media_type.partition(";")[0].strip().lower()
    if not magic(given.body):
        if kind.endswith("json") or given.body[:200].lstrip().startswith((b"{", b"[")):
            source = decode(given.body, given.charset).text
            return [Holding("json", units=Units(values.value_units(source)), source=source)]
        if kind in _FEEDS:
            return _tree_of(given, feed_tree, "xml")
        if kind in _PAGES or (not kind and is_html(given.body)):
            return _tree_of(given, page_tree, "html")
    return _file_holdings(given)


def _tree_of(given: Body, grow: Callable[[str, str], Tree | None], format_: str) -> list[Holding]:
    source = decode(given.body, given.charset).text
    tree = grow(source, given.url)
    if tree is None:
        raise UnreadableError(Reason.PARSE_CUT, "damaged")
    return [Holding(format_, tree=tree, source=source)]


def _file_holdings(given: Body) -> list[Holding]:
    format_ = format_of(given.body, name=given.name, media_type=given.media_type)
    if format_ == "html":
        return _tree_of(given, page_tree, "html")
    if format_ in _ARCHIVES:
        return _member_holdings(given, format_)
    if format_ == "pdf":
        pdf = pdf_pages.opened(given.body)
        return [Holding("pdf", units=Units(pdf_pages.page_units(pdf, given.known)), pdf=pdf)]
    if format_ == "image":
        only = Unit("page", {"page": 1, "pages": 1, "boxes": []}, given.known)
        return [Holding("image", units=Units([only]), body=given.body)]
    if format_ not in _UNITS:
        raise UnreadableError(Reason.PARSE_CUT, "unread-format")
    asked = Given(given.name, given.charset, given.tools)
    return [Holding(format_, units=Units(_UNITS[format_](given.body, asked)))]


def _member_holdings(given: Body, format_: str) -> list[Holding]:
    """The files of an archive: its reader unpacks them within its limits, and hands each to us."""
    found: list[Holding] = []

    def take(body: bytes, name: str) -> Contents:
        try:
            inside = holdings_of(Body(body, "", file_name=name, charset=given.charset, tools=given.tools))
        except (UnreadableError, *MALFORMED):
            inside = [Holding("unread")]
        packed = format_ in _PACKED
        found.extend(replace(one, member="" if packed else name, body=body) for one in inside)
        return Contents(format_)

    read = _ARCHIVES[format_]
    read(given.body, Given(given.name, given.charset, given.tools, member=take))
    return found
