"""What each bomb costs the crawl process that meets it, and how far it delays another city's crawl.

    python -m benchmarks.bombs [--rounds 7]

Each bomb is visited by a crawl process of its own: its peak of memory as the kernel counts it (limit 500 MB),
and how many seconds the visit took beyond a visit without a bomb. Then a city of honest pages is visited alone, beside
another honest city and beside a city of all bombs at once, in turn, so many times; the delay is the median over the
rounds, with the quarters between which half of them lie (wanted: under 5 %). The server that sends the bombs has a
process and a core of its own, so that what it costs to send them is no delay of ours; on one core it shares that.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from checks.catalog import lexicon, load
from crawlers.job import Start
from crawlers.manners import ON_LOOPBACK
from crawlers.visit import VisitOutcome, VisitPlan, visit_city
from fixtures.hostile.bombs import BOMBS
from fixtures.hostile.server import HostileWeb
from fixtures.watching import watch
from models.archive import Archive
from models.facts import CityCard
from models.runs import open_run
from models.store import open_store
from models.vocabulary import VisitState

MOST_MEGABYTES = 500
MANNERS = replace(ON_LOOPBACK, connections=1, retries=0, timeout=20.0)
PACED = replace(ON_LOOPBACK, connections=1, delay=0.25)  # a city at a quarter of its usual pace
HONEST = ("/", "/rishennia", "/novyny", "/kontakty")


@dataclass(frozen=True, slots=True)
class Cost:
    """One visit: memory, wall clock, and whether it ended well."""

    peak_mb: float
    seconds: float
    whole: bool


@contextmanager
def served() -> Iterator[int]:
    """The hostile web in a process and, where there are two, on a core of its own; gives its port."""
    cores = sorted(os.sched_getaffinity(0))
    here, there = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_serve, args=(there, cores[0]), daemon=True)
    process.start()
    port = int(here.recv())
    os.sched_setaffinity(0, cores[1:] or cores)
    try:
        yield port
    finally:
        here.send("stop")
        process.join()
        os.sched_setaffinity(0, cores)


def _serve(parent: Connection, core: int) -> None:
    os.sched_setaffinity(0, {core})
    with HostileWeb() as web:
        parent.send(web.port)
        parent.recv()


async def _visit(port: int, host: str, starts: Sequence[str], *, paced: bool) -> tuple[VisitOutcome, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = open_store(f"sqlite:///{folder / 'monitor.db'}")
        plan = VisitPlan(
            run_id=open_run(store, round_id="2026-11", name=host),
            city=CityCard(host.partition(".")[0], "Тестове", "Testove", (host,)),
            starts=tuple(Start(f"http://{host}{path}") for path in starts),
            lexicon=lexicon(load("transparent-cities")),
            manners=PACED if paced else MANNERS,
            user_agent="TransparentCitiesMonitor/0 (+http://monitor.test)",
            today="2026-11-20",
            pretend_proxy=f"http://127.0.0.1:{port}",
        )
        began = time.monotonic()
        try:
            outcome = await visit_city(plan, store=store, archive=Archive(folder / "archive"), logs=folder)
        finally:
            store.close()
        return outcome, time.monotonic() - began


async def cost_of(port: int, starts: Sequence[str]) -> Cost:
    """Visit *starts* in a process of their own and watch it."""
    task = asyncio.create_task(_visit(port, "hostile.test", starts, paced=False))
    peak = await watch(b"crawlers.process", task)
    outcome, seconds = await task
    return Cost(peak, seconds, outcome.failure is None and outcome.state is not VisitState.BROKEN)


async def delays(port: int, rounds: int) -> dict[str, list[float]]:
    """Seconds of the honest city in every round: alone, beside another honest city, and beside all bombs."""
    found: dict[str, list[float]] = {"alone": [], "honest": [], "bombs": []}
    for number in range(rounds):
        for beside, starts in (("alone", ()), ("honest", HONEST), ("bombs", tuple(BOMBS))):
            visits = [_visit(port, f"calm-{number}.test", HONEST, paced=True)]
            if starts:
                visits.append(_visit(port, f"wild-{number}.test", starts, paced=False))
            (_, seconds), *_ = await asyncio.gather(*visits)
            found[beside].append(seconds)
    return found


def delay(found: dict[str, list[float]], beside: str, of: str) -> str:
    """By how much the rounds *beside* one city were slower than those *of* another: the middle and the quarters."""
    shares = [one / other - 1 for one, other in zip(found[beside], found[of], strict=True)]
    low, middle, high = statistics.quantiles(shares, n=4, method="inclusive")
    return f"{middle:+.1%} (quarters {low:+.1%} and {high:+.1%})"


def main() -> int:
    """Print the tables; 1 where a limit is not held."""
    parser = argparse.ArgumentParser(description="Bombs through real crawl processes.")
    parser.add_argument("--rounds", type=int, default=7, help="of the comparison with a city beside")
    said = parser.parse_args()
    if said.rounds:
        with served() as port:
            asyncio.run(cost_of(port, list(BOMBS)))  # so that all of them are made
            found = asyncio.run(delays(port, said.rounds))
        middles = {beside: f"{statistics.median(seconds):.2f} s" for beside, seconds in found.items()}
        print(f"a city {', '.join(f'{beside}: {seconds}' for beside, seconds in middles.items())}")
        for beside, of in (("honest", "alone"), ("bombs", "alone"), ("bombs", "honest")):
            print(f"delay beside {beside} against {of}: {delay(found, beside, of)}, {said.rounds} rounds")
        print(f"cores: {os.cpu_count()}, load: {os.getloadavg()[0]:.1f}\n")
    with served() as port:
        calm = asyncio.run(cost_of(port, ["/kontakty"]))
        print(f"{'bomb':<22}{'peak MB':>9}{'beyond calm':>13}{'seconds':>9}{'beyond calm':>13}")
        print(f"{'(none)':<22}{calm.peak_mb:>9.0f}{'':>13}{calm.seconds:>9.1f}")
        worst, well = calm.peak_mb, calm.whole
        for path in BOMBS:
            cost = asyncio.run(cost_of(port, ["/kontakty", path]))
            worst, well = max(worst, cost.peak_mb), well and cost.whole
            print(
                f"{path:<22}{cost.peak_mb:>9.0f}{cost.peak_mb - calm.peak_mb:>13.0f}"
                f"{cost.seconds:>9.1f}{cost.seconds - calm.seconds:>13.1f}"
            )
    print(f"\npeak {worst:.0f} MB of {MOST_MEGABYTES}; every visit ended well: {'yes' if well else 'no'}")
    return 0 if well and worst <= MOST_MEGABYTES else 1


if __name__ == "__main__":
    sys.exit(main())
