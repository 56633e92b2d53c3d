"""What the operator and the analyst read in the Prefect UI: the words of it. Pure; ``reporting`` publishes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flows.outcomes import CityOutcome, Ending
from flows.watch_drift import Change, Changes
from models.vocabulary import Cause, Verdict, VisitState

_SIGNS = {VisitState.COMPLETE: "complete", VisitState.UNREACHABLE: "could not look", None: "not begun"}
_SHOWN = 60  # changes of one cause; the drift page has all
_CAUSES = {
    Cause.CITY: "The city changed",
    Cause.LOOK: "We could not look, then or now: says nothing about the city",
    Cause.RULE: "Our methodology or rule changed",
    Cause.READER: "Our reader changed",
}


def city_table(outcomes: Sequence[CityOutcome]) -> list[dict[str, str | int]]:
    """One row per city, troubled ones first, then those that could not be seen."""
    rows = sorted(outcomes, key=lambda one: (not one.trouble, one.was_seen, one.city))
    return [_row(one) for one in rows]


def _row(one: CityOutcome) -> dict[str, str | int]:
    state = _SIGNS.get(one.state, one.state.value if one.state else "")
    return {
        "city": one.city,
        "state": "FAILED" if one.trouble else state,
        "why": one.trouble or (one.reason.value if one.reason else ""),
        "pages": one.pages,
        "failures": one.failures,
        **{verdict.value: one.verdicts[verdict] for verdict in Verdict},
    }


def run_note(run_id: str, outcomes: Sequence[CityOutcome], end: Ending, *, review_url: str) -> str:
    """Markdown: how the run came out, its verdicts, and the way to the findings."""
    verdicts: Counter[Verdict] = sum((one.verdicts for one in outcomes), Counter())
    desk = review_url.rstrip("/")
    return "\n".join(
        [
            f"# {'✗' if end.red else '✓'} Run {run_id}",
            "",
            end.sentence,
            "",
            f"**[Findings of this run]({desk}/runs/{run_id})** · [what changed]({desk}/drift?after={run_id})",
            "",
            "| verdict | findings |",
            "|---|---:|",
            *(f"| {verdict.value} | {verdicts[verdict]} |" for verdict in Verdict),
        ]
    )


def drift_note(changes: Changes, *, review_url: str) -> str:
    """Markdown: what differs from each city's previous run, cause by cause, *we could not look* apart."""
    if not changes.compared:
        return f"# What changed in {changes.run_id}\n\nNothing to compare with: first run of these cities."
    lines = [
        f"# What changed in {changes.run_id}",
        "",
        f"{changes.compared} findings compared with each city's previous run; {changes.same} are the same.",
    ]
    for cause, title in _CAUSES.items():
        found = [one for one in changes.changes if one.cause is cause]
        lines += ["", f"## {title}: {len(found)}", *_changes(found)]
    lines += ["", f"[All of it]({review_url.rstrip('/')}/drift?after={changes.run_id})"]
    return "\n".join(lines)


def _changes(found: Sequence[Change]) -> list[str]:
    if not found:
        return []
    rows = [
        f"| {one.city} | {one.indicator} | {one.before} | {one.after} | {one.previous_run} |"
        for one in found[:_SHOWN]
    ]
    more = ["", f"… and {len(found) - _SHOWN} more."] if len(found) > _SHOWN else []
    return ["", "| city | indicator | before | now | compared with |", "|---|---|---|---|---|", *rows, *more]
