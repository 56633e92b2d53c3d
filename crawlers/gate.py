"""May this address be visited? The one judge of addresses: crawler, browser and "check this URL" ask here."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from yarl import URL

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str], list[str]]

PORTS = frozenset({80, 443, 8080, 8443})
LONGEST = 2083
_SUSPICIOUS = re.compile(r"[\x00-\x20\\\x7f-\x9f\u3002\uff0e\uff61]")
_CLOSED = tuple(
    ipaddress.ip_network(block)
    for block in (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24"
        " 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"
        " ::/128 ::1/128 ::/96 ::ffff:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32"
        " 2002::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8"
    ).split()
)


class RefusedAddressError(Exception):
    """The gate does not let this address be visited; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Judges addresses. ``resolve`` is the system's resolver unless a test hands in its own.

    ``pretend`` is for the demo and tests: only ``.test`` hosts pass, and nothing is resolved, because
    everything goes to the pretend web on loopback.
    """

    resolve: Resolver | None = None
    pretend: bool = False

    def require(self, url: str) -> None:
        """Refuse *url* for what it says itself: scheme, user, port, spelling, literal address."""
        host, port = _parts(url)
        if self.pretend:
            if not host.endswith(".test"):
                raise RefusedAddressError(f"{url[:200]}: only pretend hosts are visited here")
            return
        if port not in PORTS:
            raise RefusedAddressError(f"{url[:200]}: port {port} is none of {sorted(PORTS)}")
        if (literal := _literal(host)) is not None:
            require_public(literal, url)
        elif "." not in host or host.endswith((".local", ".internal", ".localhost", ".onion", ".test")):
            raise RefusedAddressError(f"{url[:200]}: {host} is no public name")

    def addresses(self, host: str) -> list[str]:
        """The addresses of *host*, all of them public; the caller connects to these and asks no more."""
        found = (self.resolve or _system_resolve)(host)
        for text in found:
            require_public(ipaddress.ip_address(text), host)
        return found


def require_public(address: Address, shown: str) -> None:
    """Refuse *address* unless it is one of the public internet."""
    if (
        any(address in block for block in _CLOSED if block.version == address.version)
        or not address.is_global
    ):
        raise RefusedAddressError(f"{shown[:200]}: {address} is not a public address")


def _parts(url: str) -> tuple[str, int]:
    """Host and port of *url*, if two parsers agree on them."""
    if len(url) > LONGEST:
        raise RefusedAddressError(f"{url[:80]}…: longer than {LONGEST} characters")
    if _SUSPICIOUS.search(url):
        raise RefusedAddressError(f"{url[:200]!r}: holds characters that no address holds")
    try:
        one, two = urlsplit(url), URL(url, encoded=True)
        host, port = (one.hostname or "").rstrip("."), one.port
        other = (two.raw_host or "").rstrip(".")
    except ValueError as error:
        raise RefusedAddressError(f"{url[:200]!r}: no address ({error})") from error
    if one.scheme not in {"http", "https"}:
        raise RefusedAddressError(f"{url[:200]}: neither http nor https")
    if one.username is not None or one.password is not None:
        raise RefusedAddressError(f"{url[:200]}: carries a user name")
    if not host or host != other.lower():
        raise RefusedAddressError(f"{url[:200]!r}: its host can be read in two ways")
    return host, port or (443 if one.scheme == "https" else 80)


def _literal(host: str) -> Address | None:
    """The address that *host* spells, in any of the spellings that connect() accepts; None for a name."""
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        pass
    if re.fullmatch(r"(0[xX][0-9a-fA-F]*|\d+)(\.(0[xX][0-9a-fA-F]*|\d+)){0,3}", host):
        try:
            return ipaddress.IPv4Address(socket.inet_aton(host))
        except OSError as error:
            raise RefusedAddressError(f"{host}: neither a name nor an address") from error
    if not host.isascii() and any(mark.isdecimal() or mark.isdigit() for mark in host if not mark.isascii()):
        raise RefusedAddressError(f"{host!r}: digits of another script")
    return None


def _system_resolve(host: str) -> list[str]:
    return sorted({str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)})
