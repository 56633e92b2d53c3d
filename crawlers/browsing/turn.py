"""Whose turn it is: one browser at a time on this machine, whichever crawl has pages for it."""

from __future__ import annotations

import asyncio
import fcntl
import shutil
import tempfile
import time
from pathlib import Path
from typing import IO

from crawlers.browsing.finding import PREFIX

_LOOK = 0.2


class Turn:
    """The lock that the crawl with the browser holds. The kernel takes it back when its process ends."""

    def __init__(self, lock: Path) -> None:
        """All who share *lock* share one browser's worth of this machine."""
        self._lock = lock
        self._file: IO[str] | None = None

    async def take(self, patience: float) -> bool:
        """Wait for the turn, without holding up the crawl; False if it did not come within *patience* seconds."""
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        file = self._lock.open("a+", encoding="utf-8")
        until = time.monotonic() + patience
        while not _locked(file):
            if time.monotonic() > until:
                file.close()
                return False
            await asyncio.sleep(_LOOK)
        self._file = file
        self._clear_away()
        return True

    def note(self, folder: Path) -> None:
        """Write down where the browser lives, for whoever comes after a crawl that was killed."""
        if self._file is not None:
            self._file.truncate(0)
            self._file.write(str(folder))
            self._file.flush()

    async def give_up(self) -> None:
        """Let another crawl have it; one that waits has time to notice before we could ask again."""
        if self._file is not None:
            self._file.truncate(0)
            self._file.close()
            self._file = None
            await asyncio.sleep(2 * _LOOK)

    def _clear_away(self) -> None:
        """Remove the folder of a browser whose crawl did not live to do so."""
        if self._file is None:
            return
        self._file.seek(0)
        left = Path(self._file.read().strip() or ".")
        if left.name.startswith(PREFIX) and left.parent == Path(tempfile.gettempdir()):
            shutil.rmtree(left, ignore_errors=True)


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
