"""What was measured, for people: the page ``docs/accuracy.md`` and a summary of a few lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.gold import Case
from checks.calibration import Counted
from checks.catalog import Methodology
from models.accuracy import wilson
from models.vocabulary import Verdict

PROMISED = {Verdict.MET: 0.97, Verdict.NOT_MET: 0.95}
MOST_LEFT = 0.25
BIN_WITHIN = 0.05
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.001)
FEWEST_IN_BIN = 100  # cases: of fewer, five points more or less are chance


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case as the machine would settle it with what it has learned."""

    case: Case
    sure: float
    is_decided: bool  # by the machine itself


@dataclass(frozen=True, slots=True)
class Measured:
    """All of one measurement."""

    gold: str
    outcomes: tuple[Outcome, ...]
    counted: Mapping[tuple[str, Verdict], Counted]


@dataclass(frozen=True, slots=True)
class Report:
    """What is said of it."""

    summary: str
    page: str
    mistakes: tuple[str, ...]
    holds: bool


@dataclass(frozen=True, slots=True)
class _Bin:
    """Cases about as sure as each other: the mean of how sure, and the share that was right."""

    low: float
    high: float
    cases: int
    sure: float
    right: float


def report(pack: Methodology, found: Measured, judged: Sequence[Case]) -> Report:
    """Put the measurement into words and tables."""
    decided = [one for one in found.outcomes if one.is_decided]
    shares = {verdict: _share(one for one in decided if one.case.said is verdict) for verdict in PROMISED}
    open_to_machine = [
        one
        for one in found.outcomes
        if one.case.said.counts and pack.by_id[one.case.indicator].class_ == "machine"
    ]
    left = 1 - len(decided) / len(open_to_machine) if open_to_machine else 0.0
    bins = _bins(found.outcomes)
    false_absences = sum(one.case.said is Verdict.NOT_MET and one.case.is_wrong for one in found.outcomes)
    holds = (
        all(right >= PROMISED[verdict] * of for verdict, (right, of) in shares.items())
        and left <= MOST_LEFT
        and all(abs(one.sure - one.right) <= BIN_WITHIN for one in bins)
    )
    councils = len({one.case.city for one in found.outcomes})
    lines = [
        f"Gold set {found.gold}: {len(found.outcomes)} cases on {councils} councils, none held by what it taught.",
        *(
            f"- precision of `{verdict}` where the machine decides: {_said(*share)} (promised {PROMISED[verdict]:.0%})"
            for verdict, share in shares.items()
        ),
        f"- left to people although the machine may decide: {left:.1%} (at most {MOST_LEFT:.0%})",
        f"- `not-met` said or leant to of something that is published or was hidden: {false_absences}",
    ]
    summary = "\n".join(lines)
    page = "\n".join(
        (_HEAD, summary, "", *_reliability(bins), *_by_condition(found), *_by_indicator(pack, found))
    )
    return Report(summary, page + "\n", tuple(_mistakes(judged)), holds)


_HEAD = """# How often the checks are right

Made by `make accuracy`; do not edit by hand. Every check of the pack `transparent-cities` is held against a labelled
set: the pretend councils of `fixtures/councils` with what was planted on them, each as it is, redesigned by one
mutation, and behind its fault if it has one. What a rule's own surety means is learned: each tenth of the councils is
measured here (`accuracy.yaml`) with what the others taught, and the pack holds what all of them teach
(`calibration.yaml`). The set is made by us: on real sites expect more mistakes, and more left to people. Intervals
are Wilson's, 95 %.
"""


def _share(outcomes: Iterable[Outcome]) -> tuple[int, int]:
    given = list(outcomes)
    return sum(one.case.said in one.case.honest for one in given), len(given)


def _said(right: int, of: int) -> str:
    if not of:
        return "–"
    interval = wilson(right, of)
    return f"{right / of:.1%} ({right} of {of}; {interval.low:.1%}–{interval.high:.1%})"


