"""A desk over a pretend round, and people who can sign in to it."""

from __future__ import annotations

import re
import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from fixtures.postgres import PostgreSQL
from models.archive import Archive
from models.environment import inherited
from models.people import Person
from models.store import Store, open_store
from review.access import COOKIE
from review.app import create_app
from review.origins import Sealing
from review.sessions import begin
from review.signing import Signer
from tests.review.pretend_round import settle

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it wants httpx2, which nothing else of ours needs
    from fastapi.testclient import TestClient

__all__ = ["ORIGIN", "TestClient", "form_token"]

ORIGIN = {"origin": "http://localhost"}


@pytest.fixture(scope="session")
def settled_round(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a whole pretend round, made once and copied by each test."""
    folder = tmp_path_factory.mktemp("round")
    made = open_store(f"sqlite:///{folder / 'desk.db'}")
    settle(made, Archive(folder / "archive"))
    made.close()
    return folder


@pytest.fixture
def store(settled_round: Path, tmp_path: Path) -> Iterator[Store]:
    """The database of a pretend round, this test's own."""
    shutil.copy(settled_round / "desk.db", tmp_path / "desk.db")
    opened = open_store(f"sqlite:///{tmp_path / 'desk.db'}")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgreSQL]:
    """A PostgreSQL for the tests of this folder."""
    with PostgreSQL(tmp_path_factory.mktemp("postgres"), inherited()) as started:
        yield started


@pytest.fixture
def postgres(server: PostgreSQL, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """The pretend round in PostgreSQL, this test's own."""
    opened = open_store(server.url(request.node.name[:60], driver="psycopg"))
    settle(opened, Archive(tmp_path / "archive"))
    yield opened
    opened.close()


@pytest.fixture
def archive(settled_round: Path) -> Archive:
    """The archive of a pretend round; nothing here writes to it."""
    return Archive(settled_round / "archive")


@pytest.fixture
def desk(store: Store, archive: Archive) -> FastAPI:
    """The desk over a whole pretend round."""
    return create_app(
        store,
        archive,
        user_agent="TransparentCitiesMonitor/0.1",
        contact="desk@city.test",
        sealing=Sealing("http://stored.test", Signer(b"k" * 32)),
    )


@pytest.fixture
def visitor(desk: FastAPI) -> TestClient:
    """Somebody who is not signed in."""
    return TestClient(desk, base_url="http://localhost", headers=ORIGIN, follow_redirects=False)


@pytest.fixture
def signed_in(desk: FastAPI, store: Store) -> Callable[[str], Any]:
    """The browser of somebody who is signed in, by login; hashing a password each time would take minutes."""

    def sign_in(login: str) -> TestClient:
        client = TestClient(desk, base_url="http://localhost", headers=ORIGIN, follow_redirects=False)
        with store.writing() as db:
            token = begin(db, db.scalars(select(Person.id).where(Person.login == login)).one())
        client.cookies.set(COOKIE, token, domain="localhost.local")
        return client

    return sign_in


def form_token(page: str) -> str:
    """The token that the forms of *page* carry."""
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return found[1]
