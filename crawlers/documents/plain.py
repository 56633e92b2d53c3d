"""Plain text and tables in text: CSV with any of the usual delimiters, in any of the usual alphabets."""

import csv
import itertools
from collections import Counter
from collections.abc import Iterator

from crawlers.charset import decode
from crawlers.documents.contents import TEXT_UP_TO, Contents, Given, table_of
from models.facts import Table

_DELIMITERS = ";,\t|"
_SAMPLE_LINES = 50
_FIRST_ROWS = 10
_LARGEST_CELL = 2**24
_FEWEST_ROWS, _FEWEST_COLUMNS, _NEARLY_ALL = 4, 3, 0.9  # of a table that nothing else says is one

csv.field_size_limit(_LARGEST_CELL)


def read_text(body: bytes, given: Given) -> Contents:
    """Give a text as it is; one whose lines nearly all fall into columns is a table whatever its name."""
    return _read(body, given, is_named_table=False)


def read_csv(body: bytes, given: Given) -> Contents:
    """Give a table in text with its size and header."""
    return _read(body, given, is_named_table=True)


def _read(body: bytes, given: Given, *, is_named_table: bool) -> Contents:
    decoded = decode(body, given.charset)
    text = decoded.text.replace("\x00", "\ufffd").replace("\f", "\n").lstrip("\ufeff")
    is_table = is_named_table or _falls_into_columns(text)
    return Contents(
        "csv" if is_table else "text",
        text[:TEXT_UP_TO],
        tables=(_table(text),) if is_table and text.strip() else (),
        marks=("cut",) if len(text) > TEXT_UP_TO else (),
        trusted=decoded.trusted,
    )


def _falls_into_columns(text: str) -> bool:
    lines = _sample(text)
    share, width = _agreement(lines, delimiter_of(text))
    return len(lines) >= _FEWEST_ROWS and width >= _FEWEST_COLUMNS and share >= _NEARLY_ALL


def delimiter_of(text: str) -> str:
    """Give the delimiter by which most of the first lines fall into equally many cells; a comma if none does."""
    lines = _sample(text)
    best = max(_DELIMITERS, key=lambda delimiter: _agreement(lines, delimiter))
    return best if _agreement(lines, best)[0] else ","


def _sample(text: str) -> list[str]:
    return list(itertools.islice(_lines(text), _SAMPLE_LINES))


def _agreement(lines: list[str], delimiter: str) -> tuple[float, int]:
    """Say what share of the rows have the same number of cells, more than one, and that number."""
    widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if any(row))
    width, times = max(widths.items(), key=lambda one: (one[1] if one[0] > 1 else 0, one[0]), default=(0, 0))
    return (times / widths.total() if width > 1 else 0.0, width)


def _table(text: str) -> Table:
    """Count the rows that hold anything; the width is that of most rows."""
    first: list[list[str]] = []
    widths: Counter[int] = Counter()
    for row in csv.reader(_lines(text), delimiter=delimiter_of(text)):
        if not any(cell.strip() for cell in row):
            continue
        widths[len(row)] += 1
        if len(first) < _FIRST_ROWS:
            first.append(row)
    columns = max(widths, key=lambda width: (widths[width], width), default=0)
    return table_of("", widths.total(), columns, first)


def _lines(text: str) -> Iterator[str]:
    """Give the lines one by one; a lone carriage return ends one too."""
    return iter(text.replace("\r\n", "\n").replace("\r", "\n").splitlines(keepends=True))
