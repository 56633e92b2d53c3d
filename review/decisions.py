"""Every act a person may do to a finding. Nothing is overwritten: each is a row of its own."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.orm import Session

from custody.canonical import row_digest
from custody.log import append
from models.base import now
from models.items import hold_one, item_of, take
from models.judging import Assessment, Finding
from models.people import Person
from models.renewing import says_the_same
from models.reviewing import Draft, Item, Presence, Round
from models.store import Store
from models.vocabulary import ItemState, LogKind, Passing, Verdict
from review.access import DECIDERS
from review.blinding import Sight, lookers, sight_of
from review.queries.findings import finding_in, last_of, version_of
from review.sessions import SignedIn

LONGEST_COMMENT = 4000
LONGEST_LOOK = 3600.0  # seconds; a page left open over lunch says nothing about the work


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody wants to say of a finding, having seen its assessments up to ``seen_version``."""

    act: str  # confirm what is shown, or correct it; where nothing is shown, correct is to say it first
    verdict: Verdict | None  # only of a correction
    comment: str
    seen_version: int
    seconds: float | None = None  # with the page in view


@dataclass(frozen=True, slots=True)
class Recorded:
    """The decision stands. ``passing`` is the look it was; none where it had been recorded before."""

    assessment: Assessment
    passing: Passing | None = None


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Somebody else decided in between; nothing was written, both texts are to be shown."""

    by: Person
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class Incomplete:
    """What the decision lacks, as the name of a text."""

    fault: str


@dataclass(frozen=True, slots=True)
class NotTheirs:
    """Not for this person to decide now; ``fault`` is the name of the text that says why."""

    fault: str


class NoSuchFindingError(Exception):
    """There is no such finding for this person."""


Outcome = Recorded | Overtaken | Incomplete | NotTheirs


def decide(store: Store, who: SignedIn, finding_id: int, decision: Decision) -> Outcome:
    """Record *decision*, unless it lacks something or somebody else was quicker. Twice the same is once."""
    with store.writing() as db:
        found = finding_in(db, finding_id, who.scope)
        if found is None:
            raise NoSuchFindingError
        item = item_of(db, finding_id)
        if item is None:
            return NotTheirs("decide.fault.no_item")
        hold_one(db, item)  # one at a time: who comes second sees what the first one did
        return _decide(db, who, found[0], item, decision)


def passing_of(item: Item, sight: Sight, who: SignedIn) -> Passing | None:
    """Which look a decision of theirs would be; what is settled may be decided anew by whoever may decide at all."""
    if item.state is ItemState.SETTLED and who.role in DECIDERS:
        return Passing.FIRST
    return sight.passing


def refusal(db: Session, who: SignedIn, item: Item, finding: Finding, passing: Passing | None) -> str:
    """Why *who* may not decide *finding* of *item* now, as the name of a text; empty where they may."""
    if item.city in who.conflicts:
        return "decide.fault.conflict"
    if db.get_one(Round, item.round).closed_at is not None:
        return "decide.fault.closed"
    if passing is None:
        return f"decide.fault.{item.state.value}"
    if item.finding_id != finding.id and not says_the_same(finding, db.get_one(Finding, item.finding_id)):
        return "decide.fault.newer"
    return ""


def record(
    db: Session,
    item: Item,
    assessment: Assessment,
    *,
    passing: Passing,
    shown: Verdict | None,
    seconds: float | None = None,
    in_bulk: bool = False,
) -> None:
    """Write *assessment* with how it came about and its line of the log; what was drafted for it goes."""
    db.add(assessment)
    db.flush()
    take(db, item, assessment, passing=passing, shown=shown, seconds=seconds, in_bulk=in_bulk)
    append(
        db,
        LogKind.ASSESSMENT,
        f"assessment {assessment.id}",
        row_digest(assessment),
        person_id=assessment.person_id,
    )
    for table in (Draft, Presence):
        theirs = delete(table).where(table.item_id == item.id, table.person_id == assessment.person_id)
        db.execute(theirs.execution_options(synchronize_session=False))


def _decide(db: Session, who: SignedIn, finding: Finding, item: Item, decision: Decision) -> Outcome:
    sight = sight_of(item, who, lookers(db, item))
    wanted = _wanted(who, finding, sight, decision)
    standing, versions = last_of(db, finding.id), version_of(db, finding.id)
    if standing is not None and standing[0].version > decision.seen_version:
        if wanted is not None and _says_the_same(standing[0], wanted):
            return Recorded(standing[0])
        return Overtaken(by=standing[1], assessment=standing[0])
    passing = passing_of(item, sight, who)
    if fault := refusal(db, who, item, finding, passing):
        return NotTheirs(fault)
    if decision.seen_version > versions:
        return Incomplete("decide.fault.version")
    if (fault := _fault(decision, sight)) or wanted is None or passing is None:
        return Incomplete(fault)
    wanted.version = versions + 1
    seconds = decision.seconds if decision.seconds and 0 < decision.seconds <= LONGEST_LOOK else None
    record(db, item, wanted, passing=passing, shown=sight.shown, seconds=seconds)
    return Recorded(wanted, passing)


def _wanted(who: SignedIn, finding: Finding, sight: Sight, decision: Decision) -> Assessment | None:
    """The row that *decision* asks for; None where it names no verdict."""
    verdict = sight.shown if decision.act == "confirm" else decision.verdict
    if verdict is None:
        return None
    return Assessment(
        finding_id=finding.id,
        person_id=who.person_id,
        version=decision.seen_version + 1,
        act="confirm" if verdict is (sight.shown or finding.proposed) else "correct",
        verdict=verdict,
        comment=decision.comment.strip(),
        created_at=now(),
    )


def _fault(decision: Decision, sight: Sight) -> str:
    if len(decision.comment) > LONGEST_COMMENT:
        return "decide.fault.long"
    confirms = decision.act == "confirm"
    if confirms and sight.machine:
        return ""
    if confirms or decision.verdict is None:
        return "decide.fault.verdict"
    if decision.verdict is sight.shown:
        return "decide.fault.same"
    return "" if decision.comment.strip() else "decide.fault.comment"


def _says_the_same(standing: Assessment, wanted: Assessment) -> bool:
    """A form sent twice is no disagreement."""
    said = [(one.person_id, one.version, one.act, one.verdict, one.comment) for one in (standing, wanted)]
    return said[0] == said[1]
