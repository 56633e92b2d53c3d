"""The middlewares every request passes: the gate, the pretend web's proxy, a recording in place of the network."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import HtmlResponse, Response
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver
from zope.interface import implementer  # type: ignore[import-untyped]

from crawlers.failures import RefusedRequest, asked_to_wait
from crawlers.gate import Gate, RefusedAddressError, is_literal, wire_name
from crawlers.recording import Recording
from models.base import now
from models.vocabulary import Reason

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawlers.job import Job

LOOKUP_SECONDS = 15.0
BUSY = frozenset({429, 503})


class Pins:
    """The judged addresses of every name asked for: looked up once in a crawl, judged at every use."""

    def __init__(self, gate: Gate) -> None:
        """Judge by *gate*."""
        self.gate = gate
        self._addresses: dict[str, tuple[str, ...]] = {}
        self._looking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def __deepcopy__(self, _memo: Any) -> Self:  # noqa: ANN401  # of no type
        """The same: Scrapy copies its settings, and one process has one set of pins."""
        return self

    async def pin(self, host: str) -> None:
        """Look up *host*, unless that was done; raises RefusedRequest where one of its addresses is closed."""
        async with self._looking[host]:
            if host in self._addresses:
                return
            try:
                found = await asyncio.wait_for(asyncio.to_thread(self.gate.addresses, host), LOOKUP_SECONDS)
            except RefusedAddressError as refusal:
                raise RefusedRequest(Reason.REFUSED_ADDRESS, str(refusal)) from refusal
            except (OSError, UnicodeError, TimeoutError) as error:
                raise CannotResolveHostError(f"{host}: {error}") from error
            self._addresses[host] = tuple(found)

    def addresses(self, host: str) -> tuple[str, ...]:
        """The pinned addresses of *host*, none where it was not pinned."""
        return self._addresses.get(wire_name(host), ())

    def hold(self, url: str, peer: str) -> bool:
        """Whether *peer* is where *url* may be asked for."""
        host = urlsplit(url).hostname or ""
        return self.gate.pretend or peer == host or peer in self.addresses(host)


class GateMiddleware:
    """Refuses what the gate refuses, and sends the pretend web's visitors to its proxy on loopback."""

    def __init__(self, job: Job, pins: Pins) -> None:
        """Guard the requests of *job*."""
        self._pins = pins
        self._proxy = job.pretend_proxy
        self._asks_network = not (job.pretend_proxy or job.replay)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> GateMiddleware:
        """Scrapy's way of making one."""
        return cls(crawler.settings["TCM_JOB"], crawler.settings["TCM_PINS"])

    async def process_request(self, request: Request) -> None:
        """Let *request* pass or refuse it."""
        try:
            place = self._pins.gate.require(request.url)
        except RefusedAddressError as refusal:
            raise RefusedRequest(Reason.REFUSED_ADDRESS, str(refusal)) from refusal
        if self._asks_network and place.literal is None:
            await self._pins.pin(place.host)
        if self._proxy:
            request.meta["proxy"] = self._proxy


class RestMiddleware:
    """Gives a host the rest it asks for: told here, before the next request to it could leave."""

    def __init__(self, crawler: Crawler) -> None:
        """Belong to *crawler*."""
        self._crawler = crawler
        self._longest: float = crawler.settings["TCM_JOB"].manners.longest_wait

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RestMiddleware:
        """Scrapy's way of making one."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Hold the whole host where the answer says when to come again."""
        asked = response.headers.get(b"Retry-After")
        if asked and response.status in BUSY:
            frontier: Any = self._crawler.engine.scheduler
            frontier.hold(request.url, min(asked_to_wait(asked.decode("latin-1"), now()), self._longest))
        return response


@implementer(IHostnameResolver)
class PinnedResolver:
    """Hands out pinned addresses and knows no others: there is no second lookup to lie to us."""

    def __init__(self, reactor: Any, pins: Pins) -> None:  # noqa: ANN401  # its interfaces are zope ones
        """Take the place of the resolver of *reactor*."""
        self._reactor = reactor
        self._pins = pins

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> PinnedResolver:  # noqa: ANN401
        """Scrapy's way of making one."""
        return cls(reactor, crawler.settings["TCM_PINS"])

    def install_on_reactor(self) -> None:
        """Be the one that is asked."""
        self._reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802  # Twisted's
        self,
        receiver: Any,  # noqa: ANN401
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Any = None,  # noqa: ANN401, N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:  # noqa: ANN401
        """Give the pinned addresses of a name; a literal address, judged at the gate, is itself."""
        del addressTypes, transportSemantics
        found = (hostName,) if is_literal(hostName) else self._pins.addresses(hostName)
        receiver.resolutionBegan(receiver)
        for text in found:
            kind = IPv6Address if ":" in text else IPv4Address
            receiver.addressResolved(kind("TCP", text, portNumber))
        receiver.resolutionComplete()
        return receiver


class ReplayMiddleware:
    """Answers from a recording; without one, requests go on to the network."""

    def __init__(self, recording: Recording | None) -> None:
        """Answer from *recording*, if there is one."""
        self._recording = recording

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ReplayMiddleware:
        """Scrapy's way of making one."""
        job: Job = crawler.settings["TCM_JOB"]
        replayed = Recording.open(Path(job.replay), accept_cut=job.accept_cut) if job.replay else None
        return cls(replayed)

    async def process_request(self, request: Request) -> Response | None:
        """The recorded answer to *request*; what was not recorded was not looked at, and is said so."""
        if self._recording is None:
            return None
        await asyncio.sleep(0)  # let the engine breathe: nothing here waits for a network
        answer = self._recording.answer(request.url)
        if answer is None and request.meta.get("robots_itself"):
            return Response(request.url, status=404, request=request)
        if answer is None:
            reason = Reason.TRUNCATED if self._recording.cut else Reason.NOT_VISITED
            raise RefusedRequest(reason, "it is not in the recording")
        return HtmlResponse(
            request.url, status=answer.status, headers=answer.headers, body=answer.body, request=request
        )
