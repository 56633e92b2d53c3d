"""What one page of a saved case says: its links, meetings, datasets, its text, or the file it is."""

from collections.abc import Iterator
from typing import cast
from urllib.parse import urljoin

from checks.entries import Entry
from models.facts import Act, Dataset, Document, DocumentLink, Meeting, PageFacts, Table
from models.vocabulary import LinkKind, PageKind


def read_facts(part: Entry, url: str, *, complete: bool) -> PageFacts:
    """What the page of a case says; words are counted from its text."""
    document = _document(part.part("document")) if part.has("document") else None
    text = part.text("text", "")
    return PageFacts(
        url=url,
        title=part.text("title", ""),
        language="uk",
        kind=PageKind(part.text("kind", "document" if document else "list")),
        complete=complete,
        act=_act(part.part("act")) if part.has("act") else None,
        links=tuple(_link(link, url) for link in parts(part, "links")),
        meetings=tuple(_meeting(meeting, url) for meeting in parts(part, "meetings")),
        datasets=tuple(_dataset(dataset) for dataset in parts(part, "datasets")),
        headings=part.words("headings"),
        date=part.day("date", None),
        words=len(text.split()),
        text=text,
        has_search=part.flag("search", default=False),
        has_form=part.flag("form", default=False),
        barriers=_barriers(part),
        aids=part.words("aids"),
        document=document,
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
    links = tuple(_link(link, page) for link in parts(meeting, "links"))
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
    made = Dataset(
        id=dataset.text("id"),
        title=dataset.text("title"),
        publisher=dataset.text("publisher", "") or None,
        formats=dataset.words("formats"),
        modified=dataset.day("modified", None),
        url=dataset.text("url", ""),
        frequency=dataset.text("frequency", ""),
        described=dataset.words("described"),
    )
    dataset.done()
    return made


def _document(document: Entry) -> Document:
    made = Document(
        format=document.text("format"),
        pages=_whole(document, "pages"),
        searchable=document.flag("searchable", default=True),
        tables=tuple(_table(table) for table in parts(document, "tables")),
        members=document.words("members"),
        marks=document.words("marks"),
    )
    document.done()
    return made


def _table(table: Entry) -> Table:
    header = table.words("header")
    made = Table(table.text("name", ""), _whole(table, "rows") or 0, len(header), header)
    table.done()
    return made


def _whole(entry: Entry, key: str) -> int | None:
    return int(entry.number(key)) if entry.has(key) else None


def _barriers(part: Entry) -> tuple[tuple[str, int], ...]:
    given = part.mapping("barriers")
    if not all(isinstance(times, int) and times > 0 for times in given.values()):
        raise part.fail("barriers", f"expected names, and how often each is met, found {given!r}")
    return tuple(sorted(cast("dict[str, int]", given).items()))


def parts(entry: Entry, key: str) -> Iterator[Entry]:
    """The mappings of a list, each named by its number in complaints."""
    given = entry.take(key, [])
    if not isinstance(given, list):
        raise entry.fail(key, "expected a list")
    for number, part in enumerate(given, start=1):
        yield Entry(f"{entry.where}: {key}: {number}", part)
