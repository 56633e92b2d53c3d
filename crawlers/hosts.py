"""What the hosts of one visit bear: which of them wants to be left alone for now, and which fails again and again."""

from __future__ import annotations

from collections import Counter
from time import monotonic

from crawlers.addresses import host_of


class Hosts:
    """The state of every host, by any of its addresses."""

    def __init__(self) -> None:
        """All are well."""
        self._failures: Counter[str] = Counter()
        self._rests_until: dict[str, float] = {}

    def rests(self, url: str, seconds: float) -> None:
        """Note that the host of *url* has asked to be left alone for so long."""
        self._rests_until[host_of(url)] = monotonic() + seconds

    def rest_of(self, url: str) -> float:
        """Seconds for which the host of *url* still wants to be left alone; 0 or less where it does not."""
        return self._rests_until.get(host_of(url), 0.0) - monotonic()

    def failed(self, url: str) -> int:
        """Count a failure of the network; how many there were in a row."""
        self._failures[host_of(url)] += 1
        return self._failures[host_of(url)]

    def answered(self, url: str) -> None:
        """Forget the failures of a host that answers."""
        self._failures.pop(host_of(url), None)
