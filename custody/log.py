"""The log of what was sealed and decided: chained lines, appended and never edited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from custody.canonical import canonical, plain, row_of
from custody.canonical import digest as digest_of
from custody.heads import APPENDED, Head
from custody.trouble import Trouble
from models.base import now
from models.custody import LogEntry
from models.vocabulary import LogKind

BEGINNING = "0" * 64  # what the first line carries in place of a line before it
_PAGE = 500
_LOCK = 0x54434D  # of writers in PostgreSQL; SQLite lets one write at a time anyway
_UNREADABLE = (ValueError, TypeError, LookupError)  # what a row that the program never wrote is read with


class LogError(Exception):
    """A line of the log cannot be read at all; ``trouble`` names it."""

    def __init__(self, seq: int) -> None:
        """Name the line."""
        self.trouble = Trouble(_line(seq), "cannot be read: it was edited past the monitor")
        super().__init__(str(self.trouble))


def append(
    db: Session,
    kind: LogKind,
    subject: str,
    digest: str,
    *,
    body: Mapping[str, Any] | None = None,
    person_id: int | None = None,
) -> LogEntry:
    """Append a line that speaks for *digest*; it is committed, or rolled back, with the rest of the session."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    last = db.execute(select(LogEntry.seq, LogEntry.hash).order_by(LogEntry.seq.desc()).limit(1)).first()
    entry = LogEntry(
        seq=last.seq + 1 if last else 1,
        at=now(),
        kind=kind,
        subject=subject,
        digest=digest,
        body=plain(body or {}),
        person_id=person_id,
        previous=last.hash if last else BEGINNING,
    )
    entry.hash = hash_of(entry)
    db.add(entry)
    db.flush()
    db.info.setdefault(APPENDED, []).append(entry)
    return entry


def spelling_of(entry: LogEntry) -> bytes:
    """The bytes whose SHA-256 is the line's hash: all columns but that one, in their one spelling."""
    return canonical(_without_hash(entry))


def hash_of(entry: LogEntry) -> str:
    """What the line's hash must be."""
    return digest_of(_without_hash(entry))


def _without_hash(entry: LogEntry) -> dict[str, object]:
    return {name: value for name, value in row_of(entry).items() if name != "hash"}


def line_of(entry: LogEntry) -> dict[str, Any]:
    """*entry* as plain JSON, for a file that leaves the house."""
    return row_of(entry) | {"at": entry.at.isoformat(), "kind": entry.kind.value}


def entry_of(line: Mapping[str, Any]) -> LogEntry:
    """The entry that *line* spells; ValueError where it is no line of a log."""
    try:
        plain = {**line, "at": datetime.fromisoformat(line["at"]), "kind": LogKind(line["kind"])}
        entry = LogEntry(**plain)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError("no line of a log") from error
    if set(plain) != set(row_of(entry)) or plain["at"].tzinfo is None:
        raise ValueError("no line of a log")
    return entry


def entries_between(db: Session, first: int, last: int) -> list[LogEntry]:
    """The lines from *first* to *last*, both included, by number."""
    rows = select(LogEntry).where(LogEntry.seq.between(first, last)).order_by(LogEntry.seq)
    return list(db.scalars(rows))


def all_entries(db: Session) -> Iterator[LogEntry]:
    """Every line by number, a page at a time; raises LogError at one that cannot be read."""
    first = db.scalar(select(func.min(LogEntry.seq)))
    last = db.scalar(select(func.max(LogEntry.seq)))
    if first is None or last is None:
        return
    for begin in range(first, last + 1, _PAGE):
        try:
            page = entries_between(db, begin, begin + _PAGE - 1)
        except _UNREADABLE:
            page = []
            for seq in range(begin, begin + _PAGE):
                yield from _one(db, seq)
        for entry in page:
            db.expunge(entry)
            yield entry


def _one(db: Session, seq: int) -> list[LogEntry]:
    try:
        return entries_between(db, seq, seq)
    except _UNREADABLE as error:
        raise LogError(seq) from error


def last_entry(db: Session) -> LogEntry | None:
    """The head of the log; None where nothing was ever appended."""
    return db.scalar(select(LogEntry).order_by(LogEntry.seq.desc()).limit(1))


def check_chain(entries: Iterable[LogEntry], *heads: Head | None, whole: bool = False) -> Trouble | None:
    """The first thing that does not hold in *entries*, which may begin in the midst of a log.

    Each is to be as it was written and to carry the one before it; *heads* are lines known to have stood in it.
    A *whole* log begins with line 1.
    """
    awaited: dict[int, list[Head]] = {}
    for head in heads:
        if head is not None:
            awaited.setdefault(head.seq, []).append(head)
    before: LogEntry | None = None
    try:
        for entry in entries:
            if trouble := _broken(before, entry, whole=whole) or _replaced(entry, awaited.pop(entry.seq, ())):
                return trouble
            before = entry
    except LogError as error:
        return error.trouble
    return _cut(before, awaited)


def _broken(before: LogEntry | None, entry: LogEntry, *, whole: bool) -> Trouble | None:
    """What is wrong with *entry* itself, and with how it carries the line *before* it."""
    expected = before.seq + 1 if before else 1 if whole else entry.seq
    if entry.seq != expected:
        return Trouble(_line(expected), "is missing")
    body: object = entry.body
    if not isinstance(body, dict) or hash_of(entry) != entry.hash:
        return Trouble(_line(entry.seq), "was edited after it was written")
    if before is not None and entry.previous != before.hash:
        return Trouble(_line(entry.seq), "does not carry the line before it: one of the two was replaced")
    if (entry.seq == 1) != (entry.previous == BEGINNING):
        return Trouble(_line(entry.seq), "is not where the log begins, or not the only line that says so")
    return None


def _replaced(entry: LogEntry, heads: Iterable[Head]) -> Trouble | None:
    for head in heads:
        if head.hash != entry.hash:
            what = f"is not the one that stood there at {head.at:%Y-%m-%d %H:%M:%S} UTC: the log was chained anew"
            return Trouble(_line(entry.seq), what)
    return None


def _cut(last: LogEntry | None, awaited: Mapping[int, list[Head]]) -> Trouble | None:
    """Whether one of the heads that were not met stands after the *last* line."""
    end = last.seq if last else 0
    later = [seq for seq in awaited if seq > end]
    if not later:
        return None
    head = awaited[max(later)][0]
    what = f"ends at line {end}, yet line {head.seq} stood in it at {head.at:%Y-%m-%d %H:%M:%S} UTC: its tail was cut"
    return Trouble("the log", what)


def _line(seq: int) -> str:
    return f"line {seq} of the log"
