"""The rows that go into a capsule, asked of the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from custody.capsule.rows import Row, Rows, told
from custody.manifests import Manifest
from models.base import Base
from models.crawling import Capture, City, Picture, Reading, Visit
from models.custody import Erasure, LogEntry, Spot
from models.facts_json import to_json, unpack
from models.judging import Assessment, Finding

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Sealed:
    """A run as it was sealed: its line of the log, its manifest, and which bodies were erased since."""

    line: LogEntry
    manifest: Manifest
    erased: frozenset[str]

    def tell(self, row: Base) -> Row:
        """*row* with the columns that the manifest speaks for."""
        return told(row, self.manifest.columns.get(row.__tablename__))


def rows_of_visits(
    db: Session, sealed: Sealed, visits: Sequence[int], findings: Sequence[Finding], captures: Iterable[str]
) -> Rows:
    """The rows of *visits*, *findings* and *captures*, and of what stands beside them."""
    kept = sorted(captures)
    found = [row for some in _some(kept) for row in db.scalars(select(Capture).where(Capture.id.in_(some)))]
    shown = {(item["capture"], item["quote"]) for one in findings for item in one.evidence}
    places = sealed.manifest.places
    pictures = [row for row in _beside(db, Picture, kept, shown) if f"picture {row.id}" in places]
    of_visits = list(db.scalars(select(Visit).where(Visit.id.in_(visits)).order_by(Visit.id)))
    cities = select(City).where(City.slug.in_({one.city for one in of_visits})).order_by(City.slug)
    bodies = {row.body_sha256 for row in found}.union(*((row.sha256, row.crop_sha256) for row in pictures))
    erased = select(Erasure).where(Erasure.body_sha256.in_(sealed.erased & bodies)).order_by(Erasure.id)
    decided = _some([one.id for one in findings])
    assessments = [
        row
        for some in decided
        for row in db.scalars(select(Assessment).where(Assessment.finding_id.in_(some)))
    ]
    return {
        "cities": [told(row) for row in db.scalars(cities)],
        "visits": [sealed.tell(row) for row in of_visits],
        "findings": [sealed.tell(row) for row in findings],
        "captures": [sealed.tell(row) for row in sorted(found, key=lambda row: (row.started_at, row.id))],
        "pictures": [sealed.tell(row) for row in pictures],
        "spots": [told(row) for row in _beside(db, Spot, kept, shown)],
        "assessments": [told(row) for row in sorted(assessments, key=lambda row: row.id)],
        "erasures": [told(row) for row in db.scalars(erased)],
    }


def _beside(db: Session, table: Any, captures: Sequence[str], shown: set[tuple[str, str]]) -> list[Any]:  # noqa: ANN401
    """The pictures or spots of the evidence that is *shown*."""
    rows = [
        row for some in _some(captures) for row in db.scalars(select(table).where(table.capture_id.in_(some)))
    ]
    return sorted((row for row in rows if (row.capture_id, row.quote) in shown), key=lambda row: row.id)


def with_what_they_rest_on(db: Session, captures: Iterable[str]) -> set[str]:
    """*captures*, those they confirm, and those they were rendered from."""
    known: set[str] = set()
    asked = set(captures)
    while asked:
        known |= asked
        columns = select(Capture.confirms_id, Capture.rendered_from_id)
        found = {
            one
            for some in _some(sorted(asked))
            for pair in db.execute(columns.where(Capture.id.in_(some)))
            for one in pair
        }
        asked = {one for one in found if one is not None} - known
    return known


def left_out_of(
    db: Session, sealed: Sealed, captures: Iterable[str], *, kept: frozenset[str], most: int | None
) -> dict[str, str]:
    """The captures whose bodies stay out: what was erased, and what is too much beside those to be *kept*."""
    rows = [
        row
        for some in _some(sorted(captures))
        for row in db.execute(
            select(Capture.id, Capture.body_sha256, Capture.body_bytes).where(Capture.id.in_(some))
        )
    ]
    out = {row.id: "erased" for row in rows if row.body_sha256 in sealed.erased}
    if most is not None and sum(row.body_bytes for row in rows if row.id not in out) > most:
        out |= {row.id: "size" for row in rows if row.id not in out and row.id not in kept}
    return dict(sorted(out.items()))


def facts_of(db: Session, captures: Sequence[str], reader_version: str) -> list[Row]:
    """What readers of *reader_version* made of *captures*, for bodies that stay out."""
    read = select(Reading.capture_id, Reading.facts).where(Reading.reader_version == reader_version)
    return [
        {"capture": capture, "reader_version": reader_version, "facts": to_json(unpack(facts))}
        for some in _some(captures)
        for capture, facts in db.execute(
            read.where(Reading.capture_id.in_(some)).order_by(Reading.capture_id)
        )
    ]


def _some(things: Sequence[Any]) -> list[Sequence[Any]]:
    """*things* in pieces that fit into one question to the database."""
    return [things[at : at + _AT_ONCE] for at in range(0, len(things), _AT_ONCE)]
