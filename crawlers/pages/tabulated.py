"""Whether a table holds data, and whether it says what its columns or rows are."""

from crawlers.pages.base import Element

_ROWS_FROM = 3
_COLUMNS_FROM = 2
_LONGEST_CELL = 300  # characters; longer ones are parts of a page, set in columns
_ALIKE = 0.7  # of the rows have as many cells as most
_PARTS_OF_A_PAGE = ("table", "form", "nav", "ul", "ol", "h1", "h2", "h3", "iframe", "input", "select")
_HEADER_ROLES = frozenset({"columnheader", "rowheader"})
_ROWS_LOOKED_AT = 12


def is_table_without_headers(table: Element) -> bool:
    """Say whether a table holds rows of data and no header cell; one that only lays a page out is none."""
    if table.get("role") or next(table.iter("th"), None) is not None:
        return False
    if next((one for one in table.iterdescendants(*_PARTS_OF_A_PAGE)), None) is not None:
        return False
    widths, checked = [], 0
    for row in table.iter("tr"):
        cells = list(row.iterchildren("td"))
        if not cells:
            continue
        widths.append(len(cells))
        checked += 1
        if any(_is_header_or_part(cell) for cell in cells):
            return False
        if checked == _ROWS_LOOKED_AT:
            break
    if len(widths) < _ROWS_FROM:
        return False
    usual = max(set(widths), key=widths.count)
    return usual >= _COLUMNS_FROM and widths.count(usual) >= _ALIKE * len(widths)


def _is_header_or_part(cell: Element) -> bool:
    if cell.get("role") in _HEADER_ROLES or cell.get("scope"):
        return True
    return sum(map(len, cell.itertext())) > _LONGEST_CELL
