"""The heads of the log, kept in a file outside the database: what stood in the log cannot be cut off unseen."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from models.custody import LogEntry
from models.store import Store

FILE = "heads.jsonl"
APPENDED = "appended to the log"  # under this name a session remembers its lines until they are committed
_said = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Head:
    """That line ``seq`` with this ``hash`` stood in the log at that moment."""

    seq: int
    hash: str
    at: datetime

    @classmethod
    def of(cls, entry: LogEntry) -> Head:
        """The head of a log that ends with *entry*."""
        return cls(entry.seq, entry.hash, entry.at)


class Heads:
    """The heads under one folder, oldest first; keep a copy of that folder where the monitor cannot write."""

    def __init__(self, folder: Path) -> None:
        """Keep heads in *folder*, which is made with the first of them."""
        self.folder = folder

    def keep(self, entry: LogEntry) -> None:
        """Write down that *entry* is the last line of the log; it is on disk when this returns."""
        self.folder.mkdir(parents=True, exist_ok=True)
        head = asdict(Head.of(entry)) | {"at": entry.at.astimezone(UTC).isoformat()}
        with (self.folder / FILE).open("ab", buffering=0) as file:
            line = json.dumps(head).encode() + b"\n"
            file.write(line if _ends_well(self.folder / FILE) else b"\n" + line)  # in one piece
            os.fsync(file.fileno())

    def last(self) -> Head | None:
        """The head that is furthest along; None where none was kept."""
        return max(self.all(), key=lambda head: head.seq, default=None)

    def all(self) -> Iterator[Head]:
        """Every head that was kept; what a power cut left of a line is passed over."""
        try:
            with (self.folder / FILE).open("rb") as file:
                for line in file:
                    if (head := _head(line)) is not None:
                        yield head
        except FileNotFoundError:
            return


def keep_heads(store: Store, heads: Heads) -> None:
    """From now on, whatever is appended to the log of *store* is a head in *heads* once it is committed.

    What is committed stays so even if its head cannot be written; the next line's head then speaks for both.
    """

    def keep(db: Session) -> None:
        entries: list[LogEntry] = db.info.pop(APPENDED, [])
        if not entries:
            return
        try:
            heads.keep(entries[-1])
        except OSError as error:
            _said.warning("the head of the log was not kept in %s: %s", heads.folder, error.strerror)

    store.when_committed(keep)


def _ends_well(file: Path) -> bool:
    """Whether the last line of *file* is whole, so that another may follow it."""
    with file.open("rb") as there:
        if not there.seek(0, os.SEEK_END):
            return True
        there.seek(-1, os.SEEK_END)
        return there.read(1) == b"\n"


def _head(line: bytes) -> Head | None:
    try:
        said: dict[str, Any] = json.loads(line)
        return Head(int(said["seq"]), str(said["hash"]), datetime.fromisoformat(said["at"]))
    except (ValueError, KeyError, TypeError):
        return None
