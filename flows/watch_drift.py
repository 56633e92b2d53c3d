"""What changed against each city's previous run, and whose doing it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from models.drifting import Judged, cause
from models.findings import findings_of
from models.history import earlier_findings
from models.judging import Finding
from models.store import Store
from models.vocabulary import Cause


@dataclass(frozen=True, slots=True)
class Change:
    """One finding that is not what it was. ``before`` and ``after`` are verdict and reason, in words."""

    city: str
    indicator: str
    before: str
    after: str
    previous_run: str
    cause: Cause


@dataclass(frozen=True, slots=True)
class Changes:
    """All that changed in one run, of the findings that could be compared."""

    run_id: str
    compared: int
    changes: tuple[Change, ...]

    @property
    def same(self) -> int:
        """How many findings say what they said."""
        return self.compared - len(self.changes)


def changes_since(store: Store, run_id: str, *, methodology: str) -> Changes:
    """What *run_id* says of its cities that their previous runs did not."""
    return compare(
        run_id,
        earlier_findings(store, run_id, methodology=methodology),
        findings_of(store, run_id, methodology=methodology),
    )


def compare(run_id: str, before: Iterable[Finding], after: Iterable[Finding]) -> Changes:
    """Hold two sets of findings against each other, each cause named; a new indicator is no change."""
    earlier = {(finding.city, finding.indicator): finding for finding in before}
    pairs = [
        (earlier[finding.city, finding.indicator], finding)
        for finding in after
        if (finding.city, finding.indicator) in earlier
    ]
    changes = [_change(old, new) for old, new in pairs]
    return Changes(run_id, len(pairs), tuple(one for one in changes if one.cause is not Cause.SAME))


def _change(old: Finding, new: Finding) -> Change:
    return Change(
        city=new.city,
        indicator=new.indicator,
        before=_words(old),
        after=_words(new),
        previous_run=old.run_id,
        cause=cause(_judged(old), _judged(new)),
    )


def _words(finding: Finding) -> str:
    return f"{finding.verdict.value} ({finding.reason.value})"


def _judged(finding: Finding) -> Judged:
    return Judged(
        verdict=finding.verdict,
        reason=finding.reason,
        methodology_version=finding.methodology_version,
        rule_version=finding.rule_version,
        reader_version=finding.reader_version,
        search_complete=finding.search_complete,
    )
