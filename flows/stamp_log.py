"""Keep the log stamped: seal what a kill left unsealed, send what waits, and stamp the head every day."""

from __future__ import annotations

import asyncio
from typing import Any

from prefect import State, flow, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed

from flows.sealing import seal_missing
from flows.stamping import queue_head, sealed_and_stamped, send_stamps
from flows.visiting import Desk, open_desk
from models.environment import settings


@flow(name="stamp", flow_run_name="stamp what waits")
async def stamp(head: bool = False) -> State[Any]:  # noqa: FBT001, FBT002  # a box to tick in the UI
    """Seal runs that ended unsealed, and send waiting time-stamps to their authorities.

    Args:
        head: Have the head of the log stamped too, if anything was appended since it last was.
    """
    desk = open_desk(settings())
    sealed = await asyncio.to_thread(seal_missing, desk)
    if head:
        queue_head(desk)
    sent = await send_stamps(desk)
    return Completed(message=f"{len(sealed)} runs sealed; {sent.sentence}")


@task(task_run_name="seal {run_id}", cache_policy=NO_CACHE, persist_result=False)
async def seal_run(run_id: str, *, desk: Desk) -> State[Any]:
    """Seal a run, and try once to have that stamped; what no authority answers is asked again every hour."""
    return Completed(message=await sealed_and_stamped(desk, run_id))
