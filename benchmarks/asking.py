"""Asks a pretend council without a network: what a crawl would be answered, or why it would get no answer."""

from __future__ import annotations

from dataclasses import dataclass

from crawlers.addresses import belongs
from crawlers.asking import REFUSED
from crawlers.failures import reason_of_status
from crawlers.robots import Permission, read_robots
from fixtures.councils import profile
from fixtures.councils.mutation import MUTATIONS
from fixtures.councils.replies import Reply, Request
from fixtures.councils.server import PretendWeb
from fixtures.councils.site import ENCODINGS
from models.vocabulary import Reason

AGENT = "TransparentCitiesMonitor"
MOVED = range(300, 400)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one address answered, or why it did not."""

    url: str
    status: int = 0
    media_type: str = ""
    charset: str | None = None
    body: bytes = b""
    file_name: str = ""
    reason: Reason | None = None
    refused: bool = False  # never asked
    location: str = ""  # of a redirect


class Asker:
    """Asks the pretend web without a network, and keeps to its robots.txt."""

    def __init__(self, web: PretendWeb, slug: str, mutation: str | None) -> None:
        self._web = web
        self._host = profile.load(slug).host
        self._mutate = MUTATIONS[mutation] if mutation else None
        self._robots: dict[str, Permission] = {}

    def ask(self, url: str) -> Answer:
        """Give the answer to a polite question."""
        origin = "/".join(url.split("/", 3)[:3])
        permission = self.permission(origin)
        if permission.closed is not None:
            return Answer(url, reason=permission.closed, refused=permission.closed in REFUSED)
        if not permission.allows(url, AGENT):
            return Answer(url, reason=Reason.ROBOTS, refused=True)
        return self._answer(url, self._reply(url))

    def permission(self, origin: str) -> Permission:
        """What robots.txt of *origin* says; asked once."""
        if origin not in self._robots:
            reply = self._reply(f"{origin}/robots.txt")
            if reply.hang_up:
                self._robots[origin] = Permission(
                    None, "robots.txt could not be fetched", closed=Reason.RESET
                )
            else:
                self._robots[origin] = read_robots(reply.status, reply.body, agent=AGENT)
        return self._robots[origin]

    def _reply(self, url: str) -> Reply:
        scheme_host, _, path = url.partition("://")[2].partition("/")
        return self._web.reply(Request("GET", f"http://{scheme_host}/{path}", f"/{path}", {}))

    def _answer(self, url: str, reply: Reply) -> Answer:
        if reply.hang_up or reply.pace or reply.half_zipped:
            lost = Reason.RESET if reply.hang_up else Reason.TIMEOUT if reply.pace else Reason.TRUNCATED
            return Answer(url, reason=lost)
        media_type, _, charset = reply.media_type.partition(";")
        declared = charset.partition("=")[2].strip() or None
        stated = dict(reply.extra).get("Content-Disposition", "")
        body = reply.body
        if self._mutate and media_type == "text/html" and belongs(url, (self._host,)):
            coded = ENCODINGS.get(declared or "", declared or "utf-8")
            body = self._mutate(body.decode(coded)).encode(coded, "xmlcharrefreplace")
        name = stated.partition("filename=")[2].strip('"')
        target = dict(reply.extra).get("Location", "") if reply.status in MOVED else ""
        reason = reason_of_status(reply.status)
        return Answer(url, reply.status, media_type, declared, body, name, reason, location=target)
