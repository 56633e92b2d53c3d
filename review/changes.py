"""What a question's answer shows otherwise than in the round before: verdict, pieces of evidence, and wording."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from models.judging import Finding
from models.vocabulary import Verdict

COMPARED = 600  # characters of a quote; what follows is shown and not compared
ALIKE = 0.5  # quotes of one page less alike than that are two pieces, not one reworded
_WORDS = re.compile(r"\S+\s*")


@dataclass(frozen=True, slots=True)
class Words:
    """A run of words of a quote: kept, gone, or come."""

    how: str
    text: str


@dataclass(frozen=True, slots=True)
class Changes:
    """Between two findings on the same question. Pieces are those of the findings."""

    verdict: tuple[Verdict, Verdict] | None
    came: tuple[dict[str, Any], ...]
    gone: tuple[dict[str, Any], ...]
    reworded: tuple[tuple[str, tuple[Words, ...]], ...]  # address, words

    @property
    def is_nothing(self) -> bool:
        """The machine says and shows the same."""
        return not (self.verdict or self.came or self.gone or self.reworded)


def changes(before: Finding, after: Finding) -> Changes:
    """What *after* says and shows otherwise than *before*."""
    told = {_key(piece) for piece in before.evidence} & {_key(piece) for piece in after.evidence}
    gone = _but(before.evidence, told)
    came: list[dict[str, Any]] = []
    reworded: list[tuple[str, tuple[Words, ...]]] = []
    for piece in _but(after.evidence, told):
        twin = next((one for one in gone if one["url"] == piece["url"] and _alike(one, piece)), None)
        if twin is None:
            came.append(piece)
        else:
            gone.remove(twin)
            reworded.append((piece["url"], compared(twin["quote"], piece["quote"])))
    moved = (before.proposed, after.proposed) if before.proposed is not after.proposed else None
    return Changes(moved, tuple(came), tuple(gone), tuple(reworded))


def compared(before: str, after: str) -> tuple[Words, ...]:
    """Both quotes as one text, word by word: what stayed, what went, what came."""
    old, new = _WORDS.findall(before[:COMPARED]), _WORDS.findall(after[:COMPARED])
    said: list[Words] = []
    for how, a, b, c, d in SequenceMatcher(None, _bare(old), _bare(new), autojunk=False).get_opcodes():
        if how == "equal":
            said.append(Words("kept", "".join(new[c:d])))
            continue
        said += [Words("gone", "".join(old[a:b]))] if a < b else []
        said += [Words("come", "".join(new[c:d]))] if c < d else []
    return tuple(said)


def _alike(one: dict[str, Any], other: dict[str, Any]) -> bool:
    old, new = (_bare(_WORDS.findall(piece["quote"][:COMPARED])) for piece in (one, other))
    return SequenceMatcher(None, old, new, autojunk=False).ratio() >= ALIKE


def _bare(words: Iterable[str]) -> list[str]:
    return [word.strip() for word in words]


def _key(piece: dict[str, Any]) -> tuple[str, str]:
    return piece["url"], " ".join(piece["quote"].split())


def _but(pieces: Iterable[dict[str, Any]], told: set[tuple[str, str]]) -> list[dict[str, Any]]:
    return [piece for piece in pieces if _key(piece) not in told]
