"""Where the desk sends people on, and what it gives to spreadsheets, with hostile lines in all of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urlsplit

from playwright.sync_api import Browser, Page
from sqlalchemy import select

from benchmarks.desk_client import Client
from models.base import now
from models.crawling import Visit
from models.loads import record_load
from models.people import Person
from models.store import Store
from review.sessions import begin
from review.spreadsheets import as_csv
from tests.review.conftest import form_token
from tests.review.hostile_world import CITY, World
from tests.review.looking import item_in
from tests.review.pretend_answers import PASSWORD

REFUSED = frozenset({409, 422})  # said plainly on a page, which sends nobody on
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


@dataclass(frozen=True)
class RunningDesk:
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


def redirects(desk: RunningDesk, lines: Sequence[str]) -> list[Row]:
    """Every line in each parameter that sends on; where it leads is asked of the browser itself."""
    page = desk.browser.new_page()
    page.goto(f"{desk.address}/sign-in")
    rows = [_next_of_sign_in(desk, page, lines), _paths(desk, page, lines), _forms(desk, page, lines)]
    page.close()
    return rows


def _next_of_sign_in(desk: RunningDesk, page: Page, lines: Sequence[str]) -> Row:
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


def _paths(desk: RunningDesk, page: Page, lines: Sequence[str]) -> Row:
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


def _forms(desk: RunningDesk, page: Page, lines: Sequence[str]) -> Row:
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
            if not answer.location and answer.status not in REFUSED:
                row.troubles.append(f"{answer.status} for {path[:100]}")
            _judge(row, page, answer.location, path)
    return row


def _judge(row: Row, page: Page, location: str, line: str) -> None:
    """Note a *location* that a browser would take for another host."""
    host = page.evaluate(AWAY, location) if location else urlsplit(page.url).netloc
    if host != urlsplit(page.url).netloc:
        row.troubles.append(f"{line!r} leads to {location!r}")


def tables(desk: RunningDesk, lines: Sequence[str]) -> list[Row]:
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
