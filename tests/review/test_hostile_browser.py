"""What people write, in every place of the desk, in a real Chromium: it is read, and it does nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from models.archive import Archive
from models.store import Store
from review.app import create_app
from tests.review.hostile_acts import overtake_and_undo, reflecting, unread
from tests.review.hostile_watch import Watch, squeezed, watching
from tests.review.hostile_words import PLACES
from tests.review.hostile_world import Look, World
from tests.review.in_browser import served_page, serving

__all__ = ["served_page"]

pytestmark = pytest.mark.browser

SHORT = 200  # letters: a place that takes a few lines at once
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=//evil.test onerror=alert(1)>',
    "' autofocus onfocus=alert(1) x='",
    "</textarea></title><svg/onload=alert(1)>",
    "{{7*7}}{% raw %}${7*7}",
    '<a href="javascript:alert(1)">так</a>',
    "javascript:alert(1)//http://x",
    "--></style><iframe srcdoc='<script>parent.alert(1)</script>'>",
    '<base href="//evil.test/"><xss-el onpointerenter=alert(1)>',
    "<meta http-equiv=refresh content='0;url=//evil.test'>",
    "</p><form action=//evil.test><button>Далі</button>",
    "\u202e<b>перевернуто</b>&lt;script&gt;",
)


@pytest.fixture
def own_archive(settled_round: Path, tmp_path: Path) -> Archive:
    """The archive of a pretend round, this test's own: files come in."""
    shutil.copytree(settled_round / "archive", tmp_path / "archive")
    return Archive(tmp_path / "archive")


@pytest.fixture
def watch(served_page: Page, store: Store, own_archive: Archive) -> Iterator[Watch]:
    """A browser over a running desk."""
    browser = served_page.context.browser
    assert browser is not None
    with serving() as (port, run):
        run(create_app(store, own_archive))
        with watching(browser, store, f"http://127.0.0.1:{port}") as watched:
            yield watched


def test_the_watch_sees_what_fires(watch: Watch) -> None:
    """On a page that escapes nothing, dialogs, foreign requests and what is born of text are all noted."""
    page = watch.page_of("")
    page.route(
        "**/raw",
        lambda route: route.fulfill(body="".join(HOSTILE[:9]), content_type="text/html; charset=utf-8"),
    )
    page.route("http://evil.test/**", lambda route: route.abort())

    watch.open(Look("", "/raw"))

    assert {"dialog", "fired", "foreign request", "born"} <= set(watch.counts)


def test_hostile_words_are_read_and_do_nothing(watch: Watch, store: Store, own_archive: Archive) -> None:
    """In every place where people write or a crawl's findings stand: nothing fires, leaves or is born of the text."""
    world = World(store, own_archive)

    unseen = [
        (place.name, line)
        for place in PLACES
        for line in unread(watch, world, place, HOSTILE if place.longest > SHORT else HOSTILE[:4])
    ]

    assert watch.troubles == []
    assert unseen == []
    assert watch.counts["stopped by the policy"] == 0


def test_words_that_were_overtaken_or_taken_back_do_nothing(
    watch: Watch, store: Store, own_archive: Archive
) -> None:
    """Both texts stand on the page, and the one that was sent is in its field again."""
    said = overtake_and_undo(watch, World(store, own_archive), "\n".join(HOSTILE))

    assert watch.troubles == []
    assert all(squeezed(line) in page for line in HOSTILE for page in said)


def test_hostile_addresses_do_nothing(watch: Watch, store: Store, own_archive: Archive) -> None:
    """Words in the parameters of an address are text on the page, or are not there."""
    World(store, own_archive)

    for number, line in enumerate(HOSTILE):
        for look in reflecting(line)[number % 6 :: 6]:
            watch.open(look)

    assert watch.troubles == []
