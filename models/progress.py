"""How far an item is, by the looks that people have taken at it: the one place that decides it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from models.vocabulary import ItemState, Passing, Verdict

_SHARE = {Verdict.MET: 1.0, Verdict.PARTLY_MET: 0.5, Verdict.NOT_MET: 0.0}


@dataclass(frozen=True, slots=True)
class Look:
    """One assessment that has not been taken back."""

    assessment_id: int
    person_id: int
    passing: Passing
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an item stands; ``verdict`` is set once it is settled."""

    state: ItemState = ItemState.WAITING
    verdict: Verdict | None = None
    assessment_id: int | None = None  # of the last look
    first_person_id: int | None = None
    first_verdict: Verdict | None = None


def progress(
    looks: Iterable[Look], *, machine: Verdict, needs_second: bool, planted: Verdict | None = None
) -> Progress:
    """Where an item stands after *looks*, in their order, at what the *machine* proposes.

    A *planted* verdict never stands by two people's agreement: whoever followed it may have been led.
    """
    standing = Progress()
    for look in looks:
        standing = _after(standing, look, machine=machine, needs_second=needs_second, planted=planted)
    return standing


def moves_score(one: Verdict, other: Verdict) -> bool:
    """Whether a city's points differ by which of two verdicts stands."""
    return _SHARE.get(one) != _SHARE.get(other)


def _after(
    standing: Progress, look: Look, *, machine: Verdict, needs_second: bool, planted: Verdict | None
) -> Progress:
    if look.passing is Passing.ADJUDICATION:
        return _settled(standing, look)
    if look.passing is Passing.SECOND and standing.first_verdict is not None:
        if look.verdict is standing.first_verdict and look.verdict is not planted:
            return _settled(standing, look)
        return replace(standing, state=ItemState.DISPUTED, verdict=None, assessment_id=look.assessment_id)
    against = standing.verdict or machine  # what was settled before may not be turned by one person alone
    first = replace(standing, first_person_id=look.person_id, first_verdict=look.verdict)
    if needs_second or moves_score(look.verdict, against):
        return replace(first, state=ItemState.SECOND, verdict=None, assessment_id=look.assessment_id)
    return _settled(first, look)


def _settled(standing: Progress, look: Look) -> Progress:
    return replace(standing, state=ItemState.SETTLED, verdict=look.verdict, assessment_id=look.assessment_id)
