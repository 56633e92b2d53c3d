"""Sets a Prefect server up for the monitor: ``python -m flows.deploying``, as often as you like.

The deployments and their schedules are those of ``prefect.yaml``; what that file cannot say is said here.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from prefect.automations import Automation, ChangeFlowRunState, EventTrigger, Posture, ResourceSpecification
from prefect.cli import app
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import StateType
from prefect.exceptions import ObjectNotFound
from prefect.workers.process import ProcessWorker

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


def undead() -> Automation:
    """Without it, a run killed together with its worker stays *Running* and keeps its place for ever."""
    ended = {f"prefect.flow-run.{word}" for word in ("Completed", "Failed", "Cancelled", "Crashed")}
    return Automation(
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


def main() -> None:
    """Prepare the server that PREFECT_API_URL names, then deploy all that prefect.yaml lists."""
    asyncio.run(prepare())
    sys.argv[1:] = ["--no-prompt", "deploy", "--all", "--prefect-file", str(PROJECT)]
    app()


if __name__ == "__main__":
    main()
