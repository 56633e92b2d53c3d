"""A database, an archive, the heads beside them, and a small run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.heads import Heads, keep_heads
from models.archive import Archive
from models.store import Store, open_store
from tests.custody.pretend_run import crawl_run


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an empty database, made once: a copy costs no migrations."""
    file = tmp_path_factory.mktemp("custody") / "monitor.db"
    open_store(f"sqlite:///{file}").close()
    return file


@pytest.fixture
def store(tmp_path: Path, new_database: Path) -> Iterator[Store]:
    """An empty database of ours."""
    shutil.copy(new_database, tmp_path / "monitor.db")
    opened = open_store(f"sqlite:///{tmp_path / 'monitor.db'}")
    yield opened
    opened.close()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An empty archive."""
    return Archive(tmp_path / "archive")


@pytest.fixture
def heads(store: Store, tmp_path: Path) -> Heads:
    """Where the heads of this database's log are kept."""
    kept = Heads(tmp_path / "custody")
    keep_heads(store, kept)
    return kept


@pytest.fixture
def run_id(store: Store, archive: Archive) -> str:
    """A run of one city, crawled, judged, pictured and closed."""
    return crawl_run(store, archive)
