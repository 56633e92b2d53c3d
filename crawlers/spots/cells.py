"""The cells of tables: of spreadsheets of every age, and of tables in text."""

import csv
import io
from collections.abc import Iterator

import python_calamine
from python_calamine import CalamineWorkbook

from crawlers.charset import decode
from crawlers.documents import spreadsheets
from crawlers.documents.contents import Given, UnreadableError
from crawlers.documents.plain import delimiter_of
from crawlers.documents.spreadsheets import _shown as shown
from crawlers.spots.units import Unit
from models.vocabulary import Reason


def sheet_units(body: bytes, given: Given) -> Iterator[Unit]:
    """Every filled cell of every sheet, row by row; the reader of spreadsheets first sees whether that is safe."""
    spreadsheets.read(body, given)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(body))
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            if sheet.start is None:
                continue
            for row, cells in enumerate(sheet.iter_rows(), 1):
                for column, cell in enumerate(cells, 1):
                    if cell not in {"", None}:
                        place = {"sheet": name, "row": row, "column": column}
                        yield Unit("cell", place, shown(cell))
    except (python_calamine.CalamineError, python_calamine.PasswordError, OSError, ValueError) as error:
        raise UnreadableError(Reason.PARSE_CUT, "damaged") from error


def csv_units(body: bytes, given: Given) -> Iterator[Unit]:
    """Every filled cell of a table in text; rows are the file's own, empty ones too."""
    text = decode(body, given.charset).text.replace("\x00", "\ufffd").replace("\f", "\n").lstrip("\ufeff")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").splitlines(keepends=True)
    try:
        for row, cells in enumerate(csv.reader(lines, delimiter=delimiter_of(text)), 1):
            for column, cell in enumerate(cells, 1):
                if cell.strip():
                    yield Unit("cell", {"row": row, "column": column}, cell)
    except csv.Error as error:
        raise UnreadableError(Reason.PARSE_CUT, "damaged") from error
