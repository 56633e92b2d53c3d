"""The ten hard negatives, held against every indicator that each of them could fool."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from checks.calibration import NOT_CALIBRATED
from checks.cases import read_sight
from checks.catalog import load
from checks.evaluate import evaluate
from checks.methodology import Indicator
from models.matching import stems
from models.vocabulary import Verdict

FOLDER = Path(__file__).parents[2] / "fixtures" / "fooling"
PATTERNS = sorted(FOLDER.glob("*.yaml"))
TODAY = date(2026, 11, 20)
PACK = load("transparent-cities")


@dataclass(frozen=True)
class Fooling:
    """One hard negative in the words of one indicator."""

    pattern: str
    indicator: Indicator
    given: Any


@cache
def read(path: Path) -> dict[str, Any]:
    """A pattern as it is written."""
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def could_fool(pattern: dict[str, Any], one: Indicator) -> bool:
    """Whether a pattern says that it concerns an indicator: by its rule, or by a word of its terms."""
    fools = pattern["fools"]
    if "{term}" in str(pattern["given"]) and not one.looks_at.terms:
        return False
    if one.rule is None or one.id in fools.get("except", ()) or one.rule in fools.get("except_rules", ()):
        return False
    if not (one.looks_at.terms or one.settings.get("titles")):
        return False
    words = {stem for text in fools.get("terms", ()) for stem in stems(text)}
    named = any(words & set(stems(term)) for term in one.looks_at.terms)
    return bool(fools.get("all")) or one.rule in fools.get("rules", ()) or named


def foolings() -> Iterator[Fooling]:
    """Every pattern in the words of every indicator it could fool."""
    for path in PATTERNS:
        pattern = read(path)
        for one in PACK.indicators:
            if could_fool(pattern, one):
                yield Fooling(path.stem, one, filled(pattern["given"], one))


def filled(given: Any, one: Indicator) -> Any:  # noqa: ANN401  # any YAML value
    """The pattern with the indicator's own words in its places."""
    titles = one.settings.get("titles") or one.looks_at.terms
    words = {
        "term": next(iter(one.looks_at.terms), ""),
        "title": next(iter(titles)),  # type: ignore[arg-type]  # a list of words or a mapping by them
        "y": TODAY.year,
        "past": TODAY.year - 1,
        "old": TODAY.year - 5,
        "recent": "2026-11-10",
        "long_ago": "2021-02-01",
    }
    if isinstance(given, dict):
        return {key: filled(value, one) for key, value in given.items()}
    if isinstance(given, list):
        return [filled(value, one) for value in given]
    return given.format(**words) if isinstance(given, str) else given


ALL = list(foolings())


@pytest.mark.parametrize("fooling", ALL, ids=lambda one: f"{one.pattern}-{one.indicator.id}")
def test_what_only_looks_like_it_never_counts_as_it(fooling: Fooling) -> None:
    """Neither the machine's verdict nor what it leans to is "met"."""
    sight = read_sight(f"{fooling.pattern}: {fooling.indicator.id}", fooling.given, TODAY)
    alone = replace(PACK, indicators=(fooling.indicator,), calibration=NOT_CALIBRATED)

    ((_, answer),) = evaluate(alone, sight)

    assert Verdict.MET not in {answer.verdict, answer.detail.get("leaning")}, answer


def test_each_of_the_ten_fools_somebody() -> None:
    """A pattern that concerns no indicator would test nothing."""
    assert len(PATTERNS) == 10
    assert {one.pattern for one in ALL} == {path.stem for path in PATTERNS}
