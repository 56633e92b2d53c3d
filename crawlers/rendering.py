"""Spots and pictures of evidence: from the stored bytes of captures, without scripts and off the network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from crawlers.browsing.finding import NoBrowserError, find_browser
from crawlers.capturing import file_name_of, is_page
from crawlers.picturing.camera import HEIGHT, MEDIA_TYPE, TALLEST, WIDTH, Photo
from crawlers.picturing.looker import Asked, Looked
from crawlers.picturing.studio import Done, Job, Studio, look_only
from crawlers.unpacking import PackedWrongError, unpack
from models.archive import Archive, ArchiveError, ErasedError
from models.base import now
from models.crawling import Capture, Picture, Reading
from models.facts_json import unpack as unpack_facts
from models.spots import Spotted, keep_spots, spots_of
from models.store import Store

LARGEST = 2**26
_AT_ONCE = 500  # captures in one question
PAPER = "PDFium"
_KEPT_TOGETHER = 60  # pictures and spots held in memory before they are stored
__all__ = [
    "HEIGHT",
    "TALLEST",
    "WIDTH",
    "NoBrowserError",
    "Wanted",
    "find_browser",
    "find_spots",
    "take_pictures",
]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture to take: of this capture, with these words outlined, which lead to the address *leads_to*, if any."""

    capture: str
    quote: str
    leads_to: str = ""


@dataclass(slots=True)
class _Task:
    """All captures with the same bytes, and the quotes wanted of any of them: looked at once."""

    captures: dict[str, Capture] = field(default_factory=dict)
    quotes: dict[str, str] = field(default_factory=dict)
    wanted: set[tuple[str, str]] = field(default_factory=set)  # (capture, quote): of these the spots
    pictured: set[tuple[str, str]] = field(default_factory=set)  # and of these the pictures are missing


def take_pictures(
    wanted: Iterable[Wanted], *, store: Store, archive: Archive, browser: Path, most: int | None = None
) -> tuple[int, int]:
    """Take the pictures that are not there yet, and find their spots; how many, and how many show the words.

    After *most* pictures or a few more it ends, so that others may have the browser; the next call goes on.
    """
    tasks = list(_up_to(most, _tasks(wanted, store, views=True)))
    return asyncio.run(_do(tasks, store, archive, Studio(browser).take)) if tasks else (0, 0)


def find_spots(wanted: Iterable[Wanted], *, store: Store, archive: Archive) -> None:
    """Find the spots that are not known yet, where there is no browser to take pictures too."""
    if tasks := _tasks(wanted, store, views=False):
        asyncio.run(_do(tasks, store, archive, look_only))


def _tasks(wanted: Iterable[Wanted], store: Store, *, views: bool) -> list[_Task]:
    """What is missing, body by body: two captures of one body share the work."""
    asked = {(want.capture, want.quote): want.leads_to for want in wanted}
    captures, pictured, spotted = _there(store, sorted({capture for capture, _ in asked}))
    tasks: dict[tuple[str, ...], _Task] = {}
    for (capture_id, quote), leads_to in asked.items():
        has_all = (capture_id, quote) in spotted and (not views or (capture_id, quote) in pictured)
        if capture_id not in captures or has_all:
            continue
        row = captures[capture_id]
        same = (
            row.body_sha256,
            row.content_encoding,
            row.media_type,
            row.charset_declared or "",
            row.final_url,
        )
        task = tasks.setdefault(same, _Task())
        task.captures[capture_id] = row
        task.quotes[quote] = task.quotes.get(quote) or leads_to
        task.wanted.add((capture_id, quote))
        if views and (capture_id, quote) not in pictured:
            task.pictured.add((capture_id, quote))
    return list(tasks.values())


def _up_to(most: int | None, tasks: Iterable[_Task]) -> Iterator[_Task]:
    """The first tasks that make *most* pictures together."""
    so_far = 0
    for task in tasks:
        if most is not None and so_far >= most:
            return
        so_far += len(task.pictured)
        yield task


def _there(
    store: Store, ids: Sequence[str]
) -> tuple[dict[str, Capture], set[tuple[str, str]], set[tuple[str, str]]]:
    """The captures of these ids, and for which (capture, quote) there are pictures and spots."""
    captures: dict[str, Capture] = {}
    pictured: set[tuple[str, str]] = set()
    with store.reading() as db:
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            captures |= {row.id: row for row in db.scalars(select(Capture).where(Capture.id.in_(some)))}
            rows = db.execute(select(Picture.capture_id, Picture.quote).where(Picture.capture_id.in_(some)))
            pictured |= {(capture, quote) for capture, quote in rows}
        return captures, pictured, set(spots_of(db, ids))


