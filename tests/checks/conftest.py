"""Saved cases and single indicators, for tests that bend them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from checks.calibration import NOT_CALIBRATED
from checks.cases import Case, read_cases
from checks.catalog import Methodology, load, methodologies
from checks.evaluate import evaluate
from models.facts import Answer, Sight

FOLDER = Path(__file__).parents[2] / "fixtures" / "indicators"
PACKS = {name: load(name) for name in methodologies()}
ALONE: dict[str, Methodology] = {
    one.id: replace(pack, indicators=(one,), calibration=NOT_CALIBRATED)
    for pack in PACKS.values()
    for one in pack.indicators
}


@pytest.fixture(scope="session")
def cases() -> list[Case]:
    """Every saved case."""
    return read_cases(FOLDER)


@pytest.fixture(scope="session")
def answer_of() -> Callable[[str, Sight], Answer]:
    """Judge one indicator alone."""

    def answer(indicator: str, sight: Sight) -> Answer:
        ((_, answered),) = evaluate(ALONE[indicator], sight)
        return answered

    return answer
