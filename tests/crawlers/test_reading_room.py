"""Captures become facts whatever their bytes do to the reader, and each is read once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from checks.catalog import load
from checks.evaluate import evaluate
from crawlers import confined_reading, reading_room
from crawlers.confined_reading import ConfinedReader
from crawlers.confinement import Confined, ConfinementError, Limits
from crawlers.documents import tools
from crawlers.documents.contents import RECOGNISE
from crawlers.reading_room import ReadingRoom, reader_version
from custody.erasing import erase
from fixtures.councils.documents import make
from models.archive import Archive
from models.crawling import Capture
from models.facts import CityCard, SeenPage
from models.ledger import Ended, Ledger, Planned
from models.runs import open_run
from models.seen import sight_of
from models.store import Store, open_store
from models.visits import close_visit, open_visit
from models.vocabulary import AddressState, Reason
from tests.factories import make_capture

pytestmark = pytest.mark.crawl

TODAY = date(2026, 11, 20)
PAGE = "<title>Міська рада</title><h1>Міська рада</h1><p>Оголошення</p>".encode()
MANY_LINKS = "".join(
    f"<p>Рішення № {n} від 03.02.2026 <a href=/r/{n}>{n}</a>" for n in range(200_000)
).encode()
HOSTILE = (
    b"",
    b"\0" * 10_000,
    b"<" * 100_000,
    b"<div>" * 50_000 + b"x",
    b"%PDF-1.7\n" + b"\xff" * 1000,
    b"PK\x03\x04" + b"\0" * 1000,
    b"<title>&#0;&#xD800;&#x110000;</title><a href='http://[::1'>x</a><a href='//'>y</a>",
    b"<html lang='" + b"uk" * 10_000 + b"'><title>" + b"\xd0" * 10_000,
    b'{"items": ' + b"[" * 100_000,
)
CARD = CityCard("city", "Місто", "City", ("city.test",))


class Shelf:
    """A visit whose captures hold what a test puts there."""

    def __init__(self, folder: Path) -> None:
        self.store: Store = open_store(f"sqlite:///{folder / 'monitor.db'}")
        self.archive = Archive(folder / "archive")
        self.visit = open_visit(self.store, open_run(self.store, round_id="2026-11", name="city"), "city").id

    def put(self, path: str, body: bytes, media_type: str = "text/html", status: int = 200) -> None:
        """One more capture."""
        plan = Planned(f"city.test{path}", f"http://city.test{path}")
        capture = make_capture(
            self.visit, plan.url, media_type=media_type, status=status, body_sha256=self.archive.put(body)
        )
        Ledger(self.store, self.visit).record(
            [Ended(plan.key, AddressState.FETCHED, capture=capture)], [plan]
        )

    def confirm(self) -> None:
        """Another visit, which is told of every capture so far that nothing has changed."""
        earlier = [page.capture for page in self.seen().values()]
        run = open_run(self.store, round_id=f"2027-{self.visit:02}", name="city")
        self.visit = open_visit(self.store, run, "city").id
        for number, first in enumerate(earlier):
            with self.store.reading() as db:
                known = db.get_one(Capture, first)
            plan = Planned(f"city.test/{number}", known.final_url)
            capture = make_capture(
                self.visit,
                plan.url,
                status=304,
                confirms_id=first,
                media_type=known.media_type,
                body_sha256=known.body_sha256,
            )
            Ledger(self.store, self.visit).record(
                [Ended(plan.key, AddressState.FETCHED, capture=capture)], [plan]
            )

    def seen(self) -> dict[str, SeenPage]:
        """What the checks will be given, by path."""
        sight = sight_of(self.store, self.visit, CARD, reader_version=reader_version())
        return {page.url.removeprefix("http://city.test"): page for page in sight.pages}


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """A visit without captures."""
    made = Shelf(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def room() -> Iterator[ReadingRoom]:
    """A reading room, closed again."""
    made = ReadingRoom()
    yield made
    made.close()


def test_pages_and_files_are_read_and_only_once(shelf: Shelf, room: ReadingRoom) -> None:
    """A page gives its title, a PDF its text; pictures are nothing to read, and nothing is read twice."""
    shelf.put("/", PAGE)
    shelf.put("/r.pdf", make("pdf", "Рішення", ["Про бюджет"], []), "application/pdf")
    shelf.put("/p.png", b"\x89PNG\r\n\x1a\n", "image/png")

    counts = [room.read(shelf.store, shelf.archive, shelf.visit, today=TODAY) for _ in range(2)]

    assert counts == [2, 0]
    seen = shelf.seen()
    assert seen["/"].facts is not None
    assert "Міська рада" in seen["/"].facts.title
    assert seen["/r.pdf"].facts is not None
    assert seen["/r.pdf"].facts.document is not None
    assert seen["/p.png"].facts is None


def recogniser(folder: Path) -> dict[str, str]:
    """A program that makes the same words of every picture, as ``tools.found`` gives it."""
    program = folder / "recognise"
    program.write_text("#!/bin/sh\ncat > /dev/null\necho decision of the city council\n", encoding="ascii")
    program.chmod(0o755)
    return {RECOGNISE: str(program)}


@pytest.mark.parametrize("asked_again", [True, False])
def test_a_scan_is_read_once_somebody_can(
    shelf: Shelf,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    asked_again: bool,  # noqa: FBT001
) -> None:
    """A scan found unreadable before recognition was installed is read after, though its bytes are the same."""
    shelf.put("/scan.pdf", make("scan", "Рішення", ["слова"], []), "application/pdf")
    states = []
    for here in ({}, recogniser(tmp_path)):
        monkeypatch.setattr(tools, "found", lambda here=here: here)
        room = ReadingRoom()
        room.read(shelf.store, shelf.archive, shelf.visit, today=TODAY)
        room.close()
        (page,) = shelf.seen().values()
        states.append((page.complete, page.reason))
        if asked_again:
            shelf.confirm()

    assert states == [(False, Reason.DOC_SCAN_NO_TEXT), (True, None)]


def test_a_scan_for_which_time_was_short_has_another_turn(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was not recognised for want of time is tried at the next visit, though its bytes are confirmed."""
    monkeypatch.setattr(tools, "found", lambda: recogniser(tmp_path))
    shelf.put("/scan.pdf", make("scan", "Рішення", ["слова"], []), "application/pdf")
    states = []
    for seconds in (0.0, 60.0):
        monkeypatch.setattr(reading_room, "TOOL_SECONDS", seconds)
        room = ReadingRoom()
        room.read(shelf.store, shelf.archive, shelf.visit, today=TODAY)
        room.close()
        (page,) = shelf.seen().values()
        states.append(page.complete)
        shelf.confirm()

    assert states == [False, True]


