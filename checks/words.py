"""What the words of a title say: for a topic, against it, or nothing; and which years they name."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from models.facts import Term
from models.matching import MATCH_AT_LEAST, matches, normalise, resembles, stems

_KEY = 3  # letters of a stem by which a term is first looked up
_ENOUGH = 0.8  # of a term's letters must be there before it is compared in full
_LONGEST = 300  # characters of a title that are compared
_REMEMBERED = 50_000

_DATES = re.compile(r"(?<!\d)(?:\d{1,2}[./-]\d{1,2}[./-]20\d\d|20\d\d[./-]\d{1,2}[./-]\d{1,2})(?!\d)")
_WRITTEN_DATES = re.compile(r"(?<!\d)\d{1,2}\s+[^\W\d]{3,}\s+20\d\d(?!\d)")
_SPAN = re.compile(r"(?<!\d)(20\d\d)\s*[-–—/]\s*((?:20)?\d\d)(?!\d)")
_YEAR = re.compile(r"(?<!\d)20[0-4]\d(?!\d)")
_WORD = re.compile(r"\w+|№")

_Keys = tuple[tuple[str, int], ...]  # beginnings of a term's words, with the lengths of the words


class Words:
    """The terms of one indicator, ready to be held against many titles."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._by_longest: dict[str, list[tuple[Term, _Keys]]] = {}
        for term in terms:
            keys = tuple((word[:_KEY], len(word)) for word in stems(term.text))
            longest = max(keys, key=lambda key: key[1], default=("", 0))[0]
            self._by_longest.setdefault(longest, []).append((term, keys))
        self.beginnings = frozenset(self._by_longest)
        self._known: dict[str, int] = {}

    def says(self, text: str) -> int:
        """1: the words name the topic; -1: they name what is easily taken for it; 0: neither."""
        if text not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[text] = self._weigh(text[:_LONGEST])
        return self._known[text]

    def named_by(self, text: str) -> Term | None:
        """The term that *text* carries, if nothing cancels it."""
        return matches(text[:_LONGEST], self._near(text))

    def _weigh(self, text: str) -> int:
        near = self._near(text)
        if not near:
            return 0
        if matches(text, near):
            return 1
        against = (term for term in near if term.negative)
        return -1 if any(resembles(text, term.text) >= MATCH_AT_LEAST for term in against) else 0

    def _near(self, text: str) -> list[Term]:
        """The terms of which *text* may hold enough, without comparing any in full.

        Enough of a term never goes without its longest word, so that most titles are settled by one look.
        """
        given = beginnings(text)
        near = [
            term
            for longest in self.beginnings & given
            for term, keys in self._by_longest[longest]
            if sum(weight for key, weight in keys if key in given) >= _ENOUGH * sum(w for _, w in keys)
        ]
        against = [term for term in near if term.negative and _holds(text, term.text)]
        standing = [term for term in near if not (term.negative or (against and not _holds(text, term.text)))]
        return [*standing, *against]


def _holds(text: str, term: str) -> bool:
    """Every word of *term* stands in *text*: to take something away, or to keep it, alike is not enough.

    "Бюджет громади" is one typing slip from "громадський бюджет", and quite another thing.
    """
    return set(stems(term)) <= set(stems(text))


@lru_cache(maxsize=32_768)
def beginnings(text: str) -> frozenset[str]:
    """The first letters of the words of *text*: by them what may carry a term is found at once."""
    return frozenset(word[:_KEY] for word in stems(text))


def carries(text: str, phrases: Sequence[str]) -> bool:
    """True where one of *phrases* stands in *text* word for word, whatever the endings."""
    return carried_by(text, phrases) is not None


def carried_by(text: str, phrases: Sequence[str]) -> str | None:
    """The first of *phrases* that stands in *text* word for word, whatever the endings."""
    given = _padded(text[:_LONGEST])
    return next((phrase for phrase in phrases if _padded(phrase) in given), None)


@lru_cache(maxsize=32_768)
def _padded(text: str) -> str:
    return f" {' '.join(stems(text))} "


@lru_cache(maxsize=32_768)
def head(text: str, subject_begins: tuple[str, ...]) -> str:
    """What stands before the subject: of "Рішення ради № 5 Про бюджет" the part that says whose it is."""
    for word in _WORD.finditer(text):
        if normalise(word[0]) in subject_begins:
            return text[: word.start()]
    return text


def days_named(text: str) -> frozenset[str]:
    """The different days that *text* writes out in full, as it writes them."""
    return frozenset((*_DATES.findall(text), *_WRITTEN_DATES.findall(text)))


@lru_cache(maxsize=32_768)
def horizon(text: str) -> frozenset[int]:
    """Every year a text names outside its dates; of a span both ends: a programme "2024–2027" reaches to 2027."""
    undated = _WRITTEN_DATES.sub(" ", _DATES.sub(" ", text))
    ends = {int(found[2][-2:]) + 2000 for found in _SPAN.finditer(undated)}
    return frozenset(ends | set(map(int, _YEAR.findall(undated))))


@lru_cache(maxsize=32_768)
def years(text: str) -> frozenset[int]:
    """The years a title is about: not those of its dates, unless it names no others.

    A span of two neighbouring years ("2026/27") is a financial year and names both; of a longer one
    ("2026–2028", a forecast) only the first counts.
    """
    undated = _DATES.sub(" ", text)
    outside: set[int] = set()
    for found in _SPAN.finditer(undated):
        first, last = int(found[1]), int(found[2][-2:]) + 2000
        outside |= {first, last} if last == first + 1 else {first}
    outside.update(map(int, _YEAR.findall(_WRITTEN_DATES.sub(" ", _SPAN.sub(" ", undated)))))
    return frozenset(outside or map(int, _YEAR.findall(text)))
