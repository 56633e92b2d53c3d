"""The engine of ``/uk/articles/item/<id>/<slug>``: resolutions with a card that tells adoption from publication."""

import re
from dataclasses import replace

from crawlers.pages import generic
from crawlers.pages.acts import issuer_named
from crawlers.pages.base import LayoutChanged, Page
from crawlers.pages.dates import first_date
from crawlers.pages.parts import card, form_of, links_to
from models.facts import Act, PageFacts
from models.vocabulary import PageKind

_LANGUAGE = "/(?:uk|ua|ru|en)"
_OWN = (
    rf"{_LANGUAGE}/(?:(?:articles|organizations|persons)/item/\d+(?:[/\"'?]|$)|sessions/\d+/resolution/\d+)"
)
_ADDRESS = re.compile(_OWN)
_LINK = form_of(_OWN, "/item/", "/resolution/")
_RESOLUTION = re.compile(r"/resolution/\d+/?$")
_NUMBER = re.compile(r"\d[\w/.–-]*(?:\s?[-–/]\s?\w+)*")


def recognise(page: Page) -> bool:
    """Know it by the form of its address, or of those it links to."""
    return bool(_ADDRESS.search(page.url)) or links_to(page, _LINK)


def read(page: Page) -> PageFacts:
    """Give a resolution the days of its card; every other page is read as any page."""
    facts = generic.read(page)
    if not facts.complete or not _RESOLUTION.search(page.url):
        return facts
    labels = card(page)
    if not labels and facts.act is None:
        raise LayoutChanged("there is neither a card of the resolution nor its head")
    head = facts.act or Act("decision", issuer_named(facts.text), None, None)
    published = first_date(labels.get("published", ""))
    adopted = first_date(labels.get("adopted", "")) or (head.date if head.date != published else None)
    act = replace(head, number=_number(labels.get("number", "")) or head.number, date=adopted)
    return replace(facts, kind=PageKind.ACT, act=act, date=published or facts.date)


def _number(written: str) -> str | None:
    found = _NUMBER.search(written)
    return found[0] if found else None
