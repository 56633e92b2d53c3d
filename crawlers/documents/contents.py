"""What a format's reader is given, and what it gives: one file's contents before they are told as facts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from models.facts import Table
from models.vocabulary import Reason

PAGE_END = "\f"
TEXT_UP_TO = 100_000
"""Characters of a document's text that facts carry."""

TABLES_KEPT = 50
_HEADER_CELLS, _CELL_UP_TO = 50, 200

RECOGNISE, UNPACK = "recognise", "unpack"
"""The tools a reader may ask for: the words of a picture; an archive as a tar file."""

RECOGNISED = "ocr"
"""The mark of a text that was read off pictures."""

Tools = Callable[[str, bytes], bytes | None]


def no_tools(_tool: str, _body: bytes) -> None:
    """Serve nothing: scans stay pictures, and packed archives stay packed."""


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of the bytes besides themselves."""

    file_name: str = ""
    charset: str | None = None
    tools: Tools = no_tools
    member: "Callable[[bytes, str], Contents] | None" = None  # reads what lies inside; None inside an archive


@dataclass(frozen=True, slots=True)
class Contents:
    """The words of one file and its shape. ``text`` has a form feed after each page."""

    format: str
    text: str = ""
    title: str = ""
    headings: tuple[str, ...] = ()
    pages: int | None = None
    searchable: bool = True
    tables: tuple[Table, ...] = ()
    members: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    trusted: bool = field(default=True)  # False: it is not sure that the letters are the right ones


class UnreadableError(Exception):
    """The file cannot be read, or not safely; ``reason`` says which."""

    def __init__(self, reason: Reason, *marks: str) -> None:
        """Carry the *reason* and the *marks* for the facts."""
        super().__init__(reason.value)
        self.reason = reason
        self.marks = marks


class Gathering:
    """Text that grows until it is long enough, so that nothing is read for nothing."""

    def __init__(self, at_most: int = TEXT_UP_TO) -> None:
        self._pieces: list[str] = []
        self._room = at_most

    @property
    def is_full(self) -> bool:
        """No more will be kept."""
        return self._room <= 0

    def add(self, piece: str) -> None:
        """Keep *piece*, as far as there is room."""
        if piece and self._room > 0:
            self._pieces.append(piece[: self._room])
            self._room -= len(piece)

    def text(self) -> str:
        """Everything that was kept."""
        return "".join(self._pieces)


def table_of(name: str, rows: int, columns: int, first_rows: Iterable[Sequence[str]]) -> Table:
    """Describe a table by its size and the first of *first_rows* that holds words rather than numbers."""
    header: tuple[str, ...] = ()
    for row in first_rows:
        cells = tuple(" ".join(cell.split())[:_CELL_UP_TO] for cell in row)
        if not any(cells):
            continue
        header = header or cells
        worded = sum(any(letter.isalpha() for letter in cell) for cell in cells)
        if worded * 2 > sum(map(bool, cells)) and (worded > 1 or columns == 1):
            header = cells
            break
    return Table(name=name, rows=rows, columns=columns, header=header[:_HEADER_CELLS])


def tables_within(text: str, cell_end: str) -> tuple[Table, ...]:
    """Find the tables in lines whose cells end with *cell_end*: neighbouring lines with more than one cell."""
    found: list[Table] = []
    rows: list[list[str]] = []
    for line in (*text.splitlines(), ""):
        if cell_end in line:
            rows.append(line.removesuffix(cell_end).split(cell_end))
            continue
        columns = max(map(len, rows), default=0)
        if len(rows) > 1 and columns > 1 and len(found) < TABLES_KEPT:
            found.append(table_of("", sum(any(map(str.strip, row)) for row in rows), columns, rows[:10]))
        rows = []
    return tuple(found)
