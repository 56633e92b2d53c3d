"""Counts what we ask of other people's servers: every request that leaves, robots.txt included."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from scrapy import Request, signals
from scrapy.http import Response
from scrapy.signalmanager import SignalManager

from crawlers.addresses import host_of
from models.base import now
from models.loads import Counted
from models.runs import KYIV

UNCHANGED = 304


class LoadCounter:
    """Requests, bytes and unchanged answers per host and day in Kyiv, until they are taken to be stored."""

    def __init__(self, heard: SignalManager) -> None:
        """Listen to the downloader: an answer from a recording never reaches it and troubles nobody."""
        self._counts: dict[tuple[str, Any], list[int]] = defaultdict(lambda: [0, 0, 0])
        heard.connect(self._left, signals.request_reached_downloader)
        heard.connect(self._came, signals.response_received)

    def taken(self) -> list[Counted]:
        """What was counted since the last call."""
        counts, self._counts = self._counts, defaultdict(lambda: [0, 0, 0])
        return [
            Counted(host, day, requests, received, unchanged)
            for (host, day), (requests, received, unchanged) in counts.items()
        ]

    def _left(self, request: Request) -> None:
        self._of(request.url)[0] += 1

    def _came(self, response: Response) -> None:
        counted = self._of(response.url)
        counted[1] += len(response.body)
        counted[2] += response.status == UNCHANGED

    def _of(self, url: str) -> list[int]:
        return self._counts[host_of(url), now().astimezone(KYIV).date()]
