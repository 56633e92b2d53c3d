"""Every folder in fixtures/indicators is a test, and no indicator goes without both answers."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from checks.calibration import NOT_CALIBRATED
from checks.cases import Case, read_case, read_cases
from checks.catalog import Methodology, load, methodologies
from checks.evaluate import evaluate
from models.facts import Answer
from models.vocabulary import Reason, Verdict

ROOT = Path(__file__).parents[1]
CASES = ROOT / "fixtures" / "indicators"
PATHS = sorted(CASES.glob("*/*/case.yaml"))
EVERY = [one for name in methodologies() for one in load(name).indicators]
INDICATORS = sorted(one.id for one in EVERY)
FOR_PEOPLE = {one.id for one in EVERY if one.rule is None}


def _pack_of(indicator: str) -> Methodology:
    return next(pack for pack in map(load, methodologies()) if indicator in pack.by_id)


def _answer(case: Case) -> Answer:
    """What the rule itself says: how sure the machine must be to say it alone is another matter."""
    pack = _pack_of(case.indicator)
    alone = replace(pack, indicators=(pack.by_id[case.indicator],), calibration=NOT_CALIBRATED)
    ((_, answer),) = evaluate(alone, case.sight)
    return answer


@pytest.mark.parametrize("path", PATHS, ids=lambda path: "/".join(path.parts[-3:-1]))
def test_case_comes_out_as_it_says(path: Path) -> None:
    """A saved case gets the verdict and the reason that are written in it."""
    case = read_case(path)

    answer = _answer(case)

    assert (answer.verdict, answer.reason) == (case.verdict, case.reason), answer
    assert case.leaning is None or answer.detail["leaning"] == case.leaning, answer


@pytest.mark.parametrize("path", PATHS, ids=lambda path: "/".join(path.parts[-3:-1]))
def test_answer_carries_what_supports_it(path: Path) -> None:
    """What was found is quoted from a capture, and what was not found rests on a complete search."""
    case = read_case(path)

    answer = _answer(case)

    assert answer.search is not None or case.indicator in FOR_PEOPLE
    assert 0 <= answer.confidence <= 1
    captures = {page.capture for page in case.sight.pages}
    if answer.verdict in {Verdict.MET, Verdict.PARTLY_MET}:
        assert 1 <= len(answer.evidence) <= 5
        assert all(one.quote and one.capture in captures for one in answer.evidence)
    if answer.verdict is Verdict.NOT_MET:
        assert answer.search is not None
        assert answer.search.complete
        assert answer.search.looked_at > 0
        assert answer.search.gaps == ()


@pytest.mark.parametrize("indicator", INDICATORS)
def test_indicator_has_a_passing_and_a_failing_case(indicator: str) -> None:
    """No indicator goes live without showing both answers, or that only people have one."""
    needed = {"only-people"} if indicator in FOR_PEOPLE else {"pass", "fail"}

    assert {path.name for path in (CASES / indicator).iterdir()} >= needed


def test_every_folder_belongs_to_an_indicator() -> None:
    """A case of an indicator that does not exist would never be noticed."""
    assert {path.parent.parent.name for path in PATHS} == set(INDICATORS)


def test_every_reason_a_rule_can_give_is_shown_by_a_case() -> None:
    """A reason no case produces is one nobody has seen explained."""
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "checks" / "rules").glob("*.py"))
    given = {Reason[name] for name in re.findall(r"Reason\.([A-Z_0-9]+)", sources)}

    shown = {case.reason for case in read_cases(CASES)}

    assert given <= shown
