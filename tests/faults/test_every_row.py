"""No row of the fault matrix is without a test, and the table of them is up to date."""

import pytest

from tests.faults.rows import ROWS, TABLE, namings, table

NAMED = namings()


@pytest.mark.parametrize("row", ROWS)
def test_every_row_has_a_test(row: str) -> None:
    """Each fault of fetching, reading and keeping is named by a test that must hold, not only by one that waits."""
    assert [test for test in NAMED if row in test.rows and not test.awaited]


def test_the_table_of_faults_is_up_to_date() -> None:
    """What the documentation says of each row is what the tests say (``python -m tests.faults.rows``)."""
    assert TABLE.read_text(encoding="utf-8") == table()
