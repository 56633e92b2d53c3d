"""Lotus Domino: acts in views of a ``.nsf`` database, one document per row, addresses with parentheses."""

import re

from crawlers.pages import generic
from crawlers.pages.base import Page, absolute, maybe, some, text
from crawlers.pages.dates import find_dates
from models.facts import PageFacts

_DATABASE = re.compile(r"\.nsf(?:/|$)", re.IGNORECASE)
_VIEW = re.compile(r"\?OpenView|\?SearchView", re.IGNORECASE)
_DOCUMENTS = "//tr[.//a[contains(translate(@href, 'OPENDCUMT', 'opendcumt'), '?opendocument')]]"
_LINK = ".//a[contains(translate(@href, 'OPENDCUMT', 'opendcumt'), '?opendocument')]"
_NOTHING = "//h2[contains(., 'No documents found')] | //*[contains(., 'Документів не знайдено')]"


def recognise(page: Page) -> bool:
    """Know it by the database file in its address."""
    return bool(_DATABASE.search(page.url))


def read(page: Page) -> PageFacts:
    """Give each document of a view the first day of its row; a document is read as any page."""
    facts = generic.read(page)
    if not facts.complete or not _VIEW.search(page.url) or maybe(page.root, _NOTHING) is not None:
        return facts
    days = {}
    rows = some(page.root, _DOCUMENTS) if generic.misses_papers(facts) else page.root.xpath(_DOCUMENTS)
    for row in rows:
        named = (found for one in find_dates(text(row), month_first=False) if (found := one.on()))
        href = absolute(page.base, row.xpath(_LINK)[0].get("href"))
        if href and (day := next(named, None)):
            days[href] = day
    return generic.with_days(facts, days)
