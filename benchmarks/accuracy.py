"""How often each check is right: ``make accuracy`` or ``python -m benchmarks.accuracy [--councils N] [--dry]``.

Judges the labelled set (``benchmarks.gold``), measures every tenth of its councils with what was learned on the
others of what a rule's own surety means, and writes ``docs/accuracy.md``, the pack's ``accuracy.yaml`` and, learned
on all, ``calibration.yaml``, and the table ``accuracies`` of the database. With ``--dry`` it only prints. Sights are
kept under ``--folder``.
"""

from __future__ import annotations

import argparse
import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from benchmarks.accuracy_report import Measured, Outcome, report
from benchmarks.gold import FOLDS, Case, cases, name_of
from checks.calibration import Calibration, Counted, Steps
from checks.catalog import PACKS, Methodology, load
from fixtures.councils.profile import slugs
from models.accuracy import record_accuracy
from models.environment import settings
from models.store import open_store
from models.vocabulary import Verdict

PACK = "transparent-cities"
DOCS = Path(__file__).parent.parent / "docs" / "accuracy.md"
LEAST_IN_STEP = 25  # cases: a step of fewer would be learned from chance
DRAWN = 4  # cases of the usual share that are added to every step
COUNTED = tuple(verdict for verdict in Verdict if verdict.counts)
_MADE = "# Made by `make accuracy`; do not edit by hand.\n"


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, write and say whether the promises hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--councils", type=int, default=0, help="only so many, for a quick look")
    parser.add_argument("--folder", type=Path, default=settings().home / "gold", help="where sights are kept")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="how many judge at once")
    parser.add_argument("--dry", action="store_true", help="print, write nothing")
    parser.add_argument("--misses", type=int, default=0, help="print so many mistakes")
    given = parser.parse_args(argv)
    pack = load(PACK)
    asked = slugs()[: given.councils] if given.councils else ()
    judged = list(cases(pack, given.folder, asked, processes=given.processes))
    calibration = learned(pack, judged)
    found = measure(pack, crossed(pack, judged))
    told = report(replace(pack, calibration=calibration), found, judged)
    print(told.summary)
    for line in told.mistakes[: given.misses]:
        print(line)
    if not given.dry:
        _write(pack, calibration, found, told.page)
    return 0 if told.holds else 1


def learned(pack: Methodology, judged: Iterable[Case]) -> Calibration:
    """What a rule's own surety means: rising steps by rule and verdict.

    Each step is drawn a little towards the share that is right of all cases with that verdict, by any rule.
    """
    by_rule: dict[tuple[str, Verdict], list[tuple[float, bool]]] = defaultdict(list)
    by_verdict: dict[Verdict, list[bool]] = defaultdict(list)
    for case in judged:
        if case.said.counts:
            by_rule[case.rule, case.said].append((case.sure, case.is_right))
            by_verdict[case.said].append(case.is_right)
    usual = {verdict: (sum(right) + 1) / (len(right) + 2) for verdict, right in by_verdict.items()}
    steps = {key: staircase(pairs, usual[key[1]]) for key, pairs in sorted(by_rule.items())}
    return Calibration(name_of(pack), steps)


def staircase(pairs: Sequence[tuple[float, bool]], usual: float) -> Steps:
    """Pool adjacent violators (Ayer et al. 1955) over steps of enough cases, each drawn towards *usual*.

    ``DRAWN`` cases of the usual share are added to every step: with none of its own, a step says the usual.
    """
    blocks: list[_Block] = []
    for sure, right in sorted(pairs):
        if blocks and (blocks[-1].cases < LEAST_IN_STEP or blocks[-1].until == sure):
            blocks[-1] = blocks[-1].with_(_Block(1, int(right), sure))
        else:
            blocks.append(_Block(1, int(right), sure))
        while len(blocks) > 1 and blocks[-1].cases >= LEAST_IN_STEP and blocks[-1].share <= blocks[-2].share:
            last = blocks.pop()
            blocks[-1] = blocks[-1].with_(last)
    while len(blocks) > 1 and (blocks[-1].cases < LEAST_IN_STEP or blocks[-1].share <= blocks[-2].share):
        last = blocks.pop()
        blocks[-1] = blocks[-1].with_(last)
    shares = tuple(round((one.right + DRAWN * usual) / (one.cases + DRAWN), 3) for one in blocks)
    return Steps(tuple(one.until for one in blocks), shares)


