"""OpenDocument texts (ODT); their tables and headings. Spreadsheets of that family are in ``spreadsheets``."""

from typing import Any

from crawlers.documents.contents import TABLES_KEPT, Contents, Gathering, Given, UnreadableError, table_of
from crawlers.documents.packages import Package
from models.facts import Table
from models.vocabulary import Reason

Element = Any  # lxml ships no types

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_CONTENT, _META, _MANIFEST = "content.xml", "meta.xml", "META-INF/manifest.xml"
_HEADINGS_KEPT = 60
_HEADING_UP_TO = 250
_SPACES_AT_MOST = 100
_SKIPPED = frozenset((f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_TEXT}note"))


def read(body: bytes, _given: Given) -> Contents:
    """Give the words in order with tables and headings."""
    package = Package(body)
    refuse_locked(package)
    if _CONTENT not in package:
        raise UnreadableError(Reason.PARSE_CUT, "damaged")
    root = package.tree(_CONTENT)
    text, headings, tables = Gathering(), [], list[Table]()
    written = root.find(f"{_OFFICE}body/{_OFFICE}text")
    for block in _blocks(root if written is None else written):
        if block.tag == f"{_TABLE}table":
            _add_table(block, text, tables)
            continue
        words = _words(block)
        text.add(f"{words}\n")
        if block.tag == f"{_TEXT}h" and words.strip():
            headings.append(" ".join(words.split())[:_HEADING_UP_TO])
    return Contents(
        "odt",
        text.text(),
        title=title_of(package),
        headings=tuple(dict.fromkeys(headings))[:_HEADINGS_KEPT],
        tables=tuple(tables),
        marks=(*marks_of(package), *(("cut",) if text.is_full else ())),
        reasons=package.reasons,
    )


def refuse_locked(package: Package) -> None:
    """Say so where the manifest tells of encrypted parts."""
    if _MANIFEST in package and b"encryption-data" in package.read(_MANIFEST):
        raise UnreadableError(Reason.DOC_ENCRYPTED, "encrypted")


def title_of(package: Package) -> str:
    """Give the title its author gave the file; empty if none."""
    if _META not in package:
        return ""
    return next((one.text or "" for one in package.tree(_META).iter(_TITLE)), "").strip()


def marks_of(package: Package) -> tuple[str, ...]:
    """Give macros and embedded files."""
    marks = []
    if any(name.startswith(("Basic/", "Scripts/")) for name in package.names):
        marks.append("macros")
    if any(name.startswith("Object ") for name in package.names):
        marks.append("embedded-files")
    return tuple(marks)


def _blocks(parent: Element) -> list[Element]:
    """Give paragraphs, headings and tables in order, through sections, lists and frames."""
    found: list[Element] = []
    waiting = list(reversed(parent))
    while waiting:
        one = waiting.pop()
        if one.tag in {f"{_TEXT}p", f"{_TEXT}h", f"{_TABLE}table"}:
            found.append(one)
        elif isinstance(one.tag, str) and one.tag not in _SKIPPED:
            waiting.extend(reversed(one))
    return found


def _words(block: Element) -> str:
    """Give the words of a paragraph, with the spaces and breaks that are elements of their own."""
    pieces = [block.text or ""]
    for one in block:
        if one.tag == f"{_TEXT}s":
            pieces.append(" " * min(_number(one.get(f"{_TEXT}c")), _SPACES_AT_MOST))
        elif one.tag == f"{_TEXT}tab":
            pieces.append("\t")
        elif one.tag in {f"{_TEXT}line-break", f"{_TEXT}soft-page-break"}:
            pieces.append("\n")
        elif isinstance(one.tag, str) and one.tag not in _SKIPPED:
            pieces.append(_words(one))
        pieces.append(one.tail or "")
    return "".join(pieces)


def _number(written: str | None) -> int:
    return int(written) if written and written.isdecimal() else 1


def _add_table(table: Element, text: Gathering, tables: list[Table]) -> None:
    rows = [
        [
            " ".join(_words(p).strip() for p in cell.iter(f"{_TEXT}p"))
            for cell in row.iter(f"{_TABLE}table-cell")
        ]
        for row in table.iter(f"{_TABLE}table-row")
    ]
    for row in rows:
        text.add("\t".join(row) + "\n")
    full = sum(any(row) for row in rows)
    if full and len(tables) < TABLES_KEPT:
        tables.append(table_of(table.get(f"{_TABLE}name") or "", full, max(map(len, rows)), rows[:10]))
