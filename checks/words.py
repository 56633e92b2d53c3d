"""What the words of a title say: for a topic, against it, or nothing; and which years they name."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, eq=False)
class Phrase:
    """The text of some indicators' terms, ready to be held against titles."""

    book: "Phrasebook"
    number: int  # in the order in which the book took them up
    keys: tuple[tuple[str, int], ...]  # beginnings of its words, with the lengths of the words
    needed: frozenset[str]  # those without which too little of it is left
    enough: float

    def weighs_enough(self, given: frozenset[str]) -> bool:
        """True where enough of its letters stand in a title whose words begin so."""
        return sum(weight for key, weight in self.keys if key in given) >= self.enough


class Phrasebook:
    """The terms of all indicators, so that a title is held against them once and not once for each."""

    def __init__(self) -> None:
        self._phrases: dict[str, Phrase] = {}
        self._by_needed: dict[str, list[Phrase]] = {}
        self.near = _Near(self._by_needed)

    def phrase(self, text: str) -> Phrase:
        """The phrase of a term; a new one is taken up."""
        if text not in self._phrases:
            made = self._phrases[text] = self._made(text)
            rarest = min(made.needed, key=lambda key: (len(self._by_needed.get(key, ())), key))
            self._by_needed.setdefault(rarest, []).append(made)
            self.near.clear()
        return self._phrases[text]

    def _made(self, text: str) -> Phrase:
        """Its longest word is needed in any case, so that most titles are settled by one look."""
        keys = tuple((word[:_KEY], len(word)) for word in stems(text))
        longest = max(keys, key=lambda key: key[1], default=("", 0))[0]
        total = sum(weight for _, weight in keys)
        enough = _ENOUGH * total
        needed = frozenset({longest, *(key for key, weight in keys if total - weight < enough)})
        return Phrase(self, len(self._phrases), keys, needed, enough)


class _Near(dict[str, tuple[Phrase, ...]]):
    """Title → the phrases of which it may hold enough, without comparing any in full."""

    def __init__(self, by_needed: dict[str, list[Phrase]]) -> None:
        super().__init__()
        self._by_needed = by_needed

    def __missing__(self, text: str) -> tuple[Phrase, ...]:
        if len(self) >= _REMEMBERED:
            self.clear()
        given = beginnings(text[:_LONGEST])
        near = [
            phrase
            for key in given
            for phrase in self._by_needed.get(key, ())
            if phrase.needed <= given and phrase.weighs_enough(given)
        ]
        near.sort(key=lambda phrase: phrase.number)
        self[text] = tuple(near)
        return self[text]


class Words:
    """The terms of one indicator, ready to be held against many titles; *book* holds those of its methodology."""

    def __init__(self, terms: Iterable[Term], book: Phrasebook | None = None) -> None:
        self._book = book or Phrasebook()
        self._terms: dict[Phrase, list[Term]] = {}
        for term in terms:
            self._terms.setdefault(self._book.phrase(term.text), []).append(term)
        self.beginnings = self.phrases = frozenset(self._terms)
        self._known: dict[str, int] = {}

    def says(self, text: str) -> int:
        """1: the words name the topic; -1: they name what is easily taken for it; 0: neither."""
        near = self._book.near[text]
        if not near or self.phrases.isdisjoint(near):
            return 0
        if text not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[text] = self._weigh(text[:_LONGEST], near)
        return self._known[text]

    def named_by(self, text: str) -> Term | None:
        """The term that *text* carries, if nothing cancels it."""
        return matches(text[:_LONGEST], self._compared(text[:_LONGEST], self._book.near[text]))

    def _weigh(self, text: str, near: Iterable[Phrase]) -> int:
        compared = self._compared(text, near)
        if not compared:
            return 0
        if matches(text, compared):
            return 1
        against = (term for term in compared if term.negative)
        return -1 if any(resembles(text, term.text) >= MATCH_AT_LEAST for term in against) else 0

    def _compared(self, text: str, near: Iterable[Phrase]) -> list[Term]:
        """The terms that are worth comparing in full: those of *near* that are ours, as far as they count."""
        own = [term for phrase in near for term in self._terms.get(phrase, ())]
        against = [term for term in own if term.negative and _holds(text, term.text)]
        standing = [term for term in own if not (term.negative or (against and not _holds(text, term.text)))]
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
