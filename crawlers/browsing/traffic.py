"""The requests of one page: answered by the crawl or refused, and all written down."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from playwright.async_api import Error as BrowserError

from crawlers.addresses import belongs
from crawlers.browsing.answers import Answered, Fetch, Limits, Seen

if TYPE_CHECKING:
    from playwright.async_api import Page, Request, Route

HTML = "text/html; charset=utf-8"
_PAGE, _SCRIPT, _DATA = "document", "script", frozenset({"xhr", "fetch"})
_MOVED = frozenset({301, 302, 303, 307, 308})
_OK = 200
_MOST_HOPS = 5
_MOST_SEEN = 500
_READ_BY_PAGES = ("access-control-", "content-type")  # the headers that change what a script may read
_ELSEWHERE = '<script>location.replace(document.querySelector("a").href)</script><a href="{}"></a>'


class Scripts:
    """The scripts of a site, asked for once in the life of a pool: pages of one template share them."""

    def __init__(self, most: int) -> None:
        """Remember up to *most* bytes."""
        self._most = most
        self._answers: dict[str, Answered] = {}

    def get(self, url: str) -> Answered | None:
        """What *url* answered before."""
        return self._answers.get(url)

    def keep(self, url: str, answered: Answered) -> None:
        """Remember an answer while there is room."""
        if answered.status == _OK and len(answered.body) <= self._most:
            self._most -= len(answered.body)
            self._answers[url] = answered


class Traffic:
    """What one page asks for, from its opening on. The page itself is answered from the bytes already there."""

    def __init__(
        self, html: bytes, *, fetch: Fetch, hosts: tuple[str, ...], limits: Limits, scripts: Scripts
    ) -> None:
        """Let *fetch* answer what is on *hosts*, and a few scripts from elsewhere."""
        self._html = html
        self._fetch = fetch
        self._hosts = hosts
        self._scripts = scripts
        self._left = limits.requests
        self._foreign_left = limits.foreign_scripts
        self._navigations_left = limits.navigations
        self._opened = False
        self._all_answered = asyncio.Event()
        self._all_answered.set()
        self.waiting = 0  # requests that have no answer yet
        self._last_answer = 0.0
        self.cut = False  # some were refused for their number alone
        self.seen: list[Seen] = []
        self._endpoints: dict[str, None] = {}

    @property
    def endpoints(self) -> tuple[str, ...]:
        """The site's own addresses that gave data, in the order asked."""
        return tuple(self._endpoints)

    async def answer(self, route: Route, page: Page) -> None:
        """Answer one request of *page*, or refuse it."""
        request = route.request
        navigation = _is_navigation(request, page)
        if navigation and not self._opened:
            self._opened = True
            await _give(route, Answered(_OK, {"content-type": HTML}, self._html), navigation=True)
            return
        answered = None
        self.waiting += 1
        self._all_answered.clear()
        try:
            if self._may(request, navigation=navigation):
                answered = await self._ask(request.url, request.resource_type, navigation=navigation)
        finally:
            self._note(request, answered)
            await _give(route, answered, navigation=navigation)
            self.waiting -= 1
            self._last_answer = time.monotonic()
            if not self.waiting:
                self._all_answered.set()

    async def answered(self, patience: float) -> None:
        """Wait until no request waits, or for *patience* seconds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._all_answered.wait(), patience)

    def silent_for(self) -> float:
        """Seconds since the last answer; none while a request waits."""
        return 0.0 if self.waiting else time.monotonic() - self._last_answer

    def _may(self, request: Request, *, navigation: bool) -> bool:
        """Only what brings content: the site's pages and data by GET, and scripts."""
        kind = request.resource_type
        if request.method != "GET" or not (navigation or kind == _SCRIPT or kind in _DATA):
            return False
        if not self._is_allowed_place(request.url, kind):
            return False
        if navigation:
            self._navigations_left -= 1
            return self._navigations_left >= 0
        self._left -= 1
        self.cut |= self._left < 0
        return self._left >= 0

    def _is_allowed_place(self, url: str, kind: str) -> bool:
        if urlsplit(url).scheme not in {"http", "https"}:
            return False
        if belongs(url, self._hosts):
            return True
        if kind != _SCRIPT:
            return False
        self._foreign_left -= 1
        return self._foreign_left >= 0

    async def _ask(self, url: str, kind: str, *, navigation: bool) -> Answered | None:
        """Ask the crawl, hop by hop: every address of a redirect is judged like any other."""
        if kind == _SCRIPT and (known := self._scripts.get(url)) is not None:
            return known
        at = url
        for _ in range(_MOST_HOPS):
            answered = await self._fetch(at, kind)
            target = answered.header("location") if answered and answered.status in _MOVED else ""
            if answered is None or not target:
                break
            at = urljoin(at, target)
            if navigation:
                return Answered(_OK, {"content-type": HTML}, _ELSEWHERE.format(_quoted(at)).encode())
            if not self._is_allowed_place(at, kind):
                return None
        else:
            return None
        if answered is not None and kind == _SCRIPT:
            self._scripts.keep(url, answered)
        return answered

    def _note(self, request: Request, answered: Answered | None) -> None:
        if len(self.seen) >= _MOST_SEEN:
            return
        kind = request.resource_type
        if answered is None:
            self.seen.append(Seen(request.url, request.method, kind))
            return
        size = len(answered.body)
        self.seen.append(Seen(request.url, "GET", kind, answered.status, answered.media_type, size))
        is_data = answered.body.lstrip()[:1] in (b"{", b"[", b"<")
        if kind in _DATA and answered.status == _OK and is_data:
            self._endpoints[request.url] = None


def _is_navigation(request: Request, page: Page) -> bool:
    """Whether the page itself is to be replaced: not a frame in it, not a window it opened."""
    if not request.is_navigation_request() or request.resource_type != _PAGE:
        return False
    try:
        return request.frame == page.main_frame
    except BrowserError:  # a window that has no page yet
        return False


async def _give(route: Route, answered: Answered | None, *, navigation: bool) -> None:
    """Hand over the answer. What the browser would save to disk instead of showing it is no answer."""
    try:
        if answered is None or (navigation and not _is_page(answered)):
            # "aborted" leaves the page that stands; any other word would replace it by an error page
            await route.abort("aborted" if navigation else "blockedbyclient")
            return
        await route.fulfill(
            status=answered.status,
            headers={
                name: value
                for name, value in answered.headers.items()
                if name.lower().startswith(_READ_BY_PAGES)
            },
            body=answered.body,
        )
    except BrowserError:  # the page is gone, and with it the question
        return


def _is_page(answered: Answered) -> bool:
    attached = answered.header("content-disposition").lower().startswith("attachment")
    return not attached and answered.media_type in {"text/html", "application/xhtml+xml", "text/plain"}


def _quoted(url: str) -> str:
    return url.replace("&", "&amp;").replace('"', "%22").replace("<", "%3C")
