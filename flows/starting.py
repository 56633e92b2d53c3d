"""Starts deployed flows and waits for them: ``python -m flows.starting < orders.json``.

Standard input holds a list of ``{"deployment": "crawl-region/crawl-region", "parameters": {…}}``. One line of
JSON is written when a run ends: ``{"name", "state", "message"}``. The exit code is 0 when all have ended, however.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.deployments import run_deployment

LOOK_EVERY = 1.0  # seconds


async def start(orders: list[dict[str, Any]]) -> list[UUID]:
    """Order the runs, in this sequence; they begin when a worker takes them."""
    runs = [
        await run_deployment(  # type: ignore[misc]  # awaited here, though it can be called without a loop too
            order["deployment"], parameters=order["parameters"], timeout=0, as_subflow=False
        )
        for order in orders
    ]
    return [run.id for run in runs]


async def ended(client: PrefectClient, run_id: UUID) -> dict[str, str | None]:
    """Wait for one run's end; its name, state and message."""
    while True:
        run = await client.read_flow_run(run_id)
        if run.state is not None and run.state.is_final():
            return {"name": run.name, "state": run.state.name, "message": run.state.message}
        await asyncio.sleep(LOOK_EVERY)


async def main() -> None:
    """Start what standard input orders and tell each end."""
    run_ids = await start(json.load(sys.stdin))
    async with get_client() as client:
        for end in asyncio.as_completed([ended(client, run_id) for run_id in run_ids]):
            sys.stdout.write(json.dumps(await end, ensure_ascii=False) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
