"""Which known addresses of a site are asked again: a share of them, and a share of the bytes they came to.

Front pages and lists first, then of every list the paper likeliest to have changed, the best list's first, and what
has waited for its turn; of a small site it is all. What its server gave no validators for comes whole again, so it
costs its size; of files that are too dear the head is asked for.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import parse_qsl, urlsplit

from crawlers.addresses import is_document, pattern_of
from crawlers.capturing import is_page
from crawlers.pages.dates import first_date
from crawlers.worth import branch_of
from models.crawling import Capture
from models.remembering import Remembered
from models.vocabulary import AddressState

SHARE = 0.27  # of last time's addresses that are asked again; robots.txt and what is new come on top
FEW = 12  # addresses that may be asked again whatever the share
BYTES = 0.048  # of last time's that may come again; what has changed comes on top
SURE = 4  # lists that are asked whatever they cost
OF_LISTS = 0.5  # of the addresses at most; the rest is for papers
IN_TURN = 0.10  # of the addresses is for what has waited longest
BYTES_IN_TURN = 0.12  # of the bytes
LISTS_BEFORE = 7  # so many further lists send their first paper before a list sends its second
MOST_STEPS = 3  # from a paper up to its list
HUB_FROM = 3  # addresses first found on a page make it one that brings news
SECTION_FROM = 80.0  # worth of a link that names a section in words
PRIOR_LOOKS = 16.0  # what one expects of any paper counts as so many looks, half of which found it changed
WARM_DAYS = 60  # a paper this young may still be completed, corrected or replaced
_NUMBER = re.compile(r"(?<![^\W_])\d{1,18}(?![^\W_])")  # not those inside a hash
_NUMBERED = re.compile(r"[^\W_]*\d[^\W_]*")
_PAPER_FROM = 10.0  # worth; below it nobody said that anything is there
UNCHANGED = 304
MOVED_AWAY = frozenset(range(300, 400)) - {UNCHANGED}


@dataclass(slots=True)
class _Basket:
    """What is chosen so far, and the bytes that are left for more. Of files too dear the head is chosen."""

    left: float
    price: Callable[[Remembered], float]
    keys: set[str] = field(default_factory=set)
    heads: set[str] = field(default_factory=set)

    def take(self, ranked: Iterable[Remembered], places: int, *, keep: float = 0.0, sure: int = 0) -> None:
        """Choose the first of *ranked* that fit, until *places* are chosen; the first *sure* fit always.

        *keep* bytes are left for others. What only its head was chosen of may be chosen whole when its turn comes.
        """
        for place, known in enumerate(ranked):
            if len(self.keys) + len(self.heads) >= places:
                return
            if known.key in self.keys:
                continue
            price = self.price(known)
            if place < sure or not price or price <= self.left - keep:
                self.keys.add(known.key)
                self.heads.discard(known.key)
                self.left -= price
            elif known.state is AddressState.FETCHED and is_file(known.capture):
                self.heads.add(known.key)


class Choice:
    """What of a site is asked again today: ``keys``, and ``heads`` of which only the head is asked for."""

    def __init__(
        self, every: Iterable[Remembered], today: date, *, doubted: Collection[str] = frozenset()
    ) -> None:
        """Choose among *every* address that is known; no validator of a *doubted* branch is believed."""
        self._known = {known.key: known for known in every}
        self._doubted = doubted
        self._today = today
        self._depths: dict[str, int] = {}
        self._places = self._places_of_all()
        basket = self._fill()
        self.keys, self.heads = basket.keys, basket.heads

    def _fill(self) -> _Basket:
        """The best lists, the likeliest of every shelf, then whose turn it is."""
        every = self._known.values()
        lists = sorted(filter(_brings_news, every), key=lambda known: (-_news_of(known), known.key))
        papers = self._by_shelf([known for known in every if not _brings_news(known)], lists)
        room = max(math.ceil(SHARE * len(self._known)), FEW)
        fixed = room - math.ceil(IN_TURN * room)
        size = BYTES * sum(known.capture.body_bytes for known in every)
        basket = _Basket(size, self._price_of)
        for_lists = max(math.ceil(OF_LISTS * room), fixed - len(papers))
        basket.take(lists, for_lists, keep=BYTES_IN_TURN * size, sure=SURE)
        basket.take(papers, fixed, keep=BYTES_IN_TURN * size)
        basket.take(sorted(every, key=lambda known: (self._turn_of(known), known.key), reverse=True), room)
        return basket

    def _price_of(self, known: Remembered) -> float:
        """The bytes it takes to hear that *known* has not changed, spread over the visits it has waited."""
        came_whole = known.looks > 1 and known.capture.confirms_id is None  # when it was asked last
        is_other_file = bool(known.changes) and is_file(known.capture)  # pages change a little always
        for_nothing = came_whole and not is_other_file
        is_doubted = for_nothing or branch_of(known.capture.requested_url) in self._doubted
        is_spared = not is_doubted and bool(validators_for(known))
        return 0.0 if is_spared else known.capture.body_bytes / (1.0 + known.unasked)

    def _turn_of(self, known: Remembered) -> tuple[float, float]:
        """How long it has waited, which counts the faster the more it matters; then what it is worth."""
        pace = 1.0
        if _brings_news(known):
            pace = 4.0
        elif is_file(known.capture) and self._shelf_of(known):
            pace = 2.0
        if known.is_evidence and not _brings_news(known):
            pace *= 2.0
        return pace * (1.0 + known.unasked), self._worth(known)

    def _by_shelf(self, papers: Iterable[Remembered], lists: Sequence[Remembered]) -> list[Remembered]:
        """*papers* in the order of their *lists*, the likeliest of each; its next one waits for other lists'."""
        ranks = {known.key: rank for rank, known in enumerate(lists)}
        shelves: dict[str, list[Remembered]] = defaultdict(list)
        for known in papers:
            shelves[self._shelf_of(known)].append(known)
        turns = []
        for shelf, stood in shelves.items():
            stood.sort(key=lambda known: (-self._worth(known), known.key))
            for place, known in enumerate(stood):
                rounds = place + (not (is_file(known.capture) and _was_named(known)))
                turns.append((rounds * LISTS_BEFORE + ranks.get(shelf, len(lists)), place, known.key))
        return [self._known[key] for *_, key in sorted(turns)]

    def _shelf_of(self, known: Remembered) -> str:
        """The list that *known* stands under, perhaps by a page of its own; empty where no list leads to it."""
        parent = self._known.get(known.found_on or "")
        for _ in range(MOST_STEPS):
            if parent is None:
                return ""
            if _brings_news(parent):
                return parent.key
            parent = self._known.get(parent.found_on or "")
        return ""

    def _places_of_all(self) -> dict[str, int]:
        """How many of its sort are newer than each: above it in its list, or with higher numbers.

        Addresses are numbered as papers come: by an id, a year and month, the number of a session.
        """
        sorts: dict[str, list[Remembered]] = defaultdict(list)
        for known in self._known.values():
            sorts[_NUMBERED.sub("N", known.key)].append(known)
        places = {}
        for alike in sorts.values():
            newest_first = sorted(alike, key=lambda known: _numbers(known.key), reverse=True)
            for place, known in enumerate(newest_first):
                is_series = len(alike) >= HUB_FROM and bool(_numbers(known.key))
                depth = self._depth_of(known, MOST_STEPS)
                places[known.key] = min(depth, place) if is_series else depth
        return places

    def _depth_of(self, known: Remembered, steps: int) -> int:
        """How far down its list: what a further page shows comes after the list's own, a file with its paper."""
        if known.key not in self._depths:
            parent = self._known.get(known.found_on or "")
            above = 0
            if parent is not None and steps and not _brings_news(parent):
                start = self._known.get(parent.found_on or "")
                is_further_page = start is not None and _turns(parent.key, start.key)
                above = start.leads_to if start and is_further_page else self._depth_of(parent, steps - 1)
            self._depths[known.key] = above + known.place
        return self._depths[known.key]

    def _worth(self, known: Remembered) -> float:
        """How likely a paper has changed, times what it matters.

        The newest of its sort is what gets corrected.
        """
        chance = (
            (known.changes + PRIOR_LOOKS / 2.0)
            / (known.looks + PRIOR_LOOKS)
            / (1.0 + self._places[known.key])
        )
        day = first_date(known.anchor)
        if day is not None:
            chance *= 4.0 if abs((self._today - day).days) <= WARM_DAYS else 0.5
        if not _was_named(known):
            chance *= 0.2
        matters = 1.5 if known.is_evidence else 1.0
        matters *= 6.0 if is_file(known.capture) else 1.0
        matters *= 3.0 if self._shelf_of(known) else 1.0
        return chance * matters * (1.0 + 0.1 * math.log2(known.siblings + 1))


