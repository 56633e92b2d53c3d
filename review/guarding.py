"""What surrounds every request: headers on every answer, small bodies, forms of this origin only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from review.rescuing import words_in

LARGEST_BODY = 128 * 1024  # forms only: 4,000 Cyrillic letters take 24 KB
LARGEST_UPLOAD = 20 * 2**20 + LARGEST_BODY  # a file with the form around it, of somebody who may be signed in
PATIENCE = (
    4  # times as much is read of somebody who may be signed in, and thrown away, so that they get an answer
)
EDGE = (
    PATIENCE * LARGEST_BODY // 2
)  # of what is too large, to find words in; a form without a file is in it whole
UPLOADS = "/submissions"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

SECURITY_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # not no-referrer: a form's Origin would then be "null"
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cache-control": "no-store",
}
ONLY_HTTPS = {"strict-transport-security": "max-age=31536000"}

Refuse = Callable[[Request, int], Response]


class SecurityHeaders:
    """Adds the headers to every answer that does not set its own."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        """Surround *app*; *secure* promises that this desk is reached by https only."""
        self.app = app
        self.headers = {**SECURITY_HEADERS, **(ONLY_HTTPS if secure else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; complete the answer's headers on its way out."""

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_guarded if scope["type"] == "http" else send)


class SameOrigin:
    """Refuses an act that another site's page sent. The form's token is checked as well, later."""

    def __init__(self, app: ASGIApp, *, refuse: Refuse) -> None:
        """Surround *app*; *refuse* makes the page that says no."""
        self.app = app
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let looking pass, and acts that come from our own pages."""
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS or _is_ours(Headers(scope=scope)):
            await self.app(scope, receive, send)
            return
        await self.refuse(Request(scope, receive), 403)(scope, receive, send)


class PlainAddress:
    """Answers that there is no such page where an address holds a NUL: no database can be asked for one."""

    def __init__(self, app: ASGIApp, *, refuse: Refuse) -> None:
        """Surround *app*; *refuse* makes the page that says no."""
        self.app = app
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let every other address pass."""
        if scope["type"] != "http" or not ("\0" in scope["path"] or b"%00" in scope["query_string"]):
            await self.app(scope, receive, send)
            return
        await self.refuse(Request(scope, receive), 404)(scope, receive, send)


class BodyLimit:
    """Takes no more than a form's worth of bytes, or a file's where files come, whatever the length header says."""

    def __init__(self, app: ASGIApp, *, refuse: Refuse) -> None:
        """Surround *app*; *refuse* makes the page that says no."""
        self.app = app
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body here, up to the limit, and hand it on in one piece."""
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        known, uploads = "cookie" in headers, scope["path"].endswith(UPLOADS)
        largest = LARGEST_UPLOAD if uploads and known else LARGEST_BODY
        body, is_whole = await _read(headers, receive, largest, PATIENCE * largest if known else largest)
        if is_whole:
            await self.app(scope, _replay(body, receive), send)
            return
        request = Request(scope, receive)
        request.state.kept = words_in(headers.get("content-type", ""), body)
        await self.refuse(request, 413)(scope, receive, send)


def _is_ours(headers: Headers) -> bool:
    """Whether the browser says that one of our own pages sent this; silence is no consent."""
    if (site := headers.get("sec-fetch-site")) is not None:
        return site == "same-origin"
    try:
        return urlsplit(headers.get("origin", "")).netloc == headers.get("host", " ")
    except ValueError:
        return False


async def _read(headers: Headers, receive: Receive, largest: int, patience: int) -> tuple[bytes, bool]:
    """The body, and whether it is all of it.

    Of one that is too large the beginning and the end are left: there people's words are, before a file and after it.
    It is read up to *patience* even so, for a browser whose form is not read to its end shows no answer.
    """
    declared = headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > patience:
        return b"", False
    body, size, fits = bytearray(), 0, int(declared) <= largest
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return bytes(body), fits
        body += message.get("body", b"")
        size += len(message.get("body", b""))
        fits = fits and size <= largest
        if not fits:
            del body[EDGE:-EDGE]
        if size > patience or not message.get("more_body", False):
            return bytes(body), fits


def _replay(body: bytes, receive: Receive) -> Callable[[], Awaitable[Any]]:
    """A ``receive`` that gives *body* once, and after it whatever comes."""
    waiting = [body]

    async def replayed() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replayed
