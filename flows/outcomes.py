"""How a run came out: city by city, and whether the operator must do something. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from models.crawling import Visit
from models.judging import Finding
from models.vocabulary import Reason, Verdict, VisitState

TOLERATED_UNSEEN = 0.2  # of the cities; beyond it the fault is more likely ours than theirs
_NAMED_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class CityOutcome:
    """What one run has of one city. ``trouble`` is a sentence where our own side failed."""

    city: str
    state: VisitState | None  # None: the visit was never begun
    reason: Reason | None = None
    pages: int = 0
    failures: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    trouble: str = ""

    @property
    def was_seen(self) -> bool:
        """Something of the city was looked at."""
        return self.pages > 0 and self.state is not VisitState.UNREACHABLE


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ends: red or green, and the sentence that says why."""

    red: bool
    sentence: str


def outcome(
    city: str, visit: Visit | None, findings: Iterable[Finding] = (), trouble: str = ""
) -> CityOutcome:
    """What *visit*, its *findings* and what went wrong on our side amount to."""
    if visit is None:
        return CityOutcome(city, state=None, trouble=trouble or "the visit was never begun")
    return CityOutcome(
        city=city,
        state=visit.state,
        reason=visit.reason,
        pages=int(visit.stats.get("fetched", 0)),
        failures=sum(int(visit.stats.get(word, 0)) for word in ("failed", "refused", "skipped")),
        verdicts=Counter(finding.verdict for finding in findings),
        trouble=trouble,
    )


def ending(outcomes: Sequence[CityOutcome], *, crawled: bool = True) -> Ending:
    """Red when our own side failed anywhere, or when more than a fifth of the cities could not be seen.

    Who only judges again, *crawled* being false, cannot mend what was not seen then.
    """
    troubled = [one for one in outcomes if one.trouble]
    unseen = [one for one in outcomes if not one.was_seen]
    if troubled:
        first = troubled[0]
        named = _named(troubled)
        return Ending(red=True, sentence=f"Our own side failed in {named}. {first.city}: {first.trouble}")
    if crawled and len(unseen) > TOLERATED_UNSEEN * len(outcomes):
        share = f"{len(unseen)} of {len(outcomes)}"
        return Ending(
            red=True, sentence=f"Could not look at {share} cities: {_named(unseen)}. Is our own network up?"
        )
    pages = sum(one.pages for one in outcomes)
    findings = sum(one.verdicts.total() for one in outcomes)
    rest = f" Could not look at {_named(unseen)}." if unseen else ""
    return Ending(red=False, sentence=f"{len(outcomes)} cities, {pages} pages, {findings} findings.{rest}")


def _named(outcomes: Sequence[CityOutcome]) -> str:
    names = [one.city for one in outcomes]
    more = len(names) - _NAMED_AT_MOST
    return ", ".join(names[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
