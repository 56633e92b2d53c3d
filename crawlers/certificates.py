"""Certificates: checked first; where one does not hold, the page is fetched all the same, and that is said."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography import x509
from OpenSSL import SSL
from service_identity import CertificateError, VerificationError
from service_identity.cryptography import verify_certificate_hostname, verify_certificate_ip_address
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.internet.ssl import optionsForClientTLS
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer  # type: ignore[import-untyped]

from crawlers.gate import is_literal

VERIFIED = "verified"
LEGACY_SERVER_CONNECT = 0x4  # OpenSSL's SSL_OP_LEGACY_SERVER_CONNECT, which has no name in Python
Place = tuple[str, int]


@implementer(IPolicyForHTTPS)
class Policy:
    """Every place is checked, until it turns out that it cannot be."""

    def __init__(self) -> None:
        """Doubt nobody yet."""
        self._doubted: dict[Place, str] = {}
        self._proven: set[Place] = set()

    def prove(self, place: Place) -> None:
        """*place* answered: it is never doubted in this crawl, whatever comes between us later."""
        if place not in self._doubted:
            self._proven.add(place)

    def may_doubt(self, place: Place) -> bool:
        """Whether *place* has neither passed a check nor failed one."""
        return place not in self._proven and place not in self._doubted

    def doubt(self, place: Place, *, about_certificate: bool) -> None:
        """From now on talk with *place* without checking, and with the protocols of old."""
        self._doubted[place] = "untrusted" if about_certificate else "old-protocol"

    def believe(self, place: Place) -> None:
        """Check *place* again: it did not answer to an unchecked request either."""
        self._doubted.pop(place, None)

    def doubts(self, place: Place) -> str:
        """What was wrong when *place* was checked; empty where nothing was."""
        return self._doubted.get(place, "")

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: ANN401, N802  # Twisted's own
        """How to begin a TLS connection with this place."""
        host = hostname.decode("ascii")
        return Unchecked(host) if self.doubts((host, port)) else optionsForClientTLS(host)


@implementer(IOpenSSLClientConnectionCreator)
class Unchecked:
    """A TLS connection whose other end is not believed: nothing of ours but the request goes over it."""

    def __init__(self, host: str) -> None:
        """Talk with *host*."""
        self._host = host

    def clientConnectionForTLS(self, _protocol: Any) -> SSL.Connection:  # noqa: ANN401, N802  # Twisted's own
        """A connection that accepts any certificate."""
        connection = SSL.Connection(_old_context(), None)
        if not is_literal(self._host):
            connection.set_tlsext_host_name(self._host.encode("ascii"))
        return connection


@cache
def _old_context() -> SSL.Context:
    """What still talks with servers of fifteen years ago."""
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_min_proto_version(SSL.TLS1_VERSION)
    context.set_cipher_list(b"ALL:@SECLEVEL=0")
    context.set_options(LEGACY_SERVER_CONNECT)
    context.set_verify(SSL.VERIFY_NONE)
    return context


def is_about_certificate(error: BaseException) -> bool:
    """Whether a failed handshake failed for the certificate, rather than for protocol or ciphers."""
    return "certificate" in _all_said(error)


def told_of(certificate: Any, host: str, doubt: str) -> dict[str, Any]:  # noqa: ANN401  # Twisted's own
    """What a capture says of its connection: the state, every fault, and the certificate's fingerprint."""
    if certificate is None:
        return {"state": doubt or "unknown"}
    original = certificate.original.to_cryptography()
    said = {"certificate_sha256": hashlib.sha256(certificate.dump()).hexdigest()}
    if not doubt:
        return {"state": VERIFIED, **said}
    faults = faults_of(original, host, datetime.now(UTC))
    if doubt not in faults and (doubt == "old-protocol" or not faults):
        faults = [*faults, doubt]
    return {"state": faults[0], "faults": faults, **said}


def faults_of(certificate: x509.Certificate, host: str, moment: datetime) -> list[str]:
    """What can be seen wrong with *certificate* itself, the most telling first."""
    faults = []
    if not certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc:
        faults.append("expired")
    if certificate.issuer == certificate.subject:
        faults.append("self-signed")
    verify = verify_certificate_ip_address if is_literal(host) else verify_certificate_hostname
    try:
        verify(certificate, host)
    except (CertificateError, VerificationError, ValueError):
        faults.append("name-mismatch")
    return faults


def _all_said(error: BaseException) -> str:
    """The words of *error* and of everything that caused it."""
    inner = [getattr(failure, "value", failure) for failure in getattr(error, "reasons", None) or ()]
    causes = [cause for cause in (error.__cause__, *inner) if isinstance(cause, BaseException)]
    return " ".join((type(error).__name__, str(error.args), *map(_all_said, causes))).lower()
