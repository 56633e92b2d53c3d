"""A plain page of our own for files that no browser shows: rows around the words, under a heading that says so."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from operator import itemgetter

from crawlers.spots.units import Unit, Units

_AROUND = {"cell": 5, "paragraph": 5, "value": 12, "page": 0}  # rows shown on each side
_LEAST = 12  # rows shown where nothing was found
_COLUMNS = 12
_COLUMNS_AROUND = 4
_TEXT_UP_TO = 3000  # characters of one text that are shown
_FORMATS = {
    "json": ("дані JSON", "JSON data"),
    "xml": ("стрічка XML", "an XML feed"),
    "csv": ("таблиця CSV", "a CSV table"),
    "text": ("текстовий файл", "a text file"),
    "html": ("текст сторінки", "the text of a page"),
}
_STYLE = """
*{box-sizing:border-box}
body{margin:0;padding:20px;max-width:960px;background:#fff;color:#1b1b1b;font:16px/1.5 "DejaVu Sans",Arial,sans-serif}
header{border-left:5px solid #4b5d78;background:#eef2f7;padding:10px 14px;margin:0 0 18px;font-size:14px}
header p{margin:2px 0;overflow-wrap:anywhere}
h2{font-size:16px;margin:20px 0 8px}
table{border-collapse:collapse;margin:0 0 18px}
th,td{border:1px solid #b9c0ca;padding:5px 8px;vertical-align:top;text-align:left;white-space:pre-wrap;
 overflow-wrap:break-word}
.n{background:#eef2f7;color:#4b5563;font-weight:400;font-size:12px;text-align:right;white-space:nowrap;width:44px}
.head td{background:#f6f7f9;font-weight:700}
.gap td{color:#4b5563;font-style:italic;font-size:13px;border-style:dotted}
.values{table-layout:fixed;width:100%} .values td{overflow-wrap:anywhere} .path{color:#4b5563;font-size:14px;width:34%}
ol{list-style:none;margin:0;padding:0} li{display:flex;gap:12px;padding:3px 0}
@media(max-width:600px){body{padding:10px;font-size:15px}.path{font-size:13px}}
li p{margin:0;white-space:pre-wrap;overflow-wrap:anywhere} li .n{flex:0 0 44px;padding:2px 6px;background:none}
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What the heading says of a file."""

    format: str
    name: str
    address: str
    member: str = ""
    trouble: str = ""


def sheet_of(told: Told, units: Units | None, numbers: Iterable[int]) -> str:
    """The page: the texts with these *numbers* and what stands around them. Each has the id ``u`` and its number."""
    body = "".join(_parts(units, sorted(set(numbers)))) if units is not None else ""
    return (
        f'<!doctype html><html lang="uk"><head><meta charset="utf-8"><title>{escape(told.name)}</title>'
        f"<style>{_STYLE}</style></head><body>{_heading(told)}{body}</body></html>"
    )


def _heading(told: Told) -> str:
    uk, en = _FORMATS.get(told.format, (f"файл {told.format.upper()}", f"a {told.format.upper()} file"))
    lines = [
        f"<strong>Відтворення збереженого файлу, а не його вигляд: {escape(uk)}.</strong>",
        f"A rendering of the stored file, not its look: {escape(en)}.",
        f'Файл / file: <b id="name">{escape(told.name) or "—"}</b>',
        f'Адреса / address: <span id="address">{escape(told.address)}</span>',
    ]
    if told.member:
        lines.insert(3, f'В архіві / in the archive: <b id="member">{escape(told.member)}</b>')
    if told.trouble:
        lines.append(escape(told.trouble))
    return f"<header>{''.join(f'<p>{line}</p>' for line in lines)}</header>"


def _parts(units: Units, numbers: Sequence[int]) -> Iterator[str]:
    """Paragraphs, values and tables in the file's order, each table by itself."""
    kept = _kept(units, numbers)
    for (kind, where), some in groupby(kept, key=lambda number: _group(units.all[number])):
        chosen = list(some)
        if kind == "cell":
            yield _table(units, chosen, where, numbers)
        elif kind == "value":
            yield _values(units, chosen)
        else:
            yield _paragraphs(units, chosen)


def _group(unit: Unit) -> tuple[str, str]:
    return unit.kind, str(unit.place.get("sheet", unit.place.get("table", "")))


def _kept(units: Units, numbers: Sequence[int]) -> list[int]:
    """The numbers of all texts that are shown, in order."""
    if not numbers:
        first = units.all[0].place.get("row", 0) if units.all else 0
        rows = (n for n, unit in enumerate(units.all[: _LEAST * 50]) if _row(unit, n) < first + _LEAST)
        return list(rows)
    chosen: set[int] = set()
    tables: dict[str, set[int]] = {}
    for number in numbers:
        unit = units.all[number]
        around = _AROUND[unit.kind]
        if unit.kind == "cell":
            row = unit.place["row"]
            tables.setdefault(_group(unit)[1], set()).update(range(row - around, row + around + 1))
        else:
            chosen.update(range(max(number - around, 0), min(number + around + 1, len(units.all))))
    if tables:
        chosen.update(_rows_of(units, tables))
    return sorted(chosen)


def _rows_of(units: Units, tables: dict[str, set[int]]) -> Iterator[int]:
    """The texts of the rows wanted of each table, and of its first row that has several: its header."""
    headers: dict[str, int] = {}
    for (table, row), some in groupby(
        (
            (*_group(unit)[1:], unit.place["row"], n)
            for n, unit in enumerate(units.all)
            if unit.kind == "cell"
        ),
        key=itemgetter(0, 1),
    ):
        if table not in tables:
            continue
        cells = [number for _, _, number in some]
        is_header = len(cells) > 1 and headers.setdefault(table, row) == row
        if is_header or row in tables[table]:
            yield from cells


def _row(unit: Unit, number: int) -> int:
    return int(unit.place.get("row", number))


def _table(units: Units, numbers: Sequence[int], name: str, wanted: Collection[int]) -> str:
    """Rows and columns by the numbers and letters that an office program gives them."""
    rows: dict[int, dict[int, list[int]]] = {}
    for number in numbers:
        place = units.all[number].place
        rows.setdefault(place["row"], {}).setdefault(place["column"], []).append(number)
    columns = _columns(rows, {units.all[number].place["column"] for number in numbers if number in wanted})
    is_sheet = "sheet" in units.all[numbers[0]].place
    title = f"Аркуш / sheet: {name}" if is_sheet else (f"Таблиця / table {name}" if name else "")
    header = next((row for row, cells in rows.items() if len(cells) > 1), 0)
    lines = [f'<tr><th class="n"></th>{"".join(f"<th class=n>{_letters(c)}</th>" for c in columns)}</tr>']
    last = 0
    for row, cells in rows.items():
        if row > last + 1:
            lines.append(_gap(last + 1, row - 1, len(columns) + 1))
        told = "".join(f"<td>{_texts(units, cells.get(column, ()))}</td>" for column in columns)
        lines.append(f'<tr{" class=head" if row == header else ""}><th class="n">{row}</th>{told}</tr>')
        last = row
    return f"<h2>{escape(title)}</h2><table>{''.join(lines)}</table>"


def _columns(rows: dict[int, dict[int, list[int]]], wanted: Collection[int]) -> list[int]:
    """All columns where they are few; of many the first, and those around the words."""
    every = sorted({column for cells in rows.values() for column in cells})
    if len(every) <= _COLUMNS:
        return every
    near = {column for column in every if any(abs(column - one) <= _COLUMNS_AROUND for one in wanted)}
    return [column for column in every if column in near or column in every[: 1 if near else _COLUMNS]]


def _gap(first: int, last: int, columns: int) -> str:
    rows = f"{first}" if first == last else f"{first}–{last}"
    return f'<tr class="gap"><td colspan="{columns}">… рядки {rows} не показано / rows {rows} not shown</td></tr>'


def _texts(units: Units, numbers: Iterable[int]) -> str:
    """The texts of one cell, each with its id."""
    return "".join(f'<div id="u{n}">{escape(units.all[n].text[:_TEXT_UP_TO])}</div>' for n in numbers)


def _letters(column: int) -> str:
    """The letters of a column: A, B, … Z, AA."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _values(units: Units, numbers: Sequence[int]) -> str:
    lines = ['<tr class="head"><td class="path">Шлях / path</td><td>Значення / value</td></tr>']
    last = numbers[0] - 1
    for number in numbers:
        unit = units.all[number]
        if number > last + 1:
            lines.append('<tr class="gap"><td colspan="2">…</td></tr>')
        path = escape(unit.place["path"])
        lines.append(f'<tr><td class="path">{path}</td><td>{_texts(units, (number,))}</td></tr>')
        last = number
    return f'<table class="values">{"".join(lines)}</table>'


def _paragraphs(units: Units, numbers: Sequence[int]) -> str:
    lines = []
    last = numbers[0] - 1
    for number in numbers:
        unit = units.all[number]
        if number > last + 1:
            lines.append('<li><span class="n"></span><p>…</p></li>')
        label = unit.place.get("number", unit.place.get("page", ""))
        text = escape(unit.text[:_TEXT_UP_TO])
        lines.append(f'<li><span class="n">{label}</span><p id="u{number}">{text}</p></li>')
        last = number
    return f"<ol>{''.join(lines)}</ol>"
