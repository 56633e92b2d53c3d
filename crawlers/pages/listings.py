"""Lists that a script asks for: rows or pieces of HTML inside JSON, laid out as the page they would become."""

import json
import re
from collections import Counter
from html import escape
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from crawlers.pages.lexicon import table

_ROWS = (
    "aaData",
    "data",
    "rows",
    "items",
    "results",
    "result",
    "list",
    "records",
    "documents",
    "docs",
    "news",
    "posts",
)
_FRAGMENTS = ("html", "content", "view", "output", "body", "markup", "template", "response")
_NAMES = ("title", "name", "subject", "caption", "label", "text")
_ADDRESSES = frozenset(
    {"url", "href", "link", "file", "path", "permalink", "download", "src", "download_url", "file_url"}
)
_HEADINGS = ("heading", "section", "category", "title", "name", "caption")
_ADDRESS = re.compile(r"(?:https?://[^\s<>\"]+|/[^\s/<>\"][^\s<>\"]*)")
_MARKUP = re.compile(r"<[a-zA-Z][^<>]*>")
_FILE = re.compile(r"\A[^\s<>\"/?#]+\.(?:pdf|docx?|xlsx?|rtf|odt|ods|csv|zip)", re.IGNORECASE)
_MOST_ROWS = 20_000
_MOST_COLUMNS = 40
_MOST_IN_A_CELL = 100
_DEPTH = 4
_CELL_DEPTH = 3
_ADDRESS_UP_TO = 2000  # characters
_WORDS = re.compile(r"[\W_\d]+")


class Listing(NamedTuple):
    """The page that an answer would become. ``whole`` is false where only its first rows are in it."""

    html: str
    whole: bool


def listed(answer: Any, url: str) -> Listing | None:  # noqa: ANN401  # whatever JSON holds
    """Give the HTML of what *answer* lists: a table of its rows, or its pieces of HTML; None if it lists nothing."""
    rows = _rows(answer, _DEPTH)
    whole = rows is None or len(rows) <= _MOST_ROWS
    if rows is not None:
        body = _table(rows[:_MOST_ROWS])
    else:
        pieces = _pieces(answer, _DEPTH)
        if not pieces:
            return None
        body = "\n".join(pieces)
    heading = _heading(answer, url)
    page = f"<!DOCTYPE html><html><head><title>{heading}</title></head><body><h1>{heading}</h1>{body}</body></html>"
    return Listing(page, whole)


def _rows(answer: Any, depth: int) -> list[Any] | None:  # noqa: ANN401  # whatever JSON holds
    """Find the list of rows: a list of lists or of objects, under one of the names that tables use."""
    if isinstance(answer, list):
        kept = [row for row in answer if isinstance(row, list | dict)]
        return kept if kept and 2 * len(kept) >= len(answer) else None
    if not isinstance(answer, dict) or not depth:
        return None
    named = [answer[name] for name in _ROWS if name in answer]
    return next((found for inner in named if (found := _rows(inner, depth - 1)) is not None), None)


def _pieces(answer: Any, depth: int) -> list[str]:  # noqa: ANN401  # whatever JSON holds
    """Find the pieces of HTML: strings with tags, under the usual names or anywhere near the top."""
    if isinstance(answer, str):
        return [answer] if _MARKUP.search(answer) else []
    if not depth:
        return []
    if isinstance(answer, list):
        return [piece for one in answer[:_MOST_ROWS] for piece in _pieces(one, depth - 1)]
    if isinstance(answer, dict):
        named = [answer[name] for name in (*_FRAGMENTS, *_ROWS) if name in answer] or list(answer.values())
        return [piece for one in named for piece in _pieces(one, depth - 1)]
    return []


def _table(rows: list[Any]) -> str:
    used = Counter(key for row in rows if isinstance(row, dict) for key in row)
    columns = [key for key, count in used.items() if 100 * count >= len(rows)][:_MOST_COLUMNS]
    head = "".join(f"<th>{escape(_column(key))}</th>" for key in columns if key.lower() not in _ADDRESSES)
    body = "".join(f"<tr>{_row(row, columns)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _row(row: Any, columns: list[str], depth: int = _CELL_DEPTH) -> str:  # noqa: ANN401  # a list or an object
    if isinstance(row, list):
        return "".join(f"<td>{_cell(value)}</td>" for value in row[:_MOST_COLUMNS])
    address = next((value for key in columns if (value := _address(row.get(key), key))), "")
    named = next((key for key in _NAMES if isinstance(row.get(key), str) and row[key].strip()), None)
    cells = []
    for key in columns:
        if key.lower() in _ADDRESSES:
            continue
        shown = _cell(row.get(key), depth)
        shown = f"{_column(key)}: {shown}" if shown and _names_a_day(key) else shown
        linked = key == named and address and "<a" not in shown
        cells.append(f'<td><a href="{escape(address)}">{shown}</a></td>' if linked else f"<td>{shown}</td>")
    if address and named is None:
        cells.append(f'<td><a href="{escape(address)}">{escape(address.rsplit("/", 1)[-1])}</a></td>')
    return "".join(cells)


def _address(value: Any, key: str) -> str:  # noqa: ANN401  # whatever JSON holds
    if not isinstance(value, str) or len(value) > _ADDRESS_UP_TO:
        return ""
    plain = value.strip()
    if key.lower() in _ADDRESSES:
        return plain if plain and not _MARKUP.search(plain) else ""
    return plain if _ADDRESS.fullmatch(plain) else ""


def _cell(value: Any, depth: int = _CELL_DEPTH) -> str:  # noqa: ANN401  # whatever JSON holds
    """Write one value: HTML stays HTML, files become links, the rest is text."""
    if isinstance(value, str):
        if _MARKUP.search(value):
            return value
        plain = escape(value.strip())
        if _ADDRESS.fullmatch(value.strip()) or _FILE.fullmatch(value.strip()):
            return f'<a href="{plain}">{plain.rsplit("/", 1)[-1]}</a>'
        return plain
    if isinstance(value, list):
        return " ".join(_cell(one, depth - 1) for one in value[:_MOST_IN_A_CELL]) if depth else ""
    if isinstance(value, dict):
        inner = _row(value, list(value)[:_MOST_COLUMNS], depth - 1) if depth else ""
        return inner.replace("<td>", "<span>").replace("</td>", "</span> ")
    return ""


def _heading(answer: Any, url: str) -> str:  # noqa: ANN401  # whatever JSON holds
    """Give what the answer calls its list, else the words of its address."""
    if isinstance(answer, dict):
        for key in _HEADINGS:
            if isinstance(said := answer.get(key), str) and said.strip() and not _MARKUP.search(said):
                return escape(said.strip()[:200])
    return escape(_as_words(urlsplit(url).path.rstrip("/").rsplit("/", 1)[-1]))


def _column(key: str) -> str:
    return str(table("fields").get(key.lower(), "")) or _as_words(key)


def _names_a_day(key: str) -> bool:
    """Which day a cell holds is said in the cell too: of publication, of the sitting."""
    return " " in str(table("fields").get(key.lower(), ""))


def _as_words(name: str) -> str:
    return " ".join(_WORDS.split(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name))).strip()


def parsed(written: str) -> Any:  # noqa: ANN401  # whatever JSON holds
    """Give what *written* holds; numbers stay as they are written, however long."""
    return json.loads(written.lstrip("\ufeff"), parse_int=str, parse_float=str)
