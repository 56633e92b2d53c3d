"""Addresses without end: what grows by itself, and how many of one shape are enough. Pure."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from urllib.parse import urlsplit

from crawlers.addresses import host_of, pattern_of
from crawlers.manners import Manners

_MOST_SEGMENTS = 16
_MOST_FIELDS = 12
_SAME_SEGMENT = 4  # times one name may stand in one path
_REPEATS = 3  # times a row of names may follow itself
_LONGEST_ROW = 4
_FACETS_FROM = 3  # fields of a query; from here on they are combined rather than chosen
_NUMBERS = re.compile(r"\d+")


@lru_cache(maxsize=16_384)
def grows(url: str) -> bool:
    """Whether *url* shows that it is made by a link that keeps adding to itself: /a/b/a/b/a/b, ever more fields."""
    parts = urlsplit(url)
    names = [name for name in parts.path.split("/") if name]
    if len(names) > _MOST_SEGMENTS or parts.query.count("&") >= _MOST_FIELDS:
        return True
    words = [name for name in names if not name.isdigit()]
    if words and max(Counter(words).values()) >= _SAME_SEGMENT:
        return True
    return any(_follows_itself(names, length) for length in range(1, _LONGEST_ROW + 1))


def _follows_itself(names: list[str], length: int) -> bool:
    for start in range(len(names) - length * _REPEATS + 1):
        row = names[start : start + length]
        if any(name.isdigit() for name in row):
            continue  # /2024/2024/ is a day, not a loop
        if names[start : start + length * _REPEATS] == row * _REPEATS:
            return True
    return False


@lru_cache(maxsize=16_384)
def shape_of(url: str) -> str:
    """What all combinations of one list's filters share: its path, and that much is asked of it."""
    parts = urlsplit(url)
    fields = parts.query.count("&") + 1 if parts.query else 0
    many = "?*" if fields >= _FACETS_FROM else "?"
    return f"{host_of(url)}{_NUMBERS.sub('N', parts.path)}{many if fields else ''}"


class Allowance:
    """How many addresses of one pattern, and of one shape, a visit may plan."""

    def __init__(self, manners: Manners) -> None:
        """Allow as many as *manners* says."""
        self._manners = manners
        self._spent: Counter[tuple[str, bool]] = Counter()

    def admits(self, url: str, *, wanted: bool) -> bool:
        """Count *url* in, unless it grows by itself or enough like it are planned already."""
        if grows(url):
            return False
        most = self._manners.per_wanted_pattern if wanted else self._manners.per_pattern
        keys = (
            ((pattern_of(url), wanted), (shape_of(url), wanted))
            if "?" in url
            else ((pattern_of(url), wanted),)
        )
        if any(self._spent[key] >= most for key in keys):
            return False
        for key in keys:
            self._spent[key] += 1
        return True
