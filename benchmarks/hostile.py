"""Lists of hostile words against the desk, in a real browser: ``python -m benchmarks.hostile FOLDER [--lines 50]``.

The folder holds ``xss.txt``, ``open_redirect.txt`` and ``csv_injection.txt``, a line each; it is no part of this
project. Every line of the first is put into every place where people write or a crawl's findings stand, and into
addresses, and each page that shows it is opened: nothing may fire, leave, or be born of the text. The second goes
wherever the desk sends people on, the third into tables for spreadsheets. Exits with 1 on any finding.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select

from benchmarks.desk_client import Client
from models.archive import Archive
from models.base import now
from models.crawling import Visit
from models.environment import settings
from models.loads import record_load
from models.people import Person
from models.store import Store, open_store
from review.app import create_app
from review.sessions import begin
from review.spreadsheets import as_csv
from tests.review.conftest import form_token
from tests.review.hostile_acts import REFLECTING, overtake_and_undo, reflecting, unread
from tests.review.hostile_watch import Watch, squeezed, watching
from tests.review.hostile_words import PLACES, chunks
from tests.review.hostile_world import CITY, Look, World
from tests.review.in_browser import serving
from tests.review.looking import item_in
from tests.review.pretend_answers import PASSWORD
from tests.review.pretend_round import settle

LISTS = ("xss", "open_redirect", "csv_injection")
LANGUAGES = ("uk-UA", "en-GB")
BROKEN = 500  # the first status that is our own fault
STEP = 5  # of the addresses that say a line back, each line opens every fifth: in turn they meet all kinds
MARK = "zqmarkqz"  # letters that no page has by itself
TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
AWAY = "(given) => { try { return new URL(given, location.href).host } catch { return '' } }"


@dataclass
class Row:
    """One line of the table."""

    name: str
    lines: int
    pages: int = 0
    unread: int = 0
    stopped: int = 0
    troubles: list[str] = field(default_factory=list)


def main(argv: Sequence[str] | None = None) -> int:
    """Go through the lists, print the table, and say whether anything was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lines", type=int, help="of each list (default: all)")
    arguments = parser.parse_args(argv)
    lists = {
        name: _read(arguments.folder / f"{name}.txt", arguments.lines)
        for name in ("xss", "open_redirect", "csv_injection")
    }
    began, used = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as folder, serving() as (port, run), sync_playwright() as playwright:
        store, archive = (
            open_store(f"sqlite:///{Path(folder) / 'desk.db'}"),
            Archive(Path(folder) / "archive"),
        )
        settle(store, archive)
        run(create_app(store, archive))
        browser = playwright.chromium.launch(
            executable_path=settings().chromium or "/usr/bin/chromium", args=["--no-sandbox"]
        )
        desk = _Desk(store, World(store, archive), browser, port)
        rows = [
            *_words(desk, lists["xss"]),
            *_redirects(desk, lists["open_redirect"]),
            *_tables(desk, lists["csv_injection"]),
        ]
        browser.close()
        store.close()
    _tell(rows)
    print(f"{time.perf_counter() - began:.0f} s, of which {time.process_time() - used:.0f} s of this process")
    return 1 if any(row.troubles or row.unread for row in rows) else 0


@dataclass(frozen=True)
class _Desk:
    """A running desk over a pretend round, and a browser."""

    store: Store
    world: World
    browser: Browser
    port: int

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def client(self, login: str) -> Client:
        """A plain client of somebody who is signed in."""
        with self.store.writing() as db:
            cookie = (
                begin(db, db.scalars(select(Person.id).where(Person.login == login)).one()) if login else ""
            )
        return Client(self.port, cookie)


def _read(path: Path, most: int | None) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines()[:most]


def _words(desk: _Desk, lines: Sequence[str]) -> list[Row]:
    """Each place in Ukrainian with all lines, and in English with its first few."""
    rows = []
    for place in PLACES:
        row = Row(place.name, len(lines))
        for language in LANGUAGES:
            some = lines if language == LANGUAGES[0] else next(chunks(lines, place), [])
            with watching(desk.browser, desk.store, desk.address, language) as watch:
                row.unread += len(unread(watch, desk.world, place, some))
                _count(row, watch)
        rows.append(row)
    late, sent = Row("sent late, and taken back", len(lines)), Row("parameters and paths", len(lines))
    with watching(desk.browser, desk.store, desk.address) as watch:
        for packed in chunks(lines, PLACES[0]):
            said = overtake_and_undo(watch, desk.world, "\n".join(packed))
            late.unread += sum(squeezed(line) not in page for line in packed for page in said)
            watch.pages += len(said)
        _count(late, watch)
    with watching(desk.browser, desk.store, desk.address) as watch:
        for look in _said_back(desk, lines, sent):
            watch.open(look)
        _count(sent, watch)
    return [*rows, late, sent]


def _said_back(desk: _Desk, lines: Sequence[str], row: Row) -> list[Look]:
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


