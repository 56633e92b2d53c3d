"""A visit stores what it saw, says what it could not see, and survives being killed."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from checks.catalog import lexicon, load
from crawlers.manners import ON_LOOPBACK, Manners
from crawlers.registry import load_city
from crawlers.saving import PATIENCE
from crawlers.visit import VisitOutcome, VisitPlan, visit_city
from fixtures.councils.server import PretendWeb
from flows.visiting import starts_of
from models.archive import Archive
from models.crawling import Address, Capture
from models.runs import open_run
from models.store import Store, open_store
from models.vocabulary import AddressState, Reason, VisitState

pytestmark = pytest.mark.crawl
TODAY = date(2026, 11, 20)
CITIES = Path(__file__).parents[2] / "fixtures" / "councils" / "cities"
WORDS = lexicon(load("transparent-cities"))
QUICK = replace(ON_LOOPBACK, retry_wait=0.05, timeout=3.0)
ASKED_AT_EVERY_VISIT = re.compile(r"/robots\.txt$|/perevirka-neisnuiuchoi-adresy-")


class World:
    """One database, one archive, one pretend web."""

    def __init__(self, folder: Path, web: PretendWeb) -> None:
        self.store: Store = open_store(f"sqlite:///{folder / 'monitor.db'}")
        self.archive = Archive(folder / "archive")
        self.folder = folder
        self.web = web

    async def visit(self, slug: str, *, run_id: str | None = None, manners: Manners = QUICK) -> VisitOutcome:
        """Visit one pretend council."""
        city = load_city(CITIES / f"{slug}.yaml")
        plan = VisitPlan(
            run_id=run_id or open_run(self.store, round_id="2026-11", name=slug),
            city=city.card(),
            starts=starts_of(city, WORDS),
            lexicon=WORDS,
            manners=manners,
            user_agent="TransparentCitiesMonitor/0 (+http://monitor.test)",
            today=TODAY.isoformat(),
            pretend_proxy=f"http://127.0.0.1:{self.web.port}",
        )
        return await visit_city(plan, store=self.store, archive=self.archive, logs=self.folder / "logs")

    def rows(self, visit_id: int) -> list[Address]:
        """The ledger of a visit."""
        with self.store.reading() as db:
            return list(db.scalars(select(Address).where(Address.visit_id == visit_id)))

    def asked(self, slug: str) -> Counter[str]:
        """How often the council was asked for each path."""
        return Counter(hit.path for hit in self.web.hits if hit.host.startswith(slug))


@pytest.fixture
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    """A world with the faults that the test names by ``indirect`` parameter, none otherwise."""
    faults = {"verbohirsk": None, **getattr(request, "param", {})}
    with PretendWeb(today=TODAY, cities=["verbohirsk"], faults=faults, variants={}) as web:
        made = World(tmp_path, web)
        yield made
        made.store.close()


def test_a_visit_ends_every_address_and_keeps_every_body(world: World) -> None:
    """Each planned address is terminal, and each capture's bytes are in the archive under their digest."""
    outcome = asyncio.run(world.visit("verbohirsk"))

    rows = world.rows(outcome.visit_id)
    assert (outcome.state, outcome.failure) == (VisitState.COMPLETE, None)
    assert outcome.fetched > 20
    assert all(row.state.is_terminal for row in rows)
    with world.store.reading() as db:
        for capture in db.scalars(select(Capture)):
            assert len(world.archive.get(capture.body_sha256)) == capture.body_bytes


def test_no_address_is_asked_twice(world: World) -> None:
    """One visit asks for each place once; robots.txt too."""
    asyncio.run(world.visit("verbohirsk"))

    assert max(world.asked("verbohirsk").values()) == 1


def test_every_request_carries_our_honest_name(world: World) -> None:
    """The site's owner can see who we are and whom to write to."""
    asyncio.run(world.visit("verbohirsk"))

    assert {hit.agent for hit in world.web.hits} == {"TransparentCitiesMonitor/0 (+http://monitor.test)"}


@pytest.mark.parametrize("world", [{"verbohirsk": "refuses"}], indirect=True)
def test_a_dead_host_is_unreachable_and_soon_given_up(world: World) -> None:
    """Nothing answered: the visit says so with a reason and does not try for ever."""
    began = time.monotonic()

    outcome = asyncio.run(world.visit("verbohirsk"))

    assert outcome.state is VisitState.UNREACHABLE
    assert outcome.reason in {Reason.RESET, Reason.REFUSED}
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("world", [{"verbohirsk": "robots-decisions"}], indirect=True)
def test_robots_are_obeyed_and_said(world: World) -> None:
    """What robots.txt closes is never asked for, and its rows say robots."""
    outcome = asyncio.run(world.visit("verbohirsk"))

    closed = [row for row in world.rows(outcome.visit_id) if row.reason is Reason.ROBOTS]
    assert closed
    asked = world.asked("verbohirsk")
    assert all(asked["/" + row.url.split("/", 3)[3]] == 0 for row in closed)


