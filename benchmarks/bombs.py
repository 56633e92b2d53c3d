"""What each bomb costs the crawl process that meets it, and how far it delays another city's crawl.

    python -m benchmarks.bombs [--rounds 5]

Each bomb is visited by a crawl process of its own: its peak of memory as the kernel counts it (limit 500 MB),
and how many seconds the visit took beyond a visit without a bomb. Then a city of honest pages is visited alone and
beside a city of all bombs at once, in turn, and the delay is the median of one against the other (wanted: under 5 %
where there is a core for each; both figures are shown, because a machine with fewer cores delays everybody).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
MOST_DELAY = 0.05
MANNERS = replace(ON_LOOPBACK, connections=1, retries=0, timeout=20.0)
PACED = replace(ON_LOOPBACK, connections=1, delay=0.25)  # a city at a quarter of its usual pace
HONEST = ("/", "/rishennia", "/novyny", "/kontakty")


@dataclass(frozen=True, slots=True)
class Cost:
    """One visit: memory, wall clock, and whether it ended well."""

    peak_mb: float
    seconds: float
    whole: bool


async def _visit(
    web: HostileWeb, host: str, starts: Sequence[str], *, paced: bool
) -> tuple[VisitOutcome, float]:
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
            pretend_proxy=f"http://127.0.0.1:{web.port}",
        )
        began = time.monotonic()
        try:
            outcome = await visit_city(plan, store=store, archive=Archive(folder / "archive"), logs=folder)
        finally:
            store.close()
        return outcome, time.monotonic() - began


async def cost_of(web: HostileWeb, starts: Sequence[str]) -> Cost:
    """Visit *starts* in a process of their own and watch it."""
    task = asyncio.create_task(_visit(web, "hostile.test", starts, paced=False))
    peak = await watch(b"crawlers.process", task)
    outcome, seconds = await task
    return Cost(peak, seconds, outcome.failure is None and outcome.state is not VisitState.BROKEN)


async def delays(web: HostileWeb, rounds: int) -> tuple[float, float, float]:
    """Seconds of the honest city alone, beside another honest city, and beside all bombs; medians."""
    found: dict[str, list[float]] = {"alone": [], "honest": [], "bombs": []}
    for number in range(rounds):
        for beside, starts in (("alone", ()), ("honest", HONEST), ("bombs", tuple(BOMBS))):
            visits = [_visit(web, f"calm-{number}.test", HONEST, paced=True)]
            if starts:
                visits.append(_visit(web, f"wild-{number}.test", starts, paced=False))
            (_, seconds), *_ = await asyncio.gather(*visits)
            found[beside].append(seconds)
    alone, honest, bombs = (statistics.median(found[beside]) for beside in ("alone", "honest", "bombs"))
    return alone, honest, bombs


def main() -> int:
    """Print the tables; 1 where a limit is not held."""
    parser = argparse.ArgumentParser(description="Bombs through real crawl processes.")
    parser.add_argument("--rounds", type=int, default=5, help="of the comparison with a city beside")
    said = parser.parse_args()
    with HostileWeb() as web:
        calm = asyncio.run(cost_of(web, ["/kontakty"]))
        print(f"{'bomb':<22}{'peak MB':>9}{'beyond calm':>13}{'seconds':>9}{'beyond calm':>13}")
        print(f"{'(none)':<22}{calm.peak_mb:>9.0f}{'':>13}{calm.seconds:>9.1f}")
        worst, well = calm.peak_mb, calm.whole
        for path in BOMBS:
            cost = asyncio.run(cost_of(web, ["/kontakty", path]))
            worst, well = max(worst, cost.peak_mb), well and cost.whole
            print(
                f"{path:<22}{cost.peak_mb:>9.0f}{cost.peak_mb - calm.peak_mb:>13.0f}"
                f"{cost.seconds:>9.1f}{cost.seconds - calm.seconds:>13.1f}"
            )
        alone, honest, bombs = asyncio.run(delays(web, said.rounds))
    print(f"\npeak {worst:.0f} MB of {MOST_MEGABYTES}; every visit ended well: {'yes' if well else 'no'}")
    print(f"a city alone {alone:.2f} s, beside a calm city {honest:.2f} s, beside all bombs {bombs:.2f} s")
    print(
        f"delay by the bombs: {bombs / honest - 1:+.1%} of a calm neighbour, {bombs / alone - 1:+.1%} of none"
    )
    print(f"cores: {os.cpu_count()}, load: {os.getloadavg()[0]:.1f}")
    return 0 if well and worst <= MOST_MEGABYTES else 1


if __name__ == "__main__":
    sys.exit(main())
