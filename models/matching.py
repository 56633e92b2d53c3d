"""Does this text mean that term? Ukrainian first; rapidfuzz is known to this file alone."""

from collections.abc import Sequence

from rapidfuzz import fuzz, process

from models.facts import Term
from models.folding import SHORTEST_STEM, normalise, stems

__all__ = ["MATCH_AT_LEAST", "Cut", "alike", "matches", "normalise", "resembles", "stems"]

SURE = 100
MATCH_AT_LEAST = 85
"""From here on a text is said to carry a term; word endings cost nothing, one typing slip a little."""

_TYPO_FROM = 80  # below this two words are different words, not one of them misspelt


def resembles(text: str, term: str) -> int:
    """Say how surely *text* carries *term*, 0 to 100, whatever the endings and order of its words."""
    return Cut(stems(text)).carries(stems(term))


class Cut:
    """A text whose words are cut already, to be held against many terms."""

    __slots__ = ("_given", "_places", "_slips", "_written")

    def __init__(self, given: tuple[str, ...]) -> None:
        """Take up the stems of the text."""
        self._given = given
        self._written = f" {' '.join(given)} "
        self._places = dict(zip(reversed(given), range(len(given) - 1, -1, -1), strict=True))
        self._slips: dict[str, tuple[float, int]] = {}

    def carries(self, wanted: tuple[str, ...], *, at_least: int = 1) -> int:
        """Say how surely it carries a term of these stems, 0 to 100; 0 where that is less than *at_least*."""
        if not wanted or not self._given:
            return 0
        if f" {' '.join(wanted)} " in self._written:
            return SURE
        places, total, lost = self._places, sum(map(len, wanted)), 0.0
        may_lose = (SURE - at_least + 1) * total
        for word in wanted:
            if word not in places:
                lost += len(word) * (SURE - self._misspelt(word)[0])
                if lost > may_lose:
                    return 0
        sure = _weighed(
            [
                (word, *((float(SURE), places[word]) if word in places else self._misspelt(word)))
                for word in wanted
            ]
        )
        return sure if sure >= at_least else 0

    def _misspelt(self, word: str) -> tuple[float, int]:
        if word not in self._slips:
            self._slips[word] = _misspelt(word, self._given)
        return self._slips[word]


def matches(text: str, terms: Sequence[Term], *, at_least: int = MATCH_AT_LEAST) -> Term | None:
    """Give the longest term that *text* carries, if no negative one cancels it.

    A negative term cancels, unless a longer positive one covers it: "звіт про бюджет участі" is no budget
    report, but "бюджет участі" may itself be what is looked for.
    """
    carried = [term for term in terms if resembles(text, term.text) >= at_least]
    negatives = [term for term in carried if term.negative]
    standing = [
        term for term in carried if not term.negative and all(_covers(term, other) for other in negatives)
    ]
    return max(standing, key=lambda term: len(term.text), default=None)


def _covers(term: Term, negative: Term) -> bool:
    longer = len(normalise(term.text)) > len(normalise(negative.text))
    return longer and resembles(term.text, negative.text) >= MATCH_AT_LEAST


def _weighed(found: Sequence[tuple[str, float, int]]) -> int:
    """Say how surely a term is carried of whose words each was found so well (0 to 100) and at that place.

    Each wanted word counts by its length; words far apart or in another order count less.
    """
    places = [place for _, score, place in found if score]
    if not places:
        return 0
    total = sum(len(word) for word, _, _ in found)
    held = sum(len(word) * score / SURE for word, score, _ in found)
    far_apart = max(places) - min(places) > len(found) + 2
    turned = places != sorted(places)
    return round(SURE * held / total * (0.8 if far_apart else 1.0) * (0.95 if turned else 1.0))


def alike(one: str, other: str) -> float:
    """Say how alike two stems are, 0 to 100; 0 where they are different words, not one of them misspelt."""
    if min(len(one), len(other)) <= SHORTEST_STEM or one.isdigit() or other.isdigit():
        return 0.0
    return float(fuzz.ratio(one, other, score_cutoff=_TYPO_FROM))


def _misspelt(word: str, given: tuple[str, ...]) -> tuple[float, int]:
    """Find the word of *given* that may be *word* with a slip or another ending; never for short ones."""
    if len(word) <= SHORTEST_STEM or word.isdigit():
        return 0.0, 0
    best = process.extractOne(word, given, scorer=fuzz.ratio, score_cutoff=_TYPO_FROM)
    return (float(best[1]), int(best[2])) if best and not best[0].isdigit() else (0.0, 0)
