"""What every test may ask for, and the order of speeds."""

import pytest

SLOW = ("crawl", "db", "browser", "prefect")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the fast tests first: most mistakes show in the first seconds."""
    items.sort(
        key=lambda item: max(
            (SLOW.index(mark) + 1 for mark in SLOW if item.get_closest_marker(mark)), default=0
        )
    )
