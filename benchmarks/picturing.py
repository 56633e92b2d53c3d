"""Pictures of a demo's evidence: ``python -m benchmarks.picturing HOME [--findings 12] [--all] [--cities N]``.

HOME is the folder of a demo (``tcm demo --once`` leaves it in TCM_HOME/demo); it is copied and not changed. Of every
city the first so many findings with evidence are pictured, each by its first piece; with --all every piece of every
finding. Prints time, processor time, memory (PSS of all our processes, sampled), the share whose words are seen, and
sizes. Limits: 10 minutes, 1.2 GB, 99 %.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from sqlalchemy import delete, select

from crawlers.rendering import Wanted, find_browser, take_pictures
from fixtures.children import proportional_memory
from models.archive import Archive
from models.crawling import Picture
from models.custody import Spot
from models.environment import settings
from models.findings import findings_of
from models.judging import Finding
from models.store import Store, open_store

MOST_SECONDS, MOST_BYTES, LEAST_SHARE = 600, 1_200_000_000, 0.99
TYPICAL_FULL, TYPICAL_CROP = 300_000, 60_000
_TICKS = os.sysconf("SC_CLK_TCK")


class Load:
    """What this process and all that it starts use, sampled twice a second."""

    def __init__(self) -> None:
        self.bytes = 0
        self._cpu: dict[int, float] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def cpu(self) -> float:
        """Processor seconds of all of them, as far as they were seen."""
        return sum(self._cpu.values())

    def _watch(self) -> None:
        while not self._over.wait(0.5):
            running = [os.getpid(), *_descendants(os.getpid())]
            self.bytes = max(self.bytes, sum(map(proportional_memory, running)))
            self._cpu |= {pid: seconds for pid in running if (seconds := _cpu_of(pid))}


def _descendants(parent: int) -> Iterator[int]:
    parents: dict[int, list[int]] = defaultdict(list)
    for place in Path("/proc").iterdir():
        if place.name.isdigit() and (fields := _stat(int(place.name))):
            parents[int(fields[1])].append(int(place.name))
    waiting = list(parents[parent])
    while waiting:
        pid = waiting.pop()
        yield pid
        waiting += parents[pid]


def _stat(pid: int) -> Sequence[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return ()  # gone while we looked


def _cpu_of(pid: int) -> float:
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / _TICKS if fields else 0.0


def wanted_of(store: Store, findings: int | None, cities: int | None = None) -> list[Wanted]:
    """The pieces of evidence to be pictured; of *findings* per city the first, or all of all; of the first *cities*."""
    with store.reading() as db:
        runs = list(db.scalars(select(Finding.run_id).distinct()))
    by_city: Counter[str] = Counter()
    wanted: list[Wanted] = []
    for finding in (one for run in runs for one in findings_of(store, run) if one.evidence):
        if cities is not None and finding.city not in by_city and len(by_city) >= cities:
            continue
        by_city[finding.city] += 1
        if findings is None or by_city[finding.city] <= findings:
            pieces = finding.evidence if findings is None else finding.evidence[:1]
            wanted += [Wanted(one["capture"], one["quote"], one.get("title", "")) for one in pieces]
    return wanted


def main(argv: list[str] | None = None) -> int:
    """Print the figures; 1 where a limit does not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--findings", type=int, default=12)
    parser.add_argument("--all", action="store_true", help="every piece of evidence")
    parser.add_argument("--cities", type=int, help="only so many cities")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        store, archive = _copied(arguments.home, Path(folder))
        wanted = wanted_of(store, None if arguments.all else arguments.findings, arguments.cities)
        browser = find_browser(settings().chromium)
        began = time.monotonic()
        with Load() as load:
            taken, found = take_pictures(wanted, store=store, archive=archive, browser=browser)
        seconds = time.monotonic() - began
        asked = len({(one.capture, one.quote) for one in wanted})
        print(
            f"{len(wanted)} pieces of evidence, {asked} different; {taken} pictures, the words seen in {found}"
        )
        print(f"{seconds:.0f} s, {load.cpu:.0f} s of processor time, at most {load.bytes / 1e6:.0f} MB")
        _tell(store, archive)
        store.close()
    too_much = seconds > MOST_SECONDS and not arguments.all
    return int(too_much or load.bytes > MOST_BYTES or taken < asked * LEAST_SHARE)


def _copied(home: Path, folder: Path) -> tuple[Store, Archive]:
    """The database and the archive of a demo, without its spots and pictures; bodies are linked, never written."""
    shutil.copy2(home / "monitor.db", folder / "monitor.db")
    shutil.copytree(home / "archive", folder / "archive", copy_function=_linked)
    store = open_store(f"sqlite:///{folder / 'monitor.db'}")
    with store.writing() as db:
        db.execute(delete(Picture))
        db.execute(delete(Spot))
    return store, Archive(folder / "archive")


def _linked(source: str, target: str) -> None:
    """A second name for a body; a copy where that cannot be, and of the keys, which are written to."""
    with suppress(OSError):
        if source.endswith(".zst"):
            os.link(source, target)
            return
    shutil.copy2(source, target)


def _tell(store: Store, archive: Archive) -> None:
    """Kinds of places, notes and sizes."""
    with store.reading() as db:
        spots = list(db.scalars(select(Spot)))
        pictures = list(db.scalars(select(Picture)))
    print("spots:", dict(Counter(spot.kind for spot in spots).most_common()))
    notes = Counter(note.partition("=")[0] for one in pictures for note in one.note.split("; ") if note)
    print("notes:", dict(notes.most_common()))
    for name, most, digests in (
        ("whole pages", TYPICAL_FULL, {one.sha256 for one in pictures}),
        ("crops", TYPICAL_CROP, {one.crop_sha256 for one in pictures if one.crop_sha256}),
    ):
        sizes = sorted(len(archive.get(digest)) for digest in digests)
        large = sum(size > most for size in sizes)
        print(
            f"{name}: {len(sizes)}, median {statistics.median(sizes) / 1000:.0f} kB, largest {sizes[-1] / 1000:.0f} kB,"
            f" {large} above {most // 1000} kB, {sum(sizes) / 1e6:.0f} MB in all"
        )


if __name__ == "__main__":
    raise SystemExit(main())
