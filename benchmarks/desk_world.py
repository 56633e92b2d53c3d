"""A desk with years of work behind it: fifty cities, 142 questions, eight rounds that are done and one in progress.

    python -m benchmarks.desk_world FOLDER [--cities 50] [--rounds 8] [--postgres]

FOLDER becomes the home of a monitor: ``tcm serve`` opens on it; with ``--postgres`` its database is a server's, which
``benchmarks.desk`` starts again. Each of the eight rounds is one run of every city (56,800 findings of eight), and
everything in them was looked at twice or more; a ninth is two fifths done. Rows go in many at a time; items are made
by ``models.items`` itself, and looks are those of ``benchmarks.desk_looks``.
The same world comes of every making.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from sqlalchemy import insert
from sqlalchemy.orm import Session

from benchmarks.desk_database import database_of
from benchmarks.desk_looks import PROGRESS, give_out, look
from benchmarks.desk_people import settle_people
from benchmarks.desk_rows import READER, addresses_of, captures_of, finding_of, spot_of
from benchmarks.desk_sites import SitePage, said_of, site_of
from checks.catalog import load
from checks.methodology import Methodology
from custody.heads import Heads, keep_heads
from custody.manifests import seal_run
from flows.visiting import city_rows, registry_of
from models.accuracy import keep_measured
from models.archive import Archive
from models.crawling import Address, Capture, City, Picture, Reading, Run, Visit
from models.custody import Spot
from models.judging import Finding
from models.renewing import Weighed, renew_round
from models.runs import register_cities
from models.store import Store, open_store
from models.version import TOOL_VERSION
from models.vocabulary import VisitState

PACK = "transparent-cities"
BEGAN = datetime(2024, 10, 5, 6, 0, tzinfo=UTC)  # the first round; one every quarter
LOOKS = 12  # different pictures; thousands of rows show them


@dataclass(frozen=True, slots=True)
class World:
    """What all rounds are made of."""

    store: Store
    archive: Archive
    pack: Methodology
    cities: tuple[City, ...]
    sites: dict[str, tuple[SitePage, ...]]
    pictures: tuple[str, ...]  # names in the archive


def main() -> int:
    """Make the world, and say how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cities", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--postgres", action="store_true", help="a PostgreSQL server's database, not a file")
    said = parser.parse_args()
    cpu, wall = time.process_time(), time.perf_counter()
    with database_of(said.folder, postgres=said.postgres) as url:
        store = open_store(url)
        keep_heads(store, Heads(said.folder / "custody"))
        findings = make(store, Archive(said.folder / "archive"), cities=said.cities, rounds=said.rounds)
        store.close()
    took = f"{time.perf_counter() - wall:.0f} s, {time.process_time() - cpu:.0f} s of processor"
    print(f"{findings} findings in {said.rounds + 1} rounds: {took}")
    return 0


def make(store: Store, archive: Archive, *, cities: int, rounds: int) -> int:
    """Fill an empty *store*: *rounds* that are done, and one in progress; how many findings there are."""
    pack = load(PACK)
    rows = tuple(city_rows(registry_of(None))[:: 50 // cities][:cities])
    register_cities(store, rows)
    settle_people(store, rows)
    measured = [*pack.measured_rows()]
    keep_measured(store, pack.name, pack.version, pack.calibration.gold, measured)
    sites = {city.slug: site_of(city.slug, pack) for city in rows}
    world = World(store, archive, pack, rows, sites, _pictures(archive))
    weighed = {one.id: Weighed(one.area, one.weight) for one in pack.indicators}
    for number in range(rounds + 1):
        began = BEGAN + timedelta(days=91 * number)
        round_id = f"{began:%Y-%m}"
        for region in dict.fromkeys(city.region for city in rows):
            seal_run(store, archive, _run(world, round_id, region, began))
        renew_round(store, round_id, weighed)
        in_progress = number == rounds
        give_out(store, round_id, began, is_closed=not in_progress)
        look(store, round_id, began + timedelta(days=3), share=PROGRESS if in_progress else 1.0)
    return (rounds + 1) * len(rows) * len(pack.indicators)


def _run(world: World, round_id: str, region: str, began: datetime) -> str:
    """One run of the cities of *region*, with all that it saw and said."""
    run_id, ended = f"{round_id}-{region}-1", began + timedelta(hours=3)
    with world.store.writing() as db:
        named = {"id": run_id, "round": round_id, "region": region, "source": "network"}
        db.add(Run(**named, tool_version=TOOL_VERSION, started_at=began, ended_at=ended))
        db.flush()
        for city in world.cities:
            if city.region == region:
                _visit(db, world, run_id, round_id, city, began)
    return run_id


def _visit(db: Session, world: World, run_id: str, round_id: str, city: City, began: datetime) -> None:
    visit = Visit(
        run_id=run_id,
        city=city.slug,
        state=VisitState.COMPLETE,
        reason=None,
        continues_id=None,
        lease_until=None,
        started_at=began,
        ended_at=began + timedelta(minutes=50),
        stats={},
    )
    db.add(visit)
    db.flush()
    site = world.sites[city.slug]
    captures = [hashlib.md5(f"{run_id} {page.url}".encode()).hexdigest() for page in site]  # noqa: S324  # a name
    db.execute(insert(Capture), [*captures_of(visit, site, captures)])
    db.execute(insert(Address), [*addresses_of(visit, site, captures)])
    db.execute(
        insert(Reading),
        [
            {"capture_id": capture, "reader_version": READER, "facts": page.facts}
            for capture, page in zip(captures, site, strict=True)
        ],
    )
    said = tuple(said_of(city.slug, round_id, world.pack))
    rows = [finding_of(visit, one, site, captures, world.pack) for one in said]
    db.execute(insert(Finding), rows)
    shown = [piece for one in said for piece in (*one.evidence, *filter(None, [one.near_miss]))]
    places = dict.fromkeys((captures[piece.page], piece.quote) for piece in shown)
    db.execute(insert(Spot), [spot_of(capture, quote) for capture, quote in places])
    db.execute(insert(Picture), [_picture(world, capture, quote, began) for capture, quote in places])


def _picture(world: World, capture: str, quote: str, began: datetime) -> dict[str, Any]:
    number = int(capture[:6], 16) % LOOKS
    return {
        "capture_id": capture,
        "quote": quote,
        "found": True,
        "sha256": world.pictures[number],
        "crop_sha256": world.pictures[(number + 1) % LOOKS],
        "width": 1280,
        "height": 900,
        "browser": "drawn by the benchmark",
        "taken_at": began,
    }


def _pictures(archive: Archive) -> tuple[str, ...]:
    """Some pictures as heavy as those of pages: lines like those of a text."""
    names: list[str] = []
    for number in range(LOOKS):
        dice = random.Random(number)  # noqa: S311  # how a picture looks
        image = Image.new("L", (1280, 900), 250)
        pen = ImageDraw.Draw(image)
        for line in range(20, 880, 14):
            for begin in range(40, dice.randint(300, 1200), 9):
                pen.rectangle((begin, line, begin + dice.randint(2, 7), line + 7), fill=dice.randint(20, 90))
        written = io.BytesIO()
        image.save(written, "PNG")
        names.append(archive.put(written.getvalue()))
    return tuple(names)


if __name__ == "__main__":
    raise SystemExit(main())
