"""A report is as old as the period it is about."""

from datetime import date

import pytest

from checks.cases import read_sight
from checks.catalog import load
from checks.material import Material
from checks.rules.periods import reports_current
from checks.shelf import Shelf
from models.facts import Answer

PACK = load("transparent-cities")
PERIODS = {
    "03-31": ["I квартал"],
    "06-30": ["II квартал", "перше півріччя"],
    "09-30": ["III квартал"],
    "12-31": ["за рік"],
}


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("Звіт про розгляд запитів за III квартал 2026 року", "2026-09-30"),
        ("Звіт про розгляд запитів за II квартал 2026 року", "2026-06-30"),
        ("Звіт про розгляд запитів за перше півріччя 2026 року", "2026-06-30"),
        ("Звіт про розгляд запитів за I квартал 2026 року", "2026-03-31"),
        ("Звіт про розгляд запитів за 2025 рік", "2025-12-31"),
    ],
)
def test_a_period_ends_on_its_last_day(words: str, until: str) -> None:
    """The words of a period decide, not the day on which the file was put there."""
    link = {"text": words, "to": "/z.pdf", "date": "2026-11-01"}
    sight = read_sight(
        "periods", {"pages": [{"page": "/z", "title": "Звіти", "links": [link]}]}, date(2026, 11, 20)
    )
    site = Material(Shelf(sight, PACK.portals), PACK, PACK.by_id["ACC-09"])

    said = reports_current(site, periods=PERIODS, at_most_days=1000)

    assert isinstance(said, Answer)
    assert said.detail["newest"] == until
