"""Seal a run: a manifest over all of it, a line of the log, and time-stamps asked for that line."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select

from custody.manifests import Manifest, line_of_manifest, seal_run
from custody.stamps import queue_stamp
from flows.visiting import Desk
from models.base import now
from models.crawling import Run
from models.custody import LogEntry
from models.vocabulary import LogKind

LONGEST_RUN = timedelta(days=1)  # what has not ended by then was killed; its visits go on in another run


def seal(desk: Desk, run_id: str) -> Manifest:
    """Seal what *run_id* has that is not sealed yet, and have its line stamped by every authority."""
    manifest = seal_run(desk.store, desk.archive, run_id)
    with desk.store.writing() as db:
        line = line_of_manifest(db, run_id)
        if line is not None:
            queue_stamp(db, line, desk.settings.stamp_authorities)
    return manifest


def seal_missing(desk: Desk) -> list[str]:
    """Seal the runs that were never sealed: ended and killed in between, or dead for a day; which they were."""
    sealed = select(LogEntry.subject).where(LogEntry.kind == LogKind.MANIFEST)
    over = or_(Run.ended_at.is_not(None), Run.started_at < now() - LONGEST_RUN)
    unsealed = select(Run.id).where(over, Run.id.not_in(sealed)).order_by(Run.started_at)
    with desk.store.reading() as db:
        found = list(db.scalars(unsealed))
    for run_id in found:
        seal(desk, run_id)
    return found
