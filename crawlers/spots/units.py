"""A file as a row of small texts, each with its place: cells, paragraphs, values. Words stand in one or across some."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from crawlers.spots.wording import Match, context, matches
from models.spots import Spotted

_JOINT = re.compile(r"\s+[—–|:/-]\s+")
_MANY = 300  # places of one part that are weighed against those of the other

MOST = 1_000_000
"""Texts of one file that are looked through."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One text of a file. ``kind`` and ``place`` as in ``models.spots``."""

    kind: str
    place: dict[str, Any]
    text: str


class Units:
    """All texts of one file, in its order."""

    def __init__(self, units: Iterable[Unit]) -> None:
        """Take up the texts of a file."""
        self.all: Sequence[Unit] = tuple(islice(units, MOST))
        self._starts: list[int] = []
        at = 0
        for unit in self.all:
            self._starts.append(at)
            at += len(unit.text) + 1
        self.text = "\n".join(unit.text for unit in self.all)

    def find(self, quote: str, *, leads_to: str = "") -> tuple[Spotted, tuple[int, ...]] | None:
        """Where *quote* stands, and the numbers of the texts that hold it; near the address *leads_to*, if it is there.

        One text is better than several. Words that a reader put together ("dataset — file") are found apart.
        """
        if found := matches(self.text, quote):
            near = [number for number, unit in enumerate(self.all) if leads_to and unit.text == leads_to]
            best = min(found, key=lambda match: (self._span(match), self._far(match, near), match.start))
            return self._spotted([best], times=len(found))
        return self._find_apart(quote)

    def _find_apart(self, quote: str) -> tuple[Spotted, tuple[int, ...]] | None:
        """The two parts of *quote* where they stand nearest to each other."""
        for joint in _JOINT.finditer(quote):
            firsts = matches(self.text, quote[: joint.start()], at_most=_MANY)
            seconds = matches(self.text, quote[joint.end() :], at_most=_MANY)
            if firsts and seconds:
                pairs = [(abs(one.start - other.start), one, other) for one in firsts for other in seconds]
                _, one, other = min(pairs, key=lambda pair: (pair[0], pair[1].start))
                return self._spotted([one, other], times=1)
        return None

    def _spotted(self, found: Sequence[Match], *, times: int) -> tuple[Spotted, tuple[int, ...]]:
        standing = [(number, match) for match in found for number in self._numbers(match)]
        places = [self.all[number].place | self._within(number, match) for number, match in standing]
        first = found[0]
        place = places[0] | context(self.text, first.start, first.end) | {"times": times}
        if places[1:]:
            place["parts"] = places[1:]
        numbers = tuple(number for number, _ in standing)
        return Spotted(found=True, kind=self.all[numbers[0]].kind, place=place), numbers

    def _numbers(self, match: Match) -> tuple[int, ...]:
        first, last = (bisect_right(self._starts, at) - 1 for at in (match.start, match.end - 1))
        return tuple(range(first, last + 1))

    def _span(self, match: Match) -> int:
        return len(self._numbers(match))

    def _far(self, match: Match, near: Sequence[int]) -> int:
        number = bisect_right(self._starts, match.start) - 1
        return min((abs(number - other) for other in near), default=0)

    def _within(self, number: int, match: Match) -> dict[str, int]:
        """The characters of one text that belong to the words."""
        start = self._starts[number]
        return {
            "start": max(match.start - start, 0),
            "end": min(match.end - start, len(self.all[number].text)),
        }
