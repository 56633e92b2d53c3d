"""A web of a few pages on loopback, as a proxy for whatever host is asked for."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Says:
    """One answer. With a ``tag``, who names it is told that nothing has changed; ``repeats``: with the tag again."""

    body: bytes | str = b""
    media: str = HTML
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    tag: str = ""
    repeats: bool = True


@dataclass(frozen=True, slots=True)
class Came:
    """One request that arrived."""

    path: str
    headers: dict[str, str]
    status: int
    method: str = "GET"


class SmallWeb:
    """``answers`` by path, to be changed at any time; what is not among them is a plain 404."""

    def __init__(self, answers: dict[str, Says]) -> None:
        self.answers = answers
        self.came: list[Came] = []
        web = self

        class Door(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                web.answer(self)

            def do_HEAD(self) -> None:
                web.answer(self)

            def log_message(self, *_: Any) -> None:  # noqa: ANN401  # their signature
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self.port: int = self._server.server_address[1]

    def answer(self, door: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        parts = urlsplit(door.path)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        says = self.answers.get(path, Says("Немає такої сторінки", status=404))
        headers, status = dict(says.headers), says.status
        body = says.body.encode() if isinstance(says.body, str) else says.body
        spared = bool(says.tag) and door.headers.get("If-None-Match") == says.tag
        if spared:
            status, body = 304, b""
        if says.tag and (says.repeats or not spared):
            headers["ETag"] = says.tag
        self.came.append(Came(path, dict(door.headers.items()), status, door.command))
        door.send_response(status)
        for name, value in headers.items():
            door.send_header(name, value)
        if body or not spared:
            door.send_header("Content-Type", says.media)
            door.send_header("Content-Length", str(len(body)))
        door.end_headers()
        if door.command != "HEAD":
            door.wfile.write(body)

    def paths(self, since: int = 0) -> list[str]:
        """What was asked for, in order, from request number *since* on."""
        return [came.path for came in self.came[since:]]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def page(title: str, *links: tuple[str, str], text: str = "") -> str:
    """A page with some words and *links* of (address, words)."""
    listed = "".join(f'<li><a href="{href}">{words}</a></li>' for href, words in links)
    words = text or "Міська рада повідомляє про свою роботу та оприлюднює документи. " * 12
    return (
        f"<!DOCTYPE html><html lang='uk'><head><meta charset='utf-8'><title>{title}</title></head>"
        f"<body><h1>{title}</h1><p>{words}</p><ul>{listed}</ul></body></html>"
    )