def test_a_page_that_kills_the_reader_is_incomplete_and_the_next_is_read(
    shelf: Shelf, room: ReadingRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was ended says why, supports no absence, and costs no other page its reading."""
    limited = ConfinedReader(limits=Limits(cpu_seconds=1))
    monkeypatch.setattr(reading_room, "ConfinedReader", lambda: limited)
    shelf.put("/deadly", MANY_LINKS)
    shelf.put("/", PAGE)

    room.read(shelf.store, shelf.archive, shelf.visit, today=TODAY)

    seen = shelf.seen()
    assert (seen["/deadly"].complete, seen["/deadly"].reason) == (False, Reason.PARSE_CUT)
    assert seen["/"].complete


def test_no_page_breaks_the_judge(shelf: Shelf, room: ReadingRoom) -> None:
    """Whatever bytes came under whatever name, facts are kept and every indicator gets its answer."""
    for number, body in enumerate(HOSTILE):
        for ending, media_type in (
            ("", "text/html"),
            (".pdf", "application/pdf"),
            (".json", "application/json"),
        ):
            shelf.put(f"/{number}{ending}", body, media_type)

    count = room.read(shelf.store, shelf.archive, shelf.visit, today=TODAY)

    pack = load("transparent-cities")
    sight = sight_of(shelf.store, shelf.visit, CARD, reader_version=reader_version())
    assert count == 3 * len(HOSTILE)
    assert len(list(evaluate(pack, sight))) == len(pack.indicators)


def test_what_was_erased_is_unreadable_and_never_absent(shelf: Shelf, room: ReadingRoom) -> None:
    """G02: judged again after an erasure, no indicator is said not to be met, and the reason is the erasure."""
    for number in range(3):
        shelf.put(f"/{number or ''}", PAGE + b"%d" % number)
    room.read(shelf.store, shelf.archive, shelf.visit, today=TODAY)
    close_visit(shelf.store, shelf.visit, stats={})
    with shelf.store.reading() as db:
        bodies = db.scalars(select(Capture.body_sha256)).all()

    for body in bodies:
        erase(shelf.store, shelf.archive, body, why="request 17")
    again = room.read(shelf.store, shelf.archive, shelf.visit, today=TODAY)

    sight = sight_of(shelf.store, shelf.visit, CARD, reader_version=reader_version())
    answers = [answer for _, answer in evaluate(load("transparent-cities"), sight)]
    assert again == 3
    assert {page.reason for page in sight.pages} == {Reason.ERASED}
    assert not [answer for answer in answers if answer.verdict.counts]
    assert Reason.ERASED in {answer.reason for answer in answers}


def test_a_reader_that_cannot_be_started_is_loud(
    shelf: Shelf, room: ReadingRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken installation is not mistaken for a council without papers."""
    monkeypatch.setattr(
        confined_reading,
        "Confined",
        lambda _task, **settings: Confined("crawlers.no_such_module:task", **settings),
    )
    shelf.put("/", PAGE)

    with pytest.raises(ConfinementError):
        room.read(shelf.store, shelf.archive, shelf.visit, today=TODAY)

    assert shelf.seen()["/"].facts is None
