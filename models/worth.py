"""What a person's minute on a finding is worth: the machine's doubt × what a mistake would cost × weight ÷ time."""

from __future__ import annotations

from models.judging import Finding
from models.vocabulary import Reason, Verdict

MINUTE = 60.0
CHANGED = 1.5  # what the machine says otherwise than people did last time comes sooner
NEVER_SURE = 1.02  # even a sure machine leaves a little to see, so that weights still order what is sure

# A wrong "not met" harms a city, a wrong "met" flatters it.
_COST = {Verdict.NOT_MET: 3.0, Verdict.PARTLY_MET: 2.0, Verdict.MET: 1.0}
_LEFT_TO_PEOPLE = 2.0  # its evidence is gathered, and it never settles by itself
_UNSEEN = 1.0  # a person has to search from scratch
_ONLY_PEOPLE = 0.5
_NO_DUTY = 0.05

# Seconds that a first look takes before anybody's time is known; to be learned from reviews.
_SECONDS = {Verdict.MET: 20.0, Verdict.PARTLY_MET: 35.0, Verdict.NOT_MET: 60.0, Verdict.NOT_APPLICABLE: 30.0}
_SECONDS_LEFT_TO_PEOPLE = 45.0
_SECONDS_SEARCHING = 300.0
_SECONDS_ONLY_PEOPLE = 600.0


def expected_seconds(finding: Finding) -> float:
    """How long a person is expected to take over *finding*."""
    if finding.reason is Reason.ONLY_PEOPLE:
        return _SECONDS_ONLY_PEOPLE
    if finding.reason is Reason.NEEDS_PERSON:
        return _SECONDS_LEFT_TO_PEOPLE
    return _SECONDS.get(finding.verdict, _SECONDS_SEARCHING)


def worth(finding: Finding, *, weight: float, seconds: float, changed: bool = False) -> float:
    """The value of a minute on *finding*, larger is sooner; *weight* is the question's in the methodology."""
    value = _at_stake(finding) * max(weight, 0.1) * MINUTE / max(seconds, 1.0)
    return value * CHANGED if changed else value


def _at_stake(finding: Finding) -> float:
    if finding.reason is Reason.NEEDS_PERSON:
        return _LEFT_TO_PEOPLE * (NEVER_SURE - finding.confidence)
    if finding.verdict in _COST:
        return _COST[finding.verdict] * (NEVER_SURE - finding.confidence)
    if finding.verdict is Verdict.NOT_APPLICABLE:
        return _NO_DUTY
    return _ONLY_PEOPLE if finding.reason is Reason.ONLY_PEOPLE else _UNSEEN
