"""The paragraphs and table cells of written documents: DOCX, ODT, and those read line by line."""

from collections.abc import Iterator
from typing import Any

from crawlers.documents.contents import UnreadableError
from crawlers.documents.packages import Package
from crawlers.spots.units import Unit
from models.vocabulary import Reason

Element = Any  # lxml ships no types

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_SPACES = {f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n", f"{_TEXT}s": " "}
_NOTES = frozenset((f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_TEXT}note"))
_SPACES_AT_MOST = 100


class _Words:
    """One vocabulary of written documents: what its paragraphs, tables, rows and cells are called."""

    def __init__(self, paragraphs: tuple[str, ...], table: str, row: str, cell: str) -> None:
        self.paragraphs, self.table, self.row, self.cell = paragraphs, table, row, cell


_WORD = _Words((f"{_W}p",), f"{_W}tbl", f"{_W}tr", f"{_W}tc")
_OPEN = _Words((f"{_TEXT}p", f"{_TEXT}h"), f"{_TABLE}table", f"{_TABLE}table-row", f"{_TABLE}table-cell")


def docx_units(body: bytes) -> Iterator[Unit]:
    """The paragraphs and cells of a Word file since 2007, page headers first."""
    package = Package(body)
    named = (name for name in package.names if name.endswith("document.xml"))
    main = "word/document.xml" if "word/document.xml" in package else next(named, "")
    if not main:
        raise UnreadableError(Reason.PARSE_CUT, "damaged")
    headers = sorted(
        name for name in package.names if name.startswith("word/header") and name.endswith("xml")
    )
    roots = [package.tree(name) for name in (*headers, main)]
    for root in roots:
        for second in list(root.iter(_FALLBACK)):
            second.getparent().remove(second)
    yield from _units(roots, _WORD, _of_word)


def odt_units(body: bytes) -> Iterator[Unit]:
    """The paragraphs and cells of an OpenDocument text."""
    root = Package(body).tree("content.xml")
    for note in [one for name in _NOTES for one in root.iter(name)]:
        note.getparent().remove(note)
    yield from _units([root], _OPEN, _of_open)


def line_units(text: str, cell_end: str) -> Iterator[Unit]:
    """The lines of a text; neighbouring ones with cells, each ended by *cell_end*, are a table."""
    number = table = row = 0
    for line in text.replace("\f", "\n").splitlines():
        if cell_end and cell_end in line.strip(" "):
            table, row = (table if row else table + 1), row + 1
            for column, cell in enumerate(line.removesuffix(cell_end).split(cell_end), 1):
                if cell.strip():
                    yield Unit("cell", {"table": table, "row": row, "column": column}, cell)
            continue
        row = 0
        if line.strip():
            number += 1
            yield Unit("paragraph", {"number": number}, line)


def _units(roots: list[Element], words: _Words, read: Any) -> Iterator[Unit]:  # noqa: ANN401  # Element → str
    number, tables = 0, [one for root in roots for one in root.iter(words.table)]
    numbers = {table: at for at, table in enumerate(tables, 1)}
    for root in roots:
        for paragraph in root.iter(*words.paragraphs):
            if next(paragraph.iterancestors(*words.paragraphs), None) is not None:
                continue  # a frame within a paragraph: its words are read with it
            if not (text := read(paragraph)).strip():
                continue
            cell = next(paragraph.iterancestors(words.cell), None)
            if cell is None:
                number += 1
                yield Unit("paragraph", {"number": number}, text)
                continue
            row = next(cell.iterancestors(words.row))
            table = next(row.iterancestors(words.table))
            place = {"table": numbers[table], "row": _among(row), "column": _among(cell)}
            yield Unit("cell", place, text)


def _among(element: Element) -> int:
    return sum(1 for _ in element.itersiblings(element.tag, preceding=True)) + 1


def _of_word(paragraph: Element) -> str:
    pieces = paragraph.iter(f"{_W}t", *_SIGNS)
    return "".join(_SIGNS.get(one.tag, one.text or "") for one in pieces)


def _of_open(paragraph: Element) -> str:
    pieces = [paragraph.text or ""]
    for one in paragraph:
        times = one.get(f"{_TEXT}c") or "1"
        count = min(int(times), _SPACES_AT_MOST) if times.isdecimal() else 1
        pieces.append(_SPACES[one.tag] * count if one.tag in _SPACES else _of_open(one))
        pieces.append(one.tail or "")
    return "".join(pieces)
