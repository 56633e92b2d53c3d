"""The word lists of ``crawlers/lexicons``, read once and strictly: languages live there, not in code."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from models.matching import normalise, stems

_NUMBERS = '0123456789.,:;/-–—()№«»"|'
_SPACED_OUT = 4  # single letters in a text, from which they may be one word set wide
_PIECES_KEPT = 50_000
_FOLDER = Path(__file__).resolve().parent.parent / "lexicons"


class LexiconError(Exception):
    """A word list is missing or not in the form its reader knows: file and key are named."""


@cache
def words(name: str, key: str) -> tuple[str, ...]:
    """Give the list *key* of the file *name*, as written."""
    found = table(name).get(key)
    if not isinstance(found, list) or not all(isinstance(word, str) for word in found):
        raise LexiconError(f"{name}.yaml: {key!r} must be a list of words")
    return tuple(found)


@cache
def table(name: str) -> dict[str, Any]:
    """Give the whole file *name*."""
    path = _FOLDER / f"{name}.yaml"
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise LexiconError(f"{path.name}: {error}") from error
    if not isinstance(content, dict):
        raise LexiconError(f"{path.name}: a table of lists is expected")
    return content


class Glance:
    """Tells at little cost that none of some phrases can stand in a text: no piece of it has their longest words.

    Pieces are remembered as they come: texts of one site are made of the same few thousand.
    """

    def __init__(self, phrases: Iterable[tuple[str, ...]]) -> None:
        self._loud = frozenset(max(phrase, key=len) for phrase in phrases)
        self._works = all(len(word) > 1 and not any(map(str.isdigit, word)) for word in self._loud)
        self._quiet: set[str] = set()

    def finds_nothing(self, text: str) -> bool:
        """Say whether *text* surely holds no phrase; if not, it must be looked at."""
        pieces = text.split()
        quiet = self._quiet
        if quiet.issuperset(pieces):
            return True
        unknown = [piece for piece in pieces if piece not in quiet and piece.strip(_NUMBERS)]
        if not unknown:
            return self._works
        if not self._works or sum(len(piece) == 1 for piece in pieces) >= _SPACED_OUT:
            return False
        loud = [piece for piece in unknown if len(piece) > 1 and self._is_loud(piece)]
        return not loud

    def _is_loud(self, piece: str) -> bool:
        if not self._loud.isdisjoint(stems(piece)):
            return True
        if len(self._quiet) >= _PIECES_KEPT:
            self._quiet.clear()
        self._quiet.add(piece)
        return False


class Phrases:
    """A set of phrases that finds itself in texts, whatever the endings of the words."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self.all = tuple(cut for phrase in phrases if (cut := stems(phrase)))
        self._glance = Glance(self.all)
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for cut in self.all:
            self._by_first.setdefault(cut[0], []).append(cut)

    def among(self, given: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
        """Say from which to which word of *given* each phrase stands that is there."""
        if self._by_first.keys().isdisjoint(given):
            return ()
        found = []
        for place, word in enumerate(given):
            for phrase in self._by_first.get(word, ()):
                if given[place : place + len(phrase)] == phrase:
                    found.append((place, place + len(phrase)))
        return tuple(found)

    def within(self, text: str) -> bool:
        """Say whether any of the phrases stands in *text*."""
        return bool(text) and not self._glance.finds_nothing(text) and bool(self.among(stems(text)))


@cache
def phrases(name: str, key: str) -> Phrases:
    """Give the list *key* of the file *name*, ready to be found in texts."""
    return Phrases(words(name, key))


@cache
def folded(name: str, key: str) -> frozenset[str]:
    """Give the words of the list *key*, folded for comparing."""
    return frozenset(normalise(word) for word in words(name, key))


def any_of(written: Iterable[str]) -> str:
    """Give a pattern for any of the *written* phrases, the longest first, spaces of any width."""
    ordered = sorted({phrase.casefold() for phrase in written}, key=len, reverse=True)
    return "(?:" + "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in ordered) + ")"
