"""What the head of a pack says for all its indicators: patterns, prices of mistakes, what was learned."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import cast

from checks.calibration import NOT_CALIBRATED, Calibration, Counted, Steps
from checks.entries import CatalogError, Entry, read_yaml
from checks.marks import Mark
from checks.methodology import Bilingual, Indicator
from models.vocabulary import Verdict

FORM = "form"  # a mark that is no pattern: the page has a form to write by
_ASKING = "person"
_PRICED = (_ASKING, Verdict.MET, Verdict.PARTLY_MET, Verdict.NOT_MET)
_CENT = 0.005  # what sums of weights may miss by


def check_sum(head: Entry, maximum: float, indicators: Iterable[Indicator]) -> None:
    """Refuse weights that do not add up to what the pack promises."""
    total = sum(one.weight for one in indicators)
    if maximum and abs(total - maximum) > _CENT:
        raise head.fail("maximum", f"the weights of all indicators add up to {total:g}, not to {maximum:g}")


def read_marks(head: Entry) -> dict[str, Mark]:
    """The patterns of a pack by name; letters match whatever their case unless a pattern says so."""
    found = {}
    for name, given in head.mapping("marks").items():
        part = Entry(f"{head.where}: marks: {name}", given if isinstance(given, dict) else {"pattern": given})
        try:
            found[name] = Mark(
                part.text("pattern"), begins=part.text("begins", ""), holds=part.text("holds", "")
            )
        except re.error as error:
            raise head.fail("marks", f"{name}: not a pattern: {error}") from error
        part.done()
    return found


def read_costs(entry: Entry) -> dict[str, float]:
    """What a mistake costs, by the verdict that was wrong, and what a person's look costs, in minutes of work."""
    costs = {}
    for name, cost in entry.mapping("costs").items():
        if name not in _PRICED:
            raise entry.fail("costs", f"{name!r} is none of {', '.join(_PRICED)}")
        if isinstance(cost, bool) or not isinstance(cost, int | float) or cost <= 0:
            raise entry.fail("costs", f"{name}: expected a number above 0, found {cost!r}")
        costs[name] = float(cost)
    return costs


def sure_from(costs: Mapping[str, float]) -> dict[Verdict, float]:
    """From where on it is cheaper to say a verdict than to ask: a mistake's cost times its chance, against asking."""
    if _ASKING not in costs:
        return {}
    said = ((Verdict(name), cost) for name, cost in costs.items() if name != _ASKING)
    return {verdict: max(0.0, 1 - costs[_ASKING] / cost) for verdict, cost in said}


def read_calibration(path: Path) -> Calibration:
    """The staircases of a pack; none where nobody has learned them yet."""
    if not path.exists():
        return NOT_CALIBRATED
    entry = Entry(path.name, read_yaml(path))
    steps: dict[tuple[str, Verdict], Steps] = {}
    for rule, by_verdict in entry.mapping("steps").items():
        part = Entry(f"{path.name}: {rule}", by_verdict)
        for verdict in [one for one in Verdict if part.has(one)]:
            pairs = cast("list[list[float]]", part.take(verdict))
            steps[rule, verdict] = Steps(tuple(up for up, _ in pairs), tuple(right for _, right in pairs))
        part.done()
    calibration = Calibration(entry.text("gold"), steps)
    entry.done()
    return calibration


def read_measured(path: Path) -> dict[tuple[str, Verdict], Counted]:
    """How often each verdict of each indicator was right; nothing where nobody has measured it."""
    if not path.exists():
        return {}
    found = {}
    for indicator, by_verdict in Entry(path.name, read_yaml(path)).mapping("indicators").items():
        part = Entry(f"{path.name}: {indicator}", by_verdict)
        for verdict in [one for one in Verdict if part.has(one)]:
            said, right, there, left = cast("list[int]", part.take(verdict))
            found[indicator, verdict] = Counted(said, right, there, left)
        part.done()
    return found


def both(head: Entry, code: str, names: object) -> Bilingual:
    """The name of one area in both languages."""
    part = Entry(f"{head.where}: areas: {code}", names)
    both = Bilingual(uk=part.text("uk"), en=part.text("en"))
    part.done()
    return both


def council_pattern(head: Entry, pattern: str) -> str:
    """The pattern that finds whose council speaks, if it is one and has its one group."""
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        raise head.fail("other_council", f"not a pattern: {error}") from error
    if pattern and groups != 1:
        raise head.fail("other_council", "needs exactly one group: the council's name")
    return pattern


def check_needs(indicators: Iterable[Indicator], marks: Mapping[str, Mark]) -> None:
    """Refuse a need that no mark of the pack stands for."""
    for indicator in indicators:
        needs = cast("list[str]", indicator.settings.get("needs", []))
        for need in (one for one in needs if not one.startswith("=")):
            if unknown := [mark for mark in need.split("|") if mark != FORM and mark not in marks]:
                raise CatalogError(f"{indicator.id}: with: needs: there is no mark {', '.join(unknown)}")
