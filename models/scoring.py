"""Links against a whole lexicon: which topics does a link promise? Made for hundreds of links a page."""

from __future__ import annotations

import re
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from models.facts import Lexicon
from models.folding import LONGEST_ENDING, SHORTEST_STEM, folded_piece, normalise, stem, stems
from models.matching import alike
from models.terms import ADDRESS_COUNTS, EXACT, Prepared, Vocabulary, best_by_topic, placed, romanise

_CACHE_SIZE = 32_768
_TEXT_UP_TO = 600  # characters of a link's words or address that are looked at
_WORD_UP_TO = 64
_INDEXES_KEPT = 4
_SINGLE_LETTERS = 3  # from here on a text may be one of s p a c e d words
_PIECES = re.compile(r"[^\W\d_]+")  # numbers name nothing
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_SINGLE_LETTERS = 3  # from here on a text may be one of s p a c e d words
_PIECES = re.compile(r"[^\W\d_]+")  # numbers name nothing


def score_link(text: str, url: str, lexicon: Lexicon) -> dict[str, int]:
    """Say for each topic of *lexicon* how much a link promises it, 1 to 100; topics it does not are left out.

    The words of the link count in full, those of its address (transliterated slugs too) a fifth less.
    """
    return _index_of(lexicon).scores(text[:_TEXT_UP_TO], url)


_Hits = tuple[tuple[str, float], ...]  # words of the vocabulary that a word is, or may be misspelt
_Trace = tuple[tuple[int, int], ...]  # where in a text which hits stand, the first at 0


