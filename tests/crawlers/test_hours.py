"""Outside a city's hours nothing is asked, on behalf of a page neither, and the visit ends to be gone on with."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from crawlers.asking import Asker
from crawlers.hours import OUTSIDE_HOURS, Hours
from models.archive import Archive
from models.base import now
from models.ledger import Ended, Planned
from models.runs import KYIV

PART = Planned("rada.example/data", "https://rada.example/data")


class Engine:
    """Notes what a crawl would be told; it has no network to ask."""

    def __init__(self) -> None:
        self.ended: list[str] = []
        self.asked: list[str] = []

    def close_spider(self, _spider: object, reason: str) -> None:
        """Note the end."""
        self.ended.append(reason)

    async def download_async(self, request: Any) -> None:  # noqa: ANN401  # Scrapy's own
        """Note the request, and fail."""
        self.asked.append(request.url)
        raise TimeoutError


def window(first: int, last: int) -> str:
    """Crawl hours that begin and end so many hours from now, in Kyiv."""
    begin, end = (now().astimezone(KYIV) + timedelta(hours=ahead) for ahead in (first, last))
    return f"{begin:%H:%M}-{end:%H:%M}"


def asker(engine: Engine, hours: str, folder: Path) -> tuple[Asker, list[Ended]]:
    """An asker of a city with these hours, and where the ends of its rows go."""
    crawler: Any = SimpleNamespace(engine=engine, spider=None)
    job: Any = SimpleNamespace(manners=SimpleNamespace(hours=hours), visit_id=1, vantage="")
    made, ends = Asker(crawler, job, Archive(folder)), list[Ended]()
    made.record = lambda end, _plan: ends.append(end)
    return made, ends


def test_outside_the_hours_nothing_is_asked_for_a_page(tmp_path: Path) -> None:
    """No request and no row: what the page lacks is asked for when the visit goes on."""
    engine = Engine()
    closed, ends = asker(engine, window(2, 4), tmp_path)

    answers = [asyncio.run(closed.ask(PART)) for _ in range(2)]

    assert answers == [None, None]
    assert closed.hours.are_over
    assert (engine.asked, ends, engine.ended) == ([], [], [OUTSIDE_HOURS])


@pytest.mark.parametrize("hours", ["", window(-2, 2)])
def test_within_the_hours_a_page_gets_what_it_asks_for(hours: str, tmp_path: Path) -> None:
    """The request is made, and its row ends as it went."""
    engine = Engine()
    opened, ends = asker(engine, hours, tmp_path)

    asyncio.run(opened.ask(PART))

    assert (engine.asked, len(ends), engine.ended) == ([PART.url], 1, [])
    assert not opened.hours.are_over


def test_hours_that_are_over_stay_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """A visit that is ending asks for nothing more, though its hours may open the next moment."""
    engine = Engine()
    crawler: Any = SimpleNamespace(engine=engine, spider=None)
    hours = Hours(crawler, window(2, 4))

    before = hours.allow()
    monkeypatch.setattr("crawlers.hours.now", lambda: now() + timedelta(hours=3))
    after = hours.allow()

    assert (before, after) == (False, False)
    assert engine.ended == [OUTSIDE_HOURS]