def _redirects(desk: _Desk, lines: Sequence[str]) -> list[Row]:
    """Every line in each parameter that sends on; where it leads is asked of the browser itself."""
    page = desk.browser.new_page()
    page.goto(f"{desk.address}/sign-in")
    rows = [_next_of_sign_in(desk, page, lines), _paths(desk, page, lines), _forms(desk, page, lines)]
    page.close()
    return rows


def _next_of_sign_in(desk: _Desk, page: Page, lines: Sequence[str]) -> Row:
    """The address after a sign-in: the form that carries it, and where it really sends whoever signs in."""
    row, client = Row("sign-in's next", len(lines)), desk.client("")
    for line in lines:
        client.get(f"/sign-in?next={quote(line, safe='')}")
        sent = client.post("/sign-in", {"login": "assessor", "password": PASSWORD, "next": line})
        row.pages += 2
        if not sent.location:
            row.troubles.append(f"no sign-in ({sent.status}) with {line}")
        _judge(row, page, sent.location, line)
    return row


def _paths(desk: _Desk, page: Page, lines: Sequence[str]) -> Row:
    """The line as the path itself, and in parameters of addresses that lead on to others."""
    row, client = Row("paths and filters that lead on", len(lines)), desk.client("assessor")
    for line in lines:
        plain, named = quote(line, safe="/%?&=#;:@\\.~"), quote(line, safe="")
        own = plain if plain.startswith("/") else f"/{plain}"
        asked = (
            own,
            f"/queue/next?city={named}",
            f"/queue/previous?city={named}&area={named}",
            f"/about?to={named}",
        )
        for path in asked:
            answer = client.get(path)
            row.pages += 1
            _judge(row, page, answer.location, path)
    return row


def _forms(desk: _Desk, page: Page, lines: Sequence[str]) -> Row:
    """Forms that send back to where somebody was: a named view, a decision, a submission."""
    row, client = Row("forms that send on", len(lines)), desk.client("assessor")
    token = form_token(client.get("/").text)
    finding = item_in(desk.store, CITY, "BUDG-01").finding_id
    for line in lines:
        query = urlencode({"city": line, "area": line, "next": line})
        link = {"kind": "link", "link": f"https://{CITY}.test/a", "note": ""}
        forms: dict[str, dict[str, str]] = {
            "/queue/views": {"name": "Тут", "query": line},
            f"/queue/bulk?{query}": {},
            f"/findings/{finding}/undo?{query}": {},
            f"/findings/{finding}/submissions?{query}": link,
        }
        for path, fields in forms.items():
            answer = client.post(path, {"token": token, **fields})
            row.pages += 1
            _judge(row, page, answer.location, path)
    return row


def _judge(row: Row, page: Page, location: str, line: str) -> None:
    """Note a *location* that a browser would take for another host."""
    host = page.evaluate(AWAY, location) if location else urlsplit(page.url).netloc
    if host != urlsplit(page.url).netloc:
        row.troubles.append(f"{line!r} leads to {location!r}")


def _tables(desk: _Desk, lines: Sequence[str]) -> list[Row]:
    """What a spreadsheet would open: no cell begins as a formula."""
    ours, load = Row("tables of the desk", len(lines)), Row("account of the crawler as a table", len(lines))
    _judge_cells(
        ours, as_csv(lines, [lines, [f" {line}" for line in lines], [f"\t{line}" for line in lines]])
    )
    with desk.store.writing() as db:
        visit = db.scalars(select(Visit.id).limit(1)).one()
        for line in lines:
            record_load(db, visit_id=visit, host=line, day=now().date())
    _judge_cells(load, desk.client("").get("/crawler/load.csv").text)
    for line in lines:
        _judge_cells(ours, desk.client("chief").get(f"/agreement.csv?round={quote(line, safe='')}").text)
    return [ours, load]


def _judge_cells(row: Row, text: str) -> None:
    for cells in csv.reader(io.StringIO(text)):
        row.pages += 1
        for cell in cells:
            number = cell.removeprefix("-").replace(".", "", 1).isdecimal()
            if cell.lstrip(" \u00a0\ufeff").startswith(TRIGGERS) and not number:
                row.troubles.append(f"a cell begins as a formula: {cell[:60]!r}")


def _count(row: Row, watch: Watch) -> None:
    row.pages += watch.pages
    row.stopped += watch.counts["stopped by the policy"]
    row.troubles += watch.troubles


def _tell(rows: Sequence[Row]) -> None:
    print(f"{'where':40} {'lines':>6} {'looks':>6} {'unread':>7} {'stopped':>8} {'found':>6}")
    for row in rows:
        print(
            f"{row.name:40} {row.lines:6} {row.pages:6} {row.unread:7} {row.stopped:8} {len(row.troubles):6}"
        )
    for row in rows:
        for trouble in row.troubles[:10]:
            print(f"  {row.name}: {trouble}")


if __name__ == "__main__":
    sys.exit(main())
