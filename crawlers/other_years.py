"""Lists that keep one year in their address, asked for the years beside it: no link may lead there."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from crawlers import worth
from crawlers.addresses import host_of, is_document, key_of, pattern_of
from crawlers.pages.filenames import is_document as looks_like_file
from crawlers.searching import BY_OTHER_YEAR
from crawlers.weighing import Source
from models.ledger import Planned
from models.vocabulary import PageKind

A_LIST_FROM = 3  # documents
MOST_OF_A_HOST = 12  # guesses
FIRST_YEAR = 2000
_LISTS = frozenset({PageKind.LIST, PageKind.CATALOGUE, PageKind.HOME, PageKind.OTHER})
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_YEAR_ALONE = re.compile(r"\D*(20\d\d)\D*")


class _Slot(NamedTuple):
    """An address that names one year, and where in its text the year stands."""

    url: str
    start: int
    year: int

    def at(self, year: int) -> str:
        """The same address with another year."""
        return f"{self.url[: self.start]}{year}{self.url[self.start + 4 :]}"


class OtherYears:
    """What was guessed so far in one visit: from every list outward, year by year, until a guess shows none."""

    def __init__(self, this_year: int) -> None:
        """Guess no year after *this_year*."""
        self._this_year = this_year
        self._guesses: Counter[str] = Counter()
        self._seen: defaultdict[str, set[str]] = defaultdict(set)

    def remember(self, row: Planned) -> None:
        """Count a guess of the visit that is resumed."""
        if BY_OTHER_YEAR in row.serves:
            self._guesses[host_of(row.url)] += 1

    def beside(self, page: Source, known: Container[str]) -> list[Planned]:
        """The years next to the one of *page*, if it is a list, but for those *known*.

        Where a site shows one list for several years, older ones are not asked for on and on.
        """
        row, glance = page.row, page.glance
        slot = _slot_of(row.url, self._this_year + 1)
        if slot is None or glance.reason is not None or glance.kind not in _LISTS:
            return []
        papers = {link.href for link in glance.links if not link.place.repeats and _is_file(link.href)}
        if len(papers) < A_LIST_FROM:
            return []
        seen = self._seen[pattern_of(slot.at(FIRST_YEAR))]
        shows_more = not papers <= seen
        seen |= papers
        years = [slot.year + 1] * (slot.year < self._this_year)
        years += [slot.year - 1] * (shows_more and slot.year > FIRST_YEAR)
        best = (
            worth.BY_YEAR if page.near or row.depth == 0 or BY_OTHER_YEAR in row.serves else worth.UNTOLD_TURN
        )
        made = []
        for year in years:
            guess = self._guess(slot, year, row, best)
            if guess.key not in known and self._guesses[host_of(row.url)] < MOST_OF_A_HOST:
                self._guesses[host_of(row.url)] += 1
                made.append(guess)
        return made

    def _guess(self, slot: _Slot, year: int, parent: Planned, best: float) -> Planned:
        """The row of another year: with the words of the link to its neighbour, as a site would write them."""
        url = slot.at(year)
        words = _YEAR.sub(str(year), parent.anchor) if str(slot.year) in parent.anchor else parent.anchor
        score = best - 0.5 * abs(self._this_year - year)
        depth = max(parent.depth, 1)
        return Planned(key_of(url), url, parent.key, words, depth, score, (BY_OTHER_YEAR,))


def _is_file(href: str) -> bool:
    return is_document(href) or looks_like_file(href)


def _slot_of(url: str, last: int) -> _Slot | None:
    """Where *url* names its only year: in the last part of its path without other numbers, or as a value asked for."""
    parts = urlsplit(url)
    if is_document(url):
        return None
    name = parts.path.rstrip("/").rsplit("/", 1)[-1]
    in_path = _YEAR_ALONE.fullmatch(name)
    asked = [value for _, value in parse_qsl(parts.query) if _YEAR.fullmatch(value)]
    if bool(in_path) + len(asked) != 1:
        return None
    year = in_path[1] if in_path else asked[0]
    begin = len(urlunsplit((parts.scheme, parts.netloc, parts.path, "", "")))
    start = url.rindex(year, 0, begin) if in_path else url.index(f"={year}", begin) + 1
    return _Slot(url, start, int(year)) if FIRST_YEAR <= int(year) <= last else None
