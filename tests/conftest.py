"""What every test may ask for, the order of speeds, and a share of the tests where several processes run them."""

from collections import Counter

import pytest
from hypothesis import settings

settings.register_profile("house", deadline=None)  # a busy machine is no fault of what is tested
settings.load_profile("house")

SLOW = ("desk", "long", "crawl", "db", "browser", "prefect")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take ``--share 1/2``: only the first of two shares, whole files each, so that no fixture is made twice."""
    parser.addoption("--share", default="1/1", metavar="N/M", help="run the N-th of M shares of the tests")


@pytest.hookimpl(tryfirst=True)  # before ``-m`` is asked
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the other shares out, and run the fast tests first: most mistakes show in the first seconds."""
    for item in items:
        if "settled_round" in getattr(item, "fixturenames", ()):
            item.add_marker("desk")
    number, _, of = config.getoption("--share").partition("/")
    places = _places(items, int(of))
    mine = [item for item in items if places[_file(item)] == int(number) - 1]
    config.hook.pytest_deselected(items=[item for item in items if places[_file(item)] != int(number) - 1])
    items[:] = sorted(
        mine,
        key=lambda item: max(
            (SLOW.index(mark) + 1 for mark in SLOW if item.get_closest_marker(mark)), default=0
        ),
    )


def _places(items: list[pytest.Item], shares: int) -> dict[str, int]:
    """The share of every file, the same in each process: the largest first, each to whoever has least so far."""
    sizes = Counter(_file(item) for item in items if not any(map(item.get_closest_marker, SLOW)))
    taken, places = [0] * shares, {_file(item): 0 for item in items}
    for name, size in sorted(sizes.items(), key=lambda one: (-one[1], one[0])):
        places[name] = taken.index(min(taken))
        taken[places[name]] += size
    return places


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]
