"""Rows T01 to T05: places without end are bounded, and no city is overloaded or starves another."""

import asyncio
import time
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawlers.manners import Manners
from crawlers.strangers import probe_address
from fixtures.hostile.server import HostileWeb
from fixtures.hostile.traps import MANY
from models.vocabulary import AddressState, Reason, VisitState
from tests.faults.crawling import HONEST, QUICK, Visited, crawl, says_not_met, visit

pytestmark = pytest.mark.crawl
BOUNDED = replace(QUICK, timeout=6.0, per_pattern=12, per_wanted_pattern=30, max_pages=150)
TRAPPED = ("calendar", "facets", "pager", "session", "deep")
ENDED_OTHERWISE = {"session", "deep"}  # by knowing the same place again, and by depth
TRAPS = "traps.test"


@pytest.fixture(scope="module")
def trapped(web: HostileWeb, tmp_path_factory: pytest.TempPathFactory) -> Visited:
    """One crawl of all traps beside the honest pages."""
    starts = [*HONEST, *(f"/trap/{trap}" for trap in TRAPPED)]
    return crawl(web, tmp_path_factory.mktemp("traps"), starts, manners=BOUNDED, host=TRAPS)


@pytest.mark.parametrize("trap", TRAPPED)
def test_a_place_without_end_is_bounded(web: HostileWeb, trapped: Visited, trap: str) -> None:
    """T01: calendars, facets, pagers, session ids and depths end soon; what was left out is a row that says so."""
    left_out = {row.reason for row in trapped.rows if f"/trap/{trap}" in row.url}

    assert trapped.ended
    assert trapped.outcome.state is VisitState.COMPLETE
    assert 1 <= _asked(web, trap) <= 60
    assert Reason.BUDGET in left_out or trap in ENDED_OTHERWISE


def test_session_ids_make_no_new_places(web: HostileWeb, trapped: Visited) -> None:
    """T01: one page under a thousand session ids is one place, and asked for once."""
    assert trapped.row("/trap/session").state is AddressState.FETCHED
    assert _asked(web, "session") == 1


def test_a_trap_leaves_the_honest_pages_their_turn(trapped: Visited) -> None:
    """T01: beside places without end the council's own pages are all seen, and nothing left out is absent."""
    assert {trapped.row(path).state for path in HONEST} == {AddressState.FETCHED}
    assert not says_not_met(trapped.sight)


def test_the_budget_of_pages_is_never_overshot(web: HostileWeb, tmp_path: Path) -> None:
    """T02: with eight connections at work, no page beyond the budget is asked for."""
    host, pages = "budget.test", 7

    visited = crawl(web, tmp_path, HONEST, manners=replace(QUICK, max_pages=pages), host=host)

    ours = {
        "/robots.txt",
        urlsplit(probe_address(f"http://{host}")).path,
    }  # what we ask about a host is no page
    asked = Counter(hit.path for hit in web.hits if hit.host == host and hit.path not in ours)
    assert sum(asked.values()) <= pages
    assert Counter(row.reason for row in visited.rows)[Reason.BUDGET] > 0
    assert not says_not_met(visited.sight)


def test_enormous_addresses_are_dropped(web: HostileWeb, tmp_path: Path) -> None:
    """T03: an address of fifty kilobytes is not asked for; the page that names it is read as ever."""
    visited = crawl(web, tmp_path, ["/trap/long"], manners=replace(QUICK, timeout=6.0))

    assert visited.ended
    assert visited.row("/rishennia").state is AddressState.FETCHED
    assert max(len(hit.path) for hit in web.hits) < 2100


def test_a_hundred_thousand_links_are_bounded(web: HostileWeb, tmp_path: Path) -> None:
    """T03: a page of 100,000 links costs seconds; the budget's worth of it is asked for, the rest is counted."""
    visited = crawl(
        web, tmp_path, ["/trap/many"], manners=replace(BOUNDED, timeout=15.0, per_pattern=12), judged=False
    )

    leaves = [row for row in visited.rows if "/trap/leaf/" in row.url]
    assert visited.ended
    assert sum(row.state is AddressState.FETCHED for row in leaves) <= 12
    assert len(leaves) <= MANY
    assert visited.outcome.stats["seconds"] < 60


def test_a_slow_city_starves_nobody(web: HostileWeb, tmp_path: Path) -> None:
    """T04: beside a city that takes its time over each page, others' visits end as soon as alone."""

    async def timed(host: str) -> float:
        began = time.monotonic()
        visited = await visit(
            web, tmp_path, HONEST, manners=replace(QUICK, connections=1, timeout=5.0), host=host
        )
        assert visited.ended
        return time.monotonic() - began

    async def together() -> tuple[float, float, float]:
        return await asyncio.gather(timed("slow.test"), timed("one.quick.test"), timed("two.quick.test"))

    slow, one, two = asyncio.run(together())

    assert max(one, two) < slow


def test_a_city_is_asked_once_a_second_over_one_connection(web: HostileWeb, tmp_path: Path) -> None:
    """T05: by our own manners the server counts at most one request a second and one at a time."""
    host = "www.courtesy.test"
    manners = replace(Manners(), max_pages=3, max_seconds=30.0)

    visited = crawl(web, tmp_path, HONEST, manners=manners, host=host)

    hits = [hit for hit in web.hits if hit.host == host]
    gaps = [after.at - before.at for before, after in pairwise(hits)]
    assert visited.ended
    assert len(hits) == 3  # robots.txt and our own question count like pages
    assert min(gaps) > 0.95
    assert {hit.at_once for hit in hits} == {1}
    assert len({hit.talk for hit in hits}) == 1


def _asked(web: HostileWeb, trap: str) -> int:
    return sum(urlsplit(path).path.startswith(f"/trap/{trap}") for path in web.asked(TRAPS).elements())
