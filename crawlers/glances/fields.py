"""The forms of a page that a crawl may use: a search by words, and lists by year and month."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawlers.glances.things import Choice, Filter, SearchForm
from crawlers.pages.base import absolute
from crawlers.pages.lexicon import folded, phrases
from crawlers.pages.outline import name_parts
from models.matching import normalise

Element = Any  # lxml ships no types
Pairs = tuple[tuple[str, str], ...]

_YEAR = re.compile(r"(?:19|20)\d\d")
_MONTHS = 12
_FEWEST_MONTHS = 6  # some lists leave out the months to come
_FEWEST_YEARS = 2
_MOST_OPTIONS = 400
_MOST_FORMS = 60
_WORDS = frozenset({"", "text", "search"})
_SENT_ALONG = frozenset({"hidden", "submit"})
_SEARCH_NAMES = frozenset({"s", "q", "query", "search", "searchword", "keys", "search_block_form"})


def read_forms(forms: list[Element], base: str) -> tuple[tuple[SearchForm, ...], tuple[Filter, ...]]:
    """Give the search forms and the filters by year or month among *forms*, each once."""
    searches: dict[SearchForm, None] = {}
    filters: dict[Filter, None] = {}
    for form in forms[:_MOST_FORMS]:
        action = absolute(base, form.get("action") or base)
        method = (form.get("method") or "get").strip().lower()
        if action is None or method not in {"get", "post"}:
            continue
        fields = [one for one in form.iter("input", "select", "button") if one.get("name")]
        if method == "get" and (found := _filter(action, fields)):
            filters[found] = None
        elif search := _search(form, action, method, fields):
            searches[search] = None
    return tuple(searches), tuple(filters)


def filter_of_address(url: str, selects: Iterable[Element]) -> Filter | None:
    """Give the filter that *url* is one answer of: its query names a year that a select shows as chosen.

    Whatever the form does (it may post, or be a script), the address of another year is then known.
    """
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    named = [(place, name, value) for place, (name, value) in enumerate(pairs) if _YEAR.fullmatch(value)]
    if len(named) != 1:
        return None
    place, name, value = named[0]
    action = urlunsplit((parts.scheme, parts.netloc, parts.path or "/", "", ""))
    for select in selects:
        values = _years(_options(select))
        if values and value in values:
            return Filter(action, tuple(pairs[:place] + pairs[place + 1 :]), Choice(name, values))
    return None


def asked(action: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Give the address that a GET form leads to with these fields filled in."""
    query = urlencode(list(pairs))
    parts = urlsplit(action)
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", query, ""))


def _filter(action: str, fields: list[Element]) -> Filter | None:
    year = month = None
    fixed: list[tuple[str, str]] = []
    for field in fields:
        name = str(field.get("name"))
        if field.tag == "select":
            options = _options(field)
            if year is None and (years := _years(options)):
                year = Choice(name, years)
                continue
            if month is None and (months := _months(name, options)):
                month = Choice(name, months)
                continue
            fixed.append((name, _chosen(field)))
        elif field.tag == "input" and (field.get("type") or "").lower() == "hidden":
            fixed.append((name, field.get("value") or ""))
    return Filter(action, tuple(fixed), year, month) if year or month else None


def _search(form: Element, action: str, method: str, fields: list[Element]) -> SearchForm | None:
    words = [one for one in fields if one.tag == "input" and (one.get("type") or "").lower() in _WORDS]
    if len(words) != 1 or any((one.get("type") or "").lower() == "password" for one in fields):
        return None
    field = words[0]
    if not (_called_search(field) or _called_search(form) or form.get("role") == "search" or _says(form)):
        return None
    fixed = tuple(
        (str(one.get("name")), _chosen(one) if one.tag == "select" else one.get("value") or "")
        for one in fields
        if one.tag == "select" or (one is not field and (one.get("type") or "").lower() == "hidden")
    )
    return SearchForm(action, str(field.get("name")), fixed, method)


def _called_search(element: Element) -> bool:
    if element.tag == "input" and (
        (element.get("type") or "").lower() == "search" or element.get("name") in _SEARCH_NAMES
    ):
        return True
    told = ("name", "id", "class", "placeholder", "aria-label", "title", "action")
    return _speaks_of_search(" ".join(element.get(one) or "" for one in told))


def _says(form: Element) -> bool:
    buttons = form.iter("button", "input")
    return any(_speaks_of_search(f"{one.text or ''} {one.get('value') or ''}") for one in buttons)


@lru_cache(maxsize=2048)
def _speaks_of_search(names: str) -> bool:
    marks = folded("words", "search_marks")
    return bool(name_parts(names) & marks) or phrases("words", "search_marks").within(names)


def _options(select: Element) -> list[tuple[str, str]]:
    found = []
    for option in select.iter("option"):
        shown = (option.text or "").strip()
        found.append((option.get("value", shown).strip(), shown))
        if len(found) == _MOST_OPTIONS:
            break
    return found


def _chosen(select: Element) -> str:
    options = list(select.iter("option"))
    chosen = next(
        (one for one in options if one.get("selected") is not None), options[0] if options else None
    )
    return "" if chosen is None else str(chosen.get("value", (chosen.text or "").strip()))


def _years(options: list[tuple[str, str]]) -> tuple[str, ...]:
    """The values of a select that chooses a year; a first "all" does no harm."""
    found = tuple(value for value, shown in options if _YEAR.fullmatch(value) or _YEAR.fullmatch(shown))
    return found if len(found) >= max(_FEWEST_YEARS, len(options) - 2) else ()


def _months(name: str, options: list[tuple[str, str]]) -> tuple[str, ...]:
    """The values of a select that chooses a month: by the names it shows, or by its own name."""
    known = folded("ways", "months")
    named = tuple(value for value, shown in options if normalise(shown) in known)
    if len(named) >= _FEWEST_MONTHS:
        return named
    if normalise(name) not in folded("ways", "month_fields"):
        return ()
    numbered = tuple(value for value, _ in options if value.isdigit() and 1 <= int(value) <= _MONTHS)
    return numbered if len(numbered) >= _FEWEST_MONTHS else ()
