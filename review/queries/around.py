"""What stands around a finding on its page: evidence, where was looked, what was decided before, what changed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.accuracy import accuracy_of, wilson
from models.crawling import City, Run
from models.items import item_of
from models.judging import Accuracy, Assessment, Finding
from models.submissions import submissions_about
from models.vocabulary import Verdict
from review.blinding import Sight
from review.changes import Changes, changes
from review.queries import findings as asked
from review.queries.evidence import shown_evidence
from review.queries.examples import example_of
from review.queries.findings import Told
from review.sessions import SignedIn
from review.undoing import undoable


@dataclass(frozen=True, slots=True)
class Before:
    """What the machine said in the round before, what people decided then, and what is otherwise now."""

    finding: Finding
    round: str
    told: Told | None
    changes: Changes


@dataclass(frozen=True, slots=True)
class Settled:
    """The finding somebody has just decided, and what of it they may still take back."""

    finding: Finding
    city: City
    undoable: Assessment | None


def about(
    db: Session, person_id: int, finding: Finding, stored: Finding, run: Run, sight: Sight | None
) -> dict[str, object]:
    """The values of the page of *finding*, which stands for the *stored* one, with no more than *sight* allows."""
    told = [
        one for one in asked.told_before(db, stored) if sight is None or sight.reads(one.person.id, one.round)
    ]
    machine = sight is None or sight.machine
    known = _accuracy(db, finding) if machine else None
    return {
        "machine": machine,
        "shown": shown_evidence(db, finding),
        "looked": asked.looked_at(db, stored),
        "told": told,
        "mine": next(
            (one for one in told if one.person.id == person_id and one.finding.id == stored.id), None
        ),
        "before": _before(db, finding, run, told),
        "version": asked.version_of(db, stored.id),
        "brought": submissions_about(db, stored.city, stored.indicator),
        "newer": asked.newer_than(db, stored, run),
        "accuracy": known,
        "interval": wilson(known.right, known.said) if known else None,
        "example": example_of(db, stored) if machine and finding.proposed is not Verdict.MET else None,
    }


def settled_before(db: Session, who: SignedIn, finding_id: int) -> Settled | None:
    """The finding just decided, if it is within the reach of *who*."""
    found = asked.finding_in(db, finding_id, who.scope)
    item = item_of(db, finding_id) if found is not None else None
    if found is None or item is None:
        return None
    return Settled(found[0], found[1], undoable(db, who, finding_id, item))


def _accuracy(db: Session, finding: Finding) -> Accuracy | None:
    return accuracy_of(
        db, finding.methodology, finding.methodology_version, finding.indicator, finding.proposed
    )


def _before(db: Session, finding: Finding, run: Run, told: list[Told]) -> Before | None:
    """The round before this one, if the question was asked then."""
    earlier = asked.round_before(db, finding, run.round)
    if earlier is None:
        return None
    finding_then, round_then = earlier
    decided = next((one for one in told if one.round == round_then), None)
    return Before(finding_then, round_then, decided, changes(finding_then, finding))
