"""SharePoint: items of a list in a table with named columns, or one item as a form of labels and values."""

from dataclasses import replace

from crawlers.pages import generic
from crawlers.pages.base import Page, maybe, some
from crawlers.pages.dates import first_date
from crawlers.pages.parts import card, generator
from models.facts import PageFacts

_LIST_TABLE = "//table[contains(@class, 'ms-listviewtable')]"
_LABELS = "//*[contains(concat(' ', @class, ' '), ' ms-formlabel ')]"


def recognise(page: Page) -> bool:
    """Know it by its generator, or by an item of a list in its address."""
    return generator(page).startswith("Microsoft SharePoint") or (
        "/Lists/" in page.url and ".aspx" in page.url
    )


def read(page: Page) -> PageFacts:
    """Read a list by its table, an item by its form; links to papers in neither say that it has changed."""
    facts = generic.read(page)
    if not facts.complete or "/Lists/" not in page.url:
        return facts
    if maybe(page.root, _LIST_TABLE) is not None:
        return facts
    return _with_form(facts, page)


def _with_form(facts: PageFacts, page: Page) -> PageFacts:
    """Take from the form's labels the day of publication, and what the text of an act does not say of itself."""
    if generic.misses_papers(facts) and facts.act is None:
        some(page.root, _LABELS)
    labels, act = card(page), facts.act
    if act is not None:
        day = act.date or first_date(labels.get("adopted", ""))
        act = replace(act, number=act.number or labels.get("number"), date=day)
    return replace(facts, act=act, date=first_date(labels.get("published", "")) or facts.date)
