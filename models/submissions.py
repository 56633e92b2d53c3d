"""Evidence that people bring: kept in a run of its own, so that nobody takes it for what the crawl found.

A round has one run of source ``submitted``, and that one visit per city: what is brought has a ledger row and a
capture like any other, and is sealed and verified like any other.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from models.base import now
from models.crawling import SUBMITTED, Address, Capture, Run, Visit
from models.custody import Submission
from models.people import Person
from models.runs import current_round
from models.version import TOOL_VERSION
from models.vocabulary import AddressState, Reason, SubmissionKind, SubmissionState, VisitState

SCHEME = "submitted:"  # of the address of a file, which no network knows


@dataclass(frozen=True, slots=True)
class Brought:
    """What somebody brings to the question of one finding: a link, or a file by the name it had with them."""

    city: str
    indicator: str
    finding_id: int | None
    person_id: int
    kind: SubmissionKind
    url: str = ""
    filename: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A submission, who brought it, and what was captured of it so far."""

    submission: Submission
    person: Person
    capture: Capture | None


def submit(db: Session, brought: Brought) -> Submission:
    """Write down what somebody brings; it waits until it is captured."""
    row = Submission(
        city=brought.city,
        indicator=brought.indicator,
        finding_id=brought.finding_id,
        person_id=brought.person_id,
        kind=brought.kind,
        url=brought.url,
        filename=brought.filename,
        note=brought.note,
        state=SubmissionState.WAITING,
        reason=None,
        capture_id=None,
        created_at=now(),
        ended_at=None,
    )
    db.add(row)
    db.flush()
    return row


def said_of(row: Submission, capture: Capture | None = None) -> dict[str, Any]:
    """What a line of the log speaks for: who brought what, and the bytes that came of it."""
    said: dict[str, Any] = {
        "submission": row.id,
        "city": row.city,
        "indicator": row.indicator,
        "finding": row.finding_id,
        "person": row.person_id,
        "kind": row.kind.value,
        "url": row.url,
        "filename": row.filename,
        "note": row.note,
        "state": row.state.value,
        "reason": row.reason.value if row.reason else None,
    }
    if capture is not None:
        said |= {"capture": capture.id, "body": capture.body_sha256}
    return said


def settle(row: Submission, capture: Capture | None, reason: Reason | None) -> None:
    """Say what came of a submission: its capture, or why there is none to be used."""
    row.capture_id = capture.id if capture is not None else None
    row.reason = reason
    row.state = SubmissionState.FAILED if reason is not None else SubmissionState.CAPTURED
    row.ended_at = now()


def keep_file(
    db: Session, row: Submission, visit_id: int, *, sha256: str, size: int, media_type: str
) -> Capture:
    """The capture of a file whose bytes are safe in the archive, with its row in the ledger."""
    url = f"{SCHEME}{row.id}"
    name = f"{visit_id}\n{url}\n1\n0\n{sha256}"
    moment = now()
    capture = Capture(
        id=hashlib.sha256(name.encode()).hexdigest()[:32],
        visit_id=visit_id,
        requested_url=url,
        final_url=url,
        hops=[],
        status=0,  # no server was asked
        headers=[
            ["Content-Type", media_type],
            ["Content-Disposition", f"attachment; filename*=UTF-8''{quote(row.filename)}"],
        ],
        media_type=media_type,
        charset_declared=None,
        body_sha256=sha256,
        body_bytes=size,
        decoded_bytes=size,
        content_encoding="",
        complete="yes",
        reason=None,
        ip=None,
        tls={"state": SUBMITTED},
        robots="not asked",
        attempt=1,
        vantage=SUBMITTED,
        tool_version=TOOL_VERSION,
        clock_offset_s=None,
        started_at=moment,
        ended_at=moment,
    )
    db.add(capture)
    db.flush()
    db.add(
        Address(
            visit_id=visit_id,
            key=url,
            url=url,
            found_on=None,
            anchor=row.filename,
            depth=0,
            score=0.0,
            serves=[row.indicator],
            state=AddressState.FETCHED,
            reason=None,
            attempts=1,
            capture_id=capture.id,
            planned_at=moment,
            ended_at=moment,
        )
    )
    settle(row, capture, None)
    return capture


def visit_for(db: Session, city: str, round_id: str | None = None) -> Visit:
    """The visit that holds what is brought about *city* in a round (default: this month's), begun where it is missing.

    It is never open: what it holds came in at once and whole, and no crawl goes on with it.
    """
    run = _run(db, round_id or current_round())
    visit = db.scalar(select(Visit).where(Visit.run_id == run.id, Visit.city == city))
    if visit is None:
        visit = Visit(
            run_id=run.id,
            city=city,
            state=VisitState.COMPLETE,
            reason=None,
            continues_id=None,
            lease_until=None,
            started_at=now(),
            ended_at=now(),
            stats={},
        )
        db.add(visit)
        db.flush()
    return visit


def _run(db: Session, round_id: str) -> Run:
    run_id = f"{round_id}-{SUBMITTED}-1"
    run = db.get(Run, run_id)
    if run is None:
        run = Run(
            id=run_id,
            round=round_id,
            region=None,
            source=SUBMITTED,
            tool_version=TOOL_VERSION,
            started_at=now(),
            ended_at=None,
        )
        db.add(run)
        db.flush()
    return run


def is_brought(db: Session, capture: Capture) -> bool:
    """Whether a person brought what *capture* holds, or named its address."""
    run = select(Run.source).join(Visit, Visit.run_id == Run.id).where(Visit.id == capture.visit_id)
    return db.scalar(run) == SUBMITTED


def waiting_links(db: Session) -> list[Submission]:
    """The links that nobody has fetched yet, the oldest first."""
    waits = Submission.state == SubmissionState.WAITING, Submission.kind == SubmissionKind.LINK
    return list(db.scalars(select(Submission).where(*waits).order_by(Submission.id)))


def submitted_runs(db: Session) -> list[str]:
    """The runs that hold what people brought, the oldest first."""
    return list(db.scalars(select(Run.id).where(Run.source == SUBMITTED).order_by(Run.started_at, Run.id)))


_SUBMISSIONS_ABOUT = (
    select(Submission, Person, Capture)
    .join(Person, Person.id == Submission.person_id)
    .outerjoin(Capture, Capture.id == Submission.capture_id)
    .where(Submission.city == bindparam("city"), Submission.indicator == bindparam("indicator"))
    .order_by(Submission.id.desc())
)


def submissions_about(db: Session, city: str, indicator: str) -> list[Told]:
    """All that was brought to one question about one city, the newest first."""
    rows = db.execute(_SUBMISSIONS_ABOUT, {"city": city, "indicator": indicator})
    return [Told(row, person, capture) for row, person, capture in rows]


def same_as(db: Session, brought: Brought, sha256: str | None = None) -> Submission | None:
    """What this person brought to this finding already in the same words: a form sent twice is one submission."""
    query = select(Submission).where(
        Submission.finding_id == brought.finding_id,
        Submission.person_id == brought.person_id,
        Submission.kind == brought.kind,
        Submission.url == brought.url,
        Submission.filename == brought.filename,
        Submission.note == brought.note,
        Submission.state != SubmissionState.FAILED,
    )
    if sha256 is not None:
        query = query.join(Capture, Capture.id == Submission.capture_id).where(Capture.body_sha256 == sha256)
    return db.scalars(query.limit(1)).first()
