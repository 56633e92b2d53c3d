"""Lists of hostile words against the desk, in a real browser: ``python -m benchmarks.hostile FOLDER [--lines 50]``.

The folder holds ``xss.txt``, ``open_redirect.txt`` and ``csv_injection.txt``, a line each; it is no part of this
project. Every line of the first is put into every place where people write or a crawl's findings stand, and into
addresses, and each page that shows it is opened: nothing may fire, leave, or be born of the text. The second goes
wherever the desk sends people on, the third into tables for spreadsheets. Exits with 1 on any finding.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.hostile_sending import Row, RunningDesk, redirects, tables
from models.archive import Archive
from models.environment import settings
from models.store import open_store
from review.app import create_app
from tests.review.hostile_acts import REFLECTING, overtake_and_undo, reflecting, unread
from tests.review.hostile_watch import Watch, squeezed, watching
from tests.review.hostile_words import PLACES, chunks
from tests.review.hostile_world import Look, World
from tests.review.in_browser import serving
from tests.review.pretend_round import settle

LISTS = ("xss", "open_redirect", "csv_injection")
LANGUAGES = ("uk-UA", "en-GB")
BROKEN = 500  # the first status that is our own fault
STEP = 5  # of the addresses that say a line back, each line opens every fifth: in turn they meet all kinds
MOST_TOLD = 10  # findings of one place
MARK = "zqmarkqz"  # letters that no page has by itself


def main(argv: Sequence[str] | None = None) -> int:
    """Go through the lists, print the table, and say whether anything was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lines", type=int, help="of each list (default: all)")
    arguments = parser.parse_args(argv)
    xss, away, cells = (_read(arguments.folder / f"{name}.txt", arguments.lines) for name in LISTS)
    print(f"{'where':40} {'lines':>6} {'looks':>6} {'unread':>7} {'stopped':>8} {'found':>6}")
    began, used = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as folder, serving() as (port, run), sync_playwright() as playwright:
        store = open_store(f"sqlite:///{Path(folder) / 'desk.db'}")
        archive = Archive(Path(folder) / "archive")
        settle(store, archive)
        run(create_app(store, archive))
        browser = playwright.chromium.launch(
            executable_path=settings().chromium or "/usr/bin/chromium", args=["--no-sandbox"]
        )
        desk = RunningDesk(store, World(store, archive), browser, port)
        rows = [_told(row) for row in chain(_words(desk, xss), redirects(desk, away), tables(desk, cells))]
        browser.close()
        store.close()
    print(f"{time.perf_counter() - began:.0f} s, of which {time.process_time() - used:.0f} s of this process")
    return 1 if any(row.troubles or row.unread for row in rows) else 0


def _read(path: Path, most: int | None) -> list[str]:
    text = path.read_text(encoding="utf-8", errors="replace")
    return [line for line in text.split("\n") if line][:most]


def _words(desk: RunningDesk, lines: Sequence[str]) -> Iterator[Row]:
    """Each place in Ukrainian with all lines, and in English with its first few."""
    for place in PLACES:
        row = Row(place.name, len(lines))
        for language in LANGUAGES:
            some = lines if language == LANGUAGES[0] else next(chunks(lines, place), [])
            with watching(desk.browser, desk.store, desk.address, language) as watch:
                row.unread += len(unread(watch, desk.world, place, some))
                _count(row, watch)
        yield row
    late, sent = Row("sent late, and taken back", len(lines)), Row("parameters and paths", len(lines))
    with watching(desk.browser, desk.store, desk.address) as watch:
        for packed in chunks(lines, PLACES[0]):
            said = overtake_and_undo(watch, desk.world, "\n".join(packed))
            late.unread += sum(squeezed(line) not in page for line in packed for page in said)
            watch.pages += len(said)
        _count(late, watch)
    yield late
    with watching(desk.browser, desk.store, desk.address) as watch:
        for look in _said_back(desk, lines, sent):
            watch.open(look)
        _count(sent, watch)
    yield sent


def _said_back(desk: RunningDesk, lines: Sequence[str], row: Row) -> list[Look]:
    """Addresses whose pages say back what stands in them; the others are only asked, and may not break."""
    clients = {login: desk.client(login) for login, _ in REFLECTING}
    says = [MARK in clients[look.login].get(look.path).text for look in reflecting(MARK)]
    found: list[Look] = []
    for number, line in enumerate(lines):
        shown: list[Look] = []
        for shows, look in zip(says, reflecting(line), strict=True):
            if shows:
                shown.append(look)
            elif (status := clients[look.login].get(look.path).status) >= BROKEN:
                row.troubles.append(f"{status} for {look.path[:100]}")
            row.pages += not shows
        found += shown[number % STEP :: STEP]
    return found


def _count(row: Row, watch: Watch) -> None:
    row.pages += watch.pages
    row.stopped += watch.counts["stopped by the policy"]
    row.troubles += watch.troubles


def _told(row: Row) -> Row:
    """*row*, once its line of the table stands."""
    print(f"{row.name:40} {row.lines:6} {row.pages:6} {row.unread:7} {row.stopped:8} {len(row.troubles):6}")
    for trouble in row.troubles[:MOST_TOLD]:
        print(f"  {trouble}")
    sys.stdout.flush()
    return row


if __name__ == "__main__":
    sys.exit(main())
