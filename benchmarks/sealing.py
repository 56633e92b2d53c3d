"""What sealing a run costs, what checking it does, and whether a flipped byte of its bodies can stay unseen.

    python -m benchmarks.sealing --captures 5000 --flips 10000

Bodies are as large as those of councils: four of five are pages (half of them above 40 kB), the others documents
(half above 250 kB, a few of megabytes, which do not compress). Processor time is that of this process.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from custody.auditing import Audit
from custody.heads import Heads, keep_heads
from custody.manifests import Manifest, check_manifest, header_of, item_holds, prove_item, seal_run
from models.archive import Archive, ArchiveError
from models.base import now
from models.crawling import Capture
from models.facts import Answer, Evidence, SearchRecord
from models.findings import Answered, record_answers
from models.ledger import Ended, Ledger, Planned
from models.runs import close_run, open_run
from models.store import Store, open_store
from models.version import TOOL_VERSION
from models.visits import close_visit, open_visit
from models.vocabulary import AddressState, Reason, Verdict

LIMIT_SECONDS = 60.0  # for checking a run of 5,000 captures
PER_VISIT, AT_ONCE = 100, 20
PAGES, FINDINGS = 0.8, 40
ANSWER = Answer(
    Verdict.MET,
    Reason.DOCUMENT_FOUND,
    0.9,
    evidence=(Evidence("http://city.test/", "Рішення про бюджет", "c" * 32),),
    search=SearchRecord(complete=True, looked_at=12),
)
WORDS = (
    "рішення ради міста про бюджет на 2026 рік №1234 виконавчого комітету депутат сесія <p> </p> href".split()
)


def main() -> int:
    """Print the table; 1 where a limit is missed or a flip stays unseen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--captures", type=int, default=5000)
    parser.add_argument("--flips", type=int, default=10_000)
    said = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tcm-sealing-") as folder:
        place = Path(folder)
        store, archive, heads = (
            open_store(f"sqlite:///{place / 'monitor.db'}"),
            Archive(place / "archive"),
            Heads(place),
        )
        keep_heads(store, heads)
        dice = random.Random(5)  # noqa: S311  # sizes and places
        run_id, raw = crawl(store, archive, said.captures, dice)
        stored = sum(file.stat().st_size for file in archive.root.rglob("*") if file.is_file())
        print(f"{said.captures} captures, {raw / 2**20:.0f} MB of bodies, {stored / 2**20:.0f} MB stored\n")
        print(f"{'':<34} {'processor':>10} {'wall':>8}")
        with timed("seal"):
            manifest = seal_run(store, archive, run_id)
        with timed("seal again, nothing new"):
            seal_run(store, archive, run_id)
        with timed("check the rows alone"):
            wrong = len(list(check_manifest(_rows(manifest), store, archive)))
        with timed("check everything (tcm audit)") as took:
            wrong += len(list(Audit(store, archive, heads).troubles()))
        with timed("prove 100 items"):
            proved = _prove(manifest, dice)
        with timed(f"{said.flips} flips, each checked"):
            unseen = flip(archive, manifest, said.flips, dice)
        size = len(manifest.spelling()) / 2**20
        print(f"\n{len(manifest.items)} items, {size:.1f} MB of manifest; {proved} proofs hold;")
        print(f"{wrong} troubles where there are none, {unseen} of {said.flips} flips unseen")
        store.close()
    return int(bool(wrong or unseen) or took() > LIMIT_SECONDS)


@contextmanager
def timed(what: str) -> Iterator[Callable[[], float]]:
    """Print what a block takes; the wall seconds are for whoever asks afterwards."""
    cpu, wall, ended = time.process_time(), time.perf_counter(), [0.0]
    yield lambda: ended[0]
    ended[0] = time.perf_counter() - wall
    print(f"{what:<34} {time.process_time() - cpu:>8.2f} s {ended[0]:>6.2f} s", flush=True)


