"""How a finding is sealed: the manifest that names it, its line in the log, and the time-stamps over that line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from models.archive import Archive, ArchiveError
from models.custody import LogEntry, Stamp
from models.judging import Finding
from models.vocabulary import LogKind, StampState


@dataclass(frozen=True, slots=True)
class Sealed:
    """The first manifest that names the finding, and what has been asked of authorities since."""

    line: LogEntry
    number: int
    count: int
    stamps: tuple[Stamp, ...]  # the first of each authority
    waiting: int  # time-stamps that are asked for and have not come


_MANIFESTS = (
    select(LogEntry)
    .where(LogEntry.kind == LogKind.MANIFEST, LogEntry.subject == bindparam("run"))
    .order_by(LogEntry.seq)
)
_STAMPS = select(Stamp).where(Stamp.head_seq >= bindparam("line")).order_by(Stamp.head_seq, Stamp.id)


def sealed(db: Session, archive: Archive, finding: Finding) -> Sealed | None:
    """How *finding* is sealed; None where no manifest names it yet."""
    lines = db.scalars(_MANIFESTS, {"run": finding.run_id})
    line = next((one for one in lines if _names(archive, str(one.body.get("manifest")), finding.id)), None)
    if line is None:
        return None
    asked = list(db.scalars(_STAMPS, {"line": line.seq}))
    first: dict[str, Stamp] = {}
    for stamp in asked:
        if stamp.state is StampState.STAMPED:
            first.setdefault(stamp.authority, stamp)
    waiting = sum(stamp.state is StampState.WAITING for stamp in asked if stamp.authority not in first)
    return Sealed(line, int(line.body["number"]), int(line.body["count"]), tuple(first.values()), waiting)


def _names(archive: Archive, manifest: str, finding_id: int) -> bool:
    """Whether the manifest in the archive has the finding among its items; one that is gone has nothing."""
    try:
        return finding_id in _findings(archive, manifest)
    except (ArchiveError, ValueError, KeyError):
        return False


@lru_cache(maxsize=64)
def _findings(archive: Archive, manifest: str) -> frozenset[int]:
    """The findings that a manifest names. It is named by its own digest, so it never says anything else."""
    items = json.loads(archive.get(manifest))["items"]
    return frozenset(int(name.split(" ", 1)[1]) for name, _ in items if name.startswith("finding "))
