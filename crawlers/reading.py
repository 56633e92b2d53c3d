"""Bytes of one capture in, facts out: which reader takes it, and what went wrong if none could."""

from dataclasses import replace
from datetime import date
from types import ModuleType
from typing import Any

from lxml import etree

from crawlers.charset import decode
from crawlers.pages import (
    act_database,
    articles,
    ckan,
    domino,
    drupal,
    generic,
    golos,
    hosted,
    id_slug,
    joomla,
    monthly,
    numbered,
    sharepoint,
    wordpress,
)
from crawlers.pages.base import LayoutChanged, Page
from crawlers.pages.catalogue import is_answer, read_answer
from crawlers.pages.feeds import read_feed
from crawlers.pages.listings import listed, parsed
from crawlers.pages.visitors import with_visitors
from crawlers.second_opinion import flattened, is_cut
from models.facts import PageFacts
from models.vocabulary import PageKind, Reason

READER_VERSION = "6"
"""Raised with every change that can give other facts from the same bytes."""

READERS: dict[str, ModuleType] = {
    "act-database": act_database,
    "domino": domino,
    "ckan": ckan,
    "sharepoint": sharepoint,
    "drupal": drupal,
    "joomla": joomla,
    "wordpress": wordpress,
    "articles": articles,
    "id-slug": id_slug,
    "hosted": hosted,
    "numbered": numbered,
    "golos": golos,
    "monthly": monthly,
    "generic": generic,
}
"""Families in the order they are asked; the last takes any page."""

_LARGEST_DATA = 10_000_000  # characters; what they hold takes thirty times their room
_HTML_TYPES = frozenset({"", "text/html", "application/xhtml+xml"})
_FEED_TYPES = frozenset(
    {"application/xml", "text/xml", "application/rss+xml", "application/atom+xml", "text/calendar"}
)


def read_page(
    body: bytes, *, url: str, media_type: str = "text/html", charset: str | None = None, today: date
) -> PageFacts:
    """Give the facts of one page; whatever the bytes, an unreadable page says why and nothing is raised."""
    kind = media_type.partition(";")[0].strip().lower()
    if _looks_like_document(body) or not (
        kind in _HTML_TYPES or kind in _FEED_TYPES or kind.endswith("json")
    ):
        return PageFacts(url, "", None, PageKind.OTHER, complete=True)
    decoded = decode(body, charset)
    source = decoded.text.replace("\x00", "\ufffd")  # libxml2 would take it for the end
    if kind.endswith("json") or (kind in _HTML_TYPES and _looks_like_json(source)):
        return _read_json(source, url=url, today=today)
    if kind in _FEED_TYPES:
        return read_feed(source, url=url, media_type=kind, today=today)
    facts = _read_html(source, url=url, today=today)
    return facts if decoded.trusted else _doubted(facts, Reason.BAD_CHARSET)


def _read_json(source: str, *, url: str, today: date) -> PageFacts:
    """Read a portal's answer as such, and any other list as the page that a script would make of it."""
    if len(source) > _LARGEST_DATA:
        return PageFacts(url, "", None, PageKind.OTHER, complete=False, reasons=(Reason.TOO_LARGE,))
    try:
        answer = parsed(source)
    except (ValueError, RecursionError):
        return PageFacts(url, "", None, PageKind.OTHER, complete=False, reasons=(Reason.TRUNCATED,))
    if is_answer(answer):
        return read_answer(answer, url=url)
    listing = listed(answer, url)
    if listing is None:
        return PageFacts(url, "", None, PageKind.OTHER, complete=True)
    facts = replace(_read_html(listing.html, url=url, today=today), barriers=())  # the markup is ours
    return facts if listing.whole else _doubted(facts, Reason.TOO_LARGE)


def _read_html(source: str, *, url: str, today: date) -> PageFacts:
    root, parser = _parsed(source)
    if root is None:
        return PageFacts(url, "", None, PageKind.OTHER, complete=False, reasons=(Reason.EMPTY_SHELL,))
    if not is_cut(source, root, parser):
        return _by_family(Page(url=url, root=root, source=source, today=today))
    flat = flattened(source)
    if flat is not None:
        root, source = _parsed(flat)[0], flat
    facts = _by_family(Page(url=url, root=root, source=source, today=today))
    return _doubted(replace(facts, barriers=()), Reason.PARSE_CUT)


def _by_family(page: Page) -> PageFacts:
    """Ask the families in order; a family whose layout has changed is said so, and the page still read."""
    reader = next(reader for reader in READERS.values() if reader.recognise(page))
    try:
        facts: PageFacts = reader.read(page)
    except LayoutChanged:
        facts = _doubted(generic.read(page), Reason.LAYOUT_CHANGED)
    facts = with_visitors(facts, page)
    if facts.kind is PageKind.ACT and facts.act and facts.act.type != "minutes":
        return replace(facts, meetings=())  # an act names the session that adopted it; it announces none
    return facts


def _doubted(facts: PageFacts, reason: Reason) -> PageFacts:
    return replace(facts, complete=False, reasons=(*facts.reasons, reason))


def _parsed(source: str) -> tuple[Any, etree.HTMLParser]:
    parser = etree.HTMLParser(
        huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True
    )
    try:
        return etree.fromstring(source.encode(errors="replace"), parser=parser), parser
    except (etree.LxmlError, ValueError):
        return None, parser


def _looks_like_json(source: str) -> bool:
    return source[:200].lstrip().startswith(("{", "["))


def _looks_like_document(body: bytes) -> bool:
    return body.startswith(
        (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"Rar!", b"\x89PNG", b"\xff\xd8\xff")
    )
