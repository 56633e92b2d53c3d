"""Shared hosting of small communities: the moment of creation is in the address, the owner's number in the files'."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from crawlers.pages import generic
from crawlers.pages.base import Page
from crawlers.pages.filenames import date_in_address
from crawlers.pages.parts import forget_names, form_of, links_to
from models.facts import DocumentLink, PageFacts

_KYIV = ZoneInfo("Europe/Kyiv")
_UNIX = re.compile(r"/news/(1\d{9})/?(?:[?#]|$)")
_STAMPED = re.compile(r"-([01]\d|2[0-3])-([0-5]\d)-([0-5]\d)-(\d\d)-(\d\d)-(20\d\d)/?(?:[?#]|$)")
_FILE = re.compile(r"/upload/users_files/(\d{8})/(?:[\w-]+/)*[0-9a-f]{32}\.\w+", re.IGNORECASE)
_NEWS = form_of(r"/news/1\d{9}/?[\"'?]", "/news/1")
_YEAR = re.compile(r"-20\d\d/?[\"'?]")
_MOMENT = re.compile(r"(?:-[0-5]\d){3}(?:-\d\d){2}")
_ADDRESS_UP_TO = 300  # characters
_MOMENT_LENGTH = len("-23-59-59-31-12")
_FILE_LINK = re.compile(r"/upload/users_files/\d{8}/[0-9a-f]{32}\.", re.IGNORECASE)


def recognise(page: Page) -> bool:
    """Know it by the moment in its address, in those it links to, or by the owner's number in its files'."""
    if created(page.url) or ("/users_files/" in page.source and _FILE_LINK.search(page.source)):
        return True
    return links_to(page, _NEWS) or _has_moments(page)


def read(page: Page) -> PageFacts:
    """Give links and page that show no day the one of their address, and files their owner's number."""
    forget_names(page, "news")
    facts = generic.read(page)
    if not facts.complete:
        return facts
    links = tuple(_with_address(link) for link in facts.links)
    return replace(facts, links=links, date=facts.date or created(page.url))


def _has_moments(page: Page) -> bool:
    """Look for the moment at the end of addresses on the page's own site, backwards from its year."""
    source = page.source
    for year in _YEAR.finditer(source):
        at = max(0, year.start() - _MOMENT_LENGTH)
        if _MOMENT.fullmatch(source, at, year.start()):
            address = re.split(r"[\"'\s]", source[max(0, at - _ADDRESS_UP_TO) : at])[-1]
            if address.startswith("/") or f"//{page.host}/" in address:
                return True
    return False


def created(url: str) -> date | None:
    """Give the day in Kyiv on which a page of this hosting was created; None where the address does not tell."""
    if found := _UNIX.search(url):
        return datetime.fromtimestamp(int(found[1]), UTC).astimezone(_KYIV).date()
    if found := _STAMPED.search(url):
        try:
            return date(int(found[6]), int(found[5]), int(found[4]))
        except ValueError:
            return None
    return None


def _with_address(link: DocumentLink) -> DocumentLink:
    if owner := _FILE.search(link.href):
        return replace(link, why=f"{link.why}; file of {owner[1]}".lstrip("; "))
    if link.in_menu or not (day := created(link.href)):
        return link
    misread = {date_in_address(link.href), date_in_address(link.href, month_first=True)}
    return replace(link, date=day) if link.date is None or link.date in misread else link
