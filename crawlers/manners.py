"""How we behave at other people's doors: pace, limits, patience."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Manners:
    """Pace and limits of one visit. The defaults are for real sites; loopback needs no patience."""

    delay: float = 1.0  # seconds between two requests to one host
    connections: int = 1  # to one host at a time
    timeout: float = 60.0  # seconds for one whole answer
    largest: int = 32 * 2**20  # bytes of one answer, packed or unpacked
    retries: int = 2  # after the first try
    retry_wait: float = 20.0  # seconds before the first retry, doubled for the next
    longest_wait: float = 3600.0  # a Retry-After beyond this counts as this
    max_pages: int = 1500  # answers of one visit
    max_seconds: float = 4 * 3600.0
    max_depth: int = 8
    per_pattern: int = 120  # addresses alike but for numbers, unless the lexicon wants them
    per_wanted_pattern: int = 400
    dead_after: int = 10  # failures of the network in a row, before the rest of a host is given up


ON_LOOPBACK = Manners(
    delay=0.0,
    connections=4,
    timeout=10.0,
    retry_wait=0.3,
    longest_wait=2.0,
    max_pages=300,
    max_seconds=120.0,
    dead_after=6,
)
