"""A desk with people at work, served on loopback, and a browser to walk every page of it with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from models.archive import Archive
from models.environment import settings
from models.store import Store, open_store
from models.vocabulary import Role
from review.access import COOKIE
from review.app import create_app
from review.origins import Sealing
from review.signing import Signer
from tests.review.every_page import busy, role_for, sign_in_of
from tests.review.in_browser import BROWSERS, serving


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


def enter(page: Page, walking: Walking, role: Role | None) -> None:
    """Let the browser in as somebody in *role*; nobody signs in where there is none."""
    if role is not None:
        token = sign_in_of(walking.store, role, walking.places["slug"])
        page.context.add_cookies([{"name": COOKIE, "value": token, "url": walking.desk_url}])


def opened(page: Page, walking: Walking, path: str, *, language: str = "uk") -> None:
    """Open the page of the route *path* as somebody it is meant for."""
    enter(page, walking, role_for(path))
    address = path.format(**walking.places)
    answer = page.goto(f"{walking.desk_url}{address}?lang={language}")
    assert answer
    assert answer.status == 200, f"{address} answers {answer.status}: it would not be looked at"
