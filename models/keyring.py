"""The keys of stored bodies, in one SQLite file apart from the archive. To destroy a key is to erase a body."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from models.room import NoRoomError, is_full

BUSY_SECONDS = 30
_TRIES = 100  # at turning a new file to WAL, which SQLite does not wait for
_TABLES = """
CREATE TABLE IF NOT EXISTS keys (
    body BLOB NOT NULL, name BLOB NOT NULL, key BLOB NOT NULL, PRIMARY KEY (body, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tombstones (
    body BLOB PRIMARY KEY, at TEXT NOT NULL, decision TEXT NOT NULL, lasting INTEGER NOT NULL
) WITHOUT ROWID;
"""


class KeyringError(Exception):
    """The keys cannot be had or kept; the sentence says why and where."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the body *body* (a SHA-256). ``name`` stands in the file it opens and is its nonce too."""

    body: str
    name: bytes
    secret: bytes


@dataclass(frozen=True, slots=True)
class Tombstone:
    """That a body was erased: when, by which decision, and whether it is never to be stored again."""

    at: datetime
    decision: str
    lasting: bool = True


class Keyring:
    """Keys by body. Many processes and threads may use one file at once; what was added is safe on disk.

    A body may have several keys: whoever stores the same bytes at the same moment brings their own.
    """

    def __init__(self, path: Path) -> None:
        """Keep keys at *path*, which is made with the first key."""
        self.path = path
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None

    def add(self, keys: Iterable[Key]) -> frozenset[str]:
        """Keep *keys*, all or none, and return the bodies among them that are erased for good: they get no key."""
        wanted = list(keys)
        with self._writing() as db:
            stones = {key.body: stone for key in wanted if (stone := _tombstone(db, key.body))}
            erased = {body for body, stone in stones.items() if stone.lasting}
            back = [(_raw(body),) for body in stones.keys() - erased]
            db.executemany("DELETE FROM tombstones WHERE body = ?", back)
            rows = [(_raw(key.body), key.name, key.secret) for key in wanted if key.body not in erased]
            db.executemany("INSERT INTO keys (body, name, key) VALUES (?, ?, ?)", rows)
        return frozenset(erased)

    def find(self, body: str, name: bytes) -> bytes | None:
        """The secret of the key *name* of *body*; None where there is no such key."""
        with self._reading() as db:
            row = (
                db
                and db.execute(
                    "SELECT key FROM keys WHERE body = ? AND name = ?", (_raw(body), name)
                ).fetchone()
            )
        return bytes(row[0]) if row else None

    def tombstone(self, body: str) -> Tombstone | None:
        """When and why *body* was erased; None where it was not."""
        with self._reading() as db:
            return _tombstone(db, body) if db else None

    def destroy(self, body: str, decision: str, *, at: datetime, lasting: bool = True) -> Tombstone:
        """Make *body* unreadable in every copy of the archive. The first decision stands, but before a lasting one.

        What is deleted is overwritten; ``empty_journal`` takes the secrets out of the journal too.
        """
        with self._writing() as db:
            db.execute("DELETE FROM keys WHERE body = ?", (_raw(body),))
            db.execute(
                "INSERT INTO tombstones (body, at, decision, lasting) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                " at = excluded.at, decision = excluded.decision, lasting = 1"
                " WHERE lasting = 0 AND excluded.lasting = 1",
                (_raw(body), at.astimezone(UTC).isoformat(), decision, lasting),
            )
        return self.tombstone(body) or Tombstone(at, decision, lasting)

    def empty_journal(self) -> None:
        """Write what the journal holds into the file and cut it to nothing: it held the secrets too."""
        with self._reading() as db:
            busy = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] if db else 0
        if busy:
            raise KeyringError(
                f"the key is destroyed, but the journal of {self.path} is in use and may still hold it: erase again"
            )

    def copy_to(self, path: Path) -> None:
        """Write a copy of all keys, as of one moment, to *path*; others may write meanwhile."""
        with self._reading() as db, closing(sqlite3.connect(path)) as copy:
            if db:
                db.backup(copy)

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """The open file; None where no key was ever added."""
        with self._lock, self._said():
            if self._connection is None and self.path.exists():
                self._connection = self._open()
            yield self._connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """The open file within one transaction, which waits its turn."""
        with self._lock, self._said():
            if self._connection is None:
                self._connection = self._open()
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # a full disk has rolled back by itself
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            if is_full(error):
                raise NoRoomError(self.path) from error
            raise KeyringError(f"the keys at {self.path} cannot be used: {error}") from error

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.touch(mode=0o600)
        connection = sqlite3.connect(
            self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            _turn_to_wal(connection)
            for pragma in ("synchronous=FULL", "secure_delete=ON"):
                connection.execute(f"PRAGMA {pragma}").fetchall()
            connection.executescript(_TABLES)
        except BaseException:
            connection.close()
            raise
        return connection


def _turn_to_wal(connection: sqlite3.Connection) -> None:
    """Readers beside a writer. Two processes that make the file at once may find it locked for a moment."""
    for left in reversed(range(_TRIES)):
        try:
            connection.execute("PRAGMA journal_mode=WAL").fetchall()
        except sqlite3.OperationalError as error:
            if not left or error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(0.02)
        else:
            return


def _tombstone(db: sqlite3.Connection, body: str) -> Tombstone | None:
    row = db.execute("SELECT at, decision, lasting FROM tombstones WHERE body = ?", (_raw(body),)).fetchone()
    return Tombstone(datetime.fromisoformat(row[0]), row[1], bool(row[2])) if row else None


def _raw(body: str) -> bytes:
    return bytes.fromhex(body)
