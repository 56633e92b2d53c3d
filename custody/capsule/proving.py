"""What proves a capsule: the way of each item to the manifest's root, and the log from there to a time-stamp."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from custody.capsule.rows import Row, Rows, digest_of, told
from custody.items import ledger_digest
from custody.log import entries_between
from custody.manifests import Manifest, proof_as_json, prove_item
from models.custody import LogEntry, Stamp
from models.vocabulary import LogKind, StampState

_SEALED = {"visits": "visit", "captures": "capture", "findings": "finding", "pictures": "picture"}


def items_in(rows: Rows) -> Iterator[tuple[str, str]]:
    """(name, digest) of every item that the rows of a capsule make up; a body's digest is what it is called by."""
    for table, kind in _SEALED.items():
        for row in rows.get(table, ()):
            yield f"{kind} {row['id']}", digest_of(row)
    ledgers = ledgers_in(rows)
    for visit in rows.get("visits", ()):
        plain = [
            {name: value for name, value in row.items() if name != "table"} for row in ledgers[visit["id"]]
        ]
        yield f"address-ledger {visit['id']}", ledger_digest(visit["id"], plain)
    for row in rows.get("captures", ()):
        yield f"body {row['body_sha256']}", row["body_sha256"]
    for row in rows.get("pictures", ()):
        for digest in filter(None, (row["sha256"], row["crop_sha256"])):
            yield f"picture-body {digest}", digest


def ledgers_in(rows: Rows) -> dict[int, list[Row]]:
    """The rows of each visit's ledger, in the order they were written."""
    ledgers: dict[int, list[Row]] = {visit["id"]: [] for visit in rows.get("visits", ())}
    for row in sorted(rows.get("addresses", ()), key=lambda row: int(row["id"])):
        ledgers.setdefault(row["visit_id"], []).append(row)
    return ledgers


def proofs_of(manifest: Manifest, rows: Rows) -> dict[str, Any]:
    """By name, the digest of each item and its way to the root."""
    proofs = {}
    for name in sorted(dict(items_in(rows))):
        digest, proof = prove_item(manifest, name)
        proofs[name] = {"digest": digest, **proof_as_json(proof)}
    return proofs


def log_of(db: Session, line: LogEntry, rows: Rows) -> Rows:
    """The lines from the manifest's *line* to the first stamped head that speaks for all of *rows*, and its stamps."""
    need = max([line.seq, *_lines_about(db, rows)])
    stamped = select(Stamp).where(Stamp.state == StampState.STAMPED)
    head = db.scalar(
        select(func.min(Stamp.head_seq)).where(Stamp.state == StampState.STAMPED, Stamp.head_seq >= need)
    )
    if head is None:  # what came last is not stamped yet: the newest stamp speaks for the manifest at least
        head = db.scalar(
            select(func.max(Stamp.head_seq)).where(
                Stamp.state == StampState.STAMPED, Stamp.head_seq >= line.seq
            )
        )
    stamps = db.scalars(stamped.where(Stamp.head_seq == head).order_by(Stamp.id)) if head is not None else ()
    last = max(need, head or 0)
    return {
        "log_entries": [told(entry) for entry in entries_between(db, line.seq, last)],
        "stamps": [told(stamp) for stamp in stamps],
    }


def _lines_about(db: Session, rows: Rows) -> list[int]:
    """The lines of the log for what people decided of *rows* after they were sealed."""
    about: list[ColumnElement[bool]] = []
    for table, kind, key in (
        ("assessments", LogKind.ASSESSMENT, "id"),
        ("erasures", LogKind.ERASURE, "body_sha256"),
    ):
        prefix = "assessment " if kind is LogKind.ASSESSMENT else ""
        subjects = [f"{prefix}{row[key]}" for row in rows.get(table, ())]
        if subjects:
            about.append(and_(LogEntry.kind == kind, LogEntry.subject.in_(subjects)))
    return list(db.scalars(select(LogEntry.seq).where(or_(*about)))) if about else []
