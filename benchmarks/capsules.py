"""How large capsules are, what making and checking them costs, and whether a flipped byte can stay unseen.

    python -m benchmarks.capsules --home DIR [--findings 60] [--captures 5000] [--flips 10000]

DIR is the home of a monitor whose newest run is sealed, such as that of ``tcm demo --cities 3``: some of its findings
are put into capsules, and of the smallest of these every byte is flipped. The large capsule is a run of
``benchmarks.sealing``, with bodies as large as those of councils. A flip in one file changes nothing of what is read
of the others, so after each flip the whole structure is read again, and of the contents the flipped file.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from sqlalchemy import select

from benchmarks.sealing import crawl
from custody.capsule import make_finding_capsule, write_run_capsule
from custody.capsule.checking import check_capsule
from custody.capsule.listing import check_files
from custody.capsule.opening import CapsuleError, Opened
from custody.manifests import seal_run
from flows.rederiving import rederive
from models.archive import Archive
from models.crawling import City
from models.findings import findings_of
from models.judging import Finding
from models.runs import register_cities, visits_of
from models.store import Store, open_store

MOST_BYTES = 2 * 2**20
MOST_TO_MAKE, MOST_TO_CHECK = 1.0, 60.0  # seconds of processor


def main() -> int:
    """Print the table; 1 where a limit is missed or a flip stays unseen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--findings", type=int, default=60)
    parser.add_argument("--captures", type=int, default=5000)
    parser.add_argument("--flips", type=int, default=10_000)
    said = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tcm-capsules-") as folder:
        place = Path(folder)
        store = open_store(f"sqlite:///{place / 'monitor.db'}")
        archive = Archive(place / "archive")
        print(f"{'':<44} {'processor':>10} {'wall':>9}")
        missed = _of_findings(said.home, place, said.findings)
        missed += _large(store, archive, place, said.captures, said.flips)
        store.close()
    print("\n" + ("; ".join(missed) if missed else "every limit is kept"))
    return int(bool(missed))


def _of_findings(home: Path, place: Path, count: int) -> list[str]:
    """Capsules of some findings of the newest run: sizes, seconds, whether they hold and give their verdict again."""
    store, archive = open_store(f"sqlite:///{home / 'monitor.db'}"), Archive(home / "archive")
    with store.reading() as db:
        newest = db.scalars(select(Finding.run_id).order_by(Finding.id.desc())).first()
    findings = findings_of(store, newest or "")
    chosen = random.Random(5).sample(findings, min(count, len(findings)))  # noqa: S311  # which to look at
    missed: list[str] = []
    made: list[tuple[bool, int, float, Path]] = []
    for finding in chosen:
        begun, path = time.process_time(), place / f"{finding.id}.wacz"
        path.write_bytes(make_finding_capsule(store, archive, finding.id))
        made.append((bool(finding.evidence), path.stat().st_size, time.process_time() - begun, path))
        missed += [f"{path.name}: {trouble}" for trouble in check_capsule(path)]
    for shows, name in ((True, "shows something"), (False, "says nothing is there, or we could not look")):
        some = [(size, took) for has, size, took, _ in made if has is shows]
        if not some:
            continue
        sizes, seconds = [size / 1024 for size, _ in some], [took for _, took in some]
        print(f"{len(some)} findings, {name}: {median(sizes):.0f} kB, at most {max(sizes):.0f};", end=" ")
        print(f"made in {median(seconds):.2f} s of processor, at most {max(seconds):.2f} s")
        missed += ["a typical capsule is too large"] if median(sizes) * 1024 > MOST_BYTES else []
        missed += ["making a typical capsule takes too long"] if median(seconds) > MOST_TO_MAKE else []
    store.close()
    smallest = min(made, key=lambda one: one[1])[3]
    with timed("derive ten verdicts again, child and all"):
        compared = [one for *_, path in made[:10] for one in rederive(path).compared]
    missed += [str(one) for one in compared if not one.same and not one.why]
    size = smallest.stat().st_size
    with timed(f"{size} flips, every byte of the smallest"):
        unseen = flipped(smallest, ((at, 1 << at % 8) for at in range(size)))
    return [*missed, f"{unseen} flips of the smallest unseen"] if unseen else missed


def _large(store: Store, archive: Archive, place: Path, captures: int, flips: int) -> list[str]:
    dice, path = random.Random(5), place / "run.wacz"  # noqa: S311  # sizes and places
    run_id, _ = crawl(store, archive, captures, dice)
    register_cities(store, [_city(visit.city) for visit in visits_of(store, run_id)])
    seal_run(store, archive, run_id)
    with timed(f"make the capsule of a run of {captures} captures"), path.open("wb") as out:
        write_run_capsule(store, archive, run_id, out)
    size = path.stat().st_size
    with timed(f"check it ({size / 2**20:.0f} MB)") as took:
        wrong = list(check_capsule(path))
    missed = [f"checking a run took {took():.0f} s"] if took() > MOST_TO_CHECK else []
    missed += [f"{len(wrong)} troubles where there are none, such as: {wrong[0]}"] if wrong else []
    with timed(f"{flips} flips, sampled, each checked"):
        unseen = flipped(path, ((dice.randrange(size), 1 << dice.randrange(8)) for _ in range(flips)))
    return [*missed, f"{unseen} flips of the run unseen"] if unseen else missed


def _city(slug: str) -> City:
    names = {"name_uk": slug, "name_en": slug, "region": "", "region_uk": "", "region_en": "", "site": ""}
    return City(slug=slug, edrpou=None, hosts=[f"{slug}.test"], **names)


def flipped(path: Path, places: Iterable[tuple[int, int]]) -> int:
    """Flip one byte after another of the file at *path*, checking after each; how many stay unseen."""
    with Opened(path) as opened:
        digests = {name: opened.digest_of(name) for name in opened.members}
        spans = [(one.offset, one.offset + one.size, name) for name, one in opened.members.items()]
    unseen = 0
    with path.open("r+b", buffering=0) as file:
        for at, mask in places:
            hit = {name for begin, end, name in spans if begin <= at < end}
            file.seek(at)
            (before,) = file.read(1)
            file.seek(at)
            file.write(bytes([before ^ mask]))
            unseen += not _is_found(path, hit, digests)
            file.seek(at)
            file.write(bytes([before]))
    return unseen


def _is_found(path: Path, hit: set[str], digests: dict[str, str]) -> bool:
    """Whether anything does not hold; of the contents only what was *hit* is read again."""
    try:
        with Opened(path) as opened:
            told: Callable[[str], str] = lambda name: (  # noqa: E731  # one line each way
                opened.digest_of(name) if name in hit or name not in digests else digests[name]
            )
            return next(check_files(opened, told), None) is not None
    except CapsuleError:
        return True


@contextmanager
def timed(what: str) -> Iterator[Callable[[], float]]:
    """Print what a block takes; the processor's seconds are for whoever asks afterwards."""
    cpu, wall, took = time.process_time(), time.perf_counter(), [0.0]
    yield lambda: took[0]
    took[0] = time.process_time() - cpu
    print(f"{what:<44} {took[0]:>8.2f} s {time.perf_counter() - wall:>7.2f} s", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
