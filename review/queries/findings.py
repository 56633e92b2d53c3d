"""Everything the page of one finding shows."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import String, bindparam, cast, func, literal, select
from sqlalchemy.orm import Session, load_only

from models.crawling import SUBMITTED, Address, Capture, City, Reading, Run, Visit
from models.facts import PageFacts
from models.facts_json import unpack
from models.judging import Assessment, Finding
from models.people import Person
from models.reviewing import Withdrawal
from review.queries.standing import within
from review.scope import WITHIN, Reach, scope

SHOWN_ADDRESSES = 60

# Every finding's page asks these. Made once, a question costs a third of one that is put together each time.
_FINDING_IN = (
    select(Finding, City, Run)
    .join(City, City.slug == Finding.city)
    .join(Run, Run.id == Finding.run_id)
    .where(Finding.id == bindparam("finding"), WITHIN)
)
_SERVING = (
    Address.visit_id == bindparam("visit"),
    cast(Address.serves, String).contains(literal('"') + bindparam("topic", type_=String) + '"'),
)
_LOOKED_AT = (
    select(Address)
    .where(*_SERVING)
    .order_by(Address.state == "fetched", Address.score.desc(), Address.id)
    .limit(SHOWN_ADDRESSES + 1)
)
_SAME_QUESTION = (
    Finding.city == bindparam("city"),
    Finding.indicator == bindparam("indicator"),
    Finding.methodology == bindparam("methodology"),
)
_TOLD_BEFORE = (
    select(Assessment, Person, Finding, Run.round)
    .join(Finding, Finding.id == Assessment.finding_id)
    .join(Run, Run.id == Finding.run_id)
    .join(Person, Person.id == Assessment.person_id)
    .outerjoin(Withdrawal, Withdrawal.assessment_id == Assessment.id)
    .where(*_SAME_QUESTION, Withdrawal.assessment_id.is_(None))
    .order_by(Assessment.created_at.desc(), Assessment.id.desc())
    .options(load_only(Finding.run_id, Finding.evaluation))
)
_ROUND_BEFORE = (
    select(Finding, Run.round)
    .join(Run, Run.id == Finding.run_id)
    .where(*_SAME_QUESTION, Run.round < bindparam("round"), Run.source != SUBMITTED)
    .order_by(Run.round.desc(), Run.started_at.desc(), Finding.evaluation.desc())
    .limit(1)
)
_NEWER_THAN = (
    select(Finding.id)
    .join(Run, Run.id == Finding.run_id)
    .where(
        *_SAME_QUESTION,
        (Run.started_at > bindparam("started"))
        | ((Finding.run_id == bindparam("run")) & (Finding.evaluation > bindparam("evaluation"))),
    )
    .order_by(Run.started_at.desc(), Finding.evaluation.desc())
    .limit(1)
)
_VERSION_OF = select(func.max(Assessment.version)).where(Assessment.finding_id == bindparam("finding"))
_READING_OF = (
    select(Reading)
    .where(Reading.capture_id == bindparam("capture"))
    .order_by((Reading.reader_version == bindparam("version", type_=String)).desc(), Reading.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Told:
    """An assessment that nobody took back, who made it, and the finding it was about, in which round."""

    assessment: Assessment
    person: Person
    finding: Finding
    round: str


@dataclass(frozen=True, slots=True)
class Looked:
    """Addresses planned for one indicator; ``more`` of them are not listed."""

    addresses: list[Address]
    more: int


def finding_in(db: Session, finding_id: int, reach: Reach) -> tuple[Finding, City, Run] | None:
    """The finding, if it is about a city of *reach*."""
    row = db.execute(_FINDING_IN, {"finding": finding_id} | scope(reach).asked()).one_or_none()
    return (row[0], row[1], row[2]) if row else None


def looked_at(db: Session, finding: Finding) -> Looked:
    """The addresses of the visit that were thought to serve this indicator, failures first."""
    asked = {"visit": finding.visit_id, "topic": finding.indicator}
    rows = db.scalars(_LOOKED_AT, asked).all()
    total = len(rows)
    if total > SHOWN_ADDRESSES:
        total = db.scalar(select(func.count()).select_from(Address).where(*_SERVING), asked) or total
    return Looked(list(rows[:SHOWN_ADDRESSES]), max(0, total - SHOWN_ADDRESSES))


def told_before(db: Session, finding: Finding) -> list[Told]:
    """What was decided of this question for this city, in this and earlier rounds, the newest first."""
    rows = db.execute(_TOLD_BEFORE, _question(finding))
    return [Told(assessment, person, about, round_id) for assessment, person, about, round_id in rows]


def round_before(db: Session, finding: Finding, round_id: str) -> tuple[Finding, str] | None:
    """What the machine said last in the round before *round_id*, and which round that was."""
    row = db.execute(_ROUND_BEFORE, _question(finding) | {"round": round_id}).first()
    return (row[0], row[1]) if row else None


def newer_than(db: Session, finding: Finding, run: Run) -> int | None:
    """The newest later finding on the same question: judged again, or in a later run."""
    than = {"started": run.started_at, "run": run.id, "evaluation": finding.evaluation}
    return db.scalars(_NEWER_THAN, _question(finding) | than).first()


def last_of(db: Session, finding_id: int) -> tuple[Assessment, Person] | None:
    """The last assessment of a finding that nobody took back, and who made it."""
    row = db.execute(
        select(Assessment, Person)
        .join(Person, Person.id == Assessment.person_id)
        .outerjoin(Withdrawal, Withdrawal.assessment_id == Assessment.id)
        .where(Assessment.finding_id == finding_id, Withdrawal.assessment_id.is_(None))
        .order_by(Assessment.version.desc())
        .limit(1)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def version_of(db: Session, finding_id: int) -> int:
    """How many assessments of a finding there have been, those taken back among them."""
    return db.scalar(_VERSION_OF, {"finding": finding_id}) or 0


def capture_in(db: Session, capture_id: str, reach: Reach) -> tuple[Capture, City] | None:
    """A capture, if it is of a city of *reach*."""
    row = db.execute(
        select(Capture, City)
        .join(Visit, Visit.id == Capture.visit_id)
        .join(City, City.slug == Visit.city)
        .where(Capture.id == capture_id, within(reach))
    ).one_or_none()
    return (row[0], row[1]) if row else None


def reading_of(db: Session, capture_id: str, reader_version: str | None = None) -> PageFacts | None:
    """What a reader found in a capture: that version's reading if kept, else the last one."""
    reading = db.scalar(_READING_OF, {"capture": capture_id, "version": reader_version or ""})
    return unpack(reading.facts) if reading is not None else None


def _question(finding: Finding) -> dict[str, str]:
    return {"city": finding.city, "indicator": finding.indicator, "methodology": finding.methodology}
