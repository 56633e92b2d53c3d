"""What a second visit costs, and whether it notices what has changed: ``python -m benchmarks.revisits [--cities 12]``.

Every pretend council is visited twice without any change, then once after each planted change. The cost is the
councils' own account: requests that arrived and bytes of bodies that were sent. A change is noticed when one of the
addresses that are new, gone or different was asked for and answered with a body or an error: a head, or the word that
nothing has changed, is no notice. What is missed is looked for in the visits that follow, of which some come after the
last change. Limits: 30 % of the requests, 5 % of the bytes, none missed.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from checks.catalog import lexicon, load
from crawlers.manners import ON_LOOPBACK, Manners
from crawlers.reading_room import ReadingRoom
from crawlers.registry import load_city
from crawlers.visit import VisitPlan, visit_city
from fixtures.councils.changes import CHANGES
from fixtures.councils.differences import differences
from fixtures.councils.hits import Hit
from fixtures.councils.profile import slugs
from fixtures.councils.server import PretendWeb
from fixtures.councils.site import address_key
from flows.visiting import Desk, judge, starts_of
from models.archive import Archive
from models.environment import settings
from models.runs import open_run
from models.store import Store, open_store

TODAY = date(2026, 11, 20)
MORE_VISITS = 6  # after the last change, for what was missed
MOST_REQUESTS, MOST_BYTES = 0.30, 0.05
UNTOLD = frozenset({200, 304})  # of answers without a body
CITIES = Path(__file__).parents[1] / "fixtures" / "councils" / "cities"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the benchmark keeps what it stores."""

    folder: Path
    store: Store
    archive: Archive
    reading: ReadingRoom = field(default_factory=ReadingRoom)
    today: date = TODAY


def plan_of(slug: str, web: PretendWeb, place: Place, manners: Manners) -> VisitPlan:
    """A visit to one pretend council, in a run of its own."""
    city, words = load_city(CITIES / f"{slug}.yaml"), lexicon(load("transparent-cities"))
    return VisitPlan(
        run_id=open_run(place.store, round_id="2026-11", name=slug),
        city=city.card(),
        starts=starts_of(city, words),
        lexicon=words,
        manners=manners,
        user_agent="TransparentCitiesMonitor/0 (benchmark)",
        today=place.today.isoformat(),
        pretend_proxy=f"http://127.0.0.1:{web.port}",
    )


async def visit(slug: str, web: PretendWeb, place: Place) -> list[Hit]:
    """Visit one council, judge it, so that the next visit knows what its findings rest on; what it was asked."""
    before = len(web.hits)
    plan = plan_of(slug, web, place, replace(ON_LOOPBACK, retry_wait=0.05, timeout=3.0))
    outcome = await visit_city(plan, store=place.store, archive=place.archive, logs=place.folder)
    if outcome.failure:
        print(f"{slug}: {outcome.failure}")
    desk = Desk(place.store, place.archive, settings(), plan.manners, place.reading)
    judge(desk, outcome.visit_id, load_city(CITIES / f"{slug}.yaml"), methodology="transparent-cities")
    return web.hits[before:]


def delays(slug: str, web: PretendWeb, place: Place) -> dict[str, int | None]:
    """After how many visits each change was noticed; None where it still is not, left out where nothing changed."""
    since: list[str] = []
    waiting: dict[str, tuple[int, frozenset[str]]] = {}
    found: dict[str, int | None] = {}
    for number, name in enumerate((*CHANGES, *[None] * MORE_VISITS)):
        if name is not None:
            web.change(slug, name)
            waiting[name] = number, differences(slug, place.today, [name], since=since).all
            since.append(name)
        elif not any(changed for _, changed in waiting.values()):
            break
        hits = asyncio.run(visit(slug, web, place))
        told = (hit for hit in hits if hit.sent or hit.status not in UNTOLD)
        asked = {address_key(f"http://{hit.host}{hit.path}") for hit in told}
        for one, (planted, changed) in list(waiting.items()):
            if changed & asked:
                found[one] = number - planted + 1
                del waiting[one]
    return found | {name: None for name, (_, changed) in waiting.items() if changed}


def main(argv: list[str] | None = None) -> int:
    """Print the cost per council and what was noticed; 1 where a limit does not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cities", type=int, default=12, help="how many of the pretend councils")
    parser.add_argument("--skip", type=int, default=0, help="leave out so many of the first")
    parser.add_argument(
        "--today", type=date.fromisoformat, default=TODAY, help="on another day, other papers"
    )
    arguments = parser.parse_args(argv)
    chosen = slugs()[arguments.skip : arguments.skip + arguments.cities]
    totals: Counter[str] = Counter()
    missed: list[str] = []
    visits_until: Counter[int | None] = Counter()
    with (
        tempfile.TemporaryDirectory() as folder,
        PretendWeb(today=arguments.today, cities=chosen, faults=dict.fromkeys(chosen)) as web,
    ):
        place = Path(folder)
        store, archive = open_store(f"sqlite:///{place / 'monitor.db'}"), Archive(place / "archive")
        kept = Place(place, store, archive, today=arguments.today)
        for slug in chosen:
            first, second = (asyncio.run(visit(slug, web, kept)) for _ in range(2))
            costs = {
                "requests": (len(first), len(second)),
                "bytes": tuple(sum(hit.sent for hit in hits) for hits in (first, second)),
            }
            for what, (one, other) in costs.items():
                totals[what] += one
                totals[f"{what} again"] += other
            shares = "  ".join(
                f"{what} {one} → {other} ({other / one:.0%})" for what, (one, other) in costs.items()
            )
            after = delays(slug, web, kept)
            late = {name: visits for name, visits in after.items() if visits != 1}
            missed += late
            visits_until.update(after.values())
            told = ", ".join(f"{name} (visit {visits or 'none'})" for name, visits in late.items())
            print(f"{slug:16} {shares}  missed: {told or 'nothing'}", flush=True)
        kept.reading.close()
        store.close()
    requests, sent = (totals[f"{what} again"] / totals[what] for what in ("requests", "bytes"))
    print(f"requests {requests:.1%} (limit {MOST_REQUESTS:.0%}), bytes {sent:.1%} (limit {MOST_BYTES:.0%})")
    changes = visits_until.total()
    print(f"changes noticed: {changes - len(missed)} of {changes} {dict(Counter(missed)) or ''}")
    counts = sorted((visits or 99, count) for visits, count in visits_until.items())
    print("visits until noticed: " + ", ".join(f"{visits}: {count}" for visits, count in counts))
    return int(requests > MOST_REQUESTS or sent > MOST_BYTES or bool(missed))


if __name__ == "__main__":
    raise SystemExit(main())
