"""Joomla with or without K2: items with their own day, modules and tickers around them, print views."""

import re
from dataclasses import replace

from crawlers.pages import generic
from crawlers.pages.base import Page, maybe, some, text
from crawlers.pages.dates import first_date
from crawlers.pages.parts import days_beside, generator, has_class, set_aside, without_prints
from models.facts import PageFacts

_MARKS = ('id="k2Container"', "/media/system/js/", "/components/com_", "?option=com_", "/media/jui/")
_ASIDE = (
    "//*["
    + has_class("newsticker", "moduletable", "latestnews", "mostread", "mod-articleslatest", "archive-module")
    + " or contains(@class, 'newsflash') or contains(@class, 'k2ItemsBlock') or contains(@class, 'k2Calendar')]"
)
_LIST = f"//*[{has_class('itemListView', 'blog', 'category-list', 'blog-featured', 'cat-items')}]"
_ITEMS = (
    f"//*[{has_class('catItemView')}] | //*[{has_class('blog', 'blog-featured')}]"
    f"//*[contains(@class, 'item') and .//h2//a] | //*[{has_class('category-list', 'cat-items')}]//tr[td]"
    f" | //*[{has_class('category-list', 'cat-items')}]//li[.//a] | //*[{has_class('itemList')}]/*[.//a]"
)
_LINK = f".//*[{has_class('catItemTitle', 'page-header', 'list-title')}]//a[@href] | .//h2//a[@href] | .//h3//a[@href]"
_DAY = (
    f".//*[{has_class('catItemDateCreated', 'create', 'published', 'list-date', 'createdate')}]//time"
    f" | .//*[{has_class('catItemDateCreated', 'create', 'published', 'list-date', 'createdate')}]"
)
_STAMP = (
    f"//*[{has_class('itemDateCreated')}] | //*[@itemprop='datePublished'] | //dd[{has_class('published')}]"
)
_PRINTS = re.compile(r"[?&](?:print=1|tmpl=component)(?:&|$)")


def recognise(page: Page) -> bool:
    """Know it by its generator, or by where its parts lie."""
    return generator(page).startswith("Joomla") or any(mark in page.source for mark in _MARKS)


def read(page: Page) -> PageFacts:
    """Give the items of a list, and an item itself, the day they were created; modules are set aside."""
    set_aside(page, _ASIDE)
    facts = without_prints(generic.read(page), _PRINTS)
    if not facts.complete:
        return facts
    if maybe(page.root, _LIST) is not None:
        items = page.root.xpath(_ITEMS) if generic.holds_papers(facts) else some(page.root, _ITEMS)
        return generic.with_days(facts, days_beside(page, items, link=_LINK, day=_DAY))
    stamp = maybe(page.root, _STAMP)
    day = first_date(stamp.get("datetime") or text(stamp)) if stamp is not None else None
    return replace(facts, date=day or facts.date)
