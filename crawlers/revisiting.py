"""What of a site known from last time is asked again, and what is taken as it was.

Whatever is new is always asked. Of the rest it is a share, with the validators they gave us: front pages and lists
first, then of every list the paper likeliest to have changed, and what has waited for its turn; of a small site it
is all. Nothing stays unasked for ever, and nothing is taken as it was from a host that has not answered this time.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from urllib.parse import parse_qsl, urlsplit

from crawlers.addresses import host_of, is_document, pattern_of
from crawlers.capturing import is_page
from crawlers.pages.dates import first_date
from models.crawling import Capture
from models.ledger import Planned
from models.remembering import Remembered
from models.vocabulary import AddressState

SHARE = 0.25  # of last time's addresses that are asked again; robots.txt and what is new come on top
FEW = 12  # addresses that may be asked again whatever the share
OF_LISTS = 0.5  # of those at most; the rest is for papers
IN_TURN = 0.15  # of those are what has waited longest
MOST_STEPS = 3  # from a paper up to its list
HUB_FROM = 3  # addresses first found on a page make it one that brings news
SECTION_FROM = 80.0  # worth of a link that names a section in words
PRIOR_LOOKS = 4.0  # what one expects of any paper counts as so many looks, half of which found it changed
WARM_DAYS = 60  # a paper this young may still be completed, corrected or replaced
_NUMBER = re.compile(r"(?<![^\W_])\d{1,18}(?![^\W_])")  # not those inside a hash
_NUMBERED = re.compile(r"[^\W_]*\d[^\W_]*")
_PAPER_FROM = 10.0  # worth; below it nobody said that anything is there
UNCHANGED = 304
MOVED_AWAY = frozenset(range(300, 400)) - {UNCHANGED}


class Memory:
    """What is known of a site's addresses from the visit before, and what to do with each of them now."""

    def __init__(self, remembered: Mapping[str, Remembered], today: date) -> None:
        """Choose what to ask again; nothing is remembered on a first visit."""
        self._known = dict(remembered)
        self._today = today
        self._places = _places(self._known.values())
        self._wanted = self._choose()
        self._answered: set[str] = set()

    def __bool__(self) -> bool:
        """Whether there was a visit to lean on."""
        return bool(self._known)

    def of(self, key: str) -> Remembered | None:
        """What is known of an address."""
        return self._known.get(key)

    def answered(self, url: str) -> None:
        """Note that the host of *url* is there this time."""
        self._answered.add(host_of(url))

    def forget(self, key: str) -> None:
        """Lean no more on what was known of *key*: its bytes are not to be had."""
        self._known.pop(key, None)

    def kept(self, plan: Planned) -> Remembered | None:
        """What is known of *plan* where that is enough and it need not be asked; None where it must be."""
        known = self._known.get(plan.key)
        return None if known is None or plan.attempts or plan.key in self._wanted else known

    def heard(self, key: str, modified: datetime) -> None:
        """Note that the site itself dates the last change of *key*: after our last look, it is asked for."""
        known = self._known.get(key)
        if known is not None and modified > known.capture.ended_at:
            self._wanted.add(key)

    def is_there(self, url: str) -> bool:
        """Whether the host of *url* has answered this time: what was known of a silent one says nothing now."""
        return host_of(url) in self._answered

    def validators(self, plan: Planned) -> dict[str, str]:
        """The headers that make a request for *plan* conditional on a change; empty where it gave none."""
        known = self._known.get(plan.key)
        if known is None or known.state is not AddressState.FETCHED or known.capture.status in MOVED_AWAY:
            return {}
        return validators_of(known.headers)

    def _choose(self) -> set[str]:
        """The keys of what is asked again: the best lists, the likeliest of every shelf, then whose turn it is."""
        every = self._known.values()
        lists = sorted(filter(_brings_news, every), key=lambda known: (-_news_of(known), known.key))
        papers = self._shelf_by_shelf([known for known in every if not _brings_news(known)])
        room = max(math.ceil(SHARE * len(self._known)), FEW)
        fixed = room - math.ceil(IN_TURN * room)
        chosen = lists[: max(math.ceil(OF_LISTS * room), fixed - len(papers))]
        chosen += papers[: max(fixed - len(chosen), 0)]
        taken = {known.key for known in chosen}
        rest = [known for known in every if known.key not in taken]
        rest.sort(key=lambda known: (self._turn_of(known), known.key), reverse=True)
        return taken | {known.key for known in rest[: room - len(chosen)]}

    def _turn_of(self, known: Remembered) -> tuple[float, float]:
        """How long it has waited, which counts the faster the more it matters; then what it is worth."""
        pace = 1.0
        if _brings_news(known):
            pace = 4.0
        elif _is_file(known.capture) and self._shelf_of(known):
            pace = 2.0
        if known.is_evidence and not _brings_news(known):
            pace *= 2.0
        return pace * (1.0 + known.unasked), self._worth(known)

    def _shelf_by_shelf(self, papers: Iterable[Remembered]) -> list[Remembered]:
        """*papers*, first the likeliest of every list, then the second of every list, and so on."""
        shelves: dict[str, list[tuple[float, str, Remembered]]] = defaultdict(list)
        for known in papers:
            shelves[self._shelf_of(known)].append((-self._worth(known), known.key, known))
        turns = [
            (turn, negative, key, known)
            for shelf in shelves.values()
            for turn, (negative, key, known) in enumerate(sorted(shelf, key=lambda one: one[:2]))
        ]
        return [known for *_, known in sorted(turns, key=lambda one: one[:3])]

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
        if known.state is not AddressState.FETCHED or known.score <= _PAPER_FROM:
            chance *= 0.2
        matters = 3.0 if known.is_evidence else 1.0
        matters *= 6.0 if _is_file(known.capture) else 1.0
        matters *= 3.0 if self._shelf_of(known) else 1.0
        return chance * matters * (1.0 + 0.1 * math.log2(known.siblings + 1))


