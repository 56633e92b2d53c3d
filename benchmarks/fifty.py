"""Fifty pretend councils, eight crawls at once: ``python -m benchmarks.fifty [--cities 50] [--at-once 8]``.

Prints the largest memory of all crawl processes together (PSS, sampled twice a second), how long it took, and the share
of the planted evidence that was fetched within the default budget. Limits: 2 GiB, 98 %.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from pathlib import Path

from benchmarks.kills import crawl_processes
from benchmarks.revisits import TODAY, Place, plan_of
from console.rehearsal import share_reached
from crawlers.manners import ON_LOOPBACK
from crawlers.visit import visit_city
from fixtures.children import proportional_memory
from fixtures.councils.profile import slugs
from fixtures.councils.server import PretendWeb
from models.archive import Archive
from models.store import open_store

MOST_BYTES = 2 * 2**30
LEAST_SHARE = 0.98


class Peak:
    """The largest memory of our crawl processes together."""

    def __init__(self) -> None:
        self.bytes = self.processes = 0

    async def watch(self) -> None:
        """Look twice a second until cancelled."""
        while True:
            running = crawl_processes(os.getpid())
            used = sum(map(proportional_memory, running))
            if used > self.bytes:
                self.bytes, self.processes = used, len(running)
            await asyncio.sleep(0.5)


async def crawl_all(
    councils: list[str], web: PretendWeb, place: Place, at_once: int
) -> tuple[dict[str, int], Peak]:
    """Visit them all, so many at once; the visit of each, and the largest memory."""
    room, peak, visits = asyncio.Semaphore(at_once), Peak(), dict[str, int]()
    watching = asyncio.create_task(peak.watch())

    async def one(slug: str) -> None:
        async with room:
            plan = plan_of(slug, web, place, ON_LOOPBACK)
            outcome = await visit_city(plan, store=place.store, archive=place.archive, logs=place.folder)
        visits[slug] = outcome.visit_id
        if outcome.failure:
            print(f"{slug}: {outcome.failure}")

    await asyncio.gather(*map(one, councils))
    watching.cancel()
    return visits, peak


def main(argv: list[str] | None = None) -> int:
    """Print memory, time and share; 1 where a limit does not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cities", type=int, default=50)
    parser.add_argument("--at-once", type=int, default=8)
    arguments = parser.parse_args(argv)
    councils = list(slugs()[: arguments.cities])
    with tempfile.TemporaryDirectory() as folder, PretendWeb(today=TODAY, cities=councils) as web:
        place = Place(
            Path(folder), open_store(f"sqlite:///{folder}/monitor.db"), Archive(Path(folder) / "archive")
        )
        began = time.monotonic()
        visits, peak = asyncio.run(crawl_all(councils, web, place, arguments.at_once))
        seconds = time.monotonic() - began
        found = {slug: share_reached(place.store, visit, slug, TODAY) for slug, visit in visits.items()}
        place.store.close()
    planted = sum(one.planted for one in found.values())
    missing = [(slug, one) for slug, reached in found.items() for one in reached.missing]
    share = 1 - len(missing) / planted
    print(
        f"{len(councils)} councils in {seconds:.0f} s,"
        f" at most {peak.bytes / 2**20:.0f} MiB in {peak.processes} processes"
    )
    print(f"planted evidence reached: {planted - len(missing)} of {planted} ({share:.1%})")
    for slug, one in missing[:20]:
        print(f"  {slug}: {one.kind} {one.address}")
    return int(peak.bytes > MOST_BYTES or share < LEAST_SHARE)


if __name__ == "__main__":
    raise SystemExit(main())
