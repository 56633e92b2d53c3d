"""Sets a Prefect server up for the monitor: ``python -m flows.deploying``, as often as you like.

The deployments and their schedules are those of ``prefect.yaml``; what that file cannot say is said here.
One process does it all, in the time that ``prefect deploy`` takes to start.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from prefect.automations import (
    AutomationCore,
    ChangeFlowRunState,
    EventTrigger,
    Posture,
    ResourceSpecification,
)
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import ConcurrencyLimitConfig, StateType
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectNotFound
from prefect.schedules import Cron, Schedule
from prefect.workers.process import ProcessWorker

from models.environment import settings

POOL = "cities"
RUNS_AT_ONCE = 2  # each crawls several cities at once already
SILENCE = timedelta(seconds=90)  # three heartbeats of 30 s
PROJECT = Path(__file__).parent.parent / "prefect.yaml"
_UNDEAD = "A run that has died is called dead"


async def prepare() -> None:
    """Make the work pool, and the automation that ends runs whose process is gone, where they are missing."""
    async with get_client() as client:
        try:
            await client.read_work_pool(POOL)
        except ObjectNotFound:
            template = ProcessWorker.get_default_base_job_template()
            pool = WorkPoolCreate(
                name=POOL, type="process", base_job_template=template, concurrency_limit=RUNS_AT_ONCE
            )
            await client.create_work_pool(pool)
        if not await client.read_automations_by_name(_UNDEAD):
            await client.create_automation(undead())


def undead() -> AutomationCore:
    """Without it, a run killed together with its worker stays *Running* and keeps its place for ever."""
    ended = {f"prefect.flow-run.{word}" for word in ("Completed", "Failed", "Cancelled", "Crashed")}
    return AutomationCore(
        name=_UNDEAD,
        description="No heartbeat for 90 seconds: the run's process is gone.",
        trigger=EventTrigger(
            after={"prefect.flow-run.heartbeat"},
            expect={"prefect.flow-run.heartbeat", *ended},
            match=ResourceSpecification({"prefect.resource.id": ["prefect.flow-run.*"]}),
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=SILENCE,
        ),
        actions=[
            ChangeFlowRunState(
                name=None,
                state=StateType.CRASHED,
                message="No heartbeat for 90 s: the process is gone. Start the run again, it goes on from there.",
                force=False,
            )
        ],
    )


def deployments(project: Path = PROJECT, *, active: bool = True) -> list[RunnerDeployment]:
    """What *project* lists, ready to apply; a key that is not understood here is refused by its name."""
    listed = yaml.safe_load(project.read_text(encoding="utf-8"))["deployments"]
    return [_deployment(**entry, active=active) for entry in listed]


def _deployment(
    *,
    work_pool: dict[str, Any],
    concurrency_limit: dict[str, Any],
    active: bool,
    schedules: list[dict[str, Any]] | None = None,
    **rest: Any,  # noqa: ANN401  # name, entrypoint, description, tags: as Prefect itself spells them
) -> RunnerDeployment:
    return RunnerDeployment.from_entrypoint(
        work_pool_name=work_pool["name"],
        job_variables=work_pool["job_variables"],
        concurrency_limit=ConcurrencyLimitConfig(**concurrency_limit),
        schedules=[_timed(**schedule, active=active) for schedule in schedules or ()],
        **rest,
    )


def _timed(*, cron: str, **rest: Any) -> Schedule:  # noqa: ANN401  # timezone, slug, parameters
    return Cron(cron, **rest)


def main() -> None:
    """Set up the server that PREFECT_API_URL names, and say what is deployed on it.

    Where a pretend web stands in for the network, the nightly crawls of the real cities are not active.
    """
    asyncio.run(prepare())
    active = settings().pretend_proxy is None
    for deployment in deployments(active=active):
        deployment.apply()
        schedules = f"{len(deployment.schedules or ())} schedules{'' if active else ', not active'}"
        sys.stdout.write(f"{deployment.flow_name}/{deployment.name}: {schedules}\n")


if __name__ == "__main__":
    main()
