"""The terms of a lexicon made ready for links: their words cut, romanised, and found by how they begin."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from models.facts import Term
from models.folding import normalise
from models.matching import MATCH_AT_LEAST, resembles

EXACT = 100
ADDRESS_COUNTS = 0.8
"""How much of a term a link's address may say; a slug is chosen once and often outlives its content."""

_CACHE_SIZE = 32_768
_PROMISING_FROM = 50  # half a term may still lead there, through one more page
_CANCELS_FROM = ADDRESS_COUNTS * MATCH_AT_LEAST
_KEY = 3  # letters of a stem by which the words of terms are found

_ROMANISED = str.maketrans(
    {
        **dict(zip("абвгдеєжзиіїйклмнопрстуфцыэхчшщюя", "abvhdeejziiiiklmnoprstufciehcxxua", strict=True)),
        "ь": "", "ъ": "",
    }
)  # fmt: skip
_LATIN_FOLDS = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        ("zh", "j"),
        ("kh|g", "h"),
        ("ts|ch", "c"),
        ("w", "v"),
        ("shc|sc|sh", "x"),
        ("[yij]+(?=[aeu])", ""),
        ("[yi]+", "i"),
        (r"(.)\1", r"\1"),
    )
)


@dataclass(slots=True, eq=False)
class Prepared:
    """One term of a topic: its words cut and, for addresses, romanised."""

    topic: str
    term: Term
    stems: tuple[str, ...]
    weight: int = field(init=False)
    enough: float = field(init=False)  # of the weight times 100: with less the term says nothing
    written: str = field(init=False)

    def __post_init__(self) -> None:
        self.weight = sum(map(len, self.stems))
        self.enough = self.weight * (_CANCELS_FROM if self.term.negative else _PROMISING_FROM)
        self.written = f" {' '.join(self.stems)} "


class Vocabulary:
    """Some words of all terms, found by how they begin."""

    def __init__(self) -> None:
        self.holders: dict[
            str, list[tuple[Prepared, int]]
        ] = {}  # word → terms with it, and how much it weighs
        self.totals: dict[Prepared, int] = {}
        self._by_beginning: dict[str, list[str]] = {}

    def add(self, prepared: Prepared, words: tuple[str, ...]) -> None:
        """Take up a term by its *words*, as they are written here."""
        self.totals[prepared] = sum(map(len, words)) or 1
        for word in words:
            if word not in self.holders:
                self._by_beginning.setdefault(word[:_KEY], []).append(word)
            self.holders.setdefault(word, []).append((prepared, len(word)))

    def near(self, word: str) -> list[str]:
        """Give the words of terms that begin as *word* does."""
        return self._by_beginning.get(word[:_KEY], [])


def placed(prepared: Prepared, shared: float, held: dict[str, tuple[float, int]]) -> int:
    """Words far apart or in another order carry a term less surely; as ``matching.resembles`` has it."""
    places = [held[word][1] for word in prepared.stems if word in held]
    far_apart = max(places) - min(places) > len(prepared.stems) + 2
    turned = any(one > other for one, other in pairwise(places))
    return round(shared / prepared.weight * (0.8 if far_apart else 1.0) * (0.95 if turned else 1.0))


def best_by_topic(scored: dict[Prepared, int]) -> dict[str, int]:
    """Give each topic the score of its best term that no negative one cancels."""
    cancelled = [
        (one, score) for one, score in scored.items() if one.term.negative and score >= _CANCELS_FROM
    ]
    best: dict[str, int] = {}
    for one, score in scored.items():
        if one.term.negative or score < _PROMISING_FROM:
            continue
        against = [(other, sure) for other, sure in cancelled if other.topic == one.topic]
        if all(_stands(one, score, other, sure) for other, sure in against):
            best[one.topic] = max(best.get(one.topic, 0), score)
    return best


def _stands(one: Prepared, score: int, negative: Prepared, sure: int) -> bool:
    """A negative term cancels, unless a longer positive one covers it, or it is only guessed and the other is not.

    "Бюджет громади" is one typing slip from "громадський бюджет", and quite another thing.
    """
    if score == EXACT and sure < EXACT:
        return True
    longer = len(normalise(one.term.text)) > len(normalise(negative.term.text))
    return longer and resembles(one.term.text, negative.term.text) >= MATCH_AT_LEAST


@lru_cache(maxsize=_CACHE_SIZE)
def romanise(word: str) -> str:
    """Give *word* one Latin spelling whichever of the transliterations in use wrote it."""
    latin = word.translate(_ROMANISED)
    for pattern, plain in _LATIN_FOLDS:
        latin = pattern.sub(plain, latin)
    return latin
