"""What a person brings as evidence: taken in, or refused in one sentence; each is a line of the log."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from custody.canonical import digest
from custody.log import append
from models.archive import Archive, ArchiveError
from models.base import now
from models.crawling import Capture, Picture
from models.custody import Submission
from models.room import NoRoomError
from models.store import Store
from models.submissions import Brought, keep_file, said_of, same_as, submit, visit_for
from models.vocabulary import LogKind, SubmissionKind
from review.decisions import NoSuchFindingError
from review.queries.findings import finding_in
from review.redrawing import Drawn, NotDrawnError, redrawn
from review.rendering import outside
from review.sessions import SignedIn
from review.sniffing import RefusedFileError, kind_of
from review.stored import IMAGES

LONGEST_NOTE = 2000
LONGEST_LINK = 2083
LONGEST_NAME = 160
TIFF = "image/tiff"


@dataclass(frozen=True, slots=True)
class Offered:
    """What the form brought."""

    kind: SubmissionKind
    link: str
    filename: str
    body: bytes
    note: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Why it was not taken, as the name of a text."""

    fault: str


def bring(
    store: Store, archive: Archive, who: SignedIn, finding_id: int, offered: Offered
) -> Submission | Refused:
    """Take in *offered* as evidence to a finding; twice the same is once. NoSuchFindingError as for a decision."""
    link, note = offered.link.strip(), offered.note.strip()
    if fault := _fault(offered.kind, link, note, has_file=bool(offered.filename)):
        return Refused(fault)
    with store.reading() as db:
        found = finding_in(db, finding_id, who.scope)
    if found is None:
        raise NoSuchFindingError
    if found[0].city in who.conflicts:  # evidence moves an assessment as well as a verdict does
        return Refused("decide.fault.conflict")
    if offered.kind is SubmissionKind.LINK:
        with store.writing() as db:
            return _take(db, _brought(db, who, finding_id, offered, link), None, None)
    try:
        media_type = kind_of(offered.body, offered.filename)
    except RefusedFileError as refused:
        return Refused(refused.fault)
    try:
        file = _File(archive.put(offered.body), len(offered.body), media_type)
        picture = _draw(archive, offered.body) if media_type in {*IMAGES, TIFF} else None
    except (ArchiveError, NoRoomError):
        return Refused("submit.fault.room")
    with store.writing() as db:
        return _take(db, _brought(db, who, finding_id, offered, ""), file, picture)


@dataclass(frozen=True, slots=True)
class _File:
    sha256: str
    size: int
    media_type: str


def _fault(kind: SubmissionKind, link: str, note: str, *, has_file: bool) -> str:
    if len(note) > LONGEST_NOTE:
        return "submit.fault.note"
    if kind is not SubmissionKind.LINK:
        return "" if has_file else "submit.fault.nothing"
    if not link:
        return "submit.fault.nothing"
    return "" if _may_be_asked(link) else "submit.fault.link"


def _may_be_asked(link: str) -> bool:
    """Whether *link* may be handed to the gate, which judges where it really leads."""
    if len(link) > LONGEST_LINK or outside(link) is None or any(letter.isspace() for letter in link):
        return False
    try:
        return "." in (urlsplit(link).hostname or "")
    except ValueError:
        return False


def _brought(db: Session, who: SignedIn, finding_id: int, offered: Offered, link: str) -> Brought:
    found = finding_in(db, finding_id, who.scope)
    if found is None:
        raise NoSuchFindingError
    return Brought(
        city=found[0].city,
        indicator=found[0].indicator,
        finding_id=finding_id,
        person_id=who.person_id,
        kind=offered.kind,
        url=link,
        filename=_plain_name(offered.filename) if not link else "",
        note=offered.note.strip(),
    )


def _plain_name(filename: str) -> str:
    """The last part of a file's name as their machine spelt it: for reading, and never a path of ours."""
    name = PurePath(filename.replace("\\", "/")).name
    shown = "".join(letter for letter in name if letter.isprintable())
    return shown[-LONGEST_NAME:] or "?"


def _take(db: Session, brought: Brought, file: _File | None, picture: Picture | None) -> Submission:
    known = same_as(db, brought, file.sha256 if file else None)
    if known is not None:
        return known
    row, capture = submit(db, brought), None
    if file is not None:
        visit = visit_for(db, brought.city)
        capture = keep_file(db, row, visit.id, sha256=file.sha256, size=file.size, media_type=file.media_type)
    if capture is not None and picture is not None:
        picture.capture_id = capture.id
        db.add(picture)
    log_submission(db, row, capture)
    return row


def log_submission(db: Session, row: Submission, capture: Capture | None) -> None:
    """A line of the log that speaks for *row* as it stands."""
    speaks_for = digest(said_of(row, capture))
    told = {"kind": row.kind.value, "state": row.state.value, "capture": row.capture_id}
    append(db, LogKind.SUBMISSION, f"submission {row.id}", speaks_for, body=told, person_id=row.person_id)


def _draw(archive: Archive, body: bytes) -> Picture | None:
    """The picture of a photo without what its camera wrote beside it; None where it cannot be drawn."""
    try:
        drawn: Drawn = redrawn(body)
    except NotDrawnError:
        return None
    return Picture(
        quote="",
        found=False,
        sha256=archive.put(drawn.content),
        media_type="image/jpeg",
        width=drawn.width,
        height=drawn.height,
        browser="Pillow",
        taken_at=now(),
    )
