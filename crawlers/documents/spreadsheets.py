"""Spreadsheets of every age: XLSX, XLSB, XLS, ODS. Formulas and macros are never run, links never opened."""

import io
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

import python_calamine
from python_calamine import CalamineSheet, CalamineWorkbook

from crawlers.documents import office_open, open_document
from crawlers.documents.contents import TABLES_KEPT, Contents, Gathering, Given, UnreadableError, table_of
from crawlers.documents.packages import Package
from crawlers.documents.sniffing import format_of
from models.facts import Table
from models.vocabulary import Reason

_FIRST_ROWS = 10
_MOST_CELLS = 20_000_000  # of a sheet's used area: one cell in the last corner would make it 17 milliards
_PANIC = "PanicException"


def read(body: bytes, given: Given) -> Contents:
    """Give every sheet as lines of cells, with its size and header."""
    kind = format_of(body, name=given.file_name)
    title, marks = _weighed(body) if kind in {"xlsx", "ods"} else ("", _legacy_marks(body))
    text, tables = Gathering(), list[Table]()
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(body))
        for name in workbook.sheet_names:
            table = _read_sheet(workbook.get_sheet_by_name(name), text)
            if table and len(tables) < TABLES_KEPT:
                tables.append(table)
    except python_calamine.PasswordError as error:
        raise UnreadableError(Reason.DOC_ENCRYPTED, "encrypted") from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise UnreadableError(Reason.PARSE_CUT, "damaged") from error
    except BaseException as error:
        if (
            type(error).__name__ != _PANIC
        ):  # the reader's own word for a broken promise inside; it has no class
            raise
        raise UnreadableError(Reason.PARSE_CUT, "damaged") from error
    return Contents(
        kind,
        text.text(),
        title=title,
        tables=tuple(tables),
        marks=(*marks, *(("cut",) if text.is_full else ())),
    )


def _weighed(body: bytes) -> tuple[str, tuple[str, ...]]:
    """Unpack everything once within the budget, before a reader does it that has none."""
    package = Package(body)
    package.weigh()
    if "content.xml" in package:
        open_document.refuse_locked(package)
        return open_document.title_of(package), open_document.marks_of(package)
    return office_open.title_of(package), office_open.marks_of(package)


def _legacy_marks(body: bytes) -> tuple[str, ...]:
    return ("macros",) if "_VBA_PROJECT_CUR".encode("utf-16-le") in body else ()


def _read_sheet(sheet: CalamineSheet, text: Gathering) -> Table | None:
    """Write a sheet down; None where it is empty."""
    if sheet.total_height * sheet.total_width > _MOST_CELLS:
        raise UnreadableError(Reason.DOC_UNSAFE)
    first: list[list[str]] = []
    rows = columns = 0
    text.add(f"{sheet.name}\n")
    for row in _rows(sheet):
        filled = [number for number, cell in enumerate(row, 1) if cell not in {"", None}]
        if not filled:
            continue
        rows += 1
        columns = max(columns, filled[-1])
        if text.is_full and len(first) >= _FIRST_ROWS:
            continue
        shown = [_shown(cell) for cell in row[: filled[-1]]]
        text.add("\t".join(shown) + "\n")
        if len(first) < _FIRST_ROWS:
            first.append(shown)
    return table_of(sheet.name, rows, columns, first) if rows else None


def _rows(sheet: CalamineSheet) -> Iterator[list[Any]]:
    """Give the rows one by one; an empty sheet has none."""
    return iter(()) if sheet.start is None else sheet.iter_rows()


def _shown(cell: Any) -> str:  # noqa: ANN401  # whatever a cell may hold
    """Give a cell as it is read aloud: whole numbers without a point, days in ISO form."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time.min else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return " ".join(str(cell).split())
