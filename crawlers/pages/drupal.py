"""Drupal: rows of views with named fields, nodes with a line of submission, blocks in regions, print views."""

import re
from dataclasses import replace

from crawlers.pages import generic
from crawlers.pages.base import Page, maybe, some, text
from crawlers.pages.dates import first_date
from crawlers.pages.parts import days_beside, generator, has_class, set_aside, without_prints
from models.facts import PageFacts

_MARKS = ("/sites/default/files/", "/sites/all/", "data-drupal-", "Drupal.settings", "drupal-settings-json")
_ASIDE = (
    "//*[starts-with(@id, 'sidebar') or contains(@class, 'region-sidebar') or @id='name-and-slogan' or "
    + has_class("block-menu", "block-calendar", "region-header", "region-top-bar", "print-logo")
    + "]"
)
_LIST = f"//*[{has_class('view-content')}]"
_EMPTY = f"//*[{has_class('view-empty')}]"
_ROWS = (
    f"//*[{has_class('views-row')}] | //table[contains(@class, 'views-table')]//tr[td]"
    f" | //*[{has_class('view-content')}]//li[.//a]"
)
_LINK = (
    ".//*[contains(@class, 'views-field-title') or contains(@class, 'node-title') "
    "or contains(@class, 'node__title')]//a[@href] | .//h2//a[@href] | .//h3//a[@href]"
)
_DAY = (
    ".//*[contains(@class, 'views-field-created') or contains(@class, 'date-display-single') "
    "or contains(@class, 'views-field-field-date')]//time | .//*[contains(@class, 'views-field-created') "
    "or contains(@class, 'date-display-single') or contains(@class, 'views-field-field-date')]"
)
_SUBMITTED = f"//*[{has_class('submitted', 'node__submitted')}]"
_PRINTS = re.compile(r"/print(?:pdf|mail)?/(?:node/)?\d+$|/node/\d+/print(?:able)?(?:/|$)")


def recognise(page: Page) -> bool:
    """Know it by its generator, or by where its files and settings lie."""
    return generator(page).startswith("Drupal") or any(mark in page.source for mark in _MARKS)


def read(page: Page) -> PageFacts:
    """Give the rows of a view the day of their field, a node the day it was submitted; blocks are set aside."""
    set_aside(page, _ASIDE)
    facts = without_prints(generic.read(page), _PRINTS)
    if not facts.complete:
        return facts
    if maybe(page.root, _LIST) is not None and maybe(page.root, _EMPTY) is None:
        rows = page.root.xpath(_ROWS) if generic.holds_papers(facts) else some(page.root, _ROWS)
        return generic.with_days(facts, days_beside(page, rows, link=_LINK, day=_DAY))
    stamp = maybe(page.root, _SUBMITTED)
    day = first_date(text(stamp)) if stamp is not None else None
    return replace(facts, date=day or facts.date)
