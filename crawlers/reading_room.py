"""Where captures become facts: one limited child reads for all visits of this process, in turn."""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import islice
from time import monotonic

from crawlers.addresses import is_media
from crawlers.capturing import file_name_of, is_page
from crawlers.confined_reading import ConfinedReader
from crawlers.documents import tools
from crawlers.reading import READER_VERSION
from crawlers.recalling import unpacked_of
from models.archive import Archive, ErasedError
from models.crawling import Capture
from models.facts import PageFacts
from models.seen import copy_confirmed, record_readings, unread
from models.store import Store
from models.submissions import SCHEME
from models.vocabulary import PageKind, Reason

AT_ONCE = 50  # facts kept in memory before they are stored
TOOL_SECONDS = 120.0  # of one visit, for files: scans take minutes, and other cities wait for their turn


def reader_version() -> str:
    """The version of what is read here: of our readers, and with which programs of the distribution.

    A scan that nobody could read counts as read only where still nobody can.
    """
    return "+".join((READER_VERSION, *sorted(tools.found())))


class ReadingRoom:
    """Reads what no reader of this version has read. Its child is started by the first visit and then shared.

    The kernel ends the child with the thread that started it, so all reading is done in one.
    """

    def __init__(self) -> None:
        """Start nothing yet."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading")
        self._reader: ConfinedReader | None = None

    def read(self, store: Store, archive: Archive, visit_id: int, *, today: date) -> int:
        """Read the captures of a visit and keep their facts; how many were read. Waits for its turn.

        Relative dates ("yesterday") count from *today*. Raises ConfinementError where no child can be started.
        """
        version = reader_version()
        copy_confirmed(store, visit_id, reader_version=version)
        captures = unread(store, visit_id, reader_version=version)
        if not captures:
            return 0
        return self._thread.submit(self._read_all, store, archive, captures, today, version).result()

    def close(self) -> None:
        """End the child."""
        self._thread.shutdown()
        if self._reader is not None:
            self._reader.close()

    def _read_all(
        self, store: Store, archive: Archive, captures: list[Capture], today: date, version: str
    ) -> int:
        found = self._facts_of(archive, captures, today)
        count = 0
        while some := list(islice(found, AT_ONCE)):
            record_readings(store, some, reader_version=version)
            count += len(some)
        return count

    def _facts_of(
        self, archive: Archive, captures: list[Capture], today: date
    ) -> Iterator[tuple[str, PageFacts]]:
        """The facts of each capture that holds a page or a file."""
        if self._reader is None:
            self._reader = ConfinedReader()
            atexit.register(self.close)
        left = TOOL_SECONDS
        for capture in captures:
            try:
                body = unpacked_of(capture, archive) if is_worth_reading(capture) else None
            except ErasedError:
                yield capture.id, facts_of_erased(capture)
                continue
            if body is not None:
                began = monotonic()
                facts = self._reader.read(
                    body,
                    url=capture.final_url,
                    media_type=capture.media_type,
                    file_name=file_name_of(capture),
                    charset=capture.charset_declared,
                    today=today,
                    tool_seconds=left,
                )
                if not is_page(capture):
                    left = max(left - (monotonic() - began), 0.0)
                yield capture.id, facts


def facts_of_erased(capture: Capture) -> PageFacts:
    """What is left to say of a capture whose bytes were erased: that we cannot look."""
    return PageFacts(
        url=capture.final_url,
        title="",
        language=None,
        kind=PageKind.OTHER,
        complete=False,
        reasons=(Reason.ERASED,),
    )


def is_worth_reading(capture: Capture) -> bool:
    """Pages whatever their status, for an error page says what it is; files only where they were given.

    No server was asked for a file that a person brought.
    """
    if is_page(capture) or capture.requested_url.startswith(SCHEME):
        return True
    return capture.status in range(200, 300) and not is_media(capture.final_url)
