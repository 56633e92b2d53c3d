"""One small world for all tests that only look at it, with its log stamped by an authority of our own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.capsule import make_finding_capsule
from fixtures.authority import PretendAuthority
from models.archive import Archive
from models.store import open_store
from tests.custody.capsule.world import ABSENT, SHOWN, World, make_world, roots_of, stamp


@pytest.fixture(scope="session")
def authority() -> Iterator[PretendAuthority]:
    """An authority of our own."""
    with PretendAuthority() as ready:
        yield ready


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory, authority: PretendAuthority) -> Iterator[World]:
    """A sealed and stamped run; not to be changed."""
    home = tmp_path_factory.mktemp("world")
    store = open_store(f"sqlite:///{home / 'monitor.db'}")
    made = make_world(store, Archive(home / "archive"))
    stamp(made, authority)
    yield made
    store.close()


@pytest.fixture(scope="session")
def shown(world: World, authority: PretendAuthority) -> bytes:
    """The capsule of a finding that shows something."""
    return make_finding_capsule(world.store, world.archive, world.findings[SHOWN], roots=roots_of(authority))


@pytest.fixture(scope="session")
def absent(world: World) -> bytes:
    """The capsule of a finding that says something is not there."""
    return make_finding_capsule(world.store, world.archive, world.findings[ABSENT])


@pytest.fixture
def file(tmp_path: Path, shown: bytes) -> Path:
    """The first of these as a file that may be spoilt."""
    path = tmp_path / "finding.wacz"
    path.write_bytes(shown)
    return path
