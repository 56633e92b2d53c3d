"""Who looked at stored bytes that hold personal data: a line of the log for each look."""

from __future__ import annotations

from sqlalchemy.orm import Session

from custody.log import append
from models.crawling import Capture
from models.custody import LogEntry
from models.vocabulary import LogKind


def note_viewing(db: Session, capture_id: str, person_id: int) -> LogEntry:
    """Append a line: this person looked at that capture. LookupError where there is no such capture.

    In the caller's writing session, before the bytes are handed out: no look without its line.
    """
    capture = db.get(Capture, capture_id)
    if capture is None:
        raise LookupError(f"there is no capture {capture_id!r}")
    return append(db, LogKind.VIEWING, f"capture {capture_id}", capture.body_sha256, person_id=person_id)
