"""The further pages of a list that comes as JSON: named by an address, or by counts that stand beside the list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawlers.pages.base import absolute

MOST = 40
_NEXT = ("next", "next_page_url", "nextPageUrl", "nextPage", "next_url")
_HERE = ("page", "current_page", "currentPage", "pageNumber", "page_number")
_LAST = (
    "pages",
    "total_pages",
    "totalPages",
    "last_page",
    "lastPage",
    "pageCount",
    "page_count",
    "pages_count",
)
_ASIDE = ("meta", "pagination", "paging", "links", "_links", "pager")  # where else it may stand


def next_page(body: bytes, url: str) -> str | None:
    """The address of the page after *body*, which came from *url*; None on the last one, or where nothing is said."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    for said in _statements(data):
        for name in _NEXT:
            if isinstance(told := said.get(name), str) and told:
                return absolute(url, told)
        here, last = (_number(said, names) for names in (_HERE, _LAST))
        if here is not None and last is not None and here < last:
            return _turned(url, here)
    return None


def _statements(data: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401  # JSON
    if isinstance(data, dict):
        yield data
        yield from (inner for name in _ASIDE if isinstance(inner := data.get(name), dict))


def _number(said: dict[str, Any], names: tuple[str, ...]) -> int | None:
    values = (said.get(name) for name in names)
    return next((value for value in values if isinstance(value, int) and not isinstance(value, bool)), None)


def _turned(url: str, here: int) -> str | None:
    """*url* for the page after *here*: its own parameter is counted on; the first page may name none."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    places = [
        place for place, (name, value) in enumerate(pairs) if "p" in name.lower() and value == str(here)
    ]
    if places:
        pairs[places[0]] = (pairs[places[0]][0], str(here + 1))
    elif here == 1:
        pairs.append(("page", "2"))
    else:
        return None
    return urlunsplit(parts._replace(query=urlencode(pairs)))
