"""robots.txt by RFC 9309: what a site's owner asks is kept, and no answer is not a yes."""

from __future__ import annotations

import asyncio
import codecs
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import islice
from math import inf
from time import monotonic

from protego import Protego
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawlers.addresses import host_of
from crawlers.failures import RefusedRequest, reason_of
from crawlers.unpacking import PackedWrongError, unpack, unpack_start
from models.vocabulary import Reason

MOST_READ = 500 * 1024  # RFC 9309, section 2.5
MOST_HEARD = 8 * MOST_READ  # of an answer whose packed form is short
MOST_SITEMAPS = 50
NOT_US = "somebody-else"
LONGEST_DELAY = 30.0
ON_THE_WAY = 0.25  # seconds: an owner counts from arrival, and a first request may be longer on its way
MOST_HOPS = 5
TOO_MANY = 429

_NAMED = re.compile(r"\s*user[- ]?agent(?:\s*:|\s)(.*)", re.IGNORECASE)

robots_read = object()
"""Scrapy signal: a host's robots.txt was read. Receivers get ``origin`` and ``permission``."""


@dataclass(frozen=True, slots=True)
class Permission:
    """What one host's robots.txt says, and how we came to know."""

    rules: Protego | None  # None: everything is allowed, unless ``closed``
    source: str  # stored with every capture
    closed: Reason | None = None  # no answer is not a yes: nothing may be fetched, for this reason
    until: float = inf  # monotonic seconds; a closed host is asked again after this
    sitemaps: tuple[str, ...] = ()  # the site maps it names

    def allows(self, url: str, agent: str) -> bool:
        """Whether *agent* may fetch *url*."""
        if self.closed is not None:
            return False
        return self.rules is None or bool(self.rules.can_fetch(url, agent))

    def delay(self, agent: str) -> float | None:
        """The pause the owner asks for, in seconds."""
        wanted = self.rules.crawl_delay(agent) if self.rules is not None else None
        return min(float(wanted), LONGEST_DELAY) if wanted else None


def read_robots(status: int, body: bytes, encoding: str = "", *, agent: str, cut: bool = False) -> Permission:
    """Make a Permission for *agent* of an answer: 2xx its rules, 4xx no rules, 429 and 5xx closed for now.

    ``cut``: we stopped listening ourselves, and what was heard is the beginning of it.
    """
    if status in range(200, 300):
        try:
            content = (
                unpack_start(body, encoding, most=MOST_READ)
                if cut
                else unpack(body, encoding, largest=MOST_HEARD)
            )
        except PackedWrongError as wrong:
            return Permission(None, f"robots.txt {wrong.reason}: closed for now", closed=wrong.reason)
        rules = Protego.parse(_for_us(_text_of(content[:MOST_READ]), agent))
        named = tuple(islice(dict.fromkeys(rules.sitemaps), MOST_SITEMAPS))
        return Permission(rules, f"robots.txt {status}", sitemaps=named)
    if status in range(400, 500) and status != TOO_MANY:
        return Permission(None, f"no robots.txt ({status})")
    reason = Reason.HTTP_429 if status == TOO_MANY else Reason.HTTP_5XX
    return Permission(None, f"robots.txt {status}: closed for now", closed=reason)


def _for_us(text: str, agent: str) -> str:
    """*text* with all others under one name: Protego's cost is their number times that of the rules.

    A file of 450 KB with 5,000 names over 20,000 rules took it six minutes.
    """
    ours = agent.lower()
    lines = text.splitlines()
    for number, line in enumerate(lines):
        named = _NAMED.match(line)
        if (
            named
            and (name := named[1].partition("#")[0].strip().lower().replace("*", ""))
            and name not in ours
        ):
            lines[number] = f"User-agent: {NOT_US}"
    return "\n".join(lines)


def _text_of(content: bytes) -> str:
    """The file's text; what cuts a line short or hides the first one is taken out."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    return content.decode("utf-8-sig", "replace").replace("\0", "")


class RobotsMiddleware:
    """Asks each host's robots.txt once, before the first request to it, and keeps to it."""

    def __init__(self, crawler: Crawler) -> None:
        """Belong to *crawler*."""
        self._crawler = crawler
        self._agent: str = crawler.settings["USER_AGENT"]
        self._again_after: float = crawler.settings.getfloat("TCM_RETRY_WAIT")
        self._hosts: dict[str, Permission] = {}
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """Scrapy's way of making one."""
        middleware = cls(crawler)
        crawler.signals.connect(middleware.heard, signals.bytes_received)
        return middleware

    def heard(self, data: bytes, request: Request) -> None:
        """Stop listening to a robots.txt that goes on and on; its beginning counts."""
        if not request.meta.get("robots_itself"):
            return
        request.meta["heard"] = request.meta.get("heard", 0) + len(data)
        if request.meta["heard"] > MOST_READ:
            raise StopDownload(fail=False)

    async def process_request(self, request: Request) -> None:
        """Let *request* pass, or refuse it with the reason; the decision goes with the capture."""
        if request.meta.get("robots_itself"):
            return
        origin = "/".join(request.url.split("/", 3)[:3])
        async with self._asking[origin]:  # so that it is asked once, not once per connection
            permission = self._hosts.get(origin)
            if permission is None or (permission.closed and monotonic() > permission.until):
                permission = replace(await self._ask(origin), until=monotonic() + self._again_after)
                self._hosts[origin] = permission
                self._slow_down(request, permission)
                self._crawler.signals.send_catch_log(robots_read, origin=origin, permission=permission)
        if permission.closed is not None:
            raise RefusedRequest(permission.closed, permission.source)
        if not permission.allows(request.url, self._agent):
            raise RefusedRequest(Reason.ROBOTS, f"{permission.source} does not allow it")
        request.meta["robots"] = f"allowed: {permission.source}"

    async def _ask(self, origin: str) -> Permission:
        """Fetch robots.txt of *origin*, over at most five redirects (RFC 9309, section 2.3.1.2)."""
        url = f"{origin}/robots.txt"
        for _ in range(MOST_HOPS):
            meta = {"robots_itself": True, "download_slot": host_of(url), "download_maxsize": 0}
            request = Request(url, meta=meta, callback=NO_CALLBACK, priority=1000)
            try:
                response: Response = await self._crawler.engine.download_async(request)
            except Exception as error:  # noqa: BLE001  # any failure to get it means: closed for now
                reason = reason_of(error)
                return Permission(None, f"robots.txt could not be fetched ({reason})", closed=reason)
            target = response.headers.get(b"Location")
            if response.status not in range(300, 400) or not target:
                encoding = (response.headers.get(b"Content-Encoding") or b"").decode("latin-1")
                cut = "download_stopped" in response.flags
                return read_robots(response.status, response.body, encoding, agent=self._agent, cut=cut)
            try:
                url = response.urljoin(target.decode("utf-8", "replace"))
            except ValueError:
                return Permission(None, "robots.txt: redirected to no address, so none")
        return Permission(None, "robots.txt: too many redirects, so none")

    def _slow_down(self, request: Request, permission: Permission) -> None:
        """Keep the pause that the owner asks for."""
        wanted = permission.delay(self._agent)
        if wanted is None or self._crawler.settings.getbool("TCM_ON_LOOPBACK"):
            return
        downloader = self._crawler.engine.downloader
        key = downloader.get_slot_key(request)
        pause = max(self._crawler.settings.getfloat("DOWNLOAD_DELAY"), wanted + ON_THE_WAY)
        downloader.per_slot_settings[key] = {"delay": pause}  # for a slot that idles away and comes again
        if key in downloader.slots:
            downloader.slots[key].delay = pause
