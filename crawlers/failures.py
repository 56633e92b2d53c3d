"""What went wrong, in the words of the ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from service_identity import CertificateError, VerificationError
from twisted.internet import error as network
from twisted.web.client import ResponseFailed, ResponseNeverReceived

from crawlers.manners import Manners
from models.vocabulary import Reason

NETWORK = frozenset({Reason.DNS, Reason.REFUSED, Reason.TIMEOUT, Reason.RESET, Reason.TLS})
WORTH_RETRYING = NETWORK | {Reason.HTTP_5XX, Reason.HTTP_429, Reason.TRUNCATED}

_BY_TYPE: tuple[tuple[type[BaseException], Reason], ...] = (
    (SSL.ZeroReturnError, Reason.RESET),
    (SSL.SysCallError, Reason.RESET),  # the connection broke while TLS was spoken
    (SSL.Error, Reason.TLS),
    (VerificationError, Reason.TLS),
    (CertificateError, Reason.TLS),
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
)

_BROKEN_TALK = (DownloadFailedError, ResponseNeverReceived, ResponseFailed)  # when nothing inside says more


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
    for known, reason in _BY_TYPE:
        if isinstance(error, known):
            return reason
    for inner in _within(error):
        if (found := reason_of(inner)) is not Reason.CRAWLER_ERROR:
            return found
    return Reason.RESET if isinstance(error, _BROKEN_TALK) else Reason.CRAWLER_ERROR


def _within(error: BaseException) -> list[BaseException]:
    """What *error* says it came from."""
    wrapped = [getattr(failure, "value", None) for failure in getattr(error, "reasons", None) or ()]
    return [inner for inner in (*wrapped, error.__cause__) if isinstance(inner, BaseException)]


def asked_to_wait(retry_after: str, moment: datetime) -> float:
    """Seconds from *moment* that a Retry-After header asks for, as a number or as a date; 0 for neither."""
    retry_after = retry_after.strip()
    if retry_after.isascii() and retry_after.isdecimal():
        return float(retry_after[:9])
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return 0.0
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - moment).total_seconds())


def wait_before(manners: Manners, attempts: int, retry_after: str, moment: datetime) -> float:
    """Seconds until the next try after so many *attempts*: what they ask for, or ours, doubled each time."""
    ours = manners.retry_wait * 2.0**attempts
    return min(max(ours, asked_to_wait(retry_after, moment)), manners.longest_wait)


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
