"""WordPress: posts in ``article`` elements, each with its own heading link and its own time."""

from typing import Any

from crawlers.pages import generic
from crawlers.pages.base import Page, absolute, maybe, some, text
from crawlers.pages.dates import first_date
from crawlers.pages.parts import generator
from models.facts import PageFacts

Element = Any  # lxml ships no types

_POST_LINKS = ".//*[self::h1 or self::h2 or self::h3]//a[@href]"
_STAMPS = ".//time"
_POST_HEADINGS = "//article//h1"
_MARKS = ("/wp-content/", "/wp-includes/", "/wp-json/")
_LISTS = frozenset({"archive", "category", "blog", "date", "tag"})
_NOTHING = "//*[contains(concat(' ', @class, ' '), ' no-results ') or contains(@class, 'not-found')]"


def recognise(page: Page) -> bool:
    """Know it by its generator, or by where its files lie."""
    return generator(page).startswith("WordPress") or any(mark in page.source for mark in _MARKS)


def read(page: Page) -> PageFacts:
    """Give the posts of a list the day each was published; a single post is read as any page."""
    is_list = _is_list(page)
    if is_list:
        _demote_posts(page)
    facts = generic.read(page)
    if not facts.complete or not is_list or maybe(page.root, _NOTHING) is not None:
        return facts
    days = {}
    posts = page.root.xpath("//article") if generic.holds_papers(facts) else some(page.root, "//article")
    for post in posts:
        link, stamp = maybe(post, _POST_LINKS), maybe(post, _STAMPS)
        href = absolute(page.base, link.get("href")) if link is not None else None
        if href and stamp is not None and (day := first_date(stamp.get("datetime") or text(stamp))):
            days[href] = day
    return generic.with_days(facts, days)


def _demote_posts(page: Page) -> None:
    """Some themes print the title of every post as a first heading: none of them names the list."""
    for heading in page.root.xpath(_POST_HEADINGS):
        heading.tag = "h2"


def _is_list(page: Page) -> bool:
    body: Element | None = maybe(page.root, "//body")
    return body is not None and bool(_LISTS & set((body.get("class") or "").split()))
