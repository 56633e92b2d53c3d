"""Column headers: what the head of a table says of the cell a link stands in."""

from typing import Any

from crawlers.pages.outline import Outline

Element = Any  # lxml ships no types

_HEADER_UP_TO = 80  # characters
_MOST_ROWS = 3000
_MOST_SPAN = 50
_LEAST_COLUMNS = 2
_LABELS = ("data-label", "data-th", "data-title", "data-header")


class Columns:
    """The headers of the tables of one page, worked out once per table."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._headers: dict[Element, dict[int, str]] = {}
        self._places: dict[Element, int] = {}

    def over(self, element: Element) -> str:
        """Give the header over the cell that *element* is or stands in; empty outside tables and under none."""
        if not self._outline.has_cells:
            return ""
        cell = element if element.tag in {"td", "th"} else next(element.iterancestors("td", "th"), None)
        if cell is None:
            return ""
        for label in _LABELS:
            if written := cell.get(label):
                return str(written)
        table = next(cell.iterancestors("table"), None)
        if table is None:
            return ""
        if table not in self._headers:
            self._headers[table] = self._read(table)
        place = self._places.get(cell)
        return self._headers[table].get(place, "") if place is not None else ""

    def row_header(self, link: Element) -> str:
        """Give the words of a header cell at the beginning of the link's row, where it names the row."""
        row = next(link.iterancestors("tr"), None) if self._outline.has_cells else None
        first = next((cell for cell in row if cell.tag in {"th", "td"}), None) if row is not None else None
        if first is None or first.tag != "th":
            return ""
        return self._said(first)

    def last_row_of(self, cell: Element) -> Element | None:
        """Give the last row that *cell* speaks for: it reaches down to it, or leaves the cells below it empty."""
        self.over(cell)
        place, row = self._places.get(cell), cell.getparent()
        if place is None or row is None:
            return None
        for below in row.itersiblings("tr"):
            under = next((one for one in below if self._places.get(one) == place), None)
            if (under is not None and self._said(under)) or len(below) == 0:
                break
            row = below
        return row

    def _said(self, cell: Element) -> str:
        start, end = self._outline.spans.get(cell, (0, 0))
        return self._outline.said(start, min(end, start + 4 * _HEADER_UP_TO))

    def _read(self, table: Element) -> dict[int, str]:
        headers: dict[int, str] = {}
        reaching: dict[int, int] = {}  # column → rows that a cell above still covers
        for number, row in enumerate(table.iter("tr")):
            if number > _MOST_ROWS or next(row.iterancestors("table"), None) is not table:
                continue
            cells = self._placed(row, reaching)
            if self._is_head(row, cells, number):
                headers.update(
                    (place, said) for cell, place in cells if len(said := self._said(cell)) <= _HEADER_UP_TO
                )
        return headers

    def _placed(self, row: Element, reaching: dict[int, int]) -> list[tuple[Element, int]]:
        """Number the cells of a row, stepping over those that reach down from above."""
        placed, place = [], 0
        covered = {column for column, rows in reaching.items() if rows > 0}
        for column in covered:
            reaching[column] -= 1
        for cell in row:
            if cell.tag not in {"td", "th"}:
                continue
            while place in covered:
                place += 1
            self._places[cell] = place
            placed.append((cell, place))
            width, height = _count(cell.get("colspan")), _count(cell.get("rowspan"))
            for column in range(place, place + width):
                if height > 1:
                    reaching[column] = height - 1
            place += width
        return placed

    def _is_head(self, row: Element, cells: list[tuple[Element, int]], number: int) -> bool:
        """A row of headers: in the head, of ``th`` cells only, or the first row if nothing in it is a link."""
        if len(cells) < _LEAST_COLUMNS:
            return False
        if all(cell.tag == "th" for cell, _ in cells):
            return True
        parent = row.getparent()
        if parent is not None and parent.tag == "thead":
            return True
        return number == 0 and not any(True for _ in row.iter("a"))


def _count(written: str | None) -> int:
    return min(int(written), _MOST_SPAN) if written and written.isascii() and written.isdigit() else 1