class _Index:
    """A lexicon turned round: from words to the terms that hold them.

    Most links of a site hold few words of any term, and those in the same few arrangements: an arrangement is
    weighed once.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon  # kept alive, so that its id stays its own
        self._spoken = Vocabulary()
        self._slugs = Vocabulary()
        self._hits: list[_Hits] = [()]
        self._numbers: dict[_Hits, int] = {(): 0}  # of the hits, by which traces name them
        self._pieces: dict[str, tuple[int, ...]] = {}
        self._parts: dict[str, tuple[str, ...]] = {}
        self._paths: dict[str, frozenset[str]] = {}
        self._weighed: dict[tuple[_Trace, frozenset[str]], dict[str, int]] = {}
        self._known: dict[tuple[str, str], dict[str, int]] = {}
        for topic, terms in lexicon.topics.items():
            for term in terms:
                prepared = Prepared(topic, term, stems(term.text))
                self._spoken.add(prepared, prepared.stems)
                self._slugs.add(prepared, tuple(romanise(word) for word in prepared.stems))

    def scores(self, text: str, url: str) -> dict[str, int]:
        """Give topic and score for one link, remembered by its words and address."""
        key = (text, url)
        known = self._known.get(key)
        if known is None:
            found = (self._trace(text), self._said_in(url))
            known = self._weighed.get(found)
            if known is None:
                known = _kept(self._weighed, found, self._weigh(*found))
            _kept(self._known, key, known)
        return dict(known)

    def _weigh(self, trace: _Trace, said: frozenset[str]) -> dict[str, int]:
        scored = self._by_words(trace) if trace else {}
        for prepared, score in self._by_address(said).items():
            scored[prepared] = max(scored.get(prepared, 0), score)
        return best_by_topic(scored)

    # ---- words ---------------------------------------------------------------------------------------

    def _trace(self, text: str) -> _Trace:
        pieces = text.split()
        if sum(len(piece) == 1 for piece in pieces) > _SINGLE_LETTERS:
            pieces = normalise(text).split()
        found: list[tuple[int, int]] = []
        place = first = 0
        for piece in pieces:
            numbers = self._pieces.get(piece)
            for number in self._learn(piece) if numbers is None else numbers:
                if number:
                    first = first if found else place
                    found.append((place - first, number))
                place += 1
        return tuple(found)

    def _learn(self, piece: str) -> tuple[int, ...]:
        """For each word between two spaces, the number of its hits; 0 where it has none."""
        if len(piece) > _WORD_UP_TO:
            return tuple(self._number(word) for word in normalise(piece).split())
        return _kept(self._pieces, piece, tuple(self._number(word) for word in folded_piece(piece)))

    def _number(self, word: str) -> int:
        cut = stem(word)
        near = ((wanted, 100.0 if wanted == cut else alike(wanted, cut)) for wanted in self._spoken.near(cut))
        hits = tuple((wanted, sure) for wanted, sure in near if sure)
        if hits not in self._numbers:
            self._numbers[hits] = len(self._hits)
            self._hits.append(hits)
        return self._numbers[hits]

    def _by_words(self, trace: _Trace) -> dict[Prepared, int]:
        """Weigh the terms of which enough is there."""
        held: dict[str, tuple[float, int]] = {}
        written = ["·"] * (trace[-1][0] + 1)
        for place, number in trace:
            for wanted, sure in self._hits[number]:
                if wanted not in held or held[wanted][0] < sure:
                    held[wanted] = (sure, place)
                if sure == EXACT:
                    written[place] = wanted
        shared: dict[Prepared, float] = {}
        for wanted, (sure, _) in held.items():
            for prepared, weight in self._spoken.holders[wanted]:
                shared[prepared] = shared.get(prepared, 0.0) + weight * sure
        text = f" {' '.join(written)} "
        return {
            prepared: EXACT if prepared.written in text else placed(prepared, weight, held)
            for prepared, weight in shared.items()
            if weight >= prepared.enough
        }

    # ---- addresses -----------------------------------------------------------------------------------

    def _by_address(self, said: frozenset[str]) -> dict[Prepared, int]:
        shared: dict[Prepared, int] = {}
        for wanted in said:
            for prepared, weight in self._slugs.holders[wanted]:
                shared[prepared] = shared.get(prepared, 0) + weight
        totals = self._slugs.totals
        return {
            prepared: round(ADDRESS_COUNTS * round(EXACT * weight / totals[prepared]))
            for prepared, weight in shared.items()
            if 2 * weight >= totals[prepared]
        }

    def _said_in(self, url: str) -> frozenset[str]:
        """The words of terms, romanised, that words of the address begin with; folders are looked at once."""
        parts = urlsplit(url)
        folder, _, name = parts.path.rpartition("/")
        known = self._paths.get(folder)
        if known is None:
            known = _kept(self._paths, folder, self._said_by(folder))
        own = self._said_by(f"{name} {parts.query}" if parts.query else name)
        return known | own if own else known

    def _said_by(self, path: str) -> frozenset[str]:
        written = unquote(path[:_TEXT_UP_TO]) if "%" in path else path[:_TEXT_UP_TO]
        found: set[str] = set()
        for piece in _PIECES.findall(written):
            said = self._parts.get(piece)
            found.update(self._learn_part(piece) if said is None else said)
        return frozenset(found)

    def _learn_part(self, piece: str) -> tuple[str, ...]:
        """The words of terms that one word of an address may be, up to its ending."""
        found: list[str] = []
        for word in folded_piece(piece[:_WORD_UP_TO]):
            part = romanise(word)
            found += (
                wanted
                for wanted in self._slugs.near(part)
                if len(wanted) >= SHORTEST_STEM
                and part.startswith(wanted)
                and len(part) - len(wanted) <= LONGEST_ENDING
            )
        return _kept(self._parts, piece, tuple(found))


def _kept(cache: dict[_Key, _Value], key: _Key, value: _Value) -> _Value:
    """Remember *value*; a cache that is full begins anew."""
    if len(cache) >= _CACHE_SIZE:
        cache.clear()
    cache[key] = value
    return value


_INDEXES: dict[int, _Index] = {}


def _index_of(lexicon: Lexicon) -> _Index:
    index = _INDEXES.get(id(lexicon))
    if index is None:
        if len(_INDEXES) >= _INDEXES_KEPT:
            _INDEXES.clear()
        index = _INDEXES[id(lexicon)] = _Index(lexicon)
    return index