def _was_named(known: Remembered) -> bool:
    """Whether it is there, and some link said what it is."""
    return known.state is AddressState.FETCHED and known.score > _PAPER_FROM


def is_file(capture: Capture) -> bool:
    """Whether a file was answered, whatever its address looks like."""
    return is_document(capture.final_url) or not is_page(capture)


def _numbers(key: str) -> list[int]:
    return [int(number) for number in _NUMBER.findall(key)]


def _brings_news(known: Remembered) -> bool:
    """Whether new papers would first be seen on it: front pages, sections, lists, maps; not the rest of a long one."""
    if known.state is not AddressState.FETCHED or (is_file(known.capture) and not known.leads_to):
        return False
    if known.found_on is None:
        return True
    is_section = known.leads_to >= HUB_FROM or known.score >= SECTION_FROM
    return is_section and not _turns(known.key, known.found_on)


def _news_of(known: Remembered) -> float:
    """Which lists first: where the visit begins, then sections by their worth, pages that led far before others.

    What has changed of late will do so again, and a counter on every page says no more than two changes.
    """
    if known.found_on is None:
        return 1e6
    return known.score + 10.0 * math.log2(1.0 + known.leads_to) + 5.0 * min(known.changes, 2)


def _turns(key: str, found_on: str) -> bool:
    """Whether a page is a further one of the list it was found on: alike but for numbers, or asked of it."""
    one, other = f"http://{key}", f"http://{found_on}"
    if pattern_of(one) == pattern_of(other):
        return True
    page, start = urlsplit(one), urlsplit(other)
    asked, before = parse_qsl(page.query), parse_qsl(start.query)
    return (
        page[:3] == start[:3] and page.path != "/" and len(asked) > len(before) and set(before) < set(asked)
    )


def validators_for(known: Remembered) -> dict[str, str]:
    """The headers that make a request for *known* conditional on a change; empty where it gave none."""
    if known.state is not AddressState.FETCHED or known.capture.status in MOVED_AWAY:
        return {}
    return validators_of(known.headers)


def validators_of(headers: Iterable[Sequence[str]]) -> dict[str, str]:
    """The request headers by which a server may say that nothing has changed since it sent *headers*."""
    given = {name.lower(): value for name, value in headers}
    asked = {"If-None-Match": given.get("etag"), "If-Modified-Since": given.get("last-modified")}
    return {name: value for name, value in asked.items() if value}
