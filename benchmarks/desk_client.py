"""A browser as plain as it can be: one kept connection, one cookie, and the decision form of a page."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from http.client import HTTPConnection
from urllib.parse import urlencode

from review.access import COOKIE

_FORM = re.compile(r'<form\b[^>]*action="([^"]*/assessments[^"]*)"(.*?)</form>', re.DOTALL)
_HIDDEN = re.compile(r'<input\b(?=[^>]*type="hidden")[^>]*name="([^"]+)"[^>]*value="([^"]*)"')
_VERDICT = re.compile(r'name="verdict"[^>]*value="([^"]+)"')
_PICTURE = re.compile(r'<img\b(?![^>]*loading="lazy")[^>]*\bsrc="(/[^"]+)"')


@dataclass(frozen=True)
class Answer:
    """What came back, and how long it took to the last byte."""

    status: int
    location: str  # where it sends on; empty where it does not
    body: bytes
    seconds: float

    @cached_property
    def text(self) -> str:
        """The page."""
        return self.body.decode(errors="replace")

    @property
    def pictures(self) -> set[str]:
        """Pictures of ours that a browser fetches at once."""
        return {unescape(found) for found in _PICTURE.findall(self.text)}


@dataclass(frozen=True)
class Form:
    """The form by which a finding is decided."""

    action: str
    hidden: dict[str, str]
    verdicts: list[str]
    can_confirm: bool


class Client:
    """One signed-in person."""

    def __init__(self, port: int, cookie: str) -> None:
        """Connect with the first request."""
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {
            "Cookie": f"{COOKIE}={cookie}",
            "Origin": f"http://127.0.0.1:{port}",
            "Accept-Language": "uk",
        }

    def get(self, path: str) -> Answer:
        """Look at *path*; where it sends on is not followed."""
        return self._ask("GET", path, None)

    def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Send a form."""
        return self._ask("POST", path, urlencode(fields))

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        began = time.perf_counter()
        self._connection.request(method, path, body, self._headers | kind)
        response = self._connection.getresponse()
        content = response.read()
        took = time.perf_counter() - began
        return Answer(response.status, response.getheader("Location") or "", content, took)


def form_of(answer: Answer) -> Form | None:
    """The decision form of a finding's page; None where there is nothing for this person to decide."""
    found = _FORM.search(answer.text)
    if found is None:
        return None
    hidden = {name: unescape(value) for name, value in _HIDDEN.findall(found[2]) if name != "act"}
    verdicts = list(dict.fromkeys(_VERDICT.findall(found[2])))
    return Form(unescape(found[1]), hidden, verdicts, 'value="confirm"' in found[2])
