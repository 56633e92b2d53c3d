"""One browser at a time on a machine, replaced before it grows old, and gone when nobody needs it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from crawlers.browsing.processes import members, memory_of
from crawlers.browsing.running import Running
from fixtures import scripted
from models.vocabulary import Reason
from tests.crawlers.browsing.conftest import Site, listed

pytestmark = pytest.mark.browser
Given = TypeVar("Given")
HOLDER = """
import asyncio, pathlib, sys
from crawlers.browsing.finding import find_browser
from crawlers.browsing.pool import Browsing
from fixtures import scripted

async def nothing(url, kind):
    return None

async def hold():
    pool = Browsing(find_browser(sys.argv[2] or None), pathlib.Path(sys.argv[1]))
    await pool.render(scripted.ADDRESS, scripted.INLINE, fetch=nothing, hosts=(scripted.HOST,))
    print(pool._running._started.session, pool._running.folder, flush=True)
    await asyncio.sleep(60)

asyncio.run(hold())
"""


def running_in(site: Site) -> Running:
    """The browser that runs in the site's pool."""
    assert site.pool._running is not None
    return site.pool._running


async def _closing(work: Awaitable[Given], close: Callable[[], Awaitable[None]]) -> Given:
    """Do *work*, and then close what it used."""
    try:
        return await work
    finally:
        await close()


def until(true: str, seconds: float, condition: Callable[[], bool]) -> None:
    """Wait for *condition*, or fail saying what did not become true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, true
        time.sleep(0.1)


def test_a_pool_that_renders_nothing_costs_nothing(site: Site) -> None:
    """Without a page no browser starts, no lock is taken and Playwright is not even loaded."""
    code = (
        "import sys, crawlers.browsing.pool, crawlers.browsing.deciding; print('playwright' in sys.modules)"
    )

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "False"
    assert not site.lock.exists()


def test_a_browser_is_replaced_after_its_pages(site: Site) -> None:
    """With room for two pages, five take three browsers, one after the other, and each page is whole."""
    pool = site.another_pool(pages_per_browser=2, rest=0.5)

    async def five() -> tuple[list[int], set[int]]:
        sessions, papers = set(), []
        for _ in range(5):
            papers.append(listed((await site.render(scripted.BY_FETCH, pool=pool)).html))
            assert pool._running is not None
            sessions.add(pool._running._started.session)
            assert sum(bool(members(session)) for session in sessions) == 1
        return papers, sessions

    papers, sessions = site.run(_closing(five(), pool.close))

    assert papers == [scripted.PAPERS] * 5
    assert len(sessions) == 3


def test_a_browser_that_has_grown_large_is_replaced(site: Site) -> None:
    """Above the limit of memory no further page is opened in it."""
    pool = site.another_pool(
        memory=200 * 2**20
    )  # less than any browser takes, yet not so much less that it is ended

    async def two() -> set[int]:
        sessions = set()
        for _ in range(2):
            await site.render(scripted.INLINE, pool=pool)
            sessions.add(pool._running._started.session if pool._running else 0)
        return sessions

    assert len(site.run(_closing(two(), pool.close))) == 2


def test_a_browser_ended_from_outside_costs_no_page(site: Site) -> None:
    """The page that was in it is rendered in the next one."""

    async def ended() -> tuple[Reason | None, int]:
        await site.render(scripted.INLINE)
        page = asyncio.create_task(site.render(scripted.BY_FETCH_LATE))
        await asyncio.sleep(0.5)
        os.killpg(running_in(site)._started.session, signal.SIGKILL)
        rendered = await page
        return rendered.reason, listed(rendered.html)

    assert site.run(ended()) == (None, scripted.PAPERS)


def test_the_browser_rests_when_there_are_no_pages(site: Site) -> None:
    """A while after the last page it is closed, its folder is gone and the lock free."""
    pool = site.another_pool(rest=0.3)

    async def rested() -> tuple[Path, bool]:
        await site.render(scripted.INLINE, pool=pool)
        assert pool._running is not None
        folder = pool._running.folder
        await asyncio.sleep(4)
        return folder, pool._running is None

    folder, is_closed = site.run(_closing(rested(), pool.close))

    assert is_closed
    assert not folder.exists()
    assert site.lock.read_text(encoding="utf-8") == ""


def test_another_crawl_waits_for_its_turn_and_says_when_it_does_not_come(site: Site) -> None:
    """While one process holds the browser another gets none; killed, the first leaves nothing behind."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(site.lock), ""], stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout is not None
        session, folder = holder.stdout.readline().split()
        impatient = site.another_pool(turn=1.0)

        refused = site.run(_closing(site.render(scripted.BY_FETCH, pool=impatient), impatient.close))
        holder.kill()

    until("the browser of a killed crawl ends", 10, lambda: not members(int(session)))
    rendered = site.run(site.render(scripted.BY_FETCH))

    assert (refused.reason, refused.html) == (Reason.BUDGET, b"")
    assert (rendered.reason, listed(rendered.html)) == (None, scripted.PAPERS)
    assert not Path(folder).exists()


def test_memory_counts_all_processes_of_the_browser(site: Site) -> None:
    """The sum is that of several processes, and a session that is not there has none."""

    async def used() -> int:
        await site.render(scripted.INLINE)
        return memory_of(running_in(site)._started.session)

    assert 2**27 < site.run(used()) < 2**30
    assert memory_of(2**22 + 1) == 0
