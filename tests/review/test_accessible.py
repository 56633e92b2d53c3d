"""Every page for everybody: axe-core finds no violation of WCAG 2.2 AA, by day and by night, on desk and phone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pytest
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, sync_playwright

from models.archive import Archive
from models.environment import settings
from models.store import Store, open_store
from review.access import COOKIE
from review.app import create_app
from review.origins import Sealing
from review.signing import Signer
from tests.review.every_page import ELSEWHERE, PAGES, ROUTES, busy, role_for, sign_in_of
from tests.review.in_browser import BROWSERS, serving

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ASKED = {"runOnly": TAGS, "resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
RUN = "asked => axe.run(document, asked).then(told => told.violations)"
LOOKS: tuple[tuple[Literal["light", "dark"], int], ...] = (("light", 1440), ("dark", 390))
NARROW = (320, 390, 720)  # a small phone, a phone, and 1440 pixels at 200 %


class Walking(NamedTuple):
    """A running desk, its database, and a browser to walk it with."""

    desk_url: str
    store: Store
    places: dict[str, str]
    browser: Browser


@pytest.fixture(scope="module")
def walking(settled_round: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walking]:
    """One desk and one browser for all pages."""
    folder = tmp_path_factory.mktemp("walked")
    shutil.copy(settled_round / "desk.db", folder / "desk.db")
    store = open_store(f"sqlite:///{folder / 'desk.db'}")
    found = settings().chromium or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.fail("no Chromium here: run `make setup`, or set TCM_CHROMIUM")
    with serving() as (port, run), sync_playwright() as playwright:
        sealing = Sealing(f"http://localhost:{port}", Signer(b"k" * 32))
        run(create_app(store, Archive(settled_round / "archive"), sealing=sealing))
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield Walking(f"http://127.0.0.1:{port}", store, busy(store), browser)
        browser.close()
    store.close()


@pytest.fixture
def page(walking: Walking) -> Iterator[Page]:
    """A new window whose console stays silent: a style or script that the policy stops would be told there."""
    window = walking.browser.new_page(
        locale="uk-UA", reduced_motion="reduce"
    )  # a colour half-way has no contrast
    complaints: list[str] = []
    window.on("console", lambda message: complaints.append(message.text))
    window.on("pageerror", lambda error: complaints.append(str(error)))
    yield window
    window.context.close()
    assert complaints == []


def opened(page: Page, walking: Walking, path: str, *, language: str = "uk") -> None:
    """Open the page of the route *path* as somebody it is meant for."""
    role = role_for(path)
    if role is not None:
        token = sign_in_of(walking.store, role, walking.places["slug"])
        page.context.add_cookies([{"name": COOKIE, "value": token, "url": walking.desk_url}])
    address = path.format(**walking.places)
    answer = page.goto(f"{walking.desk_url}{address}?lang={language}")
    assert answer
    assert answer.status == 200, f"{address} answers {answer.status}: it would not be looked at"


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands, one line each."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    told: list[dict[str, Any]] = page.evaluate(RUN, ASKED)
    return [f"{one['id']}: {node['html'][:200]}" for one in told for node in one["nodes"]]


def test_what_is_no_page_is_still_a_route() -> None:
    """Nothing is left out of the walk under a name that no route has."""
    assert set(ROUTES) >= ELSEWHERE


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_accessible(path: str, page: Page, walking: Walking) -> None:
    """Contrast, names, roles, landmarks, headings and target sizes, by day at 1440 pixels and by night at 390."""
    opened(page, walking, path)

    for scheme, width in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)

        assert violations(page) == [], f"{scheme}, {width} pixels"


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_narrow_windows(path: str, page: Page, walking: Walking) -> None:
    """Nothing scrolls sideways at 320 pixels, nor at 200 % of zoom; one main heading says where one is."""
    opened(page, walking, path)

    for width in NARROW:
        page.set_viewport_size({"width": width, "height": 900})

        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{wide} pixels are wanted where there are {width}"
    assert page.locator("h1").count() == 1
