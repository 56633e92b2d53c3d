"""The hosted engine of ``/documents/<growing id>-<slug>``: cards with one time each, acts with a line of labels."""

import re
from dataclasses import replace
from datetime import date

from crawlers.pages import generic
from crawlers.pages.base import Element, Page, absolute, maybe, some, text
from crawlers.pages.dates import first_date
from crawlers.pages.lexicon import phrases
from crawlers.pages.parts import few_words, form_of, labelled, links_to
from models.facts import PageFacts

_OWN = r"/(?:documents|news)/\d{4,}-[a-z0-9]+(?:-[a-z0-9]+)+(?![\w.-])"
_ADDRESS = re.compile(_OWN)
_DOCUMENT_LINK = form_of(r"/documents/\d{4,}-[a-z0-9]+(?:-[a-z0-9]+)+(?![\w.-])", "/documents/")
_LISTS = re.compile(r"/documents(?:/category/[\w-]+)?/?(?:\?|$)")
_LINKS = "//a[contains(@href, '/documents/') or contains(@href, '/news/')]"
_LINE_UP_TO = 80  # characters
_CARD = "ancestor::*[.//time][1]"


def recognise(page: Page) -> bool:
    """Know it by the number before the slug, in its own address or in those of the documents it links to."""
    return bool(re.search(r"/documents/\d{4,}-[a-z0-9]+-", page.url)) or links_to(page, _DOCUMENT_LINK)


def read(page: Page) -> PageFacts:
    """Give each card of a list the day of its own ``time``; a draft is not dated by the day of its reading."""
    facts = generic.read(page)
    if not facts.complete:
        return facts
    if _ADDRESS.search(page.url):
        return _without_reading_day(facts, page)
    links = [one for one in page.root.xpath(_LINKS) if _ADDRESS.search(one.get("href"))]
    if not links and _LISTS.search(page.url) and generic.misses_papers(facts):
        some(page.root, "//a[contains(@href, '/documents/')]")
    days = {}
    for link in links:
        href, day = absolute(page.base, link.get("href")), _day_beside(link)
        if href and day:
            days[href] = day
    return generic.with_days(facts, days)


def _day_beside(link: Element) -> date | None:
    """Give the day of the card around *link*, if the card is about nothing else."""
    card = maybe(link, _CARD)
    if card is None or len({one.get("href") for one in card.xpath("." + _LINKS)}) != 1:
        return None
    stamp = some(card, ".//time")[0]
    return first_date(stamp.get("datetime") or text(stamp))


def _without_reading_day(facts: PageFacts, page: Page) -> PageFacts:
    act = facts.act
    if act is None or act.type != "draft-decision" or act.date is None:
        return facts
    pairs = [f"{label}: {value}" for label, value in labelled(page.root)]
    lines = [few_words(line, _LINE_UP_TO) for line in page.root.iter("li", "p", "div", "span")]
    readings = {first_date(said) for said in (*pairs, *lines) if phrases("dates", "reading").within(said)}
    return replace(facts, act=replace(act, date=None)) if act.date in readings else facts
