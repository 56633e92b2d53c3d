"""How the tests of faults crawl: a real visit to hosts of the hostile web, and what it left behind."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import select

from checks.catalog import lexicon, load
from checks.evaluate import evaluate
from crawlers.job import Job, Start
from crawlers.manners import ON_LOOPBACK, Manners
from crawlers.reading_room import ReadingRoom, reader_version
from crawlers.strangers import PROBE
from crawlers.visit import VisitOutcome, VisitPlan, visit_city
from fixtures.hostile.server import HostileWeb
from models.archive import Archive
from models.base import now
from models.crawling import Address, Capture
from models.facts import CityCard, Sight
from models.runs import open_run
from models.seen import sight_of
from models.store import Store, open_store
from models.visits import close_visit, open_visit
from models.vocabulary import AddressState, Reason, Verdict

PACK = load("transparent-cities")
WORDS = lexicon(PACK)
READING = ReadingRoom()
HOST = "hostile.test"
AGENT = "TransparentCitiesMonitor/0 (+http://monitor.test)"
QUICK = replace(
    ON_LOOPBACK, connections=8, timeout=8.0, retries=0, retry_wait=0.1, longest_wait=3.0, dead_after=10_000
)
HONEST = ("/", "/rishennia", "/novyny", "/kontakty")
KEPT = frozenset({AddressState.FETCHED})


@dataclass(frozen=True, slots=True)
class Visited:
    """One visit and everything it stored."""

    outcome: VisitOutcome
    rows: tuple[Address, ...]
    captures: dict[str, Capture]  # by id
    sight: Sight

    def row(self, path: str) -> Address:
        """The row of the address with this *path*, or of this whole address."""
        return next(row for row in self.rows if path in {row.url, _path(row.url)})

    def capture(self, path: str) -> Capture:
        """What was stored for *path*."""
        return self.captures[self.row(path).capture_id or ""]

    @property
    def ended(self) -> bool:
        """The run was not brought down, and every address came to an end with its reason."""
        settled = all(row.state.is_terminal and (row.reason or row.state in KEPT) for row in self.rows)
        return self.outcome.failure is None and settled

    def alone(self, path: str) -> Sight:
        """What the visit would have seen, had *path* been the only fault among honest pages."""
        kept = {*HONEST, path}
        ledger = tuple(row for row in self.sight.ledger if _path(row.url) in kept)
        held = {row.capture for row in ledger}
        return replace(
            self.sight,
            ledger=ledger,
            pages=tuple(page for page in self.sight.pages if page.capture in held),
            visit_complete=True,
        )


def verdicts(sight: Sight) -> dict[str, Verdict]:
    """The machine's verdict on every indicator."""
    return {indicator.id: answer.verdict for indicator, answer in evaluate(PACK, sight)}


def says_not_met(sight: Sight) -> list[str]:
    """The indicators of which it is said that nothing is published."""
    return [name for name, verdict in verdicts(sight).items() if verdict is Verdict.NOT_MET]


async def visit(
    web: HostileWeb,
    folder: Path,
    starts: Sequence[str],
    *,
    manners: Manners = QUICK,
    host: str = HOST,
    judged: bool = True,
) -> Visited:
    """Visit *starts*, paths of *host* or whole addresses, in a crawl process; ``judged``: and read the pages."""
    store, archive = open_store(f"sqlite:///{folder / f'{host}.db'}"), Archive(folder / "archive")
    plan = VisitPlan(
        run_id=open_run(store, round_id="2026-11", name=host),
        city=CityCard(host.partition(".")[0], "Тестове", "Testove", (host,)),
        starts=tuple(Start(start if "://" in start else f"http://{host}{start}") for start in starts),
        lexicon=WORDS,
        manners=manners,
        user_agent=AGENT,
        today="2026-11-20",
        pretend_proxy=f"http://127.0.0.1:{web.port}",
    )
    try:
        outcome = await visit_city(plan, store=store, archive=archive, logs=folder / "logs")
        return collect(store, archive, plan.city, outcome, judged=judged)
    finally:
        store.close()


def crawl(
    web: HostileWeb,
    folder: Path,
    starts: Sequence[str],
    *,
    manners: Manners = QUICK,
    host: str = HOST,
    judged: bool = True,
) -> Visited:
    """As ``visit``, for tests that wait for one visit only."""
    return asyncio.run(visit(web, folder, starts, manners=manners, host=host, judged=judged))


async def visit_directly(
    folder: Path,
    starts: Sequence[str],
    *,
    names: dict[str, list[list[str]]],
    doors: Sequence[tuple[str, int]],
    environment: dict[str, str],
) -> Visited:
    """Visit whole addresses without any proxy, by a resolver that answers *names*, one answer after the other."""
    store, archive = open_store(f"sqlite:///{folder / 'direct.db'}"), Archive(folder / "archive")
    city = CityCard("direct", "Тестове", "Testove", ("rada.example",))
    visit_row = open_visit(store, open_run(store, round_id="2026-11", name="direct"), city.slug)
    stats_file = folder / "stats.json"
    job = Job(
        visit_id=visit_row.id,
        city=city,
        starts=tuple(Start(start) for start in starts),
        lexicon=WORDS,
        manners=QUICK,
        database_url=store.url,
        archive=str(archive.root),
        user_agent=AGENT,
        stats_file=str(stats_file),
        today="2026-11-20",
        parent=os.getpid(),
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("direct_process.py")),
        json.dumps(names),
        json.dumps(list(doors)),
        stdin=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **environment},
    )
    _, log = await process.communicate(job.to_json().encode())
    try:
        stats = json.loads(stats_file.read_text(encoding="utf-8"))
        closed = close_visit(store, visit_row.id, stats=stats, hosts=city.hosts, reason=None)
        failure = log.decode() if process.returncode or stats["spider_exceptions"] else None
        outcome = VisitOutcome(visit_row.id, closed.state, closed.reason, 0, 0, 0, stats_file, failure)
        return collect(store, archive, city, outcome)
    finally:
        store.close()


def collect(
    store: Store, archive: Archive, city: CityCard, outcome: VisitOutcome, *, judged: bool = True
) -> Visited:
    """Everything that one visit stored, and what its pages say where they are to be ``judged``."""
    with store.reading() as db:
        every = db.scalars(select(Address).where(Address.visit_id == outcome.visit_id))
        rows = tuple(row for row in every if row.serves != [PROBE])  # our own question, not one of the test
        captures = db.scalars(select(Capture).where(Capture.visit_id == outcome.visit_id))
        by_id = {capture.id: capture for capture in captures}
    if judged:
        READING.read(store, archive, outcome.visit_id, today=now().date())
    sight = sight_of(store, outcome.visit_id, city, reader_version=reader_version())
    return Visited(outcome, rows, by_id, sight)


def reasons(visited: Visited, paths: Iterable[str]) -> dict[str, Reason | None]:
    """Why each of *paths* ended as it did."""
    return {path: visited.row(path).reason for path in paths}


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