async def _do(
    tasks: Sequence[_Task],
    store: Store,
    archive: Archive,
    work: Callable[[Iterable[Job]], AsyncIterator[Done]],
) -> tuple[int, int]:
    """Look at every body, and keep what comes of it as it comes."""
    album = _Album(store, archive)
    async for done in work(_jobs(tasks, store, archive, album)):
        album.add(tasks[done.number], done)
    album.keep()
    return album.taken, album.found


def _jobs(tasks: Sequence[_Task], store: Store, archive: Archive, album: _Album) -> Iterator[Job]:
    """One job for each body that can be had; of the others it is said why not."""
    for number, task in enumerate(tasks):
        capture = next(iter(task.captures.values()))
        try:
            body = unpack(archive.get(capture.body_sha256), capture.content_encoding, largest=LARGEST)
        except (ArchiveError, PackedWrongError) as error:
            album.refuse(task, "erased" if isinstance(error, ErasedError) else "unreadable")
            continue
        asked = Asked(
            body=body,
            url=capture.final_url,
            media_type=capture.media_type,
            charset=capture.charset_declared,
            file_name=file_name_of(capture),
            known="" if is_page(capture) else _text_of(store, capture),
            quotes=task.quotes,
            pictured=frozenset(quote for _, quote in task.pictured),
        )
        yield Job(number, asked)


def _text_of(store: Store, capture: Capture) -> str:
    """What a reader made of a file: of a scan, words that nobody finds in its bytes."""
    ids = [one for one in (capture.id, capture.confirms_id) if one]
    with store.reading() as db:
        latest = select(Reading.facts).where(Reading.capture_id.in_(ids)).order_by(Reading.id.desc())
        facts = db.scalars(latest.limit(1)).first()
    return unpack_facts(facts).text if facts else ""


class _Album:
    """Spots and pictures on their way to where they are kept."""

    def __init__(self, store: Store, archive: Archive) -> None:
        self._store = store
        self._archive = archive
        self._pictures: list[Picture] = []
        self._spots: list[tuple[str, str, Spotted]] = []
        self.taken = self.found = 0

    def refuse(self, task: _Task, reason: str) -> None:
        """Say of all quotes of a body why they were not looked for."""
        nowhere = Spotted(found=False, kind="none", place={"reason": reason})
        self._spots += [(capture, quote, nowhere) for capture, quote in task.wanted]

    def add(self, task: _Task, done: Done) -> None:
        """Take in what came of one body; every capture with it has the same pictures."""
        looked = done.looked
        self._spots += [(capture, quote, looked.spots[quote]) for capture, quote in sorted(task.wanted)]
        for capture, quote in sorted(task.pictured):
            photo = done.photos.get(quote) or _of_paper(looked, quote)
            if photo is not None:
                self._pictures.append(self._row(capture, quote, photo, done.browser))
        if len(self._pictures) + len(self._spots) >= _KEPT_TOGETHER:
            self.keep()

    def keep(self) -> None:
        """Make it all safe: pictures in the archive before their rows."""
        self._archive.settle()
        with self._store.writing() as db:
            db.add_all(self._pictures)
            keep_spots(db, self._spots)
            self.taken += len(self._pictures)
            self.found += sum(picture.found for picture in self._pictures)
        self._pictures, self._spots = [], []

    def _row(self, capture: str, quote: str, photo: Photo, browser: str) -> Picture:
        return Picture(
            capture_id=capture,
            quote=quote,
            found=photo.found,
            sha256=self._archive.stage(photo.full),
            crop_sha256=self._archive.stage(photo.crop) if photo.crop else None,
            media_type=MEDIA_TYPE,
            note="; ".join(photo.notes),
            width=photo.width,
            height=photo.height,
            browser=PAPER if "paper" in photo.notes else browser,
            taken_at=now(),
        )


def _of_paper(looked: Looked, quote: str) -> Photo | None:
    """A picture that no browser took: a page of a PDF, or a picture."""
    shown = looked.shown.get(quote)
    if shown is None:
        return None
    notes = ("paper", "letters") if shown.lacked else ("paper",)
    return Photo(shown.full, shown.crop, shown.width, shown.height, looked.spots[quote].found, notes)
