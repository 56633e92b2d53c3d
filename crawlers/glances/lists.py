"""A glance at answers that are lists for programs: site maps, feeds, JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time
from email.utils import parsedate_to_datetime
from typing import Any

from lxml import etree

from crawlers.glances.markup import links_of_fragment
from crawlers.glances.things import Glance, GlancedLink, Place
from crawlers.pages.base import absolute
from models.vocabulary import PageKind, Reason

Element = Any  # lxml ships no types

_MOST_ENTRIES = 50_000  # what the protocol allows in one file
_MOST_STRINGS = 50_000
_DEEPEST = 12
_CONTEXT_UP_TO = 160
_NAMES = ("title", "name", "caption", "text", "label", "description")
_END_OF_DAY = time(23, 59, 59, tzinfo=UTC)


def glance_at_xml(source: str, url: str) -> Glance:
    """Look at a site map, an index of site maps, RSS or Atom; what is cut off is read as far as it goes."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, encoding="utf-8"
    )
    try:
        root = etree.fromstring(source.lstrip("\ufeff \t\r\n").encode(errors="replace"), parser=parser)
    except (etree.LxmlError, ValueError):
        root = None
    if root is None:
        return Glance(url, reason=Reason.TRUNCATED)
    name = _name(root)
    if name == "sitemapindex":
        return Glance(url, PageKind.SITE_MAP, sitemaps=tuple(link.href for link in _entries(root, url)))
    links = tuple(_entries(root, url))
    kind = PageKind.SITE_MAP if name == "urlset" else PageKind.LIST if links else PageKind.OTHER
    return Glance(url, kind, title=_child(root, "title"), links=links)


def glance_at_data(source: str, url: str) -> Glance:
    """Look at JSON: every address among its strings, and every link in the pieces of HTML they hold."""
    try:
        data = json.loads(source)
    except (ValueError, RecursionError):
        return Glance(url, reason=Reason.TRUNCATED)
    found: dict[str, GlancedLink] = {}
    left = [_MOST_STRINGS]
    for link in _links_in(data, url, "", left, _DEEPEST):
        found.setdefault(link.href, link)
    return Glance(url, PageKind.CATALOGUE, links=tuple(found.values()))


def moment(written: str) -> datetime | None:
    """When something was changed, as site maps (W3C) and feeds (RFC 822) write it; a bare day means its end."""
    text = written.strip()
    try:
        if len(text) == len("2026-11-20"):
            return datetime.combine(datetime.fromisoformat(text).date(), _END_OF_DAY)
        told = datetime.fromisoformat(text) if text[:4].isdigit() else parsedate_to_datetime(text)
        return (told if told.tzinfo else told.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _entries(root: Element, base: str) -> Iterator[GlancedLink]:
    count = 0
    for entry in root.iter("{*}url", "{*}sitemap", "{*}item", "{*}entry"):
        place = Place.SITE_MAP if _name(entry) in {"url", "sitemap"} else Place.FEED
        written = _child(entry, "loc") or _child(entry, "link")
        href = absolute(base, written) if written else None
        if href is None:
            continue
        stamp = next(
            (
                told
                for name in ("lastmod", "updated", "pubdate", "published", "date")
                if (told := _child(entry, name))
            ),
            "",
        )
        yield GlancedLink(href, _child(entry, "title")[:300], "", place, "", moment(stamp) if stamp else None)
        count += 1
        if count >= _MOST_ENTRIES:
            return


def _name(element: Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1].lower()


def _child(element: Element, name: str) -> str:
    for inner in element:
        if (
            isinstance(inner.tag, str)
            and _name(inner) == name
            and (told := (inner.text or inner.get("href") or "").strip())
        ):
            return str(told)
        if name == "title" and isinstance(inner.tag, str) and _name(inner) == "channel":
            return _child(inner, name)
    return ""


def _links_in(data: Any, base: str, context: str, left: list[int], depth: int) -> Iterator[GlancedLink]:  # noqa: ANN401  # JSON
    if depth == 0 or left[0] <= 0:
        return
    left[0] -= 1
    if isinstance(data, str):
        yield from _links_of_string(data, base, context)
    elif isinstance(data, dict):
        named = next((told for name in _NAMES if isinstance(told := data.get(name), str) and told), context)
        for inner in data.values():
            yield from _links_in(inner, base, named, left, depth - 1)
    elif isinstance(data, list):
        plain = " ".join(one for one in data if isinstance(one, str) and "<" not in one)
        for inner in data:
            yield from _links_in(inner, base, plain or context, left, depth - 1)


def _links_of_string(text: str, base: str, context: str) -> Iterator[GlancedLink]:
    if text.startswith(("http://", "https://", "/")) and not any(map(str.isspace, text)):
        href = absolute(base, text)
        if href:
            yield GlancedLink(href, context[:_CONTEXT_UP_TO], "", Place.DATA)
    elif "<a " in text or "<A " in text:
        yield from links_of_fragment(text, base, context[:_CONTEXT_UP_TO])
