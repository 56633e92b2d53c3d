"""Which items are looked at twice, and which of them test whether people follow the machine blindly.

Drawn by lot and yet not by chance: the same item of the same round always draws the same, on every machine and in
every order, so that nobody can choose their sample, and a round can be reckoned again. A larger share keeps all
that a smaller one drew.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from models.vocabulary import Probe, Verdict

SURE = 0.8  # below this the machine's own word may well be wrong, and a planted one right
# One step aside: beside the evidence a verdict from the far end would give itself away.
WRONG = {
    Verdict.MET: Verdict.PARTLY_MET,
    Verdict.PARTLY_MET: Verdict.MET,
    Verdict.NOT_MET: Verdict.PARTLY_MET,
}


@dataclass(frozen=True, slots=True)
class Draw:
    """What the lot says of one item. ``planted`` is set for planted probes only, and these are looked at twice."""

    needs_second: bool
    probe: Probe | None = None
    planted: Verdict | None = None


def draws(
    round_id: str,
    city: str,
    methodology: str,
    indicator: str,
    *,
    second_share: float,
    probe_share: float,
    verdict: Verdict,
    confidence: float = 1.0,
) -> Draw:
    """What is drawn for an item to which the machine says *verdict*; shares are of one.

    Half of the probes hide the machine's verdict and half plant a wrong one. Only a verdict that counts is hidden,
    and a wrong one is planted only in place of a sure one: such an item always needs a second, unprobed look.
    """
    item = (round_id, city, methodology, indicator)
    second = _lot("second", *item) < second_share
    if not verdict.counts or _lot("probe", *item) >= probe_share:
        return Draw(second)
    if _lot("kind of probe", *item) < 1 / 2:
        return Draw(second, Probe.HIDDEN)
    if confidence < SURE:
        return Draw(second)
    return Draw(needs_second=True, probe=Probe.PLANTED, planted=WRONG[verdict])


def _lot(*words: str) -> float:
    """A number from nought up to one, spread evenly and fixed for *words*."""
    named = "".join(f"{len(word)}:{word}" for word in words)  # no two lists of words run together into one
    return int.from_bytes(sha256(named.encode()).digest()[:6]) / 2**48
