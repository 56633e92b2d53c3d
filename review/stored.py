"""A stored body made ready to be shown: unpacked, in a charset that is said, and without what a browser does early."""

from __future__ import annotations

import codecs
import re
import zlib
from dataclasses import dataclass

import zstandard

from models.archive import Archive
from models.crawling import Capture
from models.submissions import SCHEME

LARGEST = 16 * 2**20  # bytes; larger pages are for downloading
MOST_STREAMS = 100
PAGES = frozenset({"text/html", "application/xhtml+xml"})
DRAWING = "image/svg+xml"
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"})
TEXTS = frozenset({"application/json", "application/xml", "application/rss+xml", "application/atom+xml"})

_REACHING = re.compile(rb"<(/?)(?=(?:link|i?frame)[\s/>])", re.IGNORECASE)
_ANCHORS = re.compile(rb"<(?:a|area)(?=[\s/])[^>]*", re.IGNORECASE)
_HREF = re.compile(rb"href(?=\s*=)", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_PLAIN_CHARSETS = re.compile(
    r"utf-8|windows-125\d|cp125\d|koi8-[ru]|iso-?8859-\d{1,2}|(?:us-)?ascii|cp866|ibm866|latin-?1"
)
_NOWHERE = rb'href="#-" data-href'  # the first of two counts: it looks like a link still, and leads nowhere
_FIRST = 2048  # bytes in which a page names its charset


class NotShownError(Exception):
    """A stored body is not shown in place: it is for downloading, or as a picture."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What a browser is sent."""

    content: bytes
    media_type: str

    @property
    def is_image(self) -> bool:
        """Whether it is shown as an image: what stands in it is then asked for by nobody."""
        return self.media_type.startswith("image/")


def can_be_shown(capture: Capture) -> bool:
    """Whether a capture is of a kind that may be shown in place, on the other origin.

    A photo that somebody brought is not: what its camera wrote beside the picture is nobody else's.
    """
    media_type = capture.media_type
    if capture.requested_url.startswith(SCHEME) and media_type in IMAGES:
        return False
    known = media_type in PAGES | TEXTS | IMAGES or media_type == DRAWING or media_type.startswith("text/")
    return known and 0 < max(capture.decoded_bytes, capture.body_bytes) <= LARGEST


def ready(capture: Capture, archive: Archive) -> Ready:
    """The stored bytes of *capture* for a browser; raises NotShownError, or ArchiveError where they are gone."""
    if not can_be_shown(capture):
        raise NotShownError(capture.media_type)
    body = _unpacked(archive.get(capture.body_sha256), capture.content_encoding)
    if capture.media_type in IMAGES or capture.media_type == DRAWING:
        return Ready(body, capture.media_type)
    charset = _charset(body, capture.charset_declared)
    if capture.media_type in PAGES:
        return Ready(_out_of_reach(body), f"text/html; charset={charset}")
    return Ready(body, f"text/plain; charset={charset}")


def _out_of_reach(body: bytes) -> bytes:
    """The page with what makes a browser connect before it has asked whether it may: links and frames named otherwise.

    No request leaves anyway, for its headers forbid all; but Chromium connects to where ``<link>`` and ``<iframe>``
    point, and to where a link does that is clicked, and a server would see that somebody looks.
    """
    named = _REACHING.sub(rb"<\1not-a-", body)
    return _ANCHORS.sub(lambda anchor: _HREF.sub(_NOWHERE, anchor[0]), named)


def _charset(body: bytes, declared: str | None) -> str:
    """A charset in which every ASCII letter is itself, said aloud so that no browser guesses another."""
    found = _META_CHARSET.search(body[:_FIRST])
    for name in (declared, found[1].decode("ascii", "replace") if found else None):
        if name and _PLAIN_CHARSETS.fullmatch(name.lower()):
            return name.lower()
    try:
        body.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError:
        return "windows-1251"
    return "utf-8"


def _unpacked(body: bytes, codings: str) -> bytes:
    for coding in reversed([word.strip().lower() for word in codings.split(",") if word.strip()]):
        body = _undo(body, coding)
    return body


def _undo(body: bytes, coding: str) -> bytes:
    try:
        match coding:
            case "identity":
                return body
            case "gzip" | "x-gzip":
                return _inflated(body, zlib.MAX_WBITS | 16)
            case "deflate":
                try:
                    return _inflated(body, zlib.MAX_WBITS)
                except zlib.error:
                    return _inflated(body, -zlib.MAX_WBITS)
            case "zstd":
                reader = zstandard.ZstdDecompressor(max_window_size=2**23).stream_reader(body)
                return _within_limit(reader.read(LARGEST + 1))
    except (zlib.error, zstandard.ZstdError) as error:
        raise NotShownError(f"it does not unpack: {error}") from error
    raise NotShownError(f"it is packed as {coding}")


def _inflated(body: bytes, window: int) -> bytes:
    """All streams of *body*, as far as they go: what was cut off is shown as far as it came."""
    found = bytearray()
    for _ in range(MOST_STREAMS):
        stream = zlib.decompressobj(window)
        found += stream.decompress(body, LARGEST + 1 - len(found))
        _within_limit(found)
        body = stream.unused_data
        if not stream.eof or not body.strip(b"\0"):
            break
    return bytes(found)


def _within_limit(found: bytes | bytearray) -> bytes:
    if len(found) > LARGEST:
        raise NotShownError("it unpacks to more than is shown in place")
    return bytes(found)
