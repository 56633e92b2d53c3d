"""Two origins behind one door: the desk, and beside it the one that shows stored pages. Told apart by host name."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from review.signing import Signer


class SameHostError(ValueError):
    """Both origins have one host name: cookies know no ports, so they would not be apart."""


@dataclass(frozen=True, slots=True)
class Sealing:
    """Where stored pages are shown, and who signs the links to them."""

    url: str
    signer: Signer

    def link(self, capture_id: str, language: str) -> str:
        """An address under which the stored page of *capture_id* can be seen for two minutes."""
        return f"{self.url.rstrip('/')}/stored/{capture_id}?{self.signer.query(capture_id, language)}"


class Origins:
    """Hands each request to the origin it was sent to; a lifespan is the desk's."""

    def __init__(self, *, desk: ASGIApp, stored: ASGIApp, desk_url: str, stored_url: str) -> None:
        """Answer for *stored_url* by *stored*, and for everything else by *desk*."""
        self._desk = desk
        self._stored = stored
        self._host = host_name(urlsplit(stored_url).netloc)
        if not self._host or self._host == host_name(urlsplit(desk_url).netloc):
            raise SameHostError(f"{stored_url} must have another host name than {desk_url}")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        is_stored = scope["type"] == "http" and host_name(Headers(scope=scope).get("host", "")) == self._host
        await (self._stored if is_stored else self._desk)(scope, receive, send)


def host_name(host: str) -> str:
    """The name in a Host header, without its port and a last dot; empty where it is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""
