"""What went wrong, in the words of the ledger."""

from __future__ import annotations

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from twisted.internet import error as network
from twisted.web.client import ResponseFailed, ResponseNeverReceived

from models.vocabulary import Reason

NETWORK = frozenset({Reason.DNS, Reason.REFUSED, Reason.TIMEOUT, Reason.RESET, Reason.TLS})
WORTH_RETRYING = NETWORK | {Reason.HTTP_5XX, Reason.HTTP_429, Reason.TRUNCATED}

_BY_TYPE: tuple[tuple[type[BaseException], Reason], ...] = (
    (CannotResolveHostError, Reason.DNS),
    (network.DNSLookupError, Reason.DNS),
    (DownloadConnectionRefusedError, Reason.REFUSED),
    (network.ConnectionRefusedError, Reason.REFUSED),
    (DownloadTimeoutError, Reason.TIMEOUT),
    (network.TCPTimedOutError, Reason.TIMEOUT),
    (network.TimeoutError, Reason.TIMEOUT),
    (ResponseDataLossError, Reason.TRUNCATED),
    (DownloadCancelledError, Reason.TOO_LARGE),
    (network.ConnectionLost, Reason.RESET),
    (network.ConnectionDone, Reason.RESET),
    (network.ConnectError, Reason.RESET),
    (ResponseNeverReceived, Reason.RESET),
    (ResponseFailed, Reason.RESET),
)


class RefusedRequest(IgnoreRequest):
    """A request that is not made; ``reason`` says why."""

    def __init__(self, reason: Reason, sentence: str) -> None:
        """Carry the *reason* for the ledger."""
        super().__init__(sentence)
        self.reason = reason


def reason_of(error: BaseException) -> Reason:
    """The ledger's word for *error*; what we do not know is our own failure."""
    if isinstance(error, RefusedRequest):
        return error.reason
    if "SSL" in type(error).__name__ or "certificate" in str(error).lower() or "ssl" in str(error).lower():
        return Reason.TLS
    for known, reason in _BY_TYPE:
        if isinstance(error, known):
            return reason
    inner = getattr(error, "reasons", None) or ()
    for failure in inner:
        value = getattr(failure, "value", None)
        if isinstance(value, BaseException) and (found := reason_of(value)) is not Reason.CRAWLER_ERROR:
            return found
    cause = error.__cause__
    if cause is not None:
        return reason_of(cause)
    return Reason.RESET if type(error).__name__ == "DownloadFailedError" else Reason.CRAWLER_ERROR


def reason_of_status(status: int) -> Reason | None:
    """The ledger's word for an HTTP status that brings no content; None where it does."""
    if status in range(200, 400):
        return None
    match status:
        case 401 | 407:
            return Reason.LOGIN_WALL
        case 403 | 451:
            return Reason.GEO_BLOCK
        case 429:
            return Reason.HTTP_429
        case _ if status in range(400, 500):
            return Reason.HTTP_4XX
        case _:
            return Reason.HTTP_5XX
