"""One hostile web for all tests of a module."""

from collections.abc import Iterator

import pytest

from fixtures.hostile.server import HostileWeb


@pytest.fixture(scope="module")
def web() -> Iterator[HostileWeb]:
    """The hostile web, without certificates."""
    with HostileWeb() as running:
        yield running
