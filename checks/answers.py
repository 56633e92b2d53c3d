"""What a rule may say: met, partly met, or that it did not find it. Never more than that."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from checks.documents import Document
from models.facts import Answer, Evidence
from models.vocabulary import Reason, Verdict

Detail = dict[str, str | int | float | None]
SHOWN_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class Absent:
    """A rule did not find what it looked for. What that means is for ``checks.absence`` to decide."""

    reason: Reason
    near_miss: Evidence | None = None
    detail: Detail = field(default_factory=dict)


def met(
    shown: Sequence[Document] | Sequence[Evidence], reason: Reason, detail: Detail, *, sure: float
) -> Answer:
    """The answer that all of it is there."""
    return Answer(Verdict.MET, reason, _rounded(sure), _evidence(shown), detail=detail)


def partly(
    shown: Sequence[Document] | Sequence[Evidence], reason: Reason, detail: Detail, *, sure: float
) -> Answer:
    """The answer that something of it is there."""
    return Answer(Verdict.PARTLY_MET, reason, _rounded(sure), _evidence(shown), detail=detail)


def surety(shown: Sequence[Document], *, enough: int = 1) -> float:
    """How sure we are of what *shown* says: grows with each paper, and with how plainly each belongs."""
    if not shown:
        return 0.0
    plain = sum(sorted((document.confidence for document in shown), reverse=True)[:enough]) / enough
    return 0.5 + 0.45 * min(1.0, plain)


def _evidence(shown: Sequence[Document] | Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The first few, one of each day before a second of any: five papers of one meeting prove little."""
    pieces = [one if isinstance(one, Evidence) else one.shown() for one in shown]
    first_of_day = {piece.date: piece for piece in reversed(pieces) if piece.date is not None}
    firsts = {id(piece) for piece in first_of_day.values()}
    pieces.sort(key=lambda piece: id(piece) not in firsts)
    return tuple(pieces[:SHOWN_AT_MOST])


def _rounded(sure: float) -> float:
    return round(max(0.0, min(0.99, sure)), 3)
