"""The links of one page as a glance gathers them: each address once, as the occurrence that tells most."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from crawlers.glances.places import Places
from crawlers.glances.things import GlancedLink, Place
from crawlers.pages.base import absolute
from crawlers.pages.lexicon import folded, words
from models.matching import normalise

Element = Any  # lxml ships no types

MOST_LINKS = 20_000
"""Links of one page that are looked at; the rest is counted."""

_WORDS_UP_TO = 300  # characters
_CONTEXT_UP_TO = 160
_FEW = 24  # characters; a link of fewer may need the words beside it
_PAGER_UP_TO = 20
_LONGEST_ADDRESS = 2083
_ROWS = frozenset({"tr", "li", "p", "dd", "article"})
_CLIMB = 5
_HREF = re.compile(r"<a\s[^<>]{0,400}?\bhref\s*=\s*[\"']?([^\"'<>\s]{1,2083})", re.IGNORECASE)
_ANCHOR = re.compile(r"<a\s", re.IGNORECASE)
_POSTBACK = re.compile(r"__doPostBack\(\s*['\"]([^'\"]*)['\"]\s*,\s*['\"]([^'\"]*)['\"]")
_FEED_ADDRESS = re.compile(r"(?i)(?:/(?:rss|feed|atom)(?:\.xml|\.php)?/?$|[?&]feed=rss|\.rss$)")
_SITE_MAP_ADDRESS = re.compile(r"/sitemap[\w.-]*\.xml(?:\.gz)?$")
_NEXT_PAGE = re.compile(
    r"(?i)[?&/](?:page|pg|p|paged|start|offset|from|storinka)[=/-]?\d+|[?&][my]=\d+|[?&]\w*page\w*=\d+"
)
_NUMBERS = re.compile(r"\d+")


class Anchors:
    """The links of one page, gathered in its order."""

    def __init__(self, url: str, places: Places) -> None:
        self.start_from(url)
        self.heading = ""  # the nearest above, outside menus
        self.feeds: dict[str, None] = {}
        self.sitemaps: dict[str, None] = {}
        self.postbacks: dict[tuple[str, str], None] = {}
        self.seen = self.items = self.more = 0
        self._stem = _without_numbers(url)
        self._places = places
        self._best: dict[str, GlancedLink] = {}
        self._rows: dict[Element, str] = {}

    @property
    def links(self) -> tuple[GlancedLink, ...]:
        """All of them."""
        return tuple(self._best.values())

    def start_from(self, base: str) -> None:
        """Read relative addresses from here on as those of *base*."""
        self.base = base
        self._root = absolute(base, "/") or base

    def add(self, element: Element) -> None:
        """Take one ``a``."""
        written = element.get("href")
        if not written:
            return
        self.seen += 1
        if written[0] == "#":
            return
        if self.seen > MOST_LINKS:
            self.more += 1
            return
        if written.startswith(("javascript:", "JavaScript:")):
            if found := _POSTBACK.search(written):
                self.postbacks[found[1], found[2]] = None
            return
        if len(written) > _LONGEST_ADDRESS:
            self.more += 1
            return
        href = self._absolute(written)
        if href is None:
            return
        text = said_in(element)
        title = spoken_of(element) if len(text) < _WORDS_UP_TO else ""
        place = self._places.of(element.getparent())
        if len(text) <= _PAGER_UP_TO and place is not Place.TRAIL and self._turns(element, href, text):
            place = Place.PAGING
        if place is Place.LIST or place is Place.BODY:
            self.items += 1
        context = "" if place.repeats else self._context(element, text)
        self.keep(GlancedLink(href, text[:_WORDS_UP_TO], title[:_WORDS_UP_TO], place, context))

    def add_frame(self, element: Element) -> None:
        """Take a page that is shown inside this one."""
        href = absolute(self.base, element.get("src") or "") if element.get("src") else None
        if href is not None:
            self.keep(GlancedLink(href, element.get("title") or "", "", Place.FRAME, self.heading))

    def add_options(self, select: Element) -> None:
        """Take the entries of a list to choose from that are addresses themselves, or carry one for a script."""
        for option in select.iter("option"):
            value = option.get("value") or ""
            carried = option.get("data-url") or option.get("data-href")
            written = value if value.startswith(("/", "http://", "https://")) else carried
            if written and (href := absolute(self.base, written)):
                self.keep(GlancedLink(href, said_in(option), "", Place.LIST, self.heading))

    def add_what_was_cut(self, source: str) -> None:
        """Where the parser gave up half-way, take the addresses that stand in the source after all."""
        written = len(_ANCHOR.findall(source)) if "<" in source else 0
        if written <= 2 * self.seen + 2:
            return
        for found in _HREF.finditer(source):
            href = None if found[1].startswith(("#", "javascript:")) else absolute(self.base, found[1])
            if href is None or href in self._best:
                continue
            if len(self._best) >= MOST_LINKS:
                self.more += 1
            else:
                self.keep(GlancedLink(href, "", "", Place.BODY))

    def keep(self, link: GlancedLink) -> None:
        """Keep *link*, unless the same address was seen where it says more."""
        href = link.href
        known = self._best.get(href)
        if known is None:
            self._best[href] = link
            if _names_feed(link.text) or _is_feed(href):
                self.feeds[href] = None
            elif "sitemap" in href and _SITE_MAP_ADDRESS.search(href):
                self.sitemaps[href] = None
        elif (not link.place.repeats, len(link.text)) > (not known.place.repeats, len(known.text)):
            self._best[link.href] = link

    def _absolute(self, written: str) -> str | None:
        """*written* as a full address; what names its own path or host is the same on every page of the site."""
        if written[0] == "/":
            return _rooted(self._root, written)
        return (
            _rooted("", written)
            if written.startswith(("http://", "https://"))
            else absolute(self.base, written)
        )

    def _turns(self, element: Element, href: str, text: str) -> bool:
        """Whether the link turns to another page of the same list."""
        rel = element.get("rel")
        if rel and ("next" in rel or "prev" in rel):
            return True
        if not (text.isdigit() or _is_pager_word(text)):
            return False
        return bool(_NEXT_PAGE.search(href)) or _without_numbers(href) == self._stem

    def _context(self, element: Element, text: str) -> str:
        if len(text) >= _FEW:
            return self.heading
        row = self._row_of(element)
        return f"{row} — {self.heading}" if row and self.heading else row or self.heading

    def _row_of(self, element: Element) -> str:
        """The words of the row or paragraph that the link stands in."""
        for _ in range(_CLIMB):
            element = element.getparent()
            if element is None:
                return ""
            if element.tag in _ROWS:
                if element not in self._rows:
                    self._rows[element] = " ".join(" ".join(element.itertext()).split())[:_CONTEXT_UP_TO]
                return self._rows[element]
        return ""


_rooted = lru_cache(maxsize=16_384)(absolute)


@lru_cache(maxsize=16_384)
def _is_feed(href: str) -> bool:
    return bool(_FEED_ADDRESS.search(href))


def said_in(element: Element) -> str:
    """The words of *element*, spaces folded."""
    if len(element) == 0:
        text = element.text
        return " ".join(text.split()) if text else ""
    return " ".join("".join(element.itertext()).split())


def spoken_of(element: Element) -> str:
    """What a link says on hovering, to a screen reader, or by its picture."""
    spoken = element.get("title") or element.get("aria-label")
    if spoken or len(element) == 0:
        return " ".join(spoken.split()) if spoken else ""
    return " ".join(alt.strip() for one in element.iter("img") if (alt := one.get("alt")))


def _names_feed(text: str) -> bool:
    return len(text) <= _PAGER_UP_TO and _is_feed_word(text)


@lru_cache(maxsize=4096)
def _is_feed_word(text: str) -> bool:
    return normalise(text) in folded("ways", "feed_words")


@lru_cache(maxsize=4096)
def _is_pager_word(text: str) -> bool:
    return text in words("ways", "paging_signs") or normalise(text) in folded("ways", "paging_words")


@lru_cache(maxsize=8192)
def _without_numbers(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc}{_NUMBERS.sub('', parts.path).rstrip('/')}"
