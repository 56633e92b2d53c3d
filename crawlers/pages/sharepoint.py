"""SharePoint: items of a list in a table with named columns, or one item as a form of labels and values."""

from dataclasses import replace

from crawlers.pages import generic
from crawlers.pages.base import Page, maybe, some, text
from crawlers.pages.dates import first_date
from crawlers.pages.lexicon import phrases
from models.facts import PageFacts

_LIST_TABLE = "//table[contains(@class, 'ms-listviewtable')]"
_LABELS = "//*[contains(concat(' ', @class, ' '), ' ms-formlabel ')]"
_VALUE = "following-sibling::*[contains(concat(' ', @class, ' '), ' ms-formbody ')]"


def recognise(page: Page) -> bool:
    """Know it by its generator, or by an item of a list in its address."""
    return page.meta("GENERATOR").startswith("Microsoft SharePoint") or (
        "/Lists/" in page.url and ".aspx" in page.url
    )


def read(page: Page) -> PageFacts:
    """Read a list by its table, an item by its form; a page with neither has changed."""
    facts = generic.read(page)
    if not facts.complete or "/Lists/" not in page.url:
        return facts
    if maybe(page.root, _LIST_TABLE) is not None:
        return facts
    return _with_form(facts, page)


def _with_form(facts: PageFacts, page: Page) -> PageFacts:
    """Take from the form the day of publication that its label names."""
    labels = (
        page.root.xpath(_LABELS) if generic.holds_papers(facts) or facts.act else some(page.root, _LABELS)
    )
    for label in labels:
        if phrases("dates", "published").within(text(label)):
            value = maybe(label, _VALUE)
            return replace(facts, date=(first_date(text(value)) if value is not None else None) or facts.date)
    return facts
