"""Points the published way: a whole for met, a half for partly, out of what could truly be judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from checks.methodology import Methodology
from models.vocabulary import Verdict

_SHARE = {Verdict.MET: 1.0, Verdict.PARTLY_MET: 0.5, Verdict.NOT_MET: 0.0}


class LeftOut(StrEnum):
    """Why an indicator counts neither for a city nor against it."""

    NOT_OBSERVABLE = "not-observable"
    BLOCKED = "blocked"
    NOT_APPLICABLE = "not-applicable"
    UNCONFIRMED = "unconfirmed"  # only a machine has said it yet
    UNJUDGED = "unjudged"  # nobody has said anything


@dataclass(frozen=True, slots=True)
class Said:
    """What stands about one indicator, and whether a person has said it."""

    verdict: Verdict
    by_person: bool
    leans: bool = False  # no more than a leaning of the machine, which leaves it to people


@dataclass(frozen=True, slots=True)
class Points:
    """What a city has earned of what was possible, in points of the methodology; what was left out, and why."""

    earned: float
    possible: float
    left_out: Mapping[LeftOut, tuple[str, ...]]

    @property
    def of_hundred(self) -> float | None:
        """Earned of a hundred possible; None where nothing could be judged."""
        return round(100 * self.earned / self.possible, 1) if self.possible else None


def points(
    methodology: Methodology, said: Mapping[str, Said], *, confirmed_only: bool, area: str | None = None
) -> Points:
    """The points of one city, or of one *area* of it.

    With *confirmed_only* a verdict that no person has confirmed is left out of both sides of the fraction, as is
    everything that could not be seen: neither may move a score.
    """
    earned = possible = 0.0
    left_out: dict[LeftOut, list[str]] = {}
    for one in methodology.indicators:
        if area is not None and one.area != area:
            continue
        why = _left_out(said.get(one.id), confirmed_only=confirmed_only)
        if why is not None:
            left_out.setdefault(why, []).append(one.id)
        else:
            possible += one.weight
            earned += one.weight * _SHARE[said[one.id].verdict]
    return Points(round(earned, 3), round(possible, 3), {why: tuple(ids) for why, ids in left_out.items()})


def _left_out(said: Said | None, *, confirmed_only: bool) -> LeftOut | None:
    if said is None:
        return LeftOut.UNJUDGED
    if not said.verdict.counts:
        return LeftOut(said.verdict.value)
    return LeftOut.UNCONFIRMED if (confirmed_only or said.leans) and not said.by_person else None
