"""Everything the page of one finding shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from models.crawling import Address, Capture, City, Picture, Reading, Run, Visit
from models.facts import DocumentLink, PageFacts
from models.facts_json import unpack
from models.judging import Assessment, Finding
from models.people import Person
from review.excerpts import Excerpt, excerpt, recognised
from review.queries.standing import within

LONGEST_PATH = 12
SHOWN_ADDRESSES = 60


@dataclass(frozen=True, slots=True)
class Shown:
    """One piece of evidence with all that is known of the capture it comes from."""

    evidence: dict[str, Any]
    capture: Capture | None
    picture: Picture | None
    excerpt: Excerpt | None
    recognised: DocumentLink | None
    title: str
    again: bool = False  # a piece before it comes from the same capture, and has shown it


@dataclass(frozen=True, slots=True)
class Told:
    """An assessment, who made it, and the finding it was about."""

    assessment: Assessment
    person: Person
    finding: Finding


@dataclass(frozen=True, slots=True)
class Looked:
    """Addresses planned for one indicator; ``more`` of them are not listed."""

    addresses: list[Address]
    more: int


def finding_in(db: Session, finding_id: int, region: str | None) -> tuple[Finding, City, Run] | None:
    """The finding, if it is about a city of *region*."""
    row = db.execute(
        select(Finding, City, Run)
        .join(City, City.slug == Finding.city)
        .join(Run, Run.id == Finding.run_id)
        .where(Finding.id == finding_id, within(region))
    ).one_or_none()
    return (row[0], row[1], row[2]) if row else None


def shown_evidence(db: Session, finding: Finding) -> list[Shown]:
    """The evidence of *finding*, each piece with its capture, its picture and its place on the page."""
    pieces = [*finding.evidence]
    if not pieces and (miss := finding.search.get("near_miss")):
        pieces = [miss]  # nothing was found: the closest thing that did not count is what a person must see
    before = [piece["capture"] for piece in pieces]
    return [
        replace(_shown(db, piece, finding.reader_version), again=piece["capture"] in before[:place])
        for place, piece in enumerate(pieces)
    ]


def path_to(db: Session, visit_id: int, capture_id: str | None) -> list[Address]:
    """The addresses that led to a capture, from the first page on; empty when the ledger does not say."""
    if capture_id is None:
        return []
    of_visit = select(Address).where(Address.visit_id == visit_id)
    step = db.scalars(
        of_visit.where(Address.capture_id == capture_id).order_by(Address.depth).limit(1)
    ).first()
    path: list[Address] = []
    while step is not None and step not in path and len(path) < LONGEST_PATH:
        path.append(step)
        step = db.scalar(of_visit.where(Address.key == step.found_on)) if step.found_on else None
    return path[::-1]


def looked_at(db: Session, finding: Finding) -> Looked:
    """The addresses of the visit that were thought to serve this indicator, failures first."""
    serving = (
        Address.visit_id == finding.visit_id,
        cast(Address.serves, String).contains(f'"{finding.indicator}"', autoescape=True),
    )
    rows = db.scalars(
        select(Address)
        .where(*serving)
        .order_by(Address.state == "fetched", Address.score.desc(), Address.id)
        .limit(SHOWN_ADDRESSES + 1)
    ).all()
    total = len(rows)
    if total > SHOWN_ADDRESSES:
        total = db.scalar(select(func.count()).select_from(Address).where(*serving)) or total
    return Looked(list(rows[:SHOWN_ADDRESSES]), max(0, total - SHOWN_ADDRESSES))


def told_before(db: Session, finding: Finding) -> list[Told]:
    """Assessments of this question for this city, in this and earlier runs, the newest first."""
    rows = db.execute(
        select(Assessment, Person, Finding)
        .join(Finding, Finding.id == Assessment.finding_id)
        .join(Person, Person.id == Assessment.person_id)
        .where(
            Finding.city == finding.city,
            Finding.indicator == finding.indicator,
            Finding.methodology == finding.methodology,
        )
        .order_by(Assessment.created_at.desc(), Assessment.id.desc())
    )
    return [Told(assessment, person, about) for assessment, person, about in rows]


def newer_than(db: Session, finding: Finding, run: Run) -> int | None:
    """The newest later finding on the same question: judged again, or in a later run."""
    later = (Run.started_at > run.started_at) | (
        (Finding.run_id == run.id) & (Finding.evaluation > finding.evaluation)
    )
    return db.scalars(
        select(Finding.id)
        .join(Run, Run.id == Finding.run_id)
        .where(
            Finding.city == finding.city,
            Finding.indicator == finding.indicator,
            Finding.methodology == finding.methodology,
            later,
        )
        .order_by(Run.started_at.desc(), Finding.evaluation.desc())
        .limit(1)
    ).first()


def last_of(db: Session, finding_id: int) -> tuple[Assessment, Person] | None:
    """The assessment of a finding that stands, and who made it."""
    row = db.execute(
        select(Assessment, Person)
        .join(Person, Person.id == Assessment.person_id)
        .where(Assessment.finding_id == finding_id)
        .order_by(Assessment.version.desc())
        .limit(1)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def capture_in(db: Session, capture_id: str, region: str | None) -> tuple[Capture, City] | None:
    """A capture, if it is of a city of *region*."""
    row = db.execute(
        select(Capture, City)
        .join(Visit, Visit.id == Capture.visit_id)
        .join(City, City.slug == Visit.city)
        .where(Capture.id == capture_id, within(region))
    ).one_or_none()
    return (row[0], row[1]) if row else None


def picture_in(db: Session, sha256: str, region: str | None) -> Picture | None:
    """A picture, if it is of a city of *region*."""
    return db.scalars(
        select(Picture)
        .join(Capture, Capture.id == Picture.capture_id)
        .join(Visit, Visit.id == Capture.visit_id)
        .join(City, City.slug == Visit.city)
        .where(Picture.sha256 == sha256, within(region))
        .limit(1)
    ).first()


def reading_of(db: Session, capture_id: str, reader_version: str | None = None) -> PageFacts | None:
    """What a reader found in a capture: that version's reading if kept, else the last one."""
    readings = db.scalars(
        select(Reading).where(Reading.capture_id == capture_id).order_by(Reading.id.desc())
    ).all()
    for reading in readings:
        if reading.reader_version == reader_version:
            return unpack(reading.facts)
    return unpack(readings[0].facts) if readings else None


def _shown(db: Session, piece: dict[str, Any], reader_version: str) -> Shown:
    capture = db.get(Capture, piece["capture"])
    pictures = db.scalars(select(Picture).where(Picture.capture_id == piece["capture"])).all()
    exact = [picture for picture in pictures if picture.quote == piece["quote"]]
    facts = reading_of(db, piece["capture"], reader_version)
    return Shown(
        evidence=piece,
        capture=capture,
        picture=next(iter([*exact, *pictures]), None),
        excerpt=excerpt(facts.text, piece["quote"]) if facts else None,
        recognised=recognised(facts, piece["quote"]) if facts else None,
        title=(facts.title if facts else "") or piece.get("title", ""),
    )
