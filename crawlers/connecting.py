"""How answers are fetched: only from judged addresses, certificates checked first, heads of bounded size."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, _LenientHTTP11ClientProtocol
from scrapy.http import Response
from twisted.internet.defer import Deferred, fail
from twisted.internet.protocol import Factory
from twisted.python.failure import Failure

from crawlers.certificates import Place, Policy, is_about_certificate, told_of
from crawlers.failures import RefusedRequest, reason_of
from models.vocabulary import Reason

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawlers.doors import Pins

MOST_HEAD = 256 * 1024  # bytes of status line and headers; a server that goes on is not answering
_HEAD = frozenset({"STATUS", "HEADER"})

request_left = object()
"""Scrapy signal: a request goes out over a connection, each time it does. Receivers get ``url``."""

answer_came = object()
"""Scrapy signal: the head of an answer came in. Receivers get ``url`` and ``status``."""


class WaryHandler(HTTP11DownloadHandler):
    """Scrapy's own handler for http and https, with the doors of this house before it."""

    def __init__(self, crawler: Crawler) -> None:
        """Fetch for *crawler*, from the addresses that its pins hold."""
        super().__init__(crawler)
        self._policy = Policy()
        self._contextFactory = self._policy  # type: ignore[assignment]  # a zope interface
        self._doubtful: set[bytes] = set()
        pins: Pins = crawler.settings["TCM_PINS"]
        made: Any = partial(WaryFactory, pins, self._doubtful, crawler.signals.send_catch_log)
        self._pool._factory = made  # noqa: SLF001  # Scrapy does the same

    async def download_request(self, request: Request) -> Response:
        """Fetch *request*; where a certificate does not hold, fetch without believing it, and say so."""
        if not request.url.startswith("https:"):
            response = await super().download_request(request)
        else:
            parts = urlsplit(request.url)
            place = (parts.hostname or "", parts.port or 443)
            response = await self._checked_first(request, place)
            request.meta["tls"] = told_of(response.certificate, place[0], self._policy.doubts(place))
        request.meta["length_in_doubt"] = request.url.encode() in self._doubtful
        self._doubtful.discard(request.url.encode())
        return response

    async def _checked_first(self, request: Request, place: Place) -> Response:
        """Fetch with the certificate checked; a place where that never worked is asked once more, unchecked."""
        may_doubt = self._policy.may_doubt(place)
        try:
            response = await super().download_request(request)
        except Exception as error:
            # many old servers hang up on a greeting they do not know, instead of saying so
            if not may_doubt or reason_of(error) not in {Reason.TLS, Reason.RESET}:
                raise
            self._policy.doubt(place, about_certificate=is_about_certificate(error))
            return await self._unchecked(request, place)
        self._policy.prove(place)
        return response

    async def _unchecked(self, request: Request, place: Place) -> Response:
        """Fetch whatever the certificate; a place that does not answer so either is checked again next time."""
        answered = False
        try:
            response = await super().download_request(request)
            answered = True
        finally:
            if not answered:
                self._policy.believe(place)
        return response


class WaryFactory(Factory):
    """Makes the protocol of one connection."""

    noisy = False

    def __init__(
        self,
        pins: Pins,
        doubtful: set[bytes],
        tell: Callable[..., Any],
        quiescent: Callable[[Any], None],
        metadata: str,
    ) -> None:
        """Make protocols that ask *pins*, report to *doubtful*, and *tell* of what goes out and comes in."""
        self._make = partial(WaryProtocol, pins, doubtful, tell, quiescent)
        self._metadata = metadata

    def buildProtocol(self, _addr: Any) -> WaryProtocol:  # noqa: ANN401, N802  # Twisted's own
        """One protocol."""
        return self._make()

    def __repr__(self) -> str:
        return f"WaryFactory({self._metadata})"


class WaryProtocol(_LenientHTTP11ClientProtocol):
    """Asks nothing of a peer that nobody judged, and hears no endless head out."""

    def __init__(
        self,
        pins: Pins,
        doubtful: set[bytes],
        tell: Callable[..., Any],
        quiescent: Any,  # noqa: ANN401  # Twisted's own
    ) -> None:
        """Talk over one connection."""
        super().__init__(quiescent)  # type: ignore[no-untyped-call]
        self._pins = pins
        self._doubtful = doubtful
        self._tell = tell
        self._heard = 0

    def request(self, request: Any) -> Deferred[Any]:  # noqa: ANN401  # Twisted's own
        """Ask, if the other end is one of the addresses that the name was judged by."""
        connection: Any = self.transport
        peer = connection.getPeer()
        if not self._pins.hold(request.absoluteURI.decode("ascii"), str(peer.host)):
            connection.abortConnection()
            sentence = f"connected to {peer.host}, which nobody judged for {request.absoluteURI[:200]!r}"
            return fail(RefusedRequest(Reason.REFUSED_ADDRESS, sentence))
        self._heard = 0
        self._tell(request_left, url=request.absoluteURI.decode("ascii"))
        answer: Deferred[Any] = super().request(request)
        answer.addCallback(self._note, self._parser, request.absoluteURI)
        return answer

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  # Twisted's own
        """Take *data*, unless it is still the head after more than any head needs."""
        if self._parser is not None and self._parser.state in _HEAD:
            self._heard += len(data)
            if self._heard > MOST_HEAD:
                error = RefusedRequest(Reason.TOO_LARGE, f"more than {MOST_HEAD} bytes of headers")
                self._giveUp(Failure(error))  # type: ignore[no-untyped-call]
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]

    def _note(self, answer: Any, parser: Any, url: bytes) -> Any:  # noqa: ANN401  # Twisted's own
        """Two statements of one length may hide a second answer: what came is kept, and doubted."""
        self._tell(answer_came, url=url.decode("ascii"), status=answer.code)
        if parser.connHeaders.hasHeader(b"content-length") and parser.connHeaders.hasHeader(
            b"transfer-encoding"
        ):
            self._doubtful.add(url)
        return answer
