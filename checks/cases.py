"""Saved cases of an indicator: what a visit showed, the day, and what must come of it.

A case is written for people: pages with their links, other rows of the crawl ledger, and one expectation.
What it does not say is as it should be: pages open, come whole, and belong to the council's own site.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from urllib.parse import urljoin

from checks.entries import Entry, read_yaml
from models.facts import (
    Act,
    CityCard,
    Dataset,
    DocumentLink,
    Meeting,
    PageFacts,
    PlannedAddress,
    SeenPage,
    Sight,
)
from models.vocabulary import AddressState, LinkKind, PageKind, Reason, Verdict

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
    )
    for part in (given, expect, entry):
        part.done()
    return case


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
    seen = [_page(part, number, at) for number, part in enumerate(_parts(given, "pages"), start=1)]
    rows = [_row(part) for part in _parts(given, "ledger")]
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
    facts = _facts(part, url, complete=complete) if part.flag("read", default=True) else None
    page = SeenPage(capture, url, status, at, media_type, complete, facts, reason)
    row = PlannedAddress(url, AddressState.FETCHED, None, part.words("serves"), _depth(url), capture=capture)
    part.done()
    return page, row


def _facts(part: Entry, url: str, *, complete: bool) -> PageFacts:
    return PageFacts(
        url=url,
        title=part.text("title", ""),
        language="uk",
        kind=PageKind(part.text("kind", "list")),
        complete=complete,
        act=_act(part.part("act")) if part.has("act") else None,
        links=tuple(_link(link, url) for link in _parts(part, "links")),
        meetings=tuple(_meeting(meeting, url) for meeting in _parts(part, "meetings")),
        datasets=tuple(_dataset(dataset) for dataset in _parts(part, "datasets")),
        headings=part.words("headings"),
        has_search=part.flag("search", default=False),
    )


def _link(link: Entry, page: str) -> DocumentLink:
    made = DocumentLink(
        href=urljoin(page, link.text("to")),
        text=link.text("text"),
        kind=LinkKind(link.text("kind", "other")),
        date=link.day("date", None),
        event_date=link.day("event", None),
        confidence=link.number("sure") if link.has("sure") else 0.9,
        in_menu=link.flag("menu", default=False),
    )
    link.done()
    return made


def _meeting(meeting: Entry, page: str) -> Meeting:
    links = tuple(_link(link, page) for link in _parts(meeting, "links"))
    made = Meeting(meeting.day("date"), meeting.text("title"), meeting.text("status", "passed"), links)
    meeting.done()
    return made


def _act(act: Entry) -> Act:
    made = Act(
        act.text("type"),
        act.text("issuer", "") or None,
        act.text("number", "") or None,
        act.day("date", None),
    )
    act.done()
    return made


def _dataset(dataset: Entry) -> Dataset:
    made = Dataset(dataset.text("id"), dataset.text("title"), dataset.text("publisher", "") or None)
    dataset.done()
    return made


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


def _parts(entry: Entry, key: str) -> Iterator[Entry]:
    given = entry.take(key, [])
    if not isinstance(given, list):
        raise entry.fail(key, "expected a list")
    for number, part in enumerate(given, start=1):
        yield Entry(f"{entry.where}: {key}: {number}", part)
