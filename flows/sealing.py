"""Seal a run: a manifest over all of it, a line of the log, and time-stamps asked for that line."""

from __future__ import annotations

from sqlalchemy import select

from custody.manifests import Manifest, line_of_manifest, seal_run
from custody.stamps import queue_stamp
from flows.visiting import Desk
from models.crawling import Run
from models.custody import LogEntry
from models.vocabulary import LogKind


def seal(desk: Desk, run_id: str) -> Manifest:
    """Seal what *run_id* has that is not sealed yet, and have its line stamped by every authority."""
    manifest = seal_run(desk.store, desk.archive, run_id)
    with desk.store.writing() as db:
        line = line_of_manifest(db, run_id)
        if line is not None:
            queue_stamp(db, line, desk.settings.stamp_authorities)
    return manifest


def seal_missing(desk: Desk) -> list[str]:
    """Seal the runs that ended and were never sealed, as after a kill in between; which they were."""
    sealed = select(LogEntry.subject).where(LogEntry.kind == LogKind.MANIFEST)
    unsealed = select(Run.id).where(Run.ended_at.is_not(None), Run.id.not_in(sealed)).order_by(Run.started_at)
    with desk.store.reading() as db:
        found = list(db.scalars(unsealed))
    for run_id in found:
        seal(desk, run_id)
    return found
