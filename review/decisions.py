"""Every act a person may do to a finding. Nothing is overwritten: each is a row of its own."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from custody.canonical import row_digest
from custody.log import append
from models.base import now
from models.judging import Assessment
from models.people import Person
from models.store import Store
from models.vocabulary import LogKind, Verdict
from review.queries.findings import finding_in, last_of
from review.sessions import SignedIn

LONGEST_COMMENT = 4000


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody wants to say of a finding, having seen its assessments up to ``seen_version``."""

    act: str  # confirm or correct
    verdict: Verdict | None  # only of a correction
    comment: str
    seen_version: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """The decision stands."""

    assessment: Assessment


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Somebody else decided in between; nothing was written, both texts are to be shown."""

    by: Person
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class Incomplete:
    """What the decision lacks, as the name of a text."""

    fault: str


class NoSuchFindingError(Exception):
    """There is no such finding for this person."""


Outcome = Recorded | Overtaken | Incomplete


def decide(store: Store, who: SignedIn, finding_id: int, decision: Decision) -> Outcome:
    """Record *decision*, unless it lacks something or somebody else was quicker. Twice the same is once."""
    try:
        with store.writing() as db:
            return _decide(db, who, finding_id, decision)
    except IntegrityError:  # both wrote the same version at once: the database let one through
        with store.reading() as db:
            quicker = last_of(db, finding_id)
        if quicker is None:
            raise
        return Overtaken(by=quicker[1], assessment=quicker[0])


def _decide(db: Session, who: SignedIn, finding_id: int, decision: Decision) -> Outcome:
    found = finding_in(db, finding_id, who.scope)
    if found is None:
        raise NoSuchFindingError
    machine = found[0].proposed
    verdict = machine if decision.act == "confirm" else decision.verdict
    if fault := _fault(decision, machine):
        return Incomplete(fault)
    wanted = Assessment(
        finding_id=finding_id,
        person_id=who.person_id,
        version=decision.seen_version + 1,
        act=decision.act,
        verdict=verdict,
        comment=decision.comment.strip(),
        created_at=now(),
    )
    standing = last_of(db, finding_id)
    if standing is None and decision.seen_version != 0:
        return Incomplete("decide.fault.version")
    if standing is not None and standing[0].version != decision.seen_version:
        if _says_the_same(standing[0], wanted):
            return Recorded(standing[0])
        return Overtaken(by=standing[1], assessment=standing[0])
    db.add(wanted)
    db.flush()
    append(db, LogKind.ASSESSMENT, f"assessment {wanted.id}", row_digest(wanted), person_id=who.person_id)
    return Recorded(wanted)


def _fault(decision: Decision, machine: Verdict) -> str:
    if len(decision.comment) > LONGEST_COMMENT:
        return "decide.fault.long"
    if decision.act == "confirm":
        return ""
    if decision.verdict is None:
        return "decide.fault.verdict"
    if decision.verdict == machine:
        return "decide.fault.same"
    return "" if decision.comment.strip() else "decide.fault.comment"


def _says_the_same(standing: Assessment, wanted: Assessment) -> bool:
    """A form sent twice is no disagreement."""
    said = [(one.person_id, one.version, one.act, one.verdict, one.comment) for one in (standing, wanted)]
    return said[0] == said[1]
