"""Tables to be opened in a spreadsheet, in which no cell becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
BLANK = "\t\r\n \u00a0\ufeff"

Cell = str | int | float | None


def as_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The table as CSV. Text that a spreadsheet would take for a formula is marked as text by an apostrophe.

    Quoting does not help: a spreadsheet takes the quotes off before it looks.
    """
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow([harmless(name) for name in head])
    table.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def harmless(cell: Cell) -> Cell:
    """*cell* as it may stand in a spreadsheet; numbers are numbers, whatever their sign."""
    if not isinstance(cell, str):
        return cell
    begins = cell.lstrip(BLANK).startswith(FORMULA) or cell[:1] in {"\t", "\r", "\n"}
    return f"'{cell}" if begins else cell
