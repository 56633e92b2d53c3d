"""What a key for every stored body costs: the archive against plain compressed files, in one run.

    python -m benchmarks.archiving [--pages 480] [--kilobytes 24 150]

Both store the same generated pages as a crawl does, a handful at a time, every file synced; turn about, so that a
busy machine bears on both alike. CPU is user and system time of this process.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import zstandard

from crawlers.saving import MOST_UNSAVED
from models.archive import Archive
from models.sealing import LEVEL

WORDS = "рішення міська рада сесія бюджет програма землі протокол засідання виконавчий комітет звіт".split()
TURNS = 4


def main() -> None:
    """Print CPU and wall time per page of both, for each size of page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=480)
    parser.add_argument("--kilobytes", type=int, nargs="+", default=[24, 150])
    arguments = parser.parse_args()
    print(f"{'page':>7} {'':<8} {'CPU ms':>8} {'wall ms':>8}")
    for kilobytes in arguments.kilobytes:
        pages = [page(kilobytes, place) for place in range(arguments.pages)]
        for name, (cpu, wall) in compared(pages).items():
            print(f"{kilobytes:>4} KB {name:<8} {cpu:>8.3f} {wall:>8.3f}")


def page(kilobytes: int, place: int) -> bytes:
    """A page of that size, like no other and about as compressible as a council's."""
    dice = random.Random(place)  # noqa: S311  # the same pages every time
    text = ""
    while len(text) * 2 < kilobytes * 1024:
        text += f"<p><a href='/{dice.randrange(10**6)}'>{' '.join(dice.choices(WORDS, k=12))}</a></p>\n"
    return text.encode()[: kilobytes * 1024]


def compared(pages: Sequence[bytes]) -> dict[str, tuple[float, float]]:
    """Milliseconds of CPU and of the clock per page, by way of storing."""
    spent = dict.fromkeys(("plain", "sealed", "get"), (0.0, 0.0))
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(TURNS):
            archive = Archive(Path(folder) / f"sealed-{turn}")
            some = pages[turn::TURNS]
            ways: dict[str, Callable[[], None]] = {
                "plain": lambda some=some, turn=turn: store_plain(some, Path(folder) / f"plain-{turn}"),  # type: ignore[misc]
                "sealed": lambda some=some, archive=archive: store_sealed(some, archive),  # type: ignore[misc]
                "get": lambda some=some, archive=archive: read_all(some, archive),  # type: ignore[misc]
            }
            for name, way in ways.items():
                cpu, wall = timed(way)
                spent[name] = (spent[name][0] + cpu, spent[name][1] + wall)
    return {name: (1000 * cpu / len(pages), 1000 * wall / len(pages)) for name, (cpu, wall) in spent.items()}


def timed(way: Callable[[], None]) -> tuple[float, float]:
    """Seconds of CPU and of the clock that *way* took."""
    cpu, wall = time.process_time(), time.perf_counter()
    way()
    return time.process_time() - cpu, time.perf_counter() - wall


def store_sealed(pages: Sequence[bytes], archive: Archive) -> None:
    """As a crawl does: stage each answer, settle a handful."""
    for place, body in enumerate(pages, start=1):
        archive.stage(body)
        if place % MOST_UNSAVED == 0:
            archive.settle()
    archive.settle()


def store_plain(pages: Sequence[bytes], root: Path) -> None:
    """The same without keys: compressed, synced, renamed, their folders synced."""
    parts: list[tuple[Path, Path]] = []
    for number, body in enumerate(pages, start=1):
        digest = hashlib.sha256(body).hexdigest()
        place = root / digest[:2] / digest[2:4] / f"{digest}.zst"
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_suffix(".part")
        part.write_bytes(zstandard.ZstdCompressor(level=LEVEL).compress(body))
        parts.append((part, place))
        if number % MOST_UNSAVED == 0 or number == len(pages):
            for made, kept in parts:
                sync(made)
                made.rename(kept)
            for folder in {kept.parent for _, kept in parts}:
                sync(folder)
            parts = []


def sync(place: Path) -> None:
    """Have the disk hold it."""
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_all(pages: Sequence[bytes], archive: Archive) -> None:
    """Read back what was stored."""
    for body in pages:
        assert archive.get(hashlib.sha256(body).hexdigest()) == body


if __name__ == "__main__":
    main()
