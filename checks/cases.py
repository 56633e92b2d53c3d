"""Saved cases of an indicator: what a visit showed, the day, and what must come of it.

A case is written for people: pages with their links, other rows of the crawl ledger, and one expectation.
What it does not say is as it should be: pages open, come whole, and belong to the council's own site.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from urllib.parse import urljoin

from checks.case_pages import parts, read_facts
from checks.entries import Entry, read_yaml
from models.facts import CityCard, PlannedAddress, SeenPage, Sight
from models.vocabulary import AddressState, Reason, Verdict

HOST = "zelenopil-rada.example"
_NAME = {"uk": "Зеленопіль", "en": "Zelenopil"}
_HOME = {"page": "/", "kind": "home", "title": "Зеленопільська міська рада"}


@dataclass(frozen=True, slots=True)
class Case:
    """One case: the sight it describes, and the answer it demands."""

    indicator: str
    name: str
    sight: Sight
    verdict: Verdict
    reason: Reason
    leaning: Verdict | None = None  # what the machine leans to where a person decides


def read_case(path: Path) -> Case:
    """Read ``<indicator>/<name>/case.yaml``."""
    name, indicator = path.parent.name, path.parent.parent.name
    entry = Entry(f"{indicator}/{name}/{path.name}", read_yaml(path))
    entry.text("about", "")
    today, given, expect = _day(entry, "today"), entry.part("given"), entry.part("expect")
    case = Case(
        indicator=indicator,
        name=name,
        sight=_sight(given, today),
        verdict=Verdict(expect.text("verdict")),
        reason=Reason(expect.text("reason")),
        leaning=Verdict(expect.text("leaning")) if expect.has("leaning") else None,
    )
    for part in (given, expect, entry):
        part.done()
    return case


def read_sight(where: str, given: object, today: date) -> Sight:
    """The sight that the ``given`` of a case describes; *where* is for complaints."""
    entry = Entry(where, given)
    sight = _sight(entry, today)
    entry.done()
    return sight


def read_cases(folder: Path) -> list[Case]:
    """All cases beneath *folder*, by indicator and name."""
    return [read_case(path) for path in sorted(folder.glob("*/*/case.yaml"))]


def _day(entry: Entry, key: str) -> date:
    day = entry.day(key)
    if day is None:
        raise entry.fail(key, "is missing")
    return day


def _sight(given: Entry, today: date) -> Sight:
    city = given.part("city", {})
    card = CityCard(
        slug="zelenopil",
        name_uk=city.text("uk", _NAME["uk"]),
        name_en=city.text("en", _NAME["en"]),
        hosts=(HOST,),
        edrpou=city.text("edrpou", "") or None,
    )
    city.done()
    at = datetime.combine(today, time(9), UTC)
    seen = [_page(part, number, at) for number, part in enumerate(parts(given, "pages"), start=1)]
    rows = [_row(part) for part in parts(given, "ledger")]
    if not any(row.depth == 0 for row in (*(row for _, row in seen), *rows)):
        seen.insert(0, _page(Entry("home", _HOME), 0, at))
    pages = tuple(page for page, _ in seen)
    ledger = (*(row for _, row in seen), *rows)
    return Sight(card, pages, ledger, given.flag("visit_complete", default=True), today)


def _page(part: Entry, number: int, at: datetime) -> tuple[SeenPage, PlannedAddress]:
    url, capture = _url(part.text("page")), f"capture-{number:03}"
    reason = _reason(part)
    status = int(part.number("status")) if part.has("status") else 200
    complete = part.flag("complete", default=True)
    media_type = part.text("media", "text/html")
    facts = read_facts(part, url, complete=complete) if part.flag("read", default=True) else None
    page = SeenPage(capture, url, status, at, media_type, complete, facts, reason)
    row = PlannedAddress(url, AddressState.FETCHED, None, part.words("serves"), _depth(url), capture=capture)
    part.done()
    return page, row


def _row(row: Entry) -> PlannedAddress:
    path = row.text("url")
    made = PlannedAddress(
        url=_url(path),
        state=AddressState(row.text("state")),
        reason=_reason(row),
        serves=row.words("serves"),
        depth=_depth(_url(path)),
    )
    row.done()
    return made


def _depth(url: str) -> int:
    return 0 if url == _url("/") else 1


def _reason(part: Entry) -> Reason | None:
    return Reason(part.text("reason")) if part.has("reason") else None


def _url(path: str) -> str:
    return urljoin(f"https://{HOST}/", path)
