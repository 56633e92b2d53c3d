"""Commits what the crawl has seen: a handful of answers at a time, bytes before rows, nothing by halves."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from crawlers.loading import LoadCounter
from models.archive import Archive
from models.ledger import Ended, Ledger, Planned
from models.room import NoRoomError

MOST_UNSAVED = 24  # answers; a commit costs about as much as reading a page
PATIENCE = 0.25  # seconds that an answer waits for others at most


class Saver:
    """Gathers ends and new addresses in the order they came, and writes them in one transaction."""

    def __init__(self, ledger: Ledger, loads: LoadCounter) -> None:
        """Write to *ledger*; the archive is named once the spider is there."""
        self.archive: Archive | None = None
        self.stop: Callable[[NoRoomError], None] | None = None
        self.patience = PATIENCE
        self._ledger = ledger
        self._loads = loads
        self._ended: list[Ended] = []
        self._planned: list[Planned] = []
        self._revised: dict[str, Planned] = {}
        self._waits = False

    def add(self, ended: list[Ended], planned: list[Planned], revised: Iterable[Planned] = ()) -> bool:
        """Take them in, saving where enough has gathered; whether ``save`` is to be called in a moment."""
        self._ended += ended
        self._planned += planned
        self._revised.update((plan.key, plan) for plan in revised)
        if len(self._ended) >= MOST_UNSAVED:
            self.save()
        is_first = not self._waits and bool(self._ended or self._planned)
        self._waits = self._waits or is_first
        return is_first

    def save(self) -> None:
        """Commit all that has gathered: first the bodies are safe on disk, then the rows speak of them.

        Where the disk is full the crawl is told to stop; the rows stay planned, and the next visit asks again.
        """
        try:
            self._write()
        except NoRoomError as error:
            if self.stop is None:
                raise
            self.stop(error)

    def _write(self) -> None:
        ended, planned, revised = self._ended, self._planned, list(self._revised.values())
        self._ended, self._planned, self._revised, self._waits = [], [], {}, False
        if self.archive is not None:
            self.archive.settle()
        loads = self._loads.taken()  # not before: what a full disk refuses was asked for all the same
        if ended or planned or revised or loads:
            self._ledger.record(ended, planned, revised, loads)
