"""Hosts that answer anything with a page: told by asking once for an address that cannot exist.

A site that answers 200 to everything would let us believe that we looked where nothing is. What answers as the
address of our own making did is no content.
"""

from __future__ import annotations

import asyncio
import hashlib
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rapidfuzz import fuzz

from crawlers.addresses import belongs, key_of
from crawlers.asking import Asker
from crawlers.glancing import Glance, glance_at
from models.crawling import Capture
from models.ledger import Planned
from models.vocabulary import PageKind

if TYPE_CHECKING:
    from crawlers.job import Job

PROBE = "soft-404"  # what the row of a probe serves: no indicator, so that its failure leaves nothing open
ALIKE = 90.0
SAME_LENGTH = 0.1  # share of its words by which one answer may differ from the other
_MARKUP = frozenset({"", "text/html", "application/xhtml+xml"})
SALT = "1"  # the same address at every visit, so that a revisit knows the answer


class Strangers:
    """How each host of one visit answers for what it does not have."""

    def __init__(self, asker: Asker, job: Job, today: date) -> None:
        """Ask by *asker*, and only hosts of the city of *job*."""
        self._asker = asker
        self._job = job
        self._today = today
        self._answers: dict[str, asyncio.Future[Glance | None]] = {}

    async def is_one(self, plan: Planned, capture: Capture, seen: Glance) -> bool:
        """Whether a page of the city's own is what its host says of everything that is not there."""
        is_told = seen.reason is not None or seen.kind is PageKind.HOME
        if self._job.replay or is_told or not belongs(capture.final_url, self._job.city.hosts):
            return False
        parts = urlsplit(seen.url)
        if capture.media_type not in _MARKUP or parts.path in {"", "/"}:
            return False
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._answers:
            self._answers[origin] = asyncio.ensure_future(self._probe(origin, plan))
        said = await self._answers[origin]  # the first page of a host asks, the others wait for its answer
        return said is not None and alike(said, seen)

    async def _probe(self, origin: str, parent: Planned) -> Glance | None:
        """The page given for an address that cannot exist; None where the host says honestly that it is not there."""
        url = probe_address(origin)
        row = Planned(key_of(url), url, parent.key, "", parent.depth + 1, 0.0, (PROBE,))
        answer = await self._asker.ask(row)
        if answer is None or answer[0].status not in range(200, 300):
            return None
        capture, body = answer
        return glance_at(capture, body, self._today)


def probe_address(origin: str, salt: str = SALT) -> str:
    """An address at *origin* that nobody can have published; its words tell the owner what it is for."""
    origin = origin.rstrip("/")
    token = hashlib.sha256(f"{salt}\n{origin}".encode()).hexdigest()[:16]
    return f"{origin}/perevirka-neisnuiuchoi-adresy-{token}"


def alike(said: Glance, seen: Glance) -> bool:
    """Same title, same length, same links beside what repeats on every page."""
    if abs(said.words - seen.words) > SAME_LENGTH * max(said.words, seen.words, 1):
        return False
    if fuzz.ratio(said.title, seen.title) < ALIKE:
        return False
    return fuzz.ratio(_links(said), _links(seen), score_cutoff=ALIKE) >= ALIKE


def _links(seen: Glance) -> str:
    return "\n".join(link.text for link in seen.links if not link.place.repeats)[:4000]
