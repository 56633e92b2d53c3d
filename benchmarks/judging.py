"""How fast stored visits are judged: ``python -m benchmarks.judging [--methodology NAME] [--pages 60 200 1000]``.

Everything a verdict takes is counted: reading the facts from the database, the shelf, all rules, the search records;
writing the findings is shown beside it. A cold figure is that of a new process that has seen no title yet, with the
programme and the methodology loaded and its lenses ground (what that takes once is shown too); a warm one is that of
a process that has judged the same site before. All times are those of the processor. Then the same visit is judged
ten times, in two new processes, and the digests are compared; and many cities, several runs of each, are judged one
after the other. A methodology may also be a folder.

With ``--stored URL`` the visits are those of a database that is there, such as that of ``tcm demo``: all of them are
judged by a new process, one after the other, and nothing is written.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import select

from benchmarks.pretend_visits import READER, PretendCity, Size, open_pretend_run
from checks.catalog import Methodology, load, read_pack
from checks.evaluate import evaluate, rule_version
from checks.lens import lens_of
from crawlers.reading_room import reader_version
from models.crawling import City, Visit
from models.facts import CityCard
from models.findings import Answered, record_answers
from models.seen import sight_of
from models.store import Store, open_store

LEAST_A_MINUTE = 20_000
MOST_SECONDS = 5 * 60
REPLAYS = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """One visit judged: how many verdicts, how long that and the writing took, and a digest of what was said."""

    verdicts: int
    seconds: float
    writing: float
    digest: str
    ready: float = 0.0  # seconds in which the process made itself ready, before its first visit

    @property
    def a_minute(self) -> float:
        """Verdicts a minute of one core, if all visits were like this one."""
        return 60 * self.verdicts / self.seconds


def main(argv: list[str] | None = None) -> int:
    """Print the figures beside their limits; non-zero where one does not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--methodology", default="transparent-cities", help="name of a pack, or its folder")
    parser.add_argument("--pages", type=int, nargs="+", default=[60, 200, 1000])
    parser.add_argument("--links", type=int, default=60)
    parser.add_argument("--cities", type=int, default=50)
    parser.add_argument("--runs", type=int, default=8)
    parser.add_argument("--stored", metavar="URL", help="judge the visits of this database instead")
    given = parser.parse_args(argv)
    if given.stored:
        return 0 if _stored(given.stored, given.methodology) else 1
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/monitor.db"
        store = open_store(url)
        try:
            held = [_one_size(store, given.methodology, Size(pages, given.links)) for pages in given.pages]
            held.append(_rounds(store, given.methodology, given.cities, given.runs, given.links))
        finally:
            store.close()
    return 0 if all(held) else 1


def judge(store: Store, visit_id: int, card: CityCard, methodology: Methodology) -> Judged:
    """Judge one stored visit as a flow does; its findings are written after the clock for the verdicts has stopped."""
    begun = time.process_time()
    sight = sight_of(store, visit_id, card, reader_version=READER)
    said = evaluate(methodology, sight)
    judged = time.process_time()
    answers = [Answered(one.id, answer, rule_version(one)) for one, answer in said]
    record_answers(
        store,
        visit_id,
        answers,
        methodology=methodology.name,
        methodology_version=methodology.version,
        reader_version=READER,
    )
    written = time.process_time()
    told = [(one.indicator, asdict(one.answer)) for one in answers]
    digest = hashlib.sha256(json.dumps(told, default=str, ensure_ascii=False).encode()).hexdigest()
    return Judged(len(answers), judged - begun, written - judged, digest)


