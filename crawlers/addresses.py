"""One canonical spelling per address, and what an address alone can tell."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlsplit

_TRACKING = re.compile(r"(?i)^(utm_\w+|fbclid|gclid|yclid|phpsessid|jsessionid|sid|sessionid|_ga)$")
_SESSION_IN_PATH = re.compile(r"(?i);jsessionid=[^/?#]*")
_PRINT_PATH = re.compile(r"(?i)(^|/)print(/|$|\.)")
_PRINT_QUERY = {("tmpl", "component"), ("print", "1"), ("print", ""), ("sp", "print_pdf"), ("format", "pdf")}
_DIGITS = re.compile(r"\d+")
_HEX = re.compile(r"\b[0-9a-f]{16,}\b", re.IGNORECASE)
_MEDIA = frozenset(
    "jpg jpeg png gif webp svg ico bmp tif tiff css js mjs map woff woff2 ttf eot mp3 mp4 avi mov webm wav"
    " exe apk msi dmg iso".split()
)
_DOCUMENTS = frozenset(
    "pdf doc docx rtf odt xls xlsx ods csv tsv json xml ppt pptx zip rar 7z p7s txt geojson".split()
)


@lru_cache(maxsize=65536)
def key_of(url: str) -> str:
    """The canonical spelling of *url*: what makes two links the same place.

    Scheme, ``www.``, a trailing dot or default port, the fragment, session ids and tracking are left out;
    escapes are brought to one form (``%5B`` = ``[``); the rest of the query is kept, in its order.
    """
    parts = urlsplit(url.strip())
    host = host_of(url)
    port = f":{parts.port}" if parts.port not in {None, 80, 443} else ""
    path = quote(unquote(_SESSION_IN_PATH.sub("", parts.path)), safe="/:@!$&'()*+,;=~-._") or "/"
    pairs = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.match(name)
    ]
    query = "&".join(f"{quote(name)}={quote(value)}" if value else quote(name) for name, value in pairs)
    return f"{host}{port}{path}" + (f"?{query}" if query else "")


@lru_cache(maxsize=65536)
def host_of(url: str) -> str:
    """The host of *url* in lower case, without ``www.`` and without a trailing dot."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    return host.removeprefix("www.")


def belongs(url: str, hosts: tuple[str, ...]) -> bool:
    """Whether *url* is on one of *hosts* or below one of them."""
    host = host_of(url)
    return any(host == own or host.endswith("." + own) for own in hosts)


def is_mirror(url: str) -> bool:
    """Whether *url* says of itself that it repeats another page, for printing."""
    parts = urlsplit(url)
    if _PRINT_PATH.search(parts.path):
        return True
    pairs = {(name.lower(), value.lower()) for name, value in parse_qsl(parts.query, keep_blank_values=True)}
    return bool(pairs & _PRINT_QUERY)


def pattern_of(url: str) -> str:
    """What *url* is alike to: numbers and long hexadecimal names become one mark, values of queries go."""
    parts = urlsplit(url)
    path = _DIGITS.sub("N", _HEX.sub("H", parts.path))
    names = "&".join(
        sorted({_DIGITS.sub("N", name) for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    )
    return f"{host_of(url)}{path}?{names}"


def extension_of(url: str) -> str:
    """The file name extension in *url*'s path, in lower case; empty when there is none."""
    name = urlsplit(url).path.rsplit("/", 1)[-1]
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""


def is_media(url: str) -> bool:
    """Whether *url* is a picture, a film, a style sheet: nothing that a reader reads."""
    return extension_of(url) in _MEDIA


def is_document(url: str) -> bool:
    """Whether *url* names a document rather than a page."""
    return extension_of(url) in _DOCUMENTS
