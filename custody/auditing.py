"""Check a whole installation: its log, heads, time-stamps, manifests, rows and bodies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from cryptography import x509
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from custody.canonical import digest, row_digest
from custody.heads import Heads
from custody.log import LogError, all_entries, check_chain
from custody.manifests import Manifest, ManifestError, check_growth, check_manifest, manifest_of_line
from custody.stamps import StampError, verify
from custody.trouble import Trouble
from models.archive import Archive, ArchiveError
from models.base import Base
from models.crawling import Capture, Run
from models.custody import Erasure, LogEntry, Stamp, Submission
from models.judging import Assessment
from models.replies import said_of_reply
from models.replying import Reply, RequestAct
from models.reviewing import Withdrawal
from models.store import Store
from models.submissions import said_of
from models.vocabulary import LogKind, StampState

_STRANGE = (ValueError, TypeError, LookupError)  # what a row raises that the program never wrote

CLOCK = timedelta(minutes=1)  # clocks differ by so much without anybody's fault
_Act = Assessment | Withdrawal | Submission | Reply | RequestAct
_Speaks = Callable[[Session, Any], str]  # the digest that a row's line of the log must have


class Audit:
    """One look at everything. ``seen`` counts what was checked; ``notes`` tell what could not be, and is no fault."""

    def __init__(
        self, store: Store, archive: Archive, heads: Heads, roots: Sequence[x509.Certificate] = ()
    ) -> None:
        """Check *store* and *archive* against *heads*, and time-stamps against *roots*."""
        self.seen: Counter[str] = Counter()
        self.notes: list[str] = []
        self._store, self._archive, self._heads, self._roots = store, archive, heads, roots

    def troubles(self, run_id: str | None = None) -> Iterator[Trouble]:
        """All that does not hold: the log, and if it holds what leans on it; of the runs only *run_id* if named."""
        with self._store.reading() as db:
            try:
                entries = list(all_entries(db))
            except LogError as error:
                yield error.trouble
                return
        self.seen["lines"] = len(entries)
        if trouble := check_chain(entries, *self._heads.all(), whole=True):
            yield trouble
            return
        yield from self._stamps(entries)
        yield from self._decisions(entries)
        for run, lines in _by_run(entries).items():
            if run_id in {None, run}:
                yield from self._run(lines)
        self._unsealed(entries, run_id)

    def _stamps(self, entries: Sequence[LogEntry]) -> Iterator[Trouble]:
        """Tokens that were changed, or that stand for lines which are not there any more."""
        by_number = {entry.seq: entry for entry in entries}
        lines = [entry for entry in entries if entry.kind is LogKind.STAMP]
        for entry in lines:
            self.seen["time-stamps"] += 1
            if trouble := self._stamp(entry, by_number):
                yield trouble
        if lines and not self._roots:
            self.notes.append("time-stamps were not verified: no root certificates (TCM_STAMP_ROOTS)")
        known = {entry.digest for entry in lines}
        with self._store.reading() as db:
            had = db.execute(
                select(Stamp.id, Stamp.token_sha256).where(Stamp.state == StampState.STAMPED.value)
            )
            for stamp, token in had:
                if token not in known:
                    yield Trouble(f"time-stamp {stamp}", f"has a token of which no line speaks: {token}")

    def _stamp(self, entry: LogEntry, by_number: Mapping[int, LogEntry]) -> Trouble | None:
        body, where = entry.body, f"line {entry.seq} of the log"
        try:
            token = self._archive.get(entry.digest)
            stamped = verify(token, body["hash"], self._roots) if self._roots else None
            line = by_number.get(int(body["line"]))
        except (ArchiveError, StampError, *_STRANGE) as error:
            return Trouble(where, f"speaks for a time-stamp that does not hold: {error}")
        if line is None or line.hash != body["hash"]:
            when = stamped.at if stamped else body.get("at")
            return Trouble(
                f"line {body['line']} of the log", f"is not the one that was time-stamped at {when}"
            )
        if stamped and line.at - stamped.at > CLOCK:
            ahead = f"line {line.seq} says {line.at:%Y-%m-%d %H:%M} UTC, and was time-stamped before, at"
            self.notes.append(f"{ahead} {stamped.at:%Y-%m-%d %H:%M}: our clock was ahead; the order holds")
        return None

    def _decisions(self, entries: Sequence[LogEntry]) -> Iterator[Trouble]:
        """Acts of people that are not what was logged; those from before there was a log are let be."""
        yield from self._said(_logged(entries, LogKind.ASSESSMENT), "assessment", Assessment, _whole_row)
        yield from self._said(_logged(entries, LogKind.WITHDRAWAL), "withdrawal", Withdrawal, _whole_row)
        yield from self._said(_logged(entries, LogKind.SUBMISSION), "submission", Submission, _as_brought)
        yield from self._said(_logged(entries, LogKind.REPLY), "reply", Reply, _as_replied)
        yield from self._said(_logged(entries, LogKind.REQUEST), "request_act", RequestAct, _whole_row)
        erased = _logged(entries, LogKind.ERASURE)
        decided = self._digests(Erasure, Erasure.body_sha256, _whole_row)
        for body in sorted({*erased, *decided}):
            if erased.get(body) != decided.get(body):
                yield Trouble(f"the erasure of body {body}", "is not what the log says of it")

    def _said(
        self, logged: Mapping[str, str], kind: str, table: type[_Act], speaks: _Speaks
    ) -> Iterator[Trouble]:
        """Rows that are not what their last line says of them; those from before there was a log are let be."""
        (key,) = table.__table__.primary_key
        now = {f"{kind} {name}": value for name, value in self._digests(table, key, speaks).items()}
        for subject, value in logged.items():
            self.seen[table.__tablename__] += 1
            if now.get(subject) != value:
                yield Trouble(subject, "was edited after it was made" if subject in now else "is gone")
        begun = False
        for subject in now:  # in the order of their numbers
            begun = begun or subject in logged
            if begun and subject not in logged:
                yield Trouble(subject, "is not in the log: it was written past the monitor")

    def _digests(
        self,
        table: type[_Act | Erasure],
        name: ColumnElement[Any] | InstrumentedAttribute[Any],
        speaks: _Speaks,
    ) -> dict[str, str]:
        """What lines of the log must say of a table's rows, in the order of their numbers; nothing fits nonsense."""
        found: dict[str, str] = {}
        with self._store.reading() as db:
            (number,) = table.__table__.primary_key
            for key, called in db.execute(select(number, name).order_by(number)).all():
                try:
                    found[str(called)] = speaks(db, db.get_one(table, key))
                except _STRANGE:
                    found[str(called)] = ""
        return found

    def _run(self, lines: Sequence[LogEntry]) -> Iterator[Trouble]:
        """One run's manifests, each against the one before it, the newest against rows and bodies."""
        before: Manifest | None = None
        for line in lines:
            try:
                manifest = manifest_of_line(self._archive, line)
            except (ManifestError, ArchiveError) as error:
                yield Trouble(
                    f"line {line.seq} of the log", f"speaks for a manifest that does not hold: {error}"
                )
                continue
            if before is not None:
                yield from check_growth(before, manifest)
            before = manifest
        if before is not None:
            self.seen.update(runs=1, items=len(before.items))
            yield from check_manifest(before, self._store, self._archive)

    def _unsealed(self, entries: Sequence[LogEntry], run_id: str | None) -> None:
        sealed = {entry.subject for entry in entries if entry.kind is LogKind.MANIFEST}
        with self._store.reading() as db:
            ended = db.scalars(select(Run.id).where(Run.ended_at.is_not(None)).order_by(Run.started_at))
            self.notes += [
                f"run {run} was never sealed: whatever is edited in it would not show"
                for run in ended
                if run not in sealed and run_id in {None, run}
            ]


def _by_run(entries: Sequence[LogEntry]) -> dict[str, list[LogEntry]]:
    runs: dict[str, list[LogEntry]] = {}
    for entry in entries:
        if entry.kind is LogKind.MANIFEST:
            runs.setdefault(entry.subject, []).append(entry)
    return runs


def _logged(entries: Sequence[LogEntry], kind: LogKind) -> dict[str, str]:
    """Subject → digest of the lines of one kind."""
    return {entry.subject: entry.digest for entry in entries if entry.kind is kind}


def _whole_row(_db: Session, row: Base) -> str:
    return row_digest(row)


def _as_replied(_db: Session, row: Reply) -> str:
    return digest(said_of_reply(row))


def _as_brought(db: Session, row: Submission) -> str:
    return digest(said_of(row, db.get(Capture, row.capture_id) if row.capture_id else None))
