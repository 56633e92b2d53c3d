"""What a perfect crawl of a pretend council would see: the same links, rows and readers, without network or database.

    with Sights(today, folder) as sights:
        sight = sights.of("verbohirsk")                              # with the council's own fault, if it has one
        sight = sights.of("verbohirsk", mutation="renamed", fault=None)

What is read is kept in *folder* by its bytes, and whole sights by everything they depend on: the second time takes
a moment. Scripts are not run, so the councils of ``truth/apart`` that need them show less than they have.
"""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Sequence
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.asking import Answer, Asker
from benchmarks.walking import Walk
from checks.catalog import lexicon, load
from crawlers.addresses import is_media
from crawlers.capturing import is_page
from crawlers.confined_reading import ConfinedReader
from crawlers.reading_room import reader_version
from fixtures.councils.recipes import OWN
from fixtures.councils.server import PretendWeb
from models.crawling import Capture
from models.facts import PageFacts, Sight
from models.facts_json import pack, unpack

__all__ = ["OWN", "Sights", "sight_of"]

HOUSE = Path(__file__).parent.parent
GROUND = ("crawlers/**/*.py", "models/*.py", "fixtures/councils/**/*", "fixtures/indicators/*/planted.yaml")
READERS = (
    "crawlers/pages/*.py",
    "crawlers/documents/*.py",
    "crawlers/*read*.py",
    "crawlers/char*.py",
    "models/facts*.py",
)


class Sights:
    """Sights of pretend councils on one day, by the lexicon of one methodology."""

    def __init__(self, today: date, folder: Path, *, methodology: str = "transparent-cities") -> None:
        """Keep what is read in *folder*."""
        folder.mkdir(parents=True, exist_ok=True)
        self.today = today
        self.words = lexicon(load(methodology))
        self._kept = sqlite3.connect(folder / "sights.sqlite", isolation_level=None, timeout=60)
        self._kept.execute("CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, value BLOB)")
        self._reader = ConfinedReader()
        self._ground = _digest(_ground(), repr(self.words), reader_version(), today)

    def __enter__(self) -> Self:
        """Nothing is started before it is needed."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the reader."""
        self._reader.close()
        self._kept.close()

    def of(
        self, slug: str, changes: Sequence[str] = (), mutation: str | None = None, *, fault: str | None = OWN
    ) -> Sight:
        """What a perfect crawl of this council sees, after *changes*, redesigned by *mutation*, behind *fault*."""
        key = _digest(self._ground, slug, tuple(changes), mutation, fault)
        if (kept := self._known(key)) is not None:
            sight: Sight = pickle.loads(kept)  # noqa: S301  # our own
            return sight
        faults = {} if fault == OWN else {slug: fault}
        web = PretendWeb(today=self.today, cities=[slug], faults=faults)
        for change in changes:
            web.change(slug, change)
        sight = Walk(Asker(web, slug, mutation), slug, self.words, self.today, self.read).sight()
        self._keep(key, pickle.dumps(sight))
        return sight

    def read(self, answer: Answer) -> PageFacts | None:
        """The facts of an answer, as the read step gives them; None for what it does not read."""
        as_page = is_page(Capture(media_type=answer.media_type, final_url=answer.url))
        if not as_page and (answer.status not in range(200, 300) or is_media(answer.url)):
            return None
        said = (answer.url, answer.media_type, answer.file_name, answer.charset)
        key = _digest(reader_version(), _readers(), self.today, said, sha256(answer.body).hexdigest())
        if (kept := self._known(key)) is not None:
            return unpack(kept)
        facts = self._reader.read(
            answer.body,
            url=answer.url,
            media_type=answer.media_type,
            file_name=answer.file_name,
            charset=answer.charset,
            today=self.today,
        )
        self._keep(key, pack(facts))
        return facts

    def _known(self, key: str) -> bytes | None:
        row = self._kept.execute("SELECT value FROM kept WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def _keep(self, key: str, value: bytes) -> None:
        self._kept.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (key, value))


def sight_of(
    slug: str,
    today: date,
    changes: Sequence[str] = (),
    mutation: str | None = None,
    *,
    folder: Path,
    fault: str | None = OWN,
) -> Sight:
    """One sight; for many, ``Sights`` is cheaper."""
    with Sights(today, folder) as sights:
        return sights.of(slug, changes, mutation, fault=fault)


@cache
def _ground() -> str:
    """Everything of the house that a sight depends on, in one digest."""
    return _of_files(GROUND)


@cache
def _readers() -> str:
    """Everything that reading a page depends on."""
    return _of_files(READERS)


def _of_files(patterns: Sequence[str]) -> str:
    told = sha256()
    for path in sorted(path for pattern in patterns for path in HOUSE.glob(pattern) if path.is_file()):
        if path.suffix in {".py", ".yaml", ".html"}:
            told.update(path.relative_to(HOUSE).as_posix().encode() + b"\0" + path.read_bytes())
    return told.hexdigest()


def _digest(*parts: object) -> str:
    return sha256(repr(parts).encode()).hexdigest()
