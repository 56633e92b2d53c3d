"""Feeds and calendars: RSS, Atom, site maps and iCalendar, read as far as they name links and days."""

import itertools
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from lxml import etree

from crawlers.pages.base import absolute
from crawlers.pages.dates import find_dates, first_date
from crawlers.pages.kinds import PAPERS, kind_said
from crawlers.pages.lexicon import phrases
from crawlers.pages.meetings import CANCELLED, CONFIRMED, PASSED, TENTATIVE
from models.facts import DocumentLink, Meeting, PageFacts
from models.vocabulary import LinkKind, PageKind, Reason

Element = Any  # lxml ships no types

_FOLDED_LINE = re.compile(r"\r?\n[ \t]")
_FIELD = re.compile(r"^([A-Z-]+)(?:;[^:\n]*)?:(.*)$", re.MULTILINE)
_STATUSES = {"CANCELLED": CANCELLED, "CONFIRMED": CONFIRMED, "TENTATIVE": TENTATIVE}
_ENTRIES = frozenset({"item", "entry", "url"})
_LARGEST = 10_000_000  # characters; the tree of a larger feed would cost hundreds of megabytes
_MOST_ENTRIES = 50_000  # as many as a site map may have
_PARTS_OF_AN_ENTRY = 100
_TITLE_UP_TO = 300  # characters


def read_feed(source: str, *, url: str, media_type: str, today: date) -> PageFacts:
    """Give the links of a feed, or the meetings of a calendar; of more than can be held, the first are read."""
    cut = len(source) > _LARGEST
    if media_type == "text/calendar":
        return _calendar(source[:_LARGEST], url, today, cut=cut)
    if cut:
        return PageFacts(url, "", None, PageKind.OTHER, complete=False, reasons=(Reason.TOO_LARGE,))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, encoding="utf-8")
    try:
        root = etree.fromstring(source.lstrip("\ufeff \t\r\n").encode(), parser=parser)
    except (etree.LxmlError, ValueError):
        return PageFacts(url, "", None, PageKind.OTHER, complete=False, reasons=(Reason.TRUNCATED,))
    entries = list(itertools.islice(_entries(root), _MOST_ENTRIES + 1))
    links = tuple(link for entry in entries[:_MOST_ENTRIES] if (link := _link(entry, url)))
    more = len(entries) > _MOST_ENTRIES
    return PageFacts(
        url=url,
        title=_name_of(root),
        language=None,
        kind=PageKind.OTHER,
        complete=not more,
        reasons=(Reason.TOO_LARGE,) if more else (),
        links=links,
    )


def _calendar(source: str, url: str, today: date, *, cut: bool) -> PageFacts:
    meetings = []
    events = _FOLDED_LINE.sub("", source).split("BEGIN:VEVENT")[1:]
    cut = cut or len(events) > _MOST_ENTRIES
    for event in (one.partition("END:VEVENT") for one in events[:_MOST_ENTRIES]):
        if not event[1]:
            continue
        fields = dict(_FIELD.findall(event[0].replace("\r", "")))
        day = first_date(re.sub(r"^(\d{4})(\d\d)(\d\d).*", r"\1-\2-\3", fields.get("DTSTART", "")))
        title = fields.get("SUMMARY", "").replace("\\,", ",").replace("\\n", " ").strip()[:_TITLE_UP_TO]
        meetings.append(Meeting(day, title, _status(title, fields.get("STATUS", ""), day, today)))
    kind = PageKind.LIST if meetings else PageKind.OTHER
    reasons = (Reason.TOO_LARGE,) if cut else ()
    return PageFacts(url, "", None, kind, complete=not cut, reasons=reasons, meetings=tuple(meetings))


def _status(title: str, stated: str, day: date | None, today: date) -> str:
    if phrases("words", "cancelled").within(title) or stated == "CANCELLED":
        return CANCELLED
    if day and day < today:
        return PASSED
    return _STATUSES.get(stated, TENTATIVE)


def _entries(root: Element) -> Iterator[Element]:
    """Give the entries of a feed; what an entry holds is no entry."""
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if _name(element) in _ENTRIES:
            yield element
            walk.skip_subtree()


def _name(element: Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1].lower()


def _name_of(root: Element) -> str:
    """Give the title of the feed itself: of its root, or of the channel below."""
    for parent in (root, *itertools.islice(root, 1)):
        if title := _child(parent, "title"):
            return title
    return ""


def _child(element: Element, name: str) -> str:
    for inner in itertools.islice(element, _PARTS_OF_AN_ENTRY):
        if _name(inner) == name and (said := (inner.text or inner.get("href") or "").strip()):
            return str(said)
    return ""


def _link(entry: Element, base: str) -> DocumentLink | None:
    written = _child(entry, "link") or _child(entry, "loc")
    href = absolute(base, written) if written else None
    if href is None:
        return None
    title = " ".join(_child(entry, "title").split())[:_TITLE_UP_TO]
    said = kind_said(title)
    kind = said.kind if said else LinkKind.OTHER
    stamp = _child(entry, "pubdate") or _child(entry, "published") or _child(entry, "updated")
    named = next((day for one in find_dates(title) if (day := one.on())), None)
    published = first_date(stamp)
    return DocumentLink(
        href=href,
        text=title,
        title=title,
        kind=kind,
        date=named or published,
        event_date=named if kind in PAPERS else None,
        confidence=0.7 if said else 0.5,
        why=f"{said.phrase!r} in feed title" if said else "",
    )