@pytest.mark.parametrize("world", [{"verbohirsk": "half-gzip"}], indirect=True)
def test_a_body_cut_in_half_is_never_complete(world: World) -> None:
    """A gzip stream that ends early, under a right Content-Length, is kept and said to be truncated."""
    outcome = asyncio.run(world.visit("verbohirsk"))

    with world.store.reading() as db:
        reasons = set(db.scalars(select(Address.reason).where(Address.visit_id == outcome.visit_id)))
        assert Reason.TRUNCATED in reasons
        assert db.scalar(select(func.count()).where(Capture.complete == "no", Capture.reason.is_(None))) == 0


def test_a_page_budget_is_a_reason_of_its_own(world: World) -> None:
    """What the budget did not reach has a row that says budget."""
    outcome = asyncio.run(world.visit("verbohirsk", manners=replace(QUICK, max_pages=10)))

    states = Counter((row.state, row.reason) for row in world.rows(outcome.visit_id))
    assert outcome.fetched <= 10 + QUICK.connections
    assert states[AddressState.SKIPPED, Reason.BUDGET] > 0


def test_a_killed_crawl_goes_on_where_it_was(world: World) -> None:
    """After ``kill -9`` the second visit fetches what was left, at most a moment's answers of it once more."""
    slow = replace(QUICK, delay=0.1, connections=1)

    async def killed() -> tuple[VisitOutcome, float]:
        visit = asyncio.create_task(world.visit("verbohirsk", manners=slow))
        while sum(world.asked("verbohirsk").values()) < 25:  # noqa: ASYNC110  # another thread counts
            await asyncio.sleep(0.02)
        os.kill(crawl_process(), signal.SIGKILL)
        at = time.monotonic()
        return await visit, at

    first, at = asyncio.run(killed())
    before = {row.key: row for row in world.rows(first.visit_id)}
    second = asyncio.run(world.visit("verbohirsk", manners=QUICK))

    after = {row.key: row for row in world.rows(second.visit_id)}
    assert first.state is VisitState.BROKEN
    assert first.failure is not None
    assert "SIGKILL" in first.failure
    assert second.state is VisitState.COMPLETE
    fetched = {key for key, row in before.items() if row.state is AddressState.FETCHED}
    assert len(fetched) >= 10
    assert all(after[key].capture_id == before[key].capture_id for key in fetched)
    again = {path for path, times in world.asked("verbohirsk").items() if times > 1}
    twice = {path for path in again if not ASKED_AT_EVERY_VISIT.match(path)}
    moment = at - 4 * PATIENCE  # a busy machine commits a little late
    assert twice <= {hit.path for hit in world.web.hits if moment < hit.at < at}


def test_a_killed_crawl_misses_nothing(world: World, tmp_path: Path) -> None:
    """The addresses of a visit that was killed and continued are those of one that was not."""
    whole = asyncio.run(world.visit("verbohirsk"))
    wanted = {row.key for row in world.rows(whole.visit_id)}
    (tmp_path / "other").mkdir()
    other = World(tmp_path / "other", world.web)

    async def killed() -> None:
        visit = asyncio.create_task(other.visit("verbohirsk", manners=replace(QUICK, delay=0.05)))
        reached = sum(world.asked("verbohirsk").values()) + 12
        while sum(world.asked("verbohirsk").values()) < reached:  # noqa: ASYNC110  # another thread counts
            await asyncio.sleep(0.02)
        os.kill(crawl_process(), signal.SIGKILL)
        await visit

    asyncio.run(killed())
    second = asyncio.run(other.visit("verbohirsk"))

    assert {row.key for row in other.rows(second.visit_id)} == wanted
    other.store.close()


def crawl_process() -> int:
    """The crawl process that this test has started."""
    for place in Path("/proc").iterdir():
        if not place.name.isdigit():
            continue
        try:
            command = (place / "cmdline").read_bytes()
            parent = int((place / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, IndexError):
            continue
        if b"crawlers.process" in command and parent == os.getpid():
            return int(place.name)
    message = "no crawl process is running"
    raise AssertionError(message)
