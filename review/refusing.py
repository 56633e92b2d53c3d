"""Who tried what is not for their role: a line of the log, once an hour for each person and route."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from custody.canonical import digest
from custody.log import append
from models.base import now
from models.custody import LogEntry
from models.store import Store
from models.vocabulary import LogKind
from review.sessions import SignedIn

AGAIN_AFTER = timedelta(hours=1)  # whoever presses on would else fill a log from which nothing is ever taken
_LOOKED_BACK = 500  # lines: older ones than these are not searched


def note_refusal(store: Store, who: SignedIn, route: str) -> None:
    """Write down that *who* was refused *route* (method and pattern), unless the log has said so within the hour."""
    with store.reading() as db:
        last = db.scalar(select(func.max(LogEntry.seq))) or 0
        known = db.scalar(
            select(LogEntry.seq)
            .where(
                LogEntry.seq > last - _LOOKED_BACK,
                LogEntry.kind == LogKind.REFUSAL,
                LogEntry.subject == route,
                LogEntry.person_id == who.person_id,
                LogEntry.at > now() - AGAIN_AFTER,
            )
            .limit(1)
        )
    if known is None:
        told = {"role": who.role.value}
        with store.writing() as db:
            append(db, LogKind.REFUSAL, route, digest(told), body=told, person_id=who.person_id)
