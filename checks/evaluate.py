"""One methodology and one sight in, one answer per indicator out; the same every time."""

from dataclasses import replace

from checks.absence import Look, conclude, searched
from checks.answers import Absent
from checks.material import Material
from checks.methodology import Indicator, Methodology
from checks.rules import RULES
from checks.shelf import Shelf
from models.facts import Answer, Sight
from models.vocabulary import Reason, Verdict

SAID_BY_RULES = frozenset({Verdict.MET, Verdict.PARTLY_MET})
_INCOMPLETE_LOOK = 0.8  # "partly" may be "wholly" where we could not look everywhere


def evaluate(methodology: Methodology, sight: Sight) -> tuple[tuple[Indicator, Answer], ...]:
    """The machine's answer to every indicator, in the methodology's order; of some, that only people can tell."""
    shelf, look = Shelf(sight, methodology.portals), Look(sight)
    return tuple(
        (indicator, _decided(_answer(shelf, look, methodology, indicator), methodology, indicator))
        for indicator in methodology.indicators
    )


def rule_version(indicator: Indicator) -> str:
    """The rule and the version of its opinion, as a finding remembers it."""
    return f"{indicator.rule}/{RULES[indicator.rule].version}" if indicator.rule else ""


def _answer(shelf: Shelf, look: Look, methodology: Methodology, indicator: Indicator) -> Answer:
    if indicator.rule is None:
        return Answer(Verdict.NOT_OBSERVABLE, Reason.ONLY_PEOPLE, 1.0)
    material = Material(shelf, methodology, indicator)
    said = RULES[indicator.rule].answer(material, **indicator.settings)
    if isinstance(said, Absent):
        return conclude(_with_near_miss(said, material), look, indicator)
    if said.verdict not in SAID_BY_RULES:
        raise ValueError(f"{indicator.id}: a rule cannot say {said.verdict}")
    search = searched(look, indicator, None)
    sure = said.confidence
    if said.verdict is Verdict.PARTLY_MET and not search.complete:
        sure = round(_INCOMPLETE_LOOK * sure, 3)
    return replace(said, search=search, confidence=sure)


def _decided(answer: Answer, methodology: Methodology, indicator: Indicator) -> Answer:
    """What the machine says by itself, or what it leans to where a person is to decide.

    A person decides what the methodology leaves to people, and what the machine is too rarely right about.
    """
    if not answer.verdict.counts:
        return answer
    right = methodology.calibration.of(indicator.rule or "", answer.verdict, answer.confidence)
    sure = answer.confidence if right is None else right
    is_sure = right is None or right >= indicator.sure_from.get(answer.verdict, 0.0)
    if indicator.class_ == "machine" and is_sure:
        return replace(answer, confidence=sure)
    leaning = {
        "leaning": answer.verdict.value,
        "leaning_reason": answer.reason.value,
        "leaning_confidence": sure,
    }
    return replace(
        answer,
        verdict=Verdict.NOT_OBSERVABLE,
        reason=Reason.NEEDS_PERSON,
        confidence=sure,
        detail={**answer.detail, **leaning},
    )


def _with_near_miss(absent: Absent, material: Material) -> Absent:
    """The rule's own near miss is the nearest; otherwise what was refused while choosing."""
    if absent.near_miss is not None or material.near_miss is None:
        return absent
    detail = {**absent.detail, "near_miss": material.near_miss.why.value}
    return replace(absent, near_miss=material.near_miss.evidence, detail=detail)
