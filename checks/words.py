"""What the words of a title say: for a topic, against it, or nothing; and which years they name."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

from models.facts import Term
from models.matching import MATCH_AT_LEAST, Cut, Spelling, normalise, resembles, stems

_KEY = 3  # letters of a stem by which a term is first looked up
_ENOUGH = 0.8  # of a term's letters must be there before it is compared in full
_LONGEST = 300  # characters of a title that are compared
_REMEMBERED = 50_000
_ALIKE = 1  # a title carries a phrase, endings and a slip of the pen aside
_WHOLE = 2  # every word of it stands there: to take something away, or to keep it, alike is not enough

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
    wanted: tuple[str, ...]  # its words without endings, in order
    stems: frozenset[str]
    keys: frozenset[str]  # beginnings of the words without which too little of it is left
    others: tuple[tuple[str, int], ...]  # beginnings of the other words, with their lengths
    enough: float  # letters of the others that must be there beside

    def may_stand_in(self, given: frozenset[str]) -> bool:
        """True where enough of it may stand in a title whose words begin so."""
        return self.keys <= given and (
            self.enough <= 0 or sum(length for key, length in self.others if key in given) >= self.enough
        )

    def found_in(self, title: Cut, words: frozenset[str]) -> int:
        """How *title*, whose stems are *words*, holds it; nought where it does not."""
        alike = _ALIKE if title.carries(self.wanted, at_least=MATCH_AT_LEAST) else 0
        return alike | (_WHOLE if self.stems <= words else 0)


class Phrasebook:
    """The terms of all indicators, so that a title is held against them once and not once for each."""

    def __init__(self) -> None:
        self._phrases: dict[str, Phrase] = {}
        self._by_sign: dict[str, list[Phrase]] = {}
        self._spelling = Spelling()
        self.said_in = _Said(self._by_sign, self._spelling)

    def phrase(self, text: str) -> Phrase:
        """The phrase of a term; a new one is taken up."""
        if text not in self._phrases:
            words = stems(text)
            made = self._phrases[text] = self._made(words)
            rarest = min(_signs(words), key=lambda sign: (len(self._by_sign.get(sign, ())), sign))
            self._by_sign.setdefault(rarest, []).append(made)
            for word in made.stems:
                self._spelling.add(word)
            self.said_in.clear()
        return self._phrases[text]

    def _made(self, words: tuple[str, ...]) -> Phrase:
        """Its longest word is needed in any case, so that most titles are settled by one look."""
        total = sum(map(len, words))
        longest = max(words, key=len, default="")
        needed = {longest, *_needed(words)}
        keys = frozenset(word[:_KEY] for word in needed)
        others = tuple((word[:_KEY], len(word)) for word in words if word[:_KEY] not in keys)
        enough = _ENOUGH * total - sum(len(word) for word in words if word[:_KEY] in keys)
        return Phrase(self, len(self._phrases), words, frozenset(words), keys, others, enough)


def _needed(words: tuple[str, ...]) -> list[str]:
    """The words of a term without any of which too little of it is left."""
    total = sum(map(len, words))
    return [word for word in words if total - len(word) < _ENOUGH * total]


def _signs(words: tuple[str, ...]) -> list[str]:
    """By these a term is looked for in titles: words that must be there, or how its longest one begins."""
    return _needed(words) or [max(words, key=len, default="")[:_KEY]]


class _Said(dict[str, dict[Phrase, int]]):
    """Title → the phrases that it holds, and how; only those are compared in full that may stand in it."""

    def __init__(self, by_sign: dict[str, list[Phrase]], spelling: Spelling) -> None:
        super().__init__()
        self._by_sign, self._spelling = by_sign, spelling

    def __missing__(self, title: str) -> dict[Phrase, int]:
        if len(self) >= _REMEMBERED:
            self.clear()
        words = stems(title[:_LONGEST])
        given, slips = frozenset([word[:_KEY] for word in words]), self._spelling.slips(words)
        near = [
            phrase
            for sign in {*words, *slips, *given}
            for phrase in self._by_sign.get(sign, ())
            if phrase.keys <= given and (phrase.enough <= 0 or phrase.may_stand_in(given))
        ]
        self[title] = self._found(Cut(words, slips), frozenset(words), near) if near else _NOTHING
        return self[title]

    def _found(self, title: Cut, words: frozenset[str], near: list[Phrase]) -> dict[Phrase, int]:
        near.sort(key=_in_order)
        return {phrase: how for phrase in near if (how := phrase.found_in(title, words))} or _NOTHING


_NOTHING: dict[Phrase, int] = {}
_in_order = attrgetter("number")


class Words:
    """The terms of one indicator, ready to be held against many titles; *book* holds those of its methodology."""

    def __init__(self, terms: Iterable[Term], book: Phrasebook | None = None) -> None:
        self.book = book or Phrasebook()
        self._terms: dict[Phrase, list[Term]] = {}
        for term in terms:
            self._terms.setdefault(self.book.phrase(term.text), []).append(term)
        self.phrases = frozenset(self._terms)  # by these ``Shelf.worded`` finds things
        self.sought = frozenset(
            phrase for phrase, terms in self._terms.items() if not all(term.negative for term in terms)
        )
        self._known: dict[str, int] = {}

    def says(self, text: str) -> int:
        """1: the words name the topic; -1: they name what is easily taken for it; 0: neither."""
        said = self.book.said_in[text]
        if not said or self.phrases.isdisjoint(said):
            return 0
        if text not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            standing, against = self._weigh(said)
            self._known[text] = 1 if standing else -1 if against else 0
        return self._known[text]

    def named_by(self, text: str) -> Term | None:
        """The term that *text* carries, if nothing cancels it."""
        standing, _ = self._weigh(self.book.said_in[text])
        return max(standing, default=None, key=lambda term: len(term.text))

    def _weigh(self, said: dict[Phrase, int]) -> tuple[list[Term], list[Term]]:
        """The terms of ours that stand, and those that speak against them.

        "Бюджет громади" is one typing slip from "громадський бюджет", and quite another thing.
        """
        own = [(term, how) for phrase, how in said.items() for term in self._terms.get(phrase, ())]
        whole = [(term, how) for term, how in own if how & _WHOLE]
        against = [term for term, how in whole if term.negative and how & _ALIKE]
        claims = whole if any(term.negative for term, _ in whole) else own
        carried = [term for term, how in claims if how & _ALIKE and not term.negative]
        return [term for term in carried if all(_covers(term.text, other.text) for other in against)], against


@lru_cache(maxsize=32_768)
def _covers(term: str, negative: str) -> bool:
    """A longer term keeps what a negative one within it would take away, as ``models.matching`` has it."""
    return len(normalise(term)) > len(normalise(negative)) and resembles(term, negative) >= MATCH_AT_LEAST


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
