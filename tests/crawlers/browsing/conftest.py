"""A pool of pages in a real browser, and the site that answers them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.async_api import async_playwright

from crawlers.browsing.answers import Answered, Limits, Rendered
from crawlers.browsing.finding import find_browser
from crawlers.browsing.launching import Started, start
from crawlers.browsing.pool import Browsing
from fixtures import scripted
from models.environment import settings
from tests.crawlers.browsing.canary import Canary

Given = TypeVar("Given")
QUICK = Limits(page=8.0, settling=2.0, turn=30.0)


class Site:
    """The pretend site behind a page, and a pool that renders what it serves."""

    def __init__(self, folder: Path, limits: Limits = QUICK) -> None:
        self.asked: list[str] = []
        self.answers = {
            url: Answered(200, {"Content-Type": kind}, text.encode())
            for url, (kind, text) in scripted.ANSWERS.items()
        }
        self.lock = folder / "home" / "browser.lock"
        self.limits = limits
        self.pool = self.another_pool()

    def another_pool(self, **limits: Any) -> Browsing:  # noqa: ANN401  # any of the limits
        """A pool that shares the lock."""
        found = find_browser(settings().chromium)
        return Browsing(found, self.lock, replace(self.limits, **limits))

    async def fetch(self, url: str, kind: str) -> Answered | None:
        """Answer what the site has, and refuse the rest."""
        self.asked.append(f"{kind} {url}")
        return self.answers.get(url)

    async def render(self, html: bytes, *, pool: Browsing | None = None) -> Rendered:
        """One page of the site, rendered."""
        return await (pool or self.pool).render(
            scripted.ADDRESS, html, fetch=self.fetch, hosts=(scripted.HOST,)
        )

    def run(self, work: Coroutine[Any, Any, Given]) -> Given:
        """Do *work*, and close the browser whatever comes of it."""

        async def done() -> Given:
            try:
                return await work
            finally:
                await self.pool.close()

        return asyncio.run(done())


def listed(html: bytes) -> int:
    """How many papers stand in the list of a page."""
    inside = re.search(rb'<ul id="list">(.*?)</ul>', html, re.DOTALL)
    return inside[1].count(b"<li>") if inside else 0


@asynccontextmanager
async def bare_browser() -> AsyncIterator[Started]:
    """The browser behind its walls, with nothing of ours between it and the world."""
    async with async_playwright() as playwright:
        started = await start(playwright, find_browser(settings().chromium))
        try:
            yield started
        finally:
            await started.close()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site and its pool."""
    return Site(tmp_path)


@pytest.fixture
def canary() -> Iterator[Canary]:
    """A server that must not be asked."""
    with Canary() as listening:
        yield listening
