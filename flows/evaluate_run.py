"""Judge the visits of a run, freshly crawled or stored, and report what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, cast

from prefect import State, flow, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed, Failed

from crawlers.city import City
from flows.outcomes import CityOutcome, ending, outcome
from flows.reporting import report
from flows.stamp_log import seal_run
from flows.visiting import Desk, judge, open_desk, registry_of
from flows.watch_drift import changes_since
from models.environment import settings
from models.findings import findings_of
from models.runs import visits_of

MethodologyName = Literal["transparent-cities", "council-papers", "transparent-cities@2026.1"]
AT_ONCE = 2  # judging is work for a processor, not waiting for a network


@flow(name="evaluate", flow_run_name="evaluate {run_id} · {methodology}")
async def evaluate(
    run_id: str, methodology: MethodologyName = "transparent-cities", registry: str = ""
) -> State[Any]:
    """Judge a stored run again, without visiting anybody: after a rule, a reader or a methodology changed.

    Args:
        run_id: The run, such as 2026-11-west-1; its name stands in the table of its cities.
        methodology: The pack of indicators to judge by.
        registry: Folder of city files, such as that of pretend councils; empty means the fifty cities.
    """
    desk = open_desk(settings())
    visits = visits_of(desk.store, run_id)
    if not visits:
        return no_such_run(run_id)
    entries = registry_of(Path(registry) if registry else None)
    room = asyncio.Semaphore(AT_ONCE)

    async def look_at(city: str) -> str:
        async with room:
            what = {"desk": desk, "run_id": run_id, "methodology": methodology}
            judged = await ended(judge_city(entries[city], **what, return_state=True))
        return complaint(judged)

    cities = [visit.city for visit in visits]
    troubles = await asyncio.gather(*map(look_at, cities))
    await ended(seal_run(run_id, desk=desk, return_state=True))
    return await conclude(
        desk, run_id, run_id, dict(zip(cities, troubles, strict=True)), methodology, crawled=False
    )


@task(task_run_name="judge {entry.slug} · {run_id}", cache_policy=NO_CACHE, persist_result=False)
async def judge_city(entry: City, *, desk: Desk, run_id: str, methodology: str) -> State[Any]:
    """Judge what a visit saw, even one that broke off: a part may be enough for *met*, never for *not-met*."""
    visit = next((one for one in visits_of(desk.store, run_id) if one.city == entry.slug), None)
    if visit is None:
        return Completed(name="Nothing to judge", message=f"{entry.slug} was not visited in {run_id}")
    counts = await asyncio.to_thread(judge, desk, visit.id, entry, methodology=methodology)
    return Completed(message=", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count))


def no_such_run(run_id: str) -> State[Any]:
    """The end of a flow whose run is not stored."""
    return Failed(message=f"There is no run {run_id!r}, or it visited nobody: see the list of runs.")


async def ended(task_run: Any) -> State[Any]:  # noqa: ANN401  # Prefect types it as not awaitable
    """The state in which a task run ends, whatever it is."""
    return cast("State[Any]", await task_run)


def complaint(state: State[Any]) -> str:
    """Why a task did not complete, in the words of what it raised; empty when it did."""
    if state.is_completed():
        return ""
    message = state.message or state.name or "it did not end"
    for wrapping in ("Task run encountered an exception ", "CrawlFailed: "):
        message = message.removeprefix(wrapping)
    return message


async def conclude(
    desk: Desk,
    run_id: str,
    scope: str,
    troubles: Mapping[str, str],
    methodology: str,
    *,
    crawled: bool = True,
) -> State[Any]:
    """Report on a run and end it red or green; *troubles* are our own failures by city, empty where none."""
    visits = {visit.city: visit for visit in visits_of(desk.store, run_id)}
    findings = findings_of(desk.store, run_id, methodology=methodology)
    outcomes: list[CityOutcome] = [
        outcome(city, visits.get(city), [one for one in findings if one.city == city], trouble)
        for city, trouble in troubles.items()
    ]
    end = ending(outcomes, crawled=crawled)
    changes = changes_since(desk.store, run_id, methodology=methodology)
    await report(scope, run_id, outcomes, end, changes, review_url=desk.settings.review_url)
    return Failed(message=end.sentence) if end.red else Completed(message=end.sentence)
