"""May this address be visited? The one judge of addresses: crawler, browser and "check this URL" ask here."""

from __future__ import annotations

import ipaddress
import re
import socket
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from yarl import URL

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str], list[str]]

PORTS = frozenset({80, 443, 8080, 8443})
LONGEST = 2083
LONGEST_NAME = 253
_OWN_NAMES = (
    ".local",
    ".localdomain",
    ".internal",
    ".localhost",
    ".onion",
    ".test",
    ".home.arpa",
    ".invalid",
)
_NAME = re.compile(r"(?:[^\W_](?:[\w-]*\w)?|_\w[\w-]*)(?:\.[\w-]+)*")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]*|\d+")
_UNICAST = ipaddress.ip_network("2000::/3")  # the only part of IPv6 that is the public internet
_SUSPICIOUS = re.compile(r"[\x00-\x1f\\\x7f-\x9f\u3002\uff0e\uff61]")
_ORIGIN = re.compile(r"(?i)https?://[^/?#]+")
_CLOSED = tuple(
    ipaddress.ip_network(block)
    for block in (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24"
        " 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"
        " 2001::/23 2001:db8::/32 2002::/16 3fff::/20"
    ).split()
)


class Place(NamedTuple):
    """Host and port of an address; ``literal`` where the host is no name but an address itself."""

    host: str
    port: int
    literal: Address | None


class RefusedAddressError(Exception):
    """The gate does not let this address be visited; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Judges addresses. ``resolve`` is the system's resolver unless a test hands in its own.

    ``pretend`` is for the demo and tests: only ``.test`` hosts pass, and nothing is resolved, because
    everything goes to the pretend web on loopback.
    ``doors`` is for tests alone: loopback addresses with a port that pass all the same. Such a gate needs a
    resolver of its own too, so it can never meet a real name; no setting and no job can ask for one.
    """

    resolve: Resolver | None = None
    pretend: bool = False
    doors: frozenset[tuple[str, int]] = frozenset()

    def __post_init__(self) -> None:
        """Refuse to be made with a hole that a real visit could fall through."""
        if self.doors and self.resolve is None:
            raise ValueError("a gate with doors to loopback needs a resolver of its own")
        if not all(ipaddress.ip_address(host).is_loopback for host, _ in self.doors):
            raise ValueError("doors lead to loopback only")

    def require(self, url: str) -> Place:
        """The place that *url* names; refused for what it says itself: scheme, user, port, spelling, address."""
        place = _place(url)
        host, port = place.host, place.port
        if port not in PORTS and port not in {number for _, number in self.doors}:
            raise RefusedAddressError(f"{url[:200]}: port {port} is none of {sorted(PORTS)}")
        if self.pretend:
            if not host.endswith(".test"):
                raise RefusedAddressError(f"{url[:200]}: only pretend hosts are visited here")
            return place
        if place.literal is not None:
            self._require_open(place.literal, url)
        elif "." not in host or host.endswith(_OWN_NAMES):
            raise RefusedAddressError(f"{url[:200]}: {host} is no public name")
        return place

    def addresses(self, host: str) -> list[str]:
        """The addresses of *host*, all of them public; the caller connects to these and asks no more."""
        found = (self.resolve or _system_resolve)(host)
        if not found:
            raise OSError(f"{host}: no address")
        for text in found:
            self._require_open(ipaddress.ip_address(text), host)
        return found

    def _require_open(self, address: Address, shown: str) -> None:
        if str(address) not in {host for host, _ in self.doors}:
            require_public(address, shown)


def require_public(address: Address, shown: str) -> None:
    """Refuse *address* unless it is one of the public internet."""
    closed = any(address in block for block in _CLOSED if block.version == address.version)
    if closed or not address.is_global or (address.version == 6 and address not in _UNICAST):  # noqa: PLR2004
        raise RefusedAddressError(f"{shown[:200]}: {address} is not a public address")


def _place(url: str) -> Place:
    """The place that *url* names, if it can be read in one way only."""
    if len(url) > LONGEST:
        raise RefusedAddressError(f"{url[:80]}…: longer than {LONGEST} characters")
    if _SUSPICIOUS.search(url) or url != url.strip():
        raise RefusedAddressError(f"{url[:200]!r}: holds characters that no address holds")
    if (origin := _ORIGIN.match(url)) is None:
        raise RefusedAddressError(
            f"{url[:200]!r}: neither http nor https, or its host can be read in two ways"
        )
    return _place_of_origin(origin.group())


@lru_cache(maxsize=4096)  # a page names the same few places a hundred times
def _place_of_origin(origin: str) -> Place:
    """Two parsers must agree on what stands before the path."""
    try:
        one, two = urlsplit(origin), URL(origin, encoded=True)
        host, port = (one.hostname or "").rstrip("."), one.port
        other = (two.raw_host or "").rstrip(".")
    except ValueError as error:
        raise RefusedAddressError(f"{origin[:200]!r}: no address ({error})") from error
    if one.username is not None or one.password is not None:
        raise RefusedAddressError(f"{origin[:200]}: carries a user name")
    if not host or host != other.lower():
        raise RefusedAddressError(f"{origin[:200]!r}: its host can be read in two ways")
    name = _spelt_out(host)
    usual = 443 if one.scheme == "https" else 80
    return Place(name, usual if port is None else port, _literal(name))


def _spelt_out(host: str) -> str:
    """*host* as it goes over the wire, if it can mean one thing only."""
    if ":" in host:
        return host
    if not _NAME.fullmatch(host) or len(host) > LONGEST_NAME:
        raise RefusedAddressError(f"{host!r}: no name of a host")
    if host.isascii():
        return host
    try:
        mapped = URL.build(scheme="http", host=host)
        wire = mapped.raw_host or ""
    except ValueError as error:
        raise RefusedAddressError(f"{host!r}: no name of a host ({error})") from error
    if mapped.host != unicodedata.normalize("NFC", host.lower()) or wire.isascii() is False:
        raise RefusedAddressError(f"{host!r}: its letters or digits stand for others")
    return wire


def wire_name(host: str) -> str:
    """*host* as it goes over the wire, in lower case; a resolver is asked for it in either spelling."""
    host = host.lower().rstrip(".")
    return host if host.isascii() else URL.build(scheme="http", host=host).raw_host or ""


def is_literal(host: str) -> bool:
    """Whether *host* is an address and no name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _literal(host: str) -> Address | None:
    """The address that *host* spells, in any of the spellings that connect() accepts; None for a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    if not _NUMBER.fullmatch(host.rsplit(".", 1)[-1]):
        return None
    try:  # what ends in a number is an address or nothing at all
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError) as error:
        raise RefusedAddressError(f"{host}: neither a name nor an address") from error


def _system_resolve(host: str) -> list[str]:
    return sorted({str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)})
