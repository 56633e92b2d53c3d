"""Pages that stand for an address that does not exist, told by asking once for one that cannot exist.

A site that answers 200 to everything would let us believe that we looked where nothing is. One address per
host, of its own making, is asked for; whatever answers like it is no content.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from rapidfuzz import fuzz

from models.facts import PageFacts
from models.matching import normalise

ALIKE = 90.0
ENOUGH = 4000  # characters; what is alike so far is alike


@dataclass(frozen=True, slots=True)
class Stranger:
    """How a host answers for an address that cannot exist. Empty words: it says honestly that it is not there."""

    words: str = ""

    @classmethod
    def of(cls, status: int, facts: PageFacts | None) -> Stranger:
        """What the answer to the probe, with this *status* and these *facts*, teaches."""
        return cls(_words(facts)) if facts is not None and status in range(200, 300) else cls()

    def resembles(self, facts: PageFacts) -> bool:
        """Whether a page says what the host says of everything that is not there."""
        if not self.words:
            return False
        return fuzz.ratio(self.words, _words(facts), score_cutoff=ALIKE) >= ALIKE


def probe_address(origin: str, salt: str) -> str:
    """An address at *origin* that nobody can have published; its words tell the owner what it is for."""
    origin = origin.rstrip("/")
    token = hashlib.sha256(f"{salt}\n{origin}".encode()).hexdigest()[:16]
    return f"{origin}/perevirka-neisnuiuchoi-adresy-{token}"


def _words(facts: PageFacts) -> str:
    return normalise(f"{facts.title}\n{facts.text[:ENOUGH]}")
