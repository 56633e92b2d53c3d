"""How often the checks of a pack are right, learned from labelled cases and kept beside the pack.

Two things are learned: from how sure a rule says it is to how often it is right then (``Calibration``), and how
often each indicator's verdicts are right (``Counted``).
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field

from models.vocabulary import Verdict


@dataclass(frozen=True, slots=True)
class Steps:
    """A rising staircase: up to ``until[n]`` a rule's own surety means a share of ``right[n]``."""

    until: tuple[float, ...]
    right: tuple[float, ...]

    def at(self, sure: float) -> float:
        """The share that was right among cases as sure as this."""
        return self.right[min(bisect_left(self.until, sure), len(self.right) - 1)]


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """The staircases of a pack, by rule and verdict; ``gold`` names the labelled set they were learned from."""

    gold: str = ""
    steps: Mapping[tuple[str, Verdict], Steps] = field(default_factory=dict)

    def of(self, rule: str, verdict: Verdict, sure: float) -> float | None:
        """How often *rule* is right when it says *verdict* and is so sure; None where nobody has learned it."""
        known = self.steps.get((rule, verdict))
        return round(known.at(sure), 3) if known is not None else None


@dataclass(frozen=True, slots=True)
class Counted:
    """One verdict of one indicator, held against labelled cases: fields as those of ``models.judging.Accuracy``."""

    said: int
    right: int
    there: int
    left: int


NOT_CALIBRATED = Calibration()
