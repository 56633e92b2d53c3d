"""Sections that show one month at a time, the others behind ``?m=9&y=2020``: an empty month is no empty section."""

import re
from dataclasses import replace

from crawlers.pages import generic
from crawlers.pages.base import Page
from crawlers.pages.parts import form_of, links_to
from models.facts import PageFacts
from models.vocabulary import LinkKind, PageKind

_MONTH = r"[^\"'\s?>]*\?(?:m=\d{1,2}&(?:amp;)?y=20\d\d|y=20\d\d&(?:amp;)?m=\d{1,2})"
_ADDRESS = re.compile(r"\?(?:m=\d{1,2}&y=20\d\d|y=20\d\d&m=\d{1,2})(?:&|$)")
_LINK = form_of(_MONTH, "?m=", "?y=20")


def recognise(page: Page) -> bool:
    """Know it by month and year in the query of its own address or of its links."""
    return bool(_ADDRESS.search(page.url)) or links_to(page, _LINK)


def read(page: Page) -> PageFacts:
    """Say that the page is a list, whatever this month holds, and that its months are no papers."""
    facts = generic.read(page)
    if not facts.complete:
        return facts
    links = tuple(
        replace(link, kind=LinkKind.OTHER, date=None, event_date=None, confidence=0.9, why="another month")
        if _ADDRESS.search(link.href)
        else link
        for link in facts.links
    )
    kind = PageKind.LIST if facts.kind is PageKind.OTHER else facts.kind
    return replace(facts, links=links, kind=kind)
