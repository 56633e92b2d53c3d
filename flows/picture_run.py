"""Take the pictures of a run's evidence: at the end of its crawl, or later, where that left them or had no browser."""

from __future__ import annotations

import asyncio
import fcntl
import time
from typing import Any

from prefect import State, flow, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed, Failed

from flows.evaluate_run import complaint, ended, no_such_run
from flows.stamp_log import seal_run
from flows.visiting import Desk, open_desk, picture
from models.environment import settings
from models.runs import visits_of

PICTURES_AT_A_TURN = 120  # about a minute; crawls wait longer than that for the browser
AFTER_A_TURN = 0.5  # seconds; whoever waits for the browser looks five times a second


@flow(name="picture", flow_run_name="picture {run_id}")
async def picture_stored(run_id: str) -> State[Any]:
    """Take what is missing of a stored run's pictures, from the stored bytes alone, and seal them.

    Args:
        run_id: The run, such as 2026-11-west-1; its name stands in the table of its cities.
    """
    desk = open_desk(settings())
    if not visits_of(desk.store, run_id):
        return no_such_run(run_id)
    taken = await ended(picture_run(run_id, desk=desk, return_state=True))
    await ended(seal_run(run_id, desk=desk, return_state=True))
    trouble = complaint(taken)
    return Failed(message=trouble) if trouble else Completed(message=taken.message)


@task(task_run_name="picture {run_id}", cache_policy=NO_CACHE, persist_result=False)
async def picture_run(run_id: str, *, desk: Desk) -> State[Any]:
    """Take the pictures of the evidence, once this run's crawls need no memory any more."""
    taken, found = await asyncio.to_thread(_picture_alone, desk, run_id)
    return Completed(message=f"{taken} pictures, the quoted words seen in {found}")


def _picture_alone(desk: Desk, run_id: str) -> tuple[int, int]:
    """One browser at a time on one machine: each takes 640 MB. A crawl whose pages need it gets it in between."""
    taken = found = 0
    while True:
        with (desk.settings.home / "browser.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            more, seen = picture(desk, run_id, most=PICTURES_AT_A_TURN)
        taken, found = taken + more, found + seen
        if not more:
            return taken, found
        time.sleep(AFTER_A_TURN)
