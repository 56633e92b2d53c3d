"""A crawl that is killed again and again: ``python -m benchmarks.kills [--kills 100] [--seed 1]``.

Pretend councils are crawled, and the crawl process is ended with SIGKILL at random moments until so many kills have
been made; each visit is then taken up by the next. At the end of every council its ledger must hold the addresses of
a crawl that nobody disturbed, each once, every capture that was ever committed must still be there, and its bytes in
the archive under their digest. Prints what was lost, missing or double; 1 where anything was.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import select

from benchmarks.revisits import TODAY, Place, plan_of
from crawlers.manners import ON_LOOPBACK
from crawlers.visit import VisitOutcome, visit_city
from fixtures.councils.profile import slugs
from fixtures.councils.server import PretendWeb
from models.archive import Archive, ArchiveError
from models.crawling import Address, Capture
from models.store import open_store

SLOWLY = replace(ON_LOOPBACK, delay=0.02, connections=1, retry_wait=0.05, timeout=3.0)
LONGEST = 3.0  # seconds from the start of a crawl process to its end by our hand


@dataclass(slots=True)
class Tally:
    """What happened to the councils so far."""

    kills: int = 0
    lost: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Nothing was lost, nothing is missing, nothing is there twice."""
        return not (self.lost or self.missing or self.double)


async def one_crawl(slug: str, web: PretendWeb, place: Place, kill_after: float | None) -> VisitOutcome:
    """Crawl one council, ending the process after so many seconds if it still runs."""
    visit = asyncio.create_task(
        visit_city(
            plan_of(slug, web, place, SLOWLY), store=place.store, archive=place.archive, logs=place.folder
        )
    )
    if kill_after is not None:
        await asyncio.wait([visit], timeout=kill_after)
        for child in crawl_processes(os.getpid()):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
    return await visit


def crawl_processes(of: int) -> list[int]:
    """The crawl processes that process *of* has started and that still run."""
    found = []
    for place in Path("/proc").iterdir():
        with suppress(OSError, IndexError):
            if place.name.isdigit() and b"crawlers.process" in (place / "cmdline").read_bytes():
                parent = int((place / "stat").read_text().rsplit(")", 1)[1].split()[1])
                found += [int(place.name)] if parent == of else []
    return found


def addresses(place: Place, outcome: VisitOutcome) -> Counter[str]:
    """How often each address stands in the ledger of a visit."""
    with place.store.reading() as db:
        return Counter(db.scalars(select(Address.key).where(Address.visit_id == outcome.visit_id)))


def captures(place: Place) -> dict[str, str]:
    """Every capture that was committed, with the digest of its bytes."""
    with place.store.reading() as db:
        return dict(db.execute(select(Capture.id, Capture.body_sha256)).tuples().all())


def torment(slug: str, web: PretendWeb, folder: Path, dice: random.Random, tally: Tally, most: int) -> None:
    """Crawl one council undisturbed, then again with kills, and compare."""
    undisturbed = _place(folder / "whole")
    wanted = set(addresses(undisturbed, asyncio.run(one_crawl(slug, web, undisturbed, None))))
    undisturbed.store.close()
    place, seen = _place(folder / "killed"), dict[str, str]()
    while True:
        kill_after = dice.uniform(0.3, LONGEST) if tally.kills < most else None
        outcome = asyncio.run(one_crawl(slug, web, place, kill_after))
        tally.kills += "SIGKILL" in (outcome.failure or "")
        there = captures(place)
        tally.lost += [f"{slug}: capture {name}" for name in seen.keys() - there.keys()]
        seen = there
        if outcome.failure is None:
            break
    found = addresses(place, outcome)
    tally.missing += [f"{slug}: {key}" for key in wanted - found.keys()]
    tally.double += [f"{slug}: {key}" for key, times in found.items() if times > 1]
    for name, digest in seen.items():
        try:
            place.archive.get(digest)
        except ArchiveError as error:
            tally.lost.append(f"{slug}: bytes of {name}: {error}")
    place.store.close()


def _place(folder: Path) -> Place:
    folder.mkdir(parents=True)
    return Place(folder, open_store(f"sqlite:///{folder / 'monitor.db'}"), Archive(folder / "archive"))


def main(argv: list[str] | None = None) -> int:
    """Kill until the number is reached and say what it did."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args(argv)
    dice, tally = random.Random(arguments.seed), Tally()  # noqa: S311  # the same moments every time
    councils = list(slugs())
    with (
        tempfile.TemporaryDirectory() as folder,
        PretendWeb(today=TODAY, cities=councils, faults=dict.fromkeys(councils)) as web,
    ):
        for number, slug in enumerate(councils):
            if tally.kills >= arguments.kills:
                break
            torment(slug, web, Path(folder) / str(number), dice, tally, arguments.kills)
            print(f"{slug:16} {tally.kills:3} kills so far", flush=True)
    print(
        f"{tally.kills} kills: {len(tally.lost)} captures lost, {len(tally.missing)} addresses missing,"
        f" {len(tally.double)} double"
    )
    for line in [*tally.lost, *tally.missing, *tally.double][:20]:
        print(" ", line)
    return 0 if tally.is_clean else 1


if __name__ == "__main__":
    raise SystemExit(main())
