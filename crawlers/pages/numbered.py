"""The engine of ``/ua/<section>/pg/<id>_<letter>``: ids begin with their day, DDMMYY, the letter tells the sort."""

import re
from dataclasses import replace
from datetime import date

from crawlers.pages import generic
from crawlers.pages.base import Page
from crawlers.pages.parts import form_of, links_to
from models.facts import DocumentLink, PageFacts
from models.vocabulary import LinkKind, PageKind

_OWN = r"/(?:ua|uk|ru|en)/[\w-]+/pg/\d{9,18}_[a-z]\d?(?![\w])"
_ADDRESS = re.compile(r"/(?:ua|uk|ru|en)/[\w-]+/pg/(\d\d)(\d\d)(\d\d)\d{3,12}_([a-z]\d?)(?!\w)")
_LINK = form_of(_OWN, "/pg/")
_NEWS = "n"
_PREVIEW = re.compile(r"/tpviewr/\d+/?$")


def recognise(page: Page) -> bool:
    """Know it by the form of its address, or of those it links to."""
    return bool(_ADDRESS.search(page.url)) or links_to(page, _LINK)


def read(page: Page) -> PageFacts:
    """Give what shows no day, or one later than its own making, the day its id begins with; news by their letter."""
    facts = generic.read(page)
    if not facts.complete:
        return facts
    links = tuple(_by_id(link, page.today) for link in facts.links)
    facts = replace(facts, links=links, date=facts.date or day_of(page.url, page.today))
    found = _ADDRESS.search(page.url)
    if found and found[4] == _NEWS and facts.act is None:
        return replace(facts, kind=PageKind.NEWS)
    return facts


def day_of(url: str, today: date) -> date | None:
    """Give the day an id of this engine begins with; None if it is no day, or one still to come."""
    found = _ADDRESS.search(url)
    if not found:
        return None
    try:
        day = date(2000 + int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        return None
    return day if day <= today else None


def _by_id(link: DocumentLink, today: date) -> DocumentLink:
    found = _ADDRESS.search(link.href)
    if not found or link.in_menu:
        return link
    made = day_of(link.href, today)
    day = link.date if link.date and not (made and link.date > made) else made
    if found[4] == _NEWS and link.kind is LinkKind.OTHER:
        return replace(link, kind=LinkKind.NEWS, confidence=0.8, date=day, why="letter of its id")
    if _PREVIEW.search(link.href):
        return replace(link, date=day, why=f"{link.why}; preview of a file".lstrip("; "))
    return replace(link, date=day)
