"""What changed between two runs, and whose doing it was. Pure: two judgements in, one named cause out."""

from dataclasses import dataclass

from models.vocabulary import Cause, Reason, Verdict

_RANK = {Verdict.NOT_MET: 0, Verdict.PARTLY_MET: 1, Verdict.MET: 2}
_UNSEEN = frozenset({Verdict.NOT_OBSERVABLE, Verdict.BLOCKED})


@dataclass(frozen=True, slots=True)
class Judged:
    """What a comparison needs to know of one finding."""

    verdict: Verdict
    reason: Reason
    methodology_version: str
    rule_version: str
    reader_version: str
    search_complete: bool  # every page planned for this indicator was fetched, complete and readable


def cause(before: Judged | None, after: Judged | None) -> Cause:
    """Whose doing the change from *before* to *after* is; ``None`` means that the run has no such finding.

    The city is named only when nothing of ours can have made the difference: both times we saw, with the
    same methodology, rule and reader, and the lower of the two verdicts rests on a complete look.
    """
    if before is None or after is None:
        return Cause.LOOK
    if (before.verdict, before.reason) == (after.verdict, after.reason):
        return Cause.SAME
    if before.verdict in _UNSEEN or after.verdict in _UNSEEN or _was_overlooked(before, after):
        return Cause.LOOK
    if (before.methodology_version, before.rule_version) != (after.methodology_version, after.rule_version):
        return Cause.RULE
    if before.reader_version != after.reader_version:
        return Cause.READER
    return Cause.CITY


def step(before: Judged, after: Judged) -> int:
    """How far the verdict moved: above 0 better, below 0 worse, 0 where either does not count."""
    if before.verdict.counts and after.verdict.counts:
        return _RANK[after.verdict] - _RANK[before.verdict]
    return 0


def _was_overlooked(before: Judged, after: Judged) -> bool:
    """The lower verdict may be lower only because that look was incomplete."""
    moved = step(before, after)
    lower = after if moved < 0 else before
    return moved != 0 and not lower.search_complete
