"""Feeds and calendars: RSS, Atom, site maps and iCalendar, read as far as they name links and days."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from crawlers.pages.dates import find_dates, first_date
from crawlers.pages.kinds import PAPERS, kind_said
from crawlers.pages.lexicon import phrases
from crawlers.pages.meetings import CANCELLED, CONFIRMED, PASSED, TENTATIVE
from models.facts import DocumentLink, Meeting, PageFacts
from models.vocabulary import LinkKind, PageKind, Reason

Element = Any  # lxml ships no types

_FOLDED_LINE = re.compile(r"\r?\n[ \t]")
_EVENT = re.compile(r"BEGIN:VEVENT(.*?)END:VEVENT", re.DOTALL)
_FIELD = re.compile(r"^([A-Z-]+)(?:;[^:\n]*)?:(.*)$", re.MULTILINE)
_STATUSES = {"CANCELLED": CANCELLED, "CONFIRMED": CONFIRMED, "TENTATIVE": TENTATIVE}
_ENTRIES = ("item", "entry", "url")


def read_feed(source: str, *, url: str, media_type: str, today: date) -> PageFacts:
    """Give the links of a feed, or the meetings of a calendar."""
    if media_type == "text/calendar":
        return _calendar(source, url, today)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, encoding="utf-8")
    try:
        root = etree.fromstring(source.lstrip().encode(), parser=parser)
    except (etree.LxmlError, ValueError):
        return PageFacts(url, "", None, PageKind.OTHER, complete=False, reasons=(Reason.TRUNCATED,))
    links = tuple(link for entry in _entries(root) if (link := _link(entry, url)))
    return PageFacts(url, _child(root, "title"), None, PageKind.OTHER, complete=True, links=links)


def _calendar(source: str, url: str, today: date) -> PageFacts:
    meetings = []
    for event in _EVENT.findall(_FOLDED_LINE.sub("", source)):
        fields = dict(_FIELD.findall(event.replace("\r", "")))
        day = first_date(re.sub(r"^(\d{4})(\d\d)(\d\d).*", r"\1-\2-\3", fields.get("DTSTART", "")))
        title = fields.get("SUMMARY", "").replace("\\,", ",").replace("\\n", " ").strip()
        meetings.append(Meeting(day, title, _status(title, fields.get("STATUS", ""), day, today)))
    kind = PageKind.LIST if meetings else PageKind.OTHER
    return PageFacts(url, "", None, kind, complete=True, meetings=tuple(meetings))


def _status(title: str, stated: str, day: date | None, today: date) -> str:
    if phrases("words", "cancelled").within(title) or stated == "CANCELLED":
        return CANCELLED
    if day and day < today:
        return PASSED
    return _STATUSES.get(stated, TENTATIVE)


def _entries(root: Element) -> Iterator[Element]:
    return (found for found in root.iter() if _name(found) in _ENTRIES)


def _name(element: Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1].lower()


def _child(element: Element, name: str) -> str:
    for inner in element.iter():
        if inner is not element and _name(inner) == name:
            return (inner.text or inner.get("href") or "").strip()
    return ""


def _link(entry: Element, base: str) -> DocumentLink | None:
    written = _child(entry, "link") or _child(entry, "loc")
    href = urljoin(base, written) if written else ""
    if not href.startswith(("http://", "https://")):
        return None
    title = _child(entry, "title")
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
