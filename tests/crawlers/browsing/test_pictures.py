"""Pictures are taken from stored bytes behind the same walls, whatever the page is like."""

from __future__ import annotations

import logging
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from crawlers.browsing.finding import find_browser
from crawlers.rendering import HEIGHT, WIDTH, Wanted, take_pictures
from fixtures import scripted
from models.archive import Archive
from models.crawling import Picture
from models.environment import settings
from models.runs import open_run
from models.store import Store, open_store
from models.visits import open_visit
from tests.crawlers.browsing.canary import Canary
from tests.factories import make_capture

pytestmark = pytest.mark.browser


class Album:
    """A database and an archive that hold captures, and the pictures taken of them."""

    def __init__(self, folder: Path) -> None:
        self.store: Store = open_store(f"sqlite:///{folder / 'monitor.db'}")
        self.archive = Archive(folder / "archive")
        self._visit = open_visit(
            self.store, open_run(self.store, round_id="2026-11", name="a"), "verbohirsk"
        ).id

    def keep(self, body: bytes) -> str:
        """Store *body* as the answer of a page; the capture's id."""
        digest = self.archive.put(body)
        capture = make_capture(self._visit, scripted.ADDRESS, body_sha256=digest, decoded_bytes=len(body))
        with self.store.writing() as db:
            db.add(capture)
            return capture.id

    def picture(self, capture: str, quote: str) -> Picture:
        """The picture of *quote* in *capture*."""
        browser = find_browser(settings().chromium)
        take_pictures([Wanted(capture, quote)], store=self.store, archive=self.archive, browser=browser)
        with self.store.reading() as db:
            return db.scalars(select(Picture)).one()

    def size(self, picture: Picture) -> tuple[int, int]:
        """Width and height that the stored PNG itself states."""
        found: tuple[int, int] = struct.unpack(">II", self.archive.get(picture.sha256)[16:24])
        return found


@pytest.fixture
def album(tmp_path: Path) -> Iterator[Album]:
    """An empty album."""
    made = Album(tmp_path)
    yield made
    made.store.close()


def test_b06_a_page_of_two_million_pixels_is_one_window_and_noted(
    album: Album, caplog: pytest.LogCaptureFixture
) -> None:
    """B06: the words at the very end are found and shown, the picture stays one window, the height is noted."""
    capture = album.keep(scripted.TALL)

    with caplog.at_level(logging.WARNING):
        picture = album.picture(capture, "Рішення про бюджет")

    assert picture.found
    assert album.size(picture) == (WIDTH, HEIGHT)
    assert "px tall" in caplog.text


def test_a_picture_asks_nobody_and_runs_nothing(album: Album, canary: Canary) -> None:
    """The scripts of a captured page do not run for its picture, and nothing it names is fetched."""
    capture = album.keep(scripted.reaching(canary.place, canary.place))

    picture = album.picture(capture, "Рішення виконкому № 1 від 03.02.2026")

    assert not picture.found  # the list would come by script
    assert album.size(picture) == (WIDTH, HEIGHT)
    assert canary.hits == []
