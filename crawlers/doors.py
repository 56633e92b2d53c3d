"""The middlewares every request passes: the gate, the pretend web's proxy, a recording in place of the network."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.http import HtmlResponse, Response
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError
from twisted.internet.threads import deferToThread

from crawlers.failures import RefusedRequest
from crawlers.gate import Gate, RefusedAddressError
from crawlers.recording import Recording
from models.vocabulary import Reason

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawlers.job import Job


class GateMiddleware:
    """Refuses what the gate refuses, and sends the pretend web's visitors to its proxy on loopback."""

    def __init__(self, job: Job) -> None:
        """Guard the requests of *job*."""
        self._gate = Gate(pretend=bool(job.pretend_proxy))
        self._proxy = job.pretend_proxy

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> GateMiddleware:
        """Scrapy's way of making one."""
        return cls(crawler.settings["TCM_JOB"])

    async def process_request(self, request: Request) -> None:
        """Let *request* pass or refuse it."""
        try:
            self._gate.require(request.url)
        except RefusedAddressError as refusal:
            raise RefusedRequest(Reason.REFUSED_ADDRESS, str(refusal)) from refusal
        if self._proxy:
            request.meta["proxy"] = self._proxy


class GatedResolver(CachingThreadedResolver):
    """Resolves a name once, judges every address of it, and hands out only what was judged."""

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:  # noqa: ANN401, N802  # Twisted's
        """The first public address of *name*; the same one for the life of the process."""
        del timeout
        gate = self.__dict__.setdefault("_gate", Gate())
        judged: dict[str, str] = self.__dict__.setdefault("_judged", {})

        def judge() -> str:
            if name not in judged:
                try:
                    judged[name] = gate.addresses(name)[0]
                except RefusedAddressError as refusal:
                    raise RefusedRequest(Reason.REFUSED_ADDRESS, str(refusal)) from refusal
                except OSError as error:
                    raise DNSLookupError(str(error)) from error
            return judged[name]

        if name in (
            "127.0.0.1",
            "localhost",
        ):  # the proxy of the pretend web; the gate has judged the address
            done: Deferred[str] = Deferred()
            done.callback("127.0.0.1")
            return done
        return deferToThread(judge)


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