def _bins(outcomes: Iterable[Outcome]) -> list[_Bin]:
    """From the unsure to the sure; a bin of few cases is one with the next."""
    given = [one for one in outcomes if one.case.said.counts]
    found: list[_Bin] = []
    begins, inside = BINS[0], []
    for low, high in pairwise(BINS):
        inside += [one for one in given if low <= one.sure < high]
        if not inside:
            begins = high
        if len(inside) >= FEWEST_IN_BIN or (inside and high == BINS[-1]):
            right, of = _share(inside)
            found.append(_Bin(begins, min(high, 1.0), of, sum(one.sure for one in inside) / of, right / of))
            begins, inside = high, []
    return found


def _reliability(bins: Sequence[_Bin]) -> list[str]:
    rows = [
        f"| {one.low:.2f}–{one.high:.2f} | {one.cases} | {one.sure:.1%} | {one.right:.1%} "
        f"| {one.right - one.sure:+.1%} | {_bar(one.right)} |"
        for one in bins
    ]
    return [
        "## Does its confidence mean what it says?",
        "",
        f"Cases by how sure the machine was, {FEWEST_IN_BIN} or more together; promised: within ±{BIN_WITHIN:.0%}.",
        "",
        "| confidence | cases | said | was right | difference | |",
        "|---|---:|---:|---:|---:|---|",
        *rows,
        "",
    ]


def _bar(share: float) -> str:
    return "█" * round(20 * share) + "░" * (20 - round(20 * share))


def _by_condition(found: Measured) -> list[str]:
    kinds: dict[str, list[Outcome]] = {}
    for one in found.outcomes:
        kinds.setdefault(one.case.condition, []).append(one)
    rows = []
    for condition, of_it in sorted(kinds.items()):
        right = sum(one.case.said in one.case.honest or not one.case.said.counts for one in of_it)
        wrong = sum(one.case.said is Verdict.NOT_MET and one.case.is_wrong for one in of_it)
        rows.append(f"| {condition} | {len(of_it)} | {right / len(of_it):.1%} | {wrong} |")
    return [
        "## By condition",
        "",
        "| condition | cases | nothing wrong said | wrong `not-met` |",
        "|---|---:|---:|---:|",
        *rows,
        "",
    ]


def _by_indicator(pack: Methodology, found: Measured) -> list[str]:
    rows = []
    for one in pack.indicators:
        if one.rule is None:
            rows.append(f"| {one.id} | {one.name.en} | human | | | | | |")
            continue
        cells = [
            _cell(found.counted.get((one.id, verdict)))
            for verdict in (Verdict.MET, Verdict.PARTLY_MET, Verdict.NOT_MET)
        ]
        recall = found.counted.get((one.id, Verdict.MET))
        found_share = f"{recall.right / recall.there:.0%}" if recall and recall.there else "–"
        of_it = [each for each in found.outcomes if each.case.indicator == one.id and each.case.said.counts]
        left = sum(not each.is_decided for each in of_it)
        told = (one.id, one.name.en, one.class_, *cells, found_share, f"{left} of {len(of_it)}")
        rows.append(f"| {' | '.join(told)} |")
    return [
        "## By indicator",
        "",
        "Precision of each verdict (right of said, and the lower end of its interval), how much of what is met",
        "is found, and how often a person decides.",
        "",
        "| id | indicator | class | met | partly met | not met | met found | left to people |",
        "|---|---|---|---|---|---|---:|---:|",
        *rows,
    ]


def _cell(counted: Counted | None) -> str:
    if counted is None or not counted.said:
        return "–"
    low = wilson(counted.right, counted.said).low
    return f"{counted.right} of {counted.said} (≥ {low:.0%})"


def _mistakes(judged: Iterable[Case]) -> list[str]:
    """Every wrong word, the commonest indicators first."""
    wrong = [case for case in judged if case.is_wrong]
    times = Counter(case.indicator for case in wrong)
    wrong.sort(key=lambda case: (-times[case.indicator], case.indicator, case.city, case.condition))
    return [
        f"{case.indicator} {case.city} ({case.condition}): {case.said} ({case.reason}), planted {case.truth}"
        for case in wrong
    ]
