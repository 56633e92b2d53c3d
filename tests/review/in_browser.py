"""A desk that listens on a port of its own, a browser whose page may complain, and who sits at it."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urljoin

import pytest
import uvicorn
from playwright.sync_api import Page, Route, sync_playwright
from sqlalchemy import select

from models.environment import settings
from models.people import Person
from models.store import Store
from review.access import COOKIE
from review.sessions import begin

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
Run = Callable[[Any], None]


@contextmanager
def serving() -> Iterator[tuple[int, Run]]:
    """A port, and what serves an application on it until the end of the block."""
    listening = socket.create_server(("127.0.0.1", 0))
    servers: list[tuple[uvicorn.Server, threading.Thread]] = []

    def run(app: Any) -> None:  # noqa: ANN401  # any ASGI application
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        servers.append((server, thread))

    yield listening.getsockname()[1], run
    for server, thread in servers:
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def served_page() -> Iterator[Page]:
    """A page of a real Chromium; here its console may complain, for what is stopped is said there."""
    found = settings().chromium or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.fail("no Chromium here: run `make setup`, or set TCM_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser.new_page(locale="uk-UA")
        browser.close()


def come_in(page: Page, store: Store, address: str, login: str) -> None:
    """Sign somebody in, in place of whoever was."""
    page.context.clear_cookies()
    with store.writing() as db:
        token = begin(db, number_of(store, login))
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": urljoin(address, "/")}])


def number_of(store: Store, login: str) -> int:
    """A person's number."""
    with store.reading() as db:
        return db.scalars(select(Person.id).where(Person.login == login)).one()


def cut(route: Route) -> None:
    """A line that breaks under every request."""
    route.abort("connectionreset")