@dataclass(frozen=True, slots=True)
class _Block:
    """Cases that one step stands for."""

    cases: int
    right: int
    until: float

    @property
    def share(self) -> float:
        """The share of them that was right."""
        return self.right / self.cases

    def with_(self, other: _Block) -> _Block:
        """Both together; *other* is the surer."""
        return _Block(self.cases + other.cases, self.right + other.right, other.until)


def crossed(pack: Methodology, judged: Sequence[Case]) -> list[Outcome]:
    """What the machine would say of each council, with what the councils of the other folds teach."""
    return [
        outcome
        for fold in range(FOLDS)
        for outcome in settled(
            pack,
            learned(pack, [case for case in judged if case.fold != fold]),
            [case for case in judged if case.fold == fold],
        )
    ]


def settled(pack: Methodology, calibration: Calibration, judged: Iterable[Case]) -> list[Outcome]:
    """What the machine would say of these cases, with what it has learned."""
    return [_outcome(pack, calibration, case) for case in judged]


def measure(pack: Methodology, outcomes: Sequence[Outcome]) -> Measured:
    """How often that is right, by indicator and verdict."""
    counted: dict[tuple[str, Verdict], Counted] = {}
    by_indicator: dict[str, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        by_indicator[one.case.indicator].append(one)
    for indicator, of_it in by_indicator.items():
        for verdict in COUNTED:
            counted[indicator, verdict] = _counted(of_it, verdict)
    return Measured(name_of(pack), tuple(outcomes), counted)


def _outcome(pack: Methodology, calibration: Calibration, case: Case) -> Outcome:
    indicator = pack.by_id[case.indicator]
    right = calibration.of(case.rule, case.said, case.sure) if case.said.counts else None
    sure = case.sure if right is None else right
    decides = right is None or right >= indicator.sure_from.get(case.said, 0.0)
    return Outcome(case, sure, is_decided=case.said.counts and decides and indicator.class_ == "machine")


def _counted(outcomes: Sequence[Outcome], verdict: Verdict) -> Counted:
    """A leaning counts as said: the figure is that of the check, whoever decides in the end."""
    seen = [one for one in outcomes if one.case.said.counts]
    said = [one for one in seen if one.case.said is verdict]
    return Counted(
        said=len(said),
        right=sum(one.case.is_right for one in said),
        there=sum(_is_there(one.case, verdict) for one in seen),
        left=sum(_is_there(one.case, verdict) and not one.is_decided for one in seen),
    )


def _is_there(case: Case, verdict: Verdict) -> bool:
    """Whether *verdict* is the truth; where several would be honest, the one that was said."""
    return (case.said if case.is_right else case.truth) is verdict


def _write(pack: Methodology, calibration: Calibration, found: Measured, page: str) -> None:
    folder = PACKS / pack.name
    steps: dict[str, dict[str, list[list[float]]]] = defaultdict(dict)
    for (rule, verdict), stairs in calibration.steps.items():
        pairs = zip(stairs.until, stairs.right, strict=True)
        steps[rule][verdict.value] = [[until, right] for until, right in pairs]
    _yaml(folder / "calibration.yaml", {"gold": calibration.gold, "steps": dict(steps)})
    indicators: dict[str, dict[str, list[int]]] = defaultdict(dict)
    for (indicator, verdict), one in found.counted.items():
        indicators[indicator][verdict.value] = [one.said, one.right, one.there, one.left]
    _yaml(folder / "accuracy.yaml", {"gold": calibration.gold, "indicators": dict(indicators)})
    DOCS.write_text(page, encoding="utf-8")
    rows = replace(pack, measured=found.counted).measured_rows()
    record_accuracy(open_store(settings().database_url), pack.name, pack.version, calibration.gold, rows)


def _yaml(path: Path, content: object) -> None:
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=True, default_flow_style=None, width=120)
    path.write_text(_MADE + text, encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
