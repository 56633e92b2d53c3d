"""The public account of our requests says what the visited hosts themselves have counted."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from checks.catalog import lexicon, load
from crawlers.manners import ON_LOOPBACK
from crawlers.registry import load_city
from crawlers.visit import VisitPlan, visit_city
from fixtures.councils.hits import Load, load_by_host
from fixtures.councils.server import PretendWeb
from flows.visiting import starts_of
from models.archive import Archive
from models.loads import loads_of
from models.runs import open_run
from models.store import Store, open_store

pytestmark = pytest.mark.crawl
TODAY = date(2026, 11, 20)
CITIES = Path(__file__).parents[2] / "fixtures" / "councils" / "cities"


def visit(store: Store, folder: Path, web: PretendWeb, slug: str) -> str:
    """Visit one pretend council; the run."""
    city, words = load_city(CITIES / f"{slug}.yaml"), lexicon(load("transparent-cities"))
    run_id = open_run(store, round_id="2026-11", name=slug)
    plan = VisitPlan(
        run_id=run_id,
        city=city.card(),
        starts=starts_of(city, words),
        lexicon=words,
        manners=replace(ON_LOOPBACK, retry_wait=0.05, timeout=3.0),
        user_agent="TransparentCitiesMonitor/0 (+http://monitor.test)",
        today=TODAY.isoformat(),
        pretend_proxy=f"http://127.0.0.1:{web.port}",
    )
    asyncio.run(visit_city(plan, store=store, archive=Archive(folder / "archive"), logs=folder / "logs"))
    return run_id


def ours(store: Store, run_id: str) -> dict[str, Load]:
    """Our account of one run, by host."""
    with store.reading() as db:
        loads = loads_of(db, run=run_id)
    return {one.host: Load(one.requests, one.not_modified, one.bytes) for one in loads}


@pytest.mark.parametrize(
    ("slug", "fault"),
    [("biloberih", None), ("hrabopil", "busy"), ("hrabopil", "refuses"), ("biloberih", "redirect-loop")],
)
def test_account_is_that_of_the_hosts(tmp_path: Path, slug: str, fault: str | None) -> None:
    """Requests, answers 304 and bytes agree, host by host, on a first visit and on a second."""
    store = open_store(f"sqlite:///{tmp_path / 'monitor.db'}")
    with PretendWeb(today=TODAY, cities=[slug], faults={slug: fault}, variants={}) as web:
        first = visit(store, tmp_path, web, slug)
        between = len(web.hits)
        second = visit(store, tmp_path, web, slug)

    assert ours(store, first) == load_by_host(web.hits[:between])
    assert ours(store, second) == load_by_host(web.hits[between:])
    store.close()
