"""Plain addresses behind lists that a script fills: named in the page itself, they spare a browser."""

import re
from urllib.parse import urlsplit

from crawlers.pages.base import Page, absolute

_ATTRIBUTES = (
    "data-url",
    "data-ajax",
    "data-ajax-url",
    "data-source",
    "data-src-url",
    "data-endpoint",
    "data-api",
    "data-feed",
)
_SETTING = re.compile(
    r"[\"']?\b(?:sAjaxSource|ajaxSource|ajax|ajaxUrl|dataUrl|apiUrl|endpoint|source|url)[\"']?\s*[:=]\s*"
    r"(?:\{\s*[\"']?url[\"']?\s*:\s*)?[\"'](?P<address>[^\"'\s<>]{2,500})[\"']"
)
_CALL = re.compile(
    r"(?:fetch|getJSON|\.get|\.ajax|\.load|axios(?:\.get)?)\s*\(\s*[\"'](?P<address>[^\"'\s<>]{2,500})[\"']"
)
_DATA = re.compile(
    r"(?:^|/)(?:api|ajax|json|rest|odata|datatables?|wp-json|graphql|feed|list|get\w*|load\w*)(?:/|\.|\?|$)|\.json(?:\?|$)|[?&](?:format|type)=json",
    re.IGNORECASE,
)
_NEVER = re.compile(
    r"\.(?:js|css|png|jpe?g|gif|svg|woff2?|map|ico)(?:\?|$)|admin-ajax|google|facebook|analytics|metrika",
    re.IGNORECASE,
)
_SCRIPT_UP_TO = 200_000  # characters; a library is no setting of a list
_MOST = 20


def endpoints(page: Page) -> tuple[str, ...]:
    """Give the addresses on the page's own host from which its scripts fetch lists, the plainest first."""
    named: dict[str, None] = {}
    for name in _ATTRIBUTES:
        for element in page.root.xpath(f"//*[@{name}]"):
            named[element.get(name)] = None
    for script in page.root.iter("script"):
        written = script.text or ""
        if len(written) <= _SCRIPT_UP_TO and "json" not in (script.get("type") or ""):
            for pattern in (_SETTING, _CALL):
                named |= dict.fromkeys(found["address"] for found in pattern.finditer(written))
    found = (absolute(page.base, _plain(written)) for written in named)
    kept = [href for href in dict.fromkeys(found) if href and _is_data(href, page)]
    return tuple(kept[:_MOST])


def _plain(written: str) -> str:
    return written.replace("\\/", "/").replace("&amp;", "&")


def _is_data(href: str, page: Page) -> bool:
    parts = urlsplit(href)
    own = (parts.hostname or "").lower() == page.host
    return own and href != page.url and bool(_DATA.search(href)) and not _NEVER.search(href)