def crawl(store: Store, archive: Archive, count: int, dice: random.Random) -> tuple[str, int]:
    """A run of *count* captures, with findings; its id, and how many bytes its bodies have."""
    run_id, raw = open_run(store, round_id="2026-11"), 0
    for city in range(-(-count // PER_VISIT)):
        visit_id = open_visit(store, run_id, f"city-{city}").id
        ledger, here = Ledger(store, visit_id), min(PER_VISIT, count - city * PER_VISIT)
        for begin in range(0, here, AT_ONCE):
            captures = [
                _capture(archive, visit_id, number, dice)
                for number in range(begin, min(begin + AT_ONCE, here))
            ]
            archive.settle()
            urls = [capture.requested_url for capture in captures]
            ends = [
                Ended(url, AddressState.FETCHED, capture=one) for url, one in zip(urls, captures, strict=True)
            ]
            raw += sum(capture.body_bytes for capture in captures)
            ledger.record([], [Planned(url, url) for url in urls])
            ledger.record(ends, [])
        close_visit(store, visit_id, stats={})
        answers = [Answered(f"IND-{number:02}", ANSWER, "1") for number in range(FINDINGS)]
        who = {"methodology": "transparent-cities", "methodology_version": "1", "reader_version": "1"}
        record_answers(store, visit_id, answers, **who)
    close_run(store, run_id)
    return run_id, raw


def _capture(archive: Archive, visit_id: int, number: int, dice: random.Random) -> Capture:
    body = _page(dice) if dice.random() < PAGES else dice.randbytes(int(dice.lognormvariate(12.4, 0.9)))
    url = f"http://city-{visit_id}.test/{number}"
    return Capture(
        id=f"{visit_id:08}{number:024}",
        visit_id=visit_id,
        requested_url=url,
        final_url=url,
        hops=[],
        status=200,
        headers=[["Content-Type", "text/html; charset=utf-8"], ["Server", "nginx"], ["Date", "today"]],
        media_type="text/html",
        charset_declared="utf-8",
        body_sha256=archive.stage(body),
        body_bytes=len(body),
        decoded_bytes=len(body),
        content_encoding="",
        complete="yes",
        ip="192.0.2.1",
        tls={"state": "verified", "fingerprint": "ab" * 32},
        robots="allowed",
        attempt=1,
        vantage="benchmark",
        tool_version=TOOL_VERSION,
        clock_offset_s=0.25,
        started_at=now(),
        ended_at=now(),
    )


def _page(dice: random.Random) -> bytes:
    size = int(dice.lognormvariate(10.6, 0.7))
    return " ".join(dice.choices(WORDS, k=size // 13)).encode()


def _rows(manifest: Manifest) -> Manifest:
    """*manifest* without its bodies."""
    items = tuple(item for item in manifest.items if not item[0].startswith(("body ", "picture-body ")))
    return Manifest(manifest.run, manifest.number, manifest.before, manifest.tokens, manifest.columns, items)


def _prove(manifest: Manifest, dice: random.Random) -> int:
    header = header_of(manifest)
    names = [name for name, _ in dice.sample(manifest.items, min(100, len(manifest.items)))]
    return sum(item_holds(header, name, *prove_item(manifest, name)) for name in names)


def flip(archive: Archive, manifest: Manifest, count: int, dice: random.Random) -> int:
    """Flip one byte of one stored body at a time; how many the archive does not notice."""
    bodies = [value for name, value in manifest.items if name.startswith("body ")]
    unseen = 0
    for _ in range(count):
        body = dice.choice(bodies)
        folder = archive.root / body[:2] / body[2:4]
        file = next(one for one in folder.iterdir() if one.name.startswith(body))
        whole = bytearray(file.read_bytes())
        place, mask = dice.randrange(len(whole)), 1 << dice.randrange(8)
        whole[place] ^= mask
        file.write_bytes(whole)
        try:
            archive.get(body)
            unseen += 1
        except ArchiveError:
            whole[place] ^= mask
            file.write_bytes(whole)
    return unseen


if __name__ == "__main__":
    raise SystemExit(main())
