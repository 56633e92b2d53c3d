"""Where pictures are taken: one browser with a few tabs, fed by one confined child; what breaks costs only itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Error as BrowserError
from playwright.async_api import Playwright, async_playwright

from crawlers.browsing.finding import NoBrowserError
from crawlers.browsing.launching import Started, start
from crawlers.picturing.camera import Camera, Photo
from crawlers.picturing.looker import Asked, Looked, Looker

TABS = 2
_PATIENCE, _PATIENCE_EACH = 20.0, 1.5  # seconds for a page, and for each of its quotes
_CLOSING = 5.0
_AHEAD = 4  # bodies that are looked at while tabs are busy; each may be tens of megabytes
_HEAVIEST = 12_000_000  # characters of a page that a tab is asked to bear
_STARTS = 6  # of a browser that keeps dying
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """One body to be looked at; ``number`` is its owner's."""

    number: int
    asked: Asked


@dataclass(frozen=True, slots=True)
class Done:
    """What came of one job: the spots, and a photo of each quote that could be pictured."""

    number: int
    looked: Looked
    photos: dict[str, Photo]
    browser: str = ""


class Looking:
    """The one thread in which bodies are looked at: the kernel ends the child with the thread that started it."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="looking")
        self._looker = Looker()

    async def look(self, asked: Asked, *, as_text: bool = False) -> Looked:
        """Look at one body, in turn."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: self._looker.look(asked, as_text=as_text))

    def close(self) -> None:
        """End the child and its thread."""
        self._thread.submit(self._looker.close)
        self._thread.shutdown()


async def look_only(jobs: Iterable[Job]) -> AsyncIterator[Done]:
    """The spots alone, where there is no browser."""
    looking = Looking()
    try:
        for job in jobs:
            looked = await looking.look(job.asked)
            yield Done(job.number, looked, {})
    finally:
        looking.close()


class Studio:
    """Takes the pictures of many bodies."""

    def __init__(self, executable: Path) -> None:
        """Take them with the browser at *executable*."""
        self._executable = executable
        self._looking = Looking()
        self._started: Started | None = None
        self._starts = 0
        self._starting = asyncio.Lock()
        self._playwright: Playwright | None = None

    async def take(self, jobs: Iterable[Job]) -> AsyncIterator[Done]:
        """What came of each job, in the order in which they end."""
        waiting: asyncio.Queue[tuple[Job, Looked] | None] = asyncio.Queue(_AHEAD)
        done: asyncio.Queue[Done | None] = asyncio.Queue()
        async with async_playwright() as self._playwright:
            tasks = [asyncio.create_task(self._look_ahead(jobs, waiting))]
            tasks += [asyncio.create_task(self._work(waiting, done)) for _ in range(TABS)]
            try:
                left = TABS
                while left:
                    one = await self._next(done, tasks)
                    if one is None:
                        left -= 1
                    else:
                        yield one
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                self._looking.close()
                if self._started is not None:
                    await self._started.close()

    async def _next(self, done: asyncio.Queue[Done | None], tasks: list[asyncio.Task[None]]) -> Done | None:
        """What ends next; raises what ended a worker before its time."""
        waiting = asyncio.create_task(done.get())
        while not waiting.done():
            await asyncio.wait(
                [waiting, *(task for task in tasks if not task.done())], return_when="FIRST_COMPLETED"
            )
            for task in tasks:
                if task.done() and (error := task.exception()) is not None:
                    waiting.cancel()
                    raise error
        return waiting.result()

    async def _look_ahead(
        self, jobs: Iterable[Job], waiting: asyncio.Queue[tuple[Job, Looked] | None]
    ) -> None:
        for job in jobs:
            await waiting.put((job, await self._looking.look(job.asked)))
        for _ in range(TABS):
            await waiting.put(None)

    async def _work(
        self, waiting: asyncio.Queue[tuple[Job, Looked] | None], done: asyncio.Queue[Done | None]
    ) -> None:
        """One tab: shoots what is waiting until nothing comes any more."""
        camera: Camera | None = None
        while (entry := await waiting.get()) is not None:
            job, looked = entry
            photos: dict[str, Photo] = {}
            if any(len(page) > _HEAVIEST for page in looked.pages):
                looked = await self._looking.look(job.asked, as_text=True)
            for as_text in (False, True):
                if as_text:
                    looked = await self._looking.look(job.asked, as_text=True)
                try:
                    camera = camera or await Camera.set_up((await self._browser()).browser)
                    photos |= await _shoot(camera, looked, photos)
                    break
                except (BrowserError, TimeoutError) as error:
                    _LOG.warning("picturing %s: %s", job.asked.url[:200], str(error).partition("\n")[0][:200])
                    await _put_away(camera)
                    camera = None
            await done.put(Done(job.number, looked, photos, self._version()))
        await _put_away(camera)
        await done.put(None)

    async def _browser(self) -> Started:
        """The browser; another where it died."""
        async with self._starting:
            if self._started is not None and not self._started.browser.is_connected():
                await self._started.close()
                self._started = None
            if self._started is None:
                self._starts += 1
                if self._starts > _STARTS or self._playwright is None:
                    raise NoBrowserError(f"{self._executable} died {_STARTS} times while pictures were taken")
                self._started = await start(self._playwright, self._executable)
            return self._started

    def _version(self) -> str:
        return f"Chromium {self._started.browser.version}" if self._started is not None else ""


async def _shoot(camera: Camera, looked: Looked, have: dict[str, Photo]) -> dict[str, Photo]:
    """Photos of the quotes that have none yet, page by page."""
    photos: dict[str, Photo] = {}
    for number, page in enumerate(looked.pages):
        views = {
            quote: view
            for quote, view in looked.views.items()
            if view["page"] == number and quote not in have
        }
        if views:
            patience = _PATIENCE + _PATIENCE_EACH * len(views)
            shots = await asyncio.wait_for(camera.shoot(page, list(views.values())), patience)
            photos |= dict(zip(views, shots, strict=True))
    return photos


async def _put_away(camera: Camera | None) -> None:
    if camera is not None:
        with suppress(BrowserError, TimeoutError):
            await asyncio.wait_for(camera.put_away(), _CLOSING)
