"""One database, one archive and one web: what a test of real crawls visits, and what it left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from sqlalchemy import select

from checks.catalog import lexicon, load
from checks.evaluate import evaluate
from crawlers.job import Start
from crawlers.manners import ON_LOOPBACK, Manners
from crawlers.reading_room import ReadingRoom, reader_version
from crawlers.registry import load_city
from crawlers.visit import VisitOutcome, VisitPlan, visit_city
from flows.visiting import starts_of
from models.archive import Archive
from models.crawling import Address, Capture
from models.facts import CityCard
from models.runs import open_run
from models.seen import sight_of
from models.store import Store, open_store
from models.vocabulary import Verdict

TODAY = date(2026, 11, 20)
CITIES = Path(__file__).parents[2] / "fixtures" / "councils" / "cities"
PACK = load("transparent-cities")
WORDS = lexicon(PACK)
QUICK = replace(ON_LOOPBACK, retry_wait=0.05, timeout=3.0)
SMALL = CityCard("small", "Мале", "Small", ("small.test",))
HOME = (Start("http://small.test/"),)


@dataclass
class World:
    """Visits go to the web behind ``port``."""

    folder: Path
    port: int
    store: Store
    archive: Archive
    reading: ReadingRoom = field(default_factory=ReadingRoom)

    def visit(
        self,
        city: CityCard = SMALL,
        starts: Sequence[Start] = HOME,
        *,
        manners: Manners = QUICK,
        run_id: str | None = None,
        browser: str | None = None,
        replay: Path | None = None,
    ) -> VisitOutcome:
        """Visit *city*, in a run of its own."""
        plan = VisitPlan(
            run_id=run_id or open_run(self.store, round_id="2026-11", name=city.slug.replace("/", "-")),
            city=city,
            starts=tuple(starts),
            lexicon=WORDS,
            manners=manners,
            user_agent="TransparentCitiesMonitor/0 (+http://monitor.test)",
            today=TODAY.isoformat(),
            pretend_proxy=None if replay else f"http://127.0.0.1:{self.port}",
            browser=browser,
            browser_lock=self.folder / "browser.lock",
            replay=str(replay) if replay else None,
        )
        return asyncio.run(
            visit_city(plan, store=self.store, archive=self.archive, logs=self.folder / "logs")
        )

    def visit_council(
        self, slug: str, *, manners: Manners = QUICK, browser: str | None = None
    ) -> VisitOutcome:
        """Visit a pretend council as its registry file says."""
        city = load_city(CITIES / f"{slug}.yaml")
        return self.visit(city.card(), starts_of(city, WORDS), manners=manners, browser=browser)

    def judge_council(self, slug: str, visit_id: int) -> dict[str, Verdict]:
        """The machine's verdicts on a pretend council."""
        self.reading.read(self.store, self.archive, visit_id, today=TODAY)
        card = load_city(CITIES / f"{slug}.yaml").card()
        sight = replace(sight_of(self.store, visit_id, card, reader_version=reader_version()), today=TODAY)
        return {indicator.id: answer.verdict for indicator, answer in evaluate(PACK, sight)}

    def rows(self, visit_id: int) -> dict[str, Address]:
        """The ledger of a visit, by key."""
        with self.store.reading() as db:
            rows = db.scalars(select(Address).where(Address.visit_id == visit_id).order_by(Address.id))
            return {row.key: row for row in rows}

    def captures(self) -> dict[str, Capture]:
        """Everything captured so far, by id."""
        with self.store.reading() as db:
            return {capture.id: capture for capture in db.scalars(select(Capture))}


@contextmanager
def world_at(folder: Path, port: int) -> Iterator[World]:
    """A new world; its reading child and its database are closed with it."""
    made = World(folder, port, open_store(f"sqlite:///{folder / 'monitor.db'}"), Archive(folder / "archive"))
    try:
        yield made
    finally:
        made.reading.close()
        made.store.close()
