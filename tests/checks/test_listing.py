"""The page that lists the indicators is the pack itself, and not a memory of it."""

from pathlib import Path

from checks.catalog import load
from checks.listing import listing

PAGE = Path(__file__).parents[2] / "docs" / "indicators.md"


def test_the_page_of_indicators_is_up_to_date() -> None:
    """Whoever changes the pack makes the page anew: python -m checks.listing > docs/indicators.md."""
    assert PAGE.read_text(encoding="utf-8") == listing(load("transparent-cities"))


def test_every_indicator_has_its_row() -> None:
    """No question is left out."""
    pack = load("transparent-cities")

    rows = [line for line in listing(pack).splitlines() if line.startswith("| ")]

    assert [row.split(" | ")[0].removeprefix("| ") for row in rows if "-" in row.split(" | ")[0]] == [
        one.id for area in pack.areas for one in pack.indicators if one.area == area
    ]
