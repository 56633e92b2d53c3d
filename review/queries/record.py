"""The search record of a finding as a document: what was looked for and where, with the capture of every page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.crawling import Address, Capture, Visit
from models.judging import Finding
from models.vocabulary import AddressState

FORMAT = "tcm-search-record/1"
SHOWN = 260  # addresses on the page; all of them stand in the JSON


@dataclass(frozen=True, slots=True)
class Row:
    """One address of the visit, and what came of it."""

    address: Address
    status: int | None
    media_type: str
    sha256: str
    serves: bool  # whether it was thought to serve this very question


@dataclass(frozen=True, slots=True)
class Record:
    """Where the machine looked for one answer. Rows: what serves the question first, failures before the rest."""

    finding: Finding
    visit: Visit
    rows: tuple[Row, ...]

    @property
    def wanted(self) -> tuple[Row, ...]:
        """What was thought to serve the question."""
        return tuple(row for row in self.rows if row.serves)

    @property
    def others(self) -> tuple[Row, ...]:
        """All else that the visit asked for."""
        return tuple(row for row in self.rows if not row.serves)

    @property
    def unseen(self) -> tuple[Row, ...]:
        """What could not be looked at, whatever it was thought to serve."""
        return tuple(row for row in self.rows if row.address.state is not AddressState.FETCHED)

    def shortened(self) -> tuple[Record, int]:
        """The record with as many rows as a page takes, and how many it leaves out."""
        return replace(self, rows=self.rows[:SHOWN]), max(0, len(self.rows) - SHOWN)


def record_of(db: Session, finding: Finding) -> Record:
    """The search record of *finding*, from the ledger of its visit."""
    rows = db.execute(
        select(Address, Capture.status, Capture.media_type, Capture.body_sha256)
        .outerjoin(Capture, Capture.id == Address.capture_id)
        .where(Address.visit_id == finding.visit_id)
        .order_by(Address.id)
    ).all()
    found = [
        Row(address, status, media_type or "", sha256 or "", finding.indicator in address.serves)
        for address, status, media_type, sha256 in rows
    ]
    found.sort(key=lambda row: (not row.serves, row.address.state is AddressState.FETCHED))
    return Record(finding, db.get_one(Visit, finding.visit_id), tuple(found))


def as_json(record: Record, question: str) -> dict[str, Any]:
    """The whole record as plain values, for whoever wants to count it again."""
    finding, search = record.finding, record.finding.search
    return {
        "format": FORMAT,
        "finding": finding.id,
        "run": finding.run_id,
        "city": finding.city,
        "indicator": finding.indicator,
        "question": question,
        "methodology": f"{finding.methodology} {finding.methodology_version}",
        "rule_version": finding.rule_version,
        "reader_version": finding.reader_version,
        "verdict": finding.verdict.value,
        "reason": finding.reason.value,
        "search": search,
        "visit": {
            "started_at": record.visit.started_at.isoformat(),
            "ended_at": record.visit.ended_at.isoformat() if record.visit.ended_at else None,
            "state": record.visit.state.value,
        },
        "addresses": _rows(record.rows),
    }


def _rows(rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [
        {
            "url": row.address.url,
            "found_on": row.address.found_on,
            "anchor": row.address.anchor,
            "serves_this_question": row.serves,
            "state": row.address.state.value,
            "reason": row.address.reason.value if row.address.reason else None,
            "asked_times": row.address.attempts,
            "ended_at": row.address.ended_at.isoformat() if row.address.ended_at else None,
            "capture": row.address.capture_id,
            "status": row.status,
            "media_type": row.media_type,
            "sha256": row.sha256,
        }
        for row in rows
    ]
