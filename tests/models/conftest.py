"""A database and a visit to write to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.runs import open_run
from models.store import Store, open_store
from models.visits import open_visit


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty database of ours."""
    opened = open_store(f"sqlite:///{tmp_path / 'monitor.db'}")
    yield opened
    opened.close()


@pytest.fixture
def run_id(store: Store) -> str:
    """A run that has begun."""
    return open_run(store, round_id="2026-11", region="west")


@pytest.fixture
def visit_id(store: Store, run_id: str) -> int:
    """A visit to Lviv that has begun."""
    return open_visit(store, run_id, "lviv").id
