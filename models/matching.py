"""Does this text mean that term? Ukrainian first; rapidfuzz is known to this file alone."""

from collections.abc import Iterator, Sequence
from math import ceil

from rapidfuzz import fuzz, process

from models.facts import Term
from models.folding import SHORTEST_STEM, normalise, stems

__all__ = ["MATCH_AT_LEAST", "Cut", "Spelling", "alike", "matches", "normalise", "resembles", "stems"]

SURE = 100
MATCH_AT_LEAST = 85
"""From here on a text is said to carry a term; word endings cost nothing, one typing slip a little."""

_REMEMBERED = 50_000
_TYPO_FROM = 80  # below this two words are different words, not one of them misspelt


def resembles(text: str, term: str) -> int:
    """Say how surely *text* carries *term*, 0 to 100, whatever the endings and order of its words."""
    wanted, given = stems(term), stems(text)
    return Cut(given, {word: _misspelt(word, given) for word in wanted if word not in given}).carries(wanted)


Slips = dict[str, tuple[float, int]]
"""Words of terms that a text holds with a slip or another ending: how alike the word there is, and its place."""
_UNFOUND = 0.0, 0


class Cut:
    """A text whose words are cut already, to be held against many terms."""

    __slots__ = ("_given", "_places", "_slips", "_written")

    def __init__(self, given: tuple[str, ...], slips: Slips) -> None:
        """Take up the stems of the text, and which words of terms are misspelt in it."""
        self._given = given
        self._written = f" {' '.join(given)} "
        self._places = dict(zip(reversed(given), range(len(given) - 1, -1, -1), strict=True))
        self._slips = slips

    def carries(self, wanted: tuple[str, ...], *, at_least: int = 1) -> int:
        """Say how surely it carries a term of these stems, 0 to 100; 0 where that is less than *at_least*."""
        if not wanted or not self._given:
            return 0
        if f" {' '.join(wanted)} " in self._written:
            return SURE
        places, slips, total, lost = self._places, self._slips, sum(map(len, wanted)), 0.0
        may_lose = (SURE - at_least + 1) * total
        for word in wanted:
            if word not in places:
                lost += len(word) * (SURE - slips.get(word, _UNFOUND)[0])
                if lost > may_lose:
                    return 0
        held = [
            (word, *((float(SURE), places[word]) if word in places else slips.get(word, _UNFOUND)))
            for word in wanted
        ]
        sure = _weighed(held)
        return sure if sure >= at_least else 0


class Spelling:
    """The words of many terms, among which those are found that a word may be with a slip or another ending."""

    def __init__(self) -> None:
        """Know no word yet."""
        self._words: set[str] = set()
        self._of_length: dict[int, list[str]] = {}
        self._known: dict[str, tuple[tuple[str, float], ...]] = {}

    def add(self, word: str) -> None:
        """Take up a word of a term; of short ones and of numbers nothing is a slip."""
        if len(word) > SHORTEST_STEM and not word.isdigit() and word not in self._words:
            self._words.add(word)
            self._of_length.setdefault(len(word), []).append(word)
            self._known.clear()

    def slips(self, given: tuple[str, ...]) -> Slips:
        """Say what a text of these stems holds misspelt; of several the most alike, of these the first."""
        found: Slips = {}
        for place, word in enumerate(given):
            for wanted, score in self._near(word):
                if score > found.get(wanted, _UNFOUND)[0]:
                    found[wanted] = score, place
        return found

    def _near(self, given: str) -> tuple[tuple[str, float], ...]:
        if given not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[given] = () if given.isdigit() else tuple(self._compared(given))
        return self._known[given]

    def _compared(self, given: str) -> Iterator[tuple[str, float]]:
        """Words much longer or shorter than *given* are not compared: they cannot be alike enough."""
        least = _TYPO_FROM / (2 * SURE - _TYPO_FROM)
        for length in range(ceil(len(given) * least), int(len(given) / least) + 1):
            words = self._of_length.get(length, ())
            near = process.extract(given, words, scorer=fuzz.ratio, score_cutoff=_TYPO_FROM, limit=None)
            yield from ((word, float(score)) for word, score, _ in near if word != given)


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
