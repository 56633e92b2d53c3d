"""A glance at an HTML page: one pass over its tree, stopping only at what leads somewhere."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from lxml import etree

from crawlers.glances.anchors import Anchors, said_in, spoken_of
from crawlers.glances.fields import filter_of_address, read_forms
from crawlers.glances.places import Places
from crawlers.glances.standing import Shown, kind_at_a_glance
from crawlers.glances.things import Glance, GlancedLink, Place
from crawlers.pages.base import Page, absolute
from crawlers.pages.states import stands_in
from models.vocabulary import PageKind, Reason

Element = Any  # lxml ships no types

_STOPS = (
    *("a", "area", "h1", "h2", "h3", "h4", "h5", "h6", "caption", "legend", "summary", "dt"),
    *("title", "base", "meta", "link", "form", "select", "iframe", "frame", "input"),
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "caption", "legend", "summary", "dt"})
_UNSEEN = ("script", "style", "svg")
_FRAMES = frozenset({"iframe", "frame"})
_HEADING_UP_TO = 160  # characters
_TITLE_UP_TO = 300
_REFRESH = re.compile(r"\s*\d*(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"'\s]+)", re.IGNORECASE)
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml"})
_PARSER = {"huge_tree": True, "encoding": "utf-8", "remove_comments": True, "remove_pis": True}


def glance_at_markup(source: str, url: str, today: date) -> Glance:
    """Look at an HTML page; one that holds nothing at all is an empty shell."""
    root = parsed(source)
    if root is None:
        return Glance(url, kind=PageKind.ERROR, reason=Reason.EMPTY_SHELL)
    return _Look(root, source, url, today).glance()


def links_of_fragment(source: str, base: str, context: str) -> list[GlancedLink]:
    """Give the links of a piece of HTML that came inside other data."""
    root = parsed(source)
    if root is None:
        return []
    return [
        GlancedLink(href, said_in(one), spoken_of(one), Place.DATA, context)
        for one in root.iter("a")
        if (written := one.get("href")) and (href := absolute(base, written))
    ]


def parsed(source: str) -> Element | None:
    """The tree of an HTML page; None where there is none."""
    try:
        return etree.fromstring(source.encode(errors="replace"), parser=etree.HTMLParser(**_PARSER))
    except (etree.LxmlError, ValueError):
        return None


class _Look:
    """One page being looked at."""

    def __init__(self, root: Element, source: str, url: str, today: date) -> None:
        self._root, self._source, self._url, self._today = root, source, url, today
        self._places = Places()
        self._anchors = Anchors(url, self._places)
        self._title = self._sharing = self._first_heading = self._robots = ""
        self._forms: list[Element] = []
        self._selects: list[Element] = []
        self._asks_password = False
        self._refresh: str | None = None
        self._canonical: str | None = None

    def glance(self) -> Glance:
        """Walk the page once and say what it shows."""
        scripts = next(self._root.iter("script"), None) is not None
        etree.strip_elements(self._root, *_UNSEEN, with_tail=False)
        for element in self._root.iter(*_STOPS):
            self._stop_at(element)
        anchors = self._anchors
        anchors.add_what_was_cut(self._source)
        heads = (self._title or self._sharing, self._first_heading)
        shown = Shown(self._root, self._places.frames)
        kind, reason = self._in_place_of_content(shown, heads)
        title = self._first_heading or heads[0]
        searches, filters = read_forms(self._forms, anchors.base)
        if not filters and (own := filter_of_address(self._url, self._selects)):
            filters = (own,)
        return Glance(
            url=self._url,
            kind=kind or kind_at_a_glance(self._url, title, self._first_heading, anchors.items),
            title=title[:_TITLE_UP_TO],
            language=shown.language or (self._root.get("lang") or "")[:2].lower() or None,
            reason=reason,
            links=anchors.links,
            more=anchors.more,
            forms=searches,
            filters=filters,
            feeds=tuple(anchors.feeds),
            sitemaps=tuple(anchors.sitemaps),
            words=shown.words,
            scripts=scripts,
            refresh=self._refresh,
            canonical=self._canonical,
            noindex="noindex" in self._robots,
            nofollow="nofollow" in self._robots,
            postbacks=tuple(anchors.postbacks),
        )

    def _in_place_of_content(
        self, shown: Shown, heads: tuple[str, str]
    ) -> tuple[PageKind | None, Reason | None]:
        if not shown.may_stand_in(heads, self._anchors.seen, asks_password=self._asks_password):
            return None, None
        root = parsed(self._source)  # with its scripts, which tell a shell from a page
        page = Page(url=self._url, root=root, source=self._source, today=self._today)
        return stands_in(page) or (None, None)

    def _stop_at(self, element: Element) -> None:
        tag = element.tag
        if tag in {"a", "area"}:
            self._anchors.add(element)
        elif tag in _HEADINGS:
            self._head(element, tag)
        elif tag == "form":
            self._forms.append(element)
        elif tag == "select":
            self._selects.append(element)
            self._anchors.add_options(element)
        elif tag == "input":
            self._asks_password = self._asks_password or (element.get("type") or "").lower() == "password"
        elif tag in _FRAMES:
            self._anchors.add_frame(element)
        else:
            self._note(element, tag)

    def _head(self, element: Element, tag: str) -> None:
        said = said_in(element)
        if not said:
            return
        if tag == "h1" and not self._first_heading:
            self._first_heading = said[:_TITLE_UP_TO]
        if not self._places.of(element).repeats:
            self._anchors.heading = said[:_HEADING_UP_TO]

    def _note(self, element: Element, tag: str) -> None:
        """What the head of a page says of itself."""
        if tag == "title":
            self._title = self._title or said_in(element)
        elif tag == "base":
            self._anchors.start_from(absolute(self._url, element.get("href") or "") or self._anchors.base)
        elif tag == "link":
            self._related(element)
        elif (element.get("http-equiv") or "").lower() == "refresh":
            found = _REFRESH.match(element.get("content") or "")
            self._refresh = absolute(self._anchors.base, found[1]) if found else None
        elif (element.get("name") or "").lower() == "robots":
            self._robots = (element.get("content") or "").lower()
        elif element.get("property") == "og:title":
            self._sharing = (element.get("content") or "").strip()

    def _related(self, element: Element) -> None:
        rel = (element.get("rel") or "").lower().split()
        href = absolute(self._anchors.base, element.get("href") or "") if rel else None
        if href is None:
            return
        if "canonical" in rel:
            self._canonical = href
        elif "alternate" in rel and (element.get("type") or "").lower() in _FEED_TYPES:
            self._anchors.feeds[href] = None
        elif "next" in rel or "prev" in rel:
            self._anchors.keep(GlancedLink(href, "", " ".join(rel), Place.PAGING))
        elif "sitemap" in rel:
            self._anchors.sitemaps[href] = None
