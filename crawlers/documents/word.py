"""Word files since 2007. Read part by part from the package, whose bytes are counted as they come.

python-docx opens the zip by itself and believes its directory, so a file that lies about its sizes would only be
stopped by the limits of the child; here it is stopped by name.
"""

from collections.abc import Iterator
from typing import Any

from crawlers.documents.contents import (
    PAGE_END,
    TABLES_KEPT,
    Contents,
    Gathering,
    Given,
    UnreadableError,
    table_of,
)
from crawlers.documents.office_open import marks_of, title_of
from crawlers.documents.packages import Package
from models.facts import Table
from models.vocabulary import Reason

Element = Any  # lxml ships no types

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_DOCUMENT = "word/document.xml"
_STYLES = "word/styles.xml"
_RENDERED = "lastRenderedPageBreak"
_HEADING_UP_TO = 250
_HEADINGS_KEPT = 60
_PIECES = ("t", "tab", "br", "cr", "noBreakHyphen", _RENDERED, "instrText")
_WRAPPERS = frozenset(("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "body", "hdr"))


def read(body: bytes, _given: Given) -> Contents:
    """Give the words in order, page headers first, with tables and headings."""
    package = Package(body)
    name = (
        _DOCUMENT
        if _DOCUMENT in package
        else next((n for n in package.names if n.endswith("document.xml")), "")
    )
    if not name:
        raise UnreadableError(Reason.PARSE_CUT, "damaged")
    letter = _Letter(_part(package, name), _heading_styles(package))
    for part in sorted(package.names):
        if part.startswith("word/header") and part.endswith(".xml"):
            letter.add_header(_part(package, part))
    letter.add_body()
    marks = (
        *marks_of(package),
        *(("dde",) if letter.has_dde else ()),
        *(("cut",) if letter.text.is_full else ()),
    )
    return Contents(
        "docx",
        letter.text.text() + (PAGE_END if letter.pages else ""),
        title=title_of(package),
        headings=tuple(dict.fromkeys(letter.headings))[:_HEADINGS_KEPT],
        pages=letter.pages,
        tables=tuple(letter.tables),
        marks=marks,
        reasons=package.reasons,
    )


def _part(package: Package, name: str) -> Element:
    """Give the tree of one part; what is kept twice for older programs is left out."""
    root = package.tree(name)
    for second in list(root.iter(_FALLBACK)):
        second.getparent().remove(second)
    return root


def _heading_styles(package: Package) -> frozenset[str]:
    """Give the ids of the styles that are headings; their ids are in the language of the author's Word."""
    if _STYLES not in package:
        return frozenset()
    found = set()
    for style in _part(package, _STYLES).iter(f"{_W}style"):
        named = style.find(f"{_W}name")
        words = (named.get(f"{_W}val") or "").lower() if named is not None else ""
        if words.startswith("heading") or words == "title":
            found.add(style.get(f"{_W}styleId") or "")
    return frozenset(found)


class _Letter:
    """One document being written down."""

    def __init__(self, root: Element, heading_styles: frozenset[str]) -> None:
        self._root = root
        self._heading_styles = heading_styles
        rendered = next(root.iter(f"{_W}{_RENDERED}"), None) is not None
        self.pages: int | None = 1 if rendered else None
        self.text = Gathering()
        self.headings: list[str] = []
        self.tables: list[Table] = []
        self.has_dde = False

    def add_header(self, root: Element) -> None:
        """Write the paragraphs that stand over every page, once."""
        for paragraph in root.iter(f"{_W}p"):
            if words := self._words(paragraph):
                self.text.add(f"{words}\n")

    def add_body(self) -> None:
        """Write the document itself; tables are counted to the end even where the text is long enough."""
        for block in _blocks(self._root):
            if block.tag == f"{_W}tbl":
                self._add_table(block)
            else:
                words = self._words(block)
                self.text.add(f"{words}\n")
                if words.strip() and self._is_heading(block):
                    self.headings.append(" ".join(words.split())[:_HEADING_UP_TO])

    def _words(self, paragraph: Element) -> str:
        pieces: list[str] = []
        for piece in paragraph.iter(*(f"{_W}{name}" for name in _PIECES)):
            name = piece.tag.rpartition("}")[2]
            if name == "t":
                pieces.append(piece.text or "")
            elif name == "instrText":
                self.has_dde = self.has_dde or "DDE" in (piece.text or "").upper()
            elif name == _RENDERED:
                pieces.append(PAGE_END)
                self.pages = (self.pages or 0) + 1
            else:
                pieces.append({"tab": "\t", "noBreakHyphen": "-"}.get(name, "\n"))
        return "".join(pieces)

    def _is_heading(self, paragraph: Element) -> bool:
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        if style is not None and style.get(f"{_W}val") in self._heading_styles:
            return True
        return paragraph.find(f"{_W}pPr/{_W}outlineLvl") is not None

    def _add_table(self, table: Element) -> None:
        rows = [[self._cell(cell) for cell in row.iter(f"{_W}tc")] for row in table.iterchildren(f"{_W}tr")]
        for row in rows:
            self.text.add("\t".join(row) + "\n")
        full = sum(any(row) for row in rows)
        if full and len(self.tables) < TABLES_KEPT:
            self.tables.append(table_of("", full, max(map(len, rows)), rows[:10]))

    def _cell(self, cell: Element) -> str:
        return " ".join(words for one in cell.iterchildren(f"{_W}p") if (words := self._words(one).strip()))


def _blocks(parent: Element) -> Iterator[Element]:
    """Give paragraphs and tables in order, through whatever they are wrapped in."""
    for child in parent:
        name = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
        if name in {"p", "tbl"}:
            yield child
        elif name in _WRAPPERS:
            yield from _blocks(child)
