"""What every test may ask for, the order of speeds, and a share of the tests where several processes run them."""

import hashlib

import pytest
from hypothesis import settings

settings.register_profile("house", deadline=None)  # a busy machine is no fault of what is tested
settings.load_profile("house")

SLOW = ("long", "crawl", "db", "browser", "prefect")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take ``--share 1/2``: only the first of two shares, whole files each, so that no fixture is made twice."""
    parser.addoption("--share", default="1/1", metavar="N/M", help="run the N-th of M shares of the tests")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the other shares out, and run the fast tests first: most mistakes show in the first seconds."""
    number, _, of = config.getoption("--share").partition("/")
    mine = [item for item in items if _place(item) % int(of) == int(number) - 1]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(mine)])
    items[:] = sorted(
        mine,
        key=lambda item: max(
            (SLOW.index(mark) + 1 for mark in SLOW if item.get_closest_marker(mark)), default=0
        ),
    )


def _place(item: pytest.Item) -> int:
    """A number that every test of one file has, whatever the machine."""
    return hashlib.sha256(item.nodeid.partition("::")[0].encode()).digest()[0]
