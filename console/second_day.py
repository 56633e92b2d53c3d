"""The demo's second day: some councils change, one falls silent, one stays as it was; what a second look tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from console.stage import Stage
from fixtures.councils.differences import differences
from fixtures.councils.hits import Hit, Load, load_on
from fixtures.councils.profile import load
from flows.watch_drift import changes_since
from models.findings import findings_of
from models.vocabulary import Cause, Verdict

INDICATOR = "BUDG-06"  # of councils where it is met, one more or less report can be seen
METHODOLOGY = "transparent-cities"
FALLS_SILENT = "refuses"
FEWEST = 3  # councils that make a day worth showing


@dataclass(frozen=True, slots=True)
class Act:
    """What happens to one council: a change by its name, a silence, or nothing."""

    said: str
    change: str | None = None
    fault: str | None = None


ACTS = (
    Act("{} takes a report down", change="report-removed"),
    Act("{} does not answer", fault=FALLS_SILENT),
    Act("{} decides", change="new-decision"),
    Act("{} replaces a PDF without a word", change="silently-replaced-pdf"),
    Act("{} looks different", change="redesign"),
    Act("{} is as it was"),
)

Order = Callable[[list[str]], dict[str, Any]]


def second_day(stage: Stage, runs: Sequence[str], order: Order) -> list[str]:
    """Let things happen to a few councils that *runs* have judged, look again, and tell what it cost and showed.

    Returns the runs that looked again.
    """
    chosen = _cast(stage, runs)
    if len(chosen) < FEWEST:
        return []
    first = len(stage.web.hits)
    for slug, act in chosen.items():
        if act.change:
            stage.web.change(slug, act.change)
        if act.fault:
            stage.web.fail(slug, act.fault)
    print(
        "A second day: " + ", ".join(act.said.format(slug) for slug, act in chosen.items()) + ".", flush=True
    )
    again = stage.follow([order(list(chosen))], len(chosen)).runs()
    for slug, act in chosen.items():
        if act.fault:
            stage.web.fail(slug, None)
    answered = [slug for slug, act in chosen.items() if not act.fault]
    _tell_cost(stage, answered, stage.web.hits[:first], stage.web.hits[first:])
    _tell_drift(stage, again)
    return again


def _cast(stage: Stage, runs: Sequence[str]) -> dict[str, Act]:
    """Who plays what: each act goes to the first free council at which it can be seen."""
    whole = [
        finding.city
        for run_id in runs
        for finding in findings_of(stage.desk.store, run_id)
        if finding.indicator == INDICATOR and finding.verdict is Verdict.MET and not load(finding.city).fault
    ]
    found: dict[str, Act] = {}
    for act in ACTS:
        free = (slug for slug in whole if slug not in found)
        seen = (
            slug for slug in free if not act.change or differences(slug, stage.web.today, [act.change]).all
        )
        if (slug := next(seen, None)) is not None:
            found[slug] = act
    return found


def _tell_cost(stage: Stage, cities: Sequence[str], before: Sequence[Hit], after: Sequence[Hit]) -> None:
    """Requests, answers 304 and bytes of the second look beside those of the first, as the councils saw them."""
    print("\nWhat the second look asked of those that answered, beside the first:")
    everywhere: set[str] = set()
    for slug in cities:
        hosts = stage.web.site(slug).hosts
        everywhere |= hosts
        print(f"  {slug:<16} {_beside(load_on(hosts, before), load_on(hosts, after))}")
    print(
        f"  {'together':<16} {_beside(load_on(everywhere, before), load_on(everywhere, after))}", flush=True
    )


def _tell_drift(stage: Stage, runs: Sequence[str]) -> None:
    """Every finding that is not what it was, with the cause; what we could not look at, city by city."""
    for run_id in runs:
        found = changes_since(stage.desk.store, run_id, methodology=METHODOLOGY)
        print(f"\nDrift: {len(found.changes)} of {found.compared} findings changed.")
        for one in found.changes:
            if one.cause is not Cause.LOOK:
                print(f"  {one.city} {one.indicator}: {one.before} → {one.after}; cause: {one.cause.value}")
        unseen = Counter(one.city for one in found.changes if one.cause is Cause.LOOK)
        for slug, number in unseen.items():
            print(f"  {slug}: {number} findings; cause: {Cause.LOOK.value}, for it could not be looked at")


def _beside(first: Load, second: Load) -> str:
    share = second.sent / first.sent if first.sent else 0.0
    return (
        f"{second.requests:>4} of {first.requests:>4} requests, {second.not_modified:>3} answered 304,"
        f" {second.sent / 1024:>7.0f} of {first.sent / 1024:>7.0f} KiB ({share:.1%})"
    )