def _is_file(capture: Capture) -> bool:
    """Whether a file was answered, whatever its address looks like."""
    return is_document(capture.final_url) or not is_page(capture)


def _places(every: Iterable[Remembered]) -> dict[str, int]:
    """How many of its sort are newer than each: above it in the list it was found on, or with higher numbers.

    Addresses are numbered as papers come: by an id, a year and month, the number of a session.
    """
    sorts: dict[str, list[Remembered]] = defaultdict(list)
    for known in every:
        sorts[_NUMBERED.sub("N", known.key)].append(known)
    places = {}
    for alike in sorts.values():
        newest_first = sorted(alike, key=lambda known: _numbers(known.key), reverse=True)
        for place, known in enumerate(newest_first):
            is_series = len(alike) >= HUB_FROM and bool(_numbers(known.key))
            places[known.key] = min(known.place, place) if is_series else known.place
    return places


def _numbers(key: str) -> list[int]:
    return [int(number) for number in _NUMBER.findall(key)]


def _brings_news(known: Remembered) -> bool:
    """Whether new papers would first be seen on it: front pages, sections, lists, maps; not the rest of a long one."""
    if known.state is not AddressState.FETCHED or (_is_file(known.capture) and not known.leads_to):
        return False
    if known.found_on is None:
        return True
    is_section = known.leads_to >= HUB_FROM or known.score >= SECTION_FROM
    return is_section and not _turns(known.key, known.found_on)


def _news_of(known: Remembered) -> float:
    """Which lists first: where the visit begins, then sections by their worth, pages that led far before others."""
    if known.found_on is None:
        return 1e6
    return known.score + 10.0 * math.log2(1.0 + known.leads_to)


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


def validators_of(headers: Iterable[Sequence[str]]) -> dict[str, str]:
    """The request headers by which a server may say that nothing has changed since it sent *headers*."""
    given = {name.lower(): value for name, value in headers}
    asked = {"If-None-Match": given.get("etag"), "If-Modified-Since": given.get("last-modified")}
    return {name: value for name, value in asked.items() if value}
