"""One canonical spelling per address, and what an address alone can tell."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

_TRACKING = re.compile(r"(?i)^(utm_\w+|fbclid|gclid|yclid|phpsessid|jsessionid|sid|sessionid|_ga)$")
_SESSION_IN_PATH = re.compile(r"(?i);jsessionid=[^/?#]*")
_MAY_PRINT = re.compile(r"(?i)print|tmpl=component|format=pdf")
_PRINT_PATH = re.compile(r"(?i)(^|/)print(/|$|\.(?!pdf|docx?|rtf|odt|xlsx?))")
_PRINT_END = re.compile(r"(?i)(?<=[^/])/print(?=/?$)")
_PRINT_NAMES = frozenset("print printable printer printversion print_version forprint for_print".split())
_PRINT_VALUES = frozenset("print printable printview print_view print_pdf".split())
_PRINT_PAIRS = frozenset({("tmpl", "component"), ("format", "pdf")})
_OFF = frozenset({"0", "no", "n", "false", "off"})
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


def page_of(url: str) -> str:
    """The page that *url* shows for printing, where the address tells; *url* itself where it is no print version."""
    if not _MAY_PRINT.search(url):
        return url
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [pair for pair in pairs if not _asks_to_print(*pair)]
    path = _PRINT_END.sub("", parts.path)
    if path == parts.path and kept == pairs:
        return url
    query = parts.query if kept == pairs else urlencode(kept)
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))


def is_mirror(url: str) -> bool:
    """Whether *url* says of itself that it repeats another page, for printing."""
    if not _MAY_PRINT.search(url):
        return False
    parts = urlsplit(url)
    if _PRINT_PATH.search(parts.path):
        return True
    return any(_asks_to_print(*pair) for pair in parse_qsl(parts.query, keep_blank_values=True))


def _asks_to_print(name: str, value: str) -> bool:
    name, value = name.lower(), value.lower()
    if name in _PRINT_NAMES:
        return value not in _OFF
    return value in _PRINT_VALUES or (name, value) in _PRINT_PAIRS


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