def judge_in_a_new_process(
    url: str, visits: Sequence[tuple[int, CityCard]], methodology: str
) -> list[Judged]:
    """The same, in a process that has judged nothing yet and whose hashes fall otherwise."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_judge_all, url, visits, methodology).result()


def _judge_all(url: str, visits: Sequence[tuple[int, CityCard]], methodology: str) -> list[Judged]:
    store, pack = open_store(url), _pack(methodology)
    begun = time.process_time()
    for indicator in pack.indicators:
        lens_of(pack, indicator)
    ready = time.process_time() - begun
    try:
        return [replace(judge(store, visit_id, card, pack), ready=ready) for visit_id, card in visits]
    finally:
        store.close()


def _pack(name: str) -> Methodology:
    return read_pack(Path(name)) if Path(name).is_dir() else load(name)


def _stored(url: str, methodology: str) -> bool:
    """Every visit that a database holds, from its facts to its verdicts, in one new process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        visits, pages, verdicts, seconds = pool.submit(_judge_stored, url, methodology).result()
    a_minute = 60 * verdicts / seconds
    print(
        f"{visits} stored visits of {pages / visits:.0f} pages on average: {verdicts:,} verdicts in {seconds:.1f} s,"
        f" {a_minute:,.0f} a minute (at least {LEAST_A_MINUTE:,}); 50 cities of 8 runs would take"
        f" {400 * seconds / visits:.0f} s (at most {MOST_SECONDS})"
    )
    return a_minute >= LEAST_A_MINUTE


def _judge_stored(url: str, methodology: str) -> tuple[int, int, int, float]:
    store, pack = open_store(url), _pack(methodology)
    begun, visits, pages, verdicts = time.process_time(), 0, 0, 0
    try:
        with store.reading() as db:
            cities = {city.slug: city for city in db.scalars(select(City))}
            asked = [(visit.id, cities[visit.city]) for visit in db.scalars(select(Visit).order_by(Visit.id))]
        for visit_id, city in asked:
            card = CityCard(city.slug, city.name_uk, city.name_en, tuple(city.hosts), city.edrpou)
            sight = sight_of(store, visit_id, card, reader_version=reader_version())
            verdicts += len(evaluate(pack, sight))
            visits, pages = visits + 1, pages + len(sight.pages)
    finally:
        store.close()
    return visits, pages, verdicts, time.process_time() - begun


def _one_size(store: Store, methodology: str, size: Size) -> bool:
    pack = _pack(methodology)
    city = PretendCity(pack, 1, size)
    visit = (city.visit(store, open_pretend_run(store)), city.card)
    halves = [judge_in_a_new_process(store.url, [visit] * (REPLAYS // 2), methodology) for _ in range(2)]
    cold, warm = halves[0][0], halves[0][-1]
    digests = {one.digest for one in (*halves[0], *halves[1])}
    indicators = cold.verdicts
    print(
        f"{size.pages} pages of {size.links} links, {indicators} indicators (at least {LEAST_A_MINUTE:,} a minute)"
    )
    for name, one in (("cold", cold), ("warm", warm)):
        per_verdict = 1000 * one.seconds / one.verdicts
        print(
            f"  {name}: {one.a_minute:,.0f} verdicts a minute; {1000 * one.seconds:.0f} ms a visit,"
            f" {per_verdict:.2f} ms a verdict; writing them {1000 * one.writing:.0f} ms"
        )
    print(f"  once a process: its lenses ground in {1000 * cold.ready:.0f} ms")
    print(f"  {len(digests)} digest in {REPLAYS} replays, two processes (1): {min(digests)[:16]}")
    return cold.a_minute >= LEAST_A_MINUTE and len(digests) == 1


def _rounds(store: Store, methodology: str, cities: int, runs: int, links: int) -> bool:
    """Several runs of many cities, one after the other in one process, writing included."""
    pack, visits = _pack(methodology), list[tuple[int, CityCard]]()
    run_ids = [open_pretend_run(store) for _ in range(runs)]
    for number in range(cities):
        city = PretendCity(pack, 1000 + number, Size(60, links))
        visits += [(city.visit(store, run_id), city.card) for run_id in run_ids]
    judged = judge_in_a_new_process(store.url, visits, methodology)
    verdicts, seconds = sum(one.verdicts for one in judged), sum(one.seconds for one in judged)
    writing = sum(one.writing for one in judged)
    print(
        f"{cities} cities, {runs} runs each, 60 pages of {links} links: {verdicts:,} verdicts"
        f" in {seconds:.0f} s and written in {writing:.0f} s (together at most {MOST_SECONDS} s)"
    )
    return seconds + writing <= MOST_SECONDS


if __name__ == "__main__":
    raise SystemExit(main())
