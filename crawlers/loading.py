"""Counts what we ask of other people's servers: every request that leaves, robots.txt included."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from scrapy import Request, signals
from scrapy.signalmanager import SignalManager

from crawlers.addresses import host_of
from crawlers.connecting import answer_came, request_left
from models.base import now
from models.loads import Counted
from models.runs import KYIV

UNCHANGED = 304


class LoadCounter:
    """Requests, bytes and unchanged answers per host and day in Kyiv, until they are taken to be stored.

    Counted where they go out and come in: a request sent again over a fresh connection is two, one that found
    no connection is none, half an answer is half its bytes, and a recording troubles nobody. An answer belongs
    to the day on which it was asked for.
    """

    def __init__(self, heard: SignalManager) -> None:
        """Listen to the connections."""
        self._counts: dict[tuple[str, date], list[int]] = defaultdict(lambda: [0, 0, 0])
        self._asked_on: dict[str, date] = {}
        heard.connect(self._left, request_left)
        heard.connect(self._began, answer_came)
        heard.connect(self._came, signals.bytes_received)

    def taken(self) -> list[Counted]:
        """What was counted since the last call."""
        counts, self._counts = self._counts, defaultdict(lambda: [0, 0, 0])
        return [
            Counted(host, day, requests, received, unchanged)
            for (host, day), (requests, received, unchanged) in counts.items()
        ]

    def _left(self, url: str) -> None:
        self._asked_on[url] = now().astimezone(KYIV).date()
        self._of(url)[0] += 1

    def _began(self, url: str, status: int) -> None:
        self._of(url)[2] += status == UNCHANGED

    def _came(self, data: bytes, request: Request) -> None:
        self._of(request.url)[1] += len(data)

    def _of(self, url: str) -> list[int]:
        asked_on = self._asked_on.get(url) or now().astimezone(KYIV).date()
        return self._counts[host_of(url), asked_on]
