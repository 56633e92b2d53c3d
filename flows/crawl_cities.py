"""Crawl a region, some cities, or one: visit, judge, picture, report."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from prefect import State, flow, get_run_logger, runtime, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed

from crawlers.city import City
from crawlers.registry import Registry
from crawlers.visit import CrawlFailed
from flows.evaluate_run import MethodologyName, complaint, conclude, ended, judge_city
from flows.picture_run import picture_run
from flows.reporting import Progress
from flows.stamp_log import seal_run
from flows.visiting import Desk, city_rows, open_desk, registry_of, visit
from models.environment import settings
from models.runs import close_run, current_round, open_run, register_cities

RegionName = Literal["west", "north", "centre", "east", "south"]


@dataclass(frozen=True, slots=True)
class Order:
    """How a crawl is to be done. Pages and minutes left empty are decided by the crawler's manners.

    ``registry`` is a folder of city files, such as that of pretend councils; empty means the fifty cities.
    ``pictures`` of the evidence, the longest part of a run, may be left to the flow *picture*.
    """

    methodology: MethodologyName = "transparent-cities"
    at_once: int = 4
    pages_per_city: int | None = None
    minutes_per_city: float | None = None
    registry: str = ""
    pictures: bool = True

    def registry_of_cities(self) -> Registry:
        """The cities to choose from."""
        return registry_of(Path(self.registry) if self.registry else None)

    def paced(self, desk: Desk) -> Desk:
        """*desk* with the limits of this order."""
        manners = desk.manners
        if self.pages_per_city is not None:
            manners = replace(manners, max_pages=self.pages_per_city)
        if self.minutes_per_city is not None:
            manners = replace(manners, max_seconds=60 * self.minutes_per_city)
        return replace(desk, manners=manners)


AS_USUAL = Order()


def run_name() -> str:
    """What the operator reads in the list of runs: who is crawled, and in which round."""
    given: dict[str, Any] = runtime.flow_run.parameters
    whom = given.get("region") or given.get("city") or ", ".join(given.get("cities") or ["all cities"])
    return f"crawl {whom} · round {given.get('round_id') or current_round()}"


@flow(name="crawl-region", flow_run_name=run_name)
async def crawl_region(region: RegionName, round_id: str = "", order: Order = AS_USUAL) -> State[Any]:
    """Visit and judge every city of a region; one that fails does not stop the others.

    Args:
        region: Whose cities.
        round_id: The round the findings belong to, such as 2026-11; the current month when empty.
        order: Methodology, pace and limits.
    """
    registry = order.registry_of_cities()
    return await _crawl(registry, registry.select(region=region), region, round_id, order, region=region)


@flow(name="crawl-cities", flow_run_name=run_name)
async def crawl_cities(
    cities: list[str] | None = None, round_id: str = "", order: Order = AS_USUAL
) -> State[Any]:
    """Visit and judge some cities in one run, or all of them.

    Args:
        cities: Slugs such as lviv; every city when empty.
        round_id: The round the findings belong to, such as 2026-11; the current month when empty.
        order: Methodology, pace and limits.
    """
    registry = order.registry_of_cities()
    scope = "selected" if cities else "all"
    return await _crawl(registry, registry.select(cities=cities or ()), scope, round_id, order)


@flow(name="crawl-city", flow_run_name=run_name)
async def crawl_city(city: str, round_id: str = "", order: Order = AS_USUAL) -> State[Any]:
    """Visit and judge one city; a visit that broke off in this round goes on where it stopped.

    Args:
        city: Slug, such as lviv.
        round_id: The round the findings belong to, such as 2026-11; the current month when empty.
        order: Methodology, pace and limits.
    """
    registry = order.registry_of_cities()
    return await _crawl(registry, registry.select(cities=[city]), city, round_id, order)


@task(task_run_name="visit {entry.slug} · {run_id}", cache_policy=NO_CACHE, persist_result=False)
async def visit_city(entry: City, *, desk: Desk, run_id: str, methodology: str) -> State[Any]:
    """Crawl one city in a process of its own; red when that process or its statistics say so."""
    seen = await visit(desk, entry, run_id=run_id, methodology=methodology)
    if seen.failure is not None:
        raise CrawlFailed(seen.failure)
    pages = f"{seen.fetched} pages, {seen.failed} failures"
    if not seen.could_look:
        return Completed(name="Unseen", message=f"{pages}: {seen.reason or 'nothing to visit'}")
    return Completed(message=pages)


async def _crawl(
    registry: Registry,
    cities: Sequence[City],
    scope: str,
    round_id: str,
    order: Order,
    *,
    region: str | None = None,
) -> State[Any]:
    """One run over *cities*, a few at once: each is visited, then judged by what could be seen of it."""
    round_id = round_id or current_round()
    desk = order.paced(open_desk(settings()))
    register_cities(desk.store, city_rows(registry))
    run_id = open_run(desk.store, round_id=round_id, region=region, name=scope)
    get_run_logger().info("Run %s: %d cities, %d at once", run_id, len(cities), order.at_once)
    progress = Progress(scope, run_id, len(cities))
    await progress.begin()
    room = asyncio.Semaphore(order.at_once)

    async def look_at(entry: City) -> str:
        async with room:
            what = {"desk": desk, "run_id": run_id, "methodology": order.methodology}
            visited = await ended(visit_city(entry, **what, return_state=True))
            judged = await ended(judge_city(entry, **what, return_state=True))
        await progress.step()
        return complaint(visited) or complaint(judged)

    troubles = await asyncio.gather(*map(look_at, cities))
    if order.pictures:
        await ended(picture_run(run_id, desk=desk, return_state=True))
    close_run(desk.store, run_id)
    await ended(seal_run(run_id, desk=desk, return_state=True))
    slugs = [entry.slug for entry in cities]
    return await conclude(desk, run_id, scope, dict(zip(slugs, troubles, strict=True)), order.methodology)
