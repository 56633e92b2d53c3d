"""Bytes of one answer in, a glance out: where it leads, and whether it is content at all."""

from __future__ import annotations

from datetime import UTC, date, datetime

from crawlers.charset import decode
from crawlers.glances.lists import glance_at_data, glance_at_xml
from crawlers.glances.markup import glance_at_markup
from crawlers.glances.things import Choice, Filter, Glance, GlancedLink, Place, SearchForm
from models.crawling import Capture

__all__ = ["Choice", "Filter", "Glance", "GlancedLink", "Place", "SearchForm", "glance", "glance_at"]

_HTML = frozenset({"", "text/html", "application/xhtml+xml"})
_XML = frozenset({"application/xml", "text/xml", "application/rss+xml", "application/atom+xml"})
_FILES = (
    b"%PDF",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"{\\rtf",
    b"Rar!",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
)
_XML_BEGINS = ("<?xml", "<urlset", "<sitemapindex", "<rss", "<feed")


def glance(
    body: bytes,
    *,
    url: str,
    media_type: str = "text/html",
    charset: str | None = None,
    today: date | None = None,
) -> Glance:
    """Look at one answer; whatever the bytes, nothing is raised. A file leads nowhere and is nothing special."""
    kind = media_type.partition(";")[0].strip().lower()
    is_data = kind.endswith("json")
    if body.startswith(_FILES) or not (is_data or kind in _HTML or kind in _XML or kind.endswith("+xml")):
        return Glance(url)
    source = decode(body, charset).text.replace("\x00", "\ufffd")  # libxml2 would take it for the end
    begins = source[:200].lstrip("\ufeff \t\r\n").lower()
    if is_data or begins.startswith(("{", "[")):
        return glance_at_data(source, url)
    if _is_list(kind, begins):
        return glance_at_xml(source, url)
    return glance_at_markup(source, url, today or datetime.now(UTC).date())


def glance_at(capture: Capture, body: bytes, today: date) -> Glance:
    """Look at the unpacked *body* of a stored answer."""
    return glance(
        body,
        url=capture.final_url,
        media_type=capture.media_type,
        charset=capture.charset_declared,
        today=today,
    )


def _is_list(kind: str, begins: str) -> bool:
    """XML that is no page: XHTML begins with an XML declaration too."""
    if kind in _HTML:
        return begins.startswith(_XML_BEGINS) and "html" not in begins
    return kind != "application/xhtml+xml" and not begins.startswith(("<!doctype html", "<html"))
