"""What the machine decides by itself, and what it leaves to people."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from checks.calibration import Calibration, Steps
from checks.cases import Case
from checks.catalog import Methodology, load
from checks.evaluate import evaluate
from checks.methodology import DecidedBy
from models.facts import Answer
from models.vocabulary import Reason, Verdict

Judge = Callable[..., Answer]
RULE = "documents_current"


@pytest.fixture
def judged(cases: list[Case]) -> Judge:
    """Judge the passing case of INFO-03 by a pack bent as asked."""
    passing = next(case for case in cases if (case.indicator, case.name) == ("INFO-03", "pass"))

    def judge(
        *,
        right: float | None = None,
        class_: DecidedBy = "machine",
        sure_from: Mapping[Verdict, float] | None = None,
    ) -> Answer:
        pack = load("transparent-cities")
        one = replace(pack.by_id["INFO-03"], class_=class_, sure_from=sure_from or {})
        steps = {(RULE, Verdict.MET): Steps((1.0,), (right,))} if right is not None else {}
        bent: Methodology = replace(pack, indicators=(one,), calibration=Calibration("test", steps))
        ((_, answer),) = evaluate(bent, passing.sight)
        return answer

    return judge


def test_a_machine_that_is_often_enough_right_decides_with_the_share_it_is_right(judged: Judge) -> None:
    """The confidence of a verdict is the share of labelled cases that were right, not the rule's own number."""
    answer = judged(right=0.97, sure_from={Verdict.MET: 0.9})

    assert (answer.verdict, answer.confidence) == (Verdict.MET, 0.97)


def test_a_machine_that_is_too_rarely_right_leaves_it_to_a_person(judged: Judge) -> None:
    """Below its threshold a verdict becomes a leaning, and keeps its evidence."""
    answer = judged(right=0.8, sure_from={Verdict.MET: 0.9})

    assert (answer.verdict, answer.reason) == (Verdict.NOT_OBSERVABLE, Reason.NEEDS_PERSON)
    assert (answer.detail["leaning"], answer.detail["leaning_reason"]) == ("met", "document-found")
    assert answer.detail["leaning_confidence"] == answer.confidence == 0.8
    assert answer.evidence


def test_what_is_meant_for_people_is_never_decided_by_the_machine(judged: Judge) -> None:
    """An assisted indicator ends with a person, however sure the machine is."""
    answer = judged(right=1.0, class_="assisted")

    assert (answer.reason, answer.detail["leaning"]) == (Reason.NEEDS_PERSON, "met")


def test_without_labelled_cases_nobody_claims_to_know_how_often_a_rule_is_right(judged: Judge) -> None:
    """A threshold binds only where the share that is right has been measured."""
    answer = judged(sure_from={Verdict.MET: 0.999})

    assert answer.verdict is Verdict.MET


@pytest.mark.parametrize(("sure", "share"), [(0.0, 0.5), (0.6, 0.5), (0.61, 0.9), (1.0, 0.9)])
def test_a_staircase_answers_with_the_step_it_stands_on(sure: float, share: float) -> None:
    """Up to the edge of a step, that step's share; beyond the last, the last."""
    assert Steps((0.6, 0.95), (0.5, 0.9)).at(sure) == share
