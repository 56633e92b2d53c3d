"""What is known of a site from last time: what is asked again with which conditions, and what is taken as it was.

Whatever is new is always asked, and of the rest a share (`crawlers/choosing.py`), with the validators it gave us.
Nothing stays unasked for ever, and nothing is taken as it was from a host that has not answered this time.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime

from crawlers.addresses import host_of
from crawlers.choosing import FEW, Choice, validators_for
from crawlers.worth import branch_of
from models.crawling import Capture
from models.ledger import Planned
from models.remembering import Remembered

DATED = 0.05  # of all that is known: beyond it a site's own dates of change are not believed


class Memory:
    """What is known of a site's addresses from the visit before, and what to do with each of them now."""

    def __init__(self, remembered: Mapping[str, Remembered], today: date) -> None:
        """Choose what to ask again; nothing is remembered on a first visit."""
        self._known = dict(remembered)
        self._today = today
        self._choice = Choice(self._known.values(), today)
        self._doubted: set[str] = set()  # branches whose validators mean nothing
        self._dated: set[str] = set()  # by the site itself, since our last look
        self._answered: set[str] = set()

    def __bool__(self) -> bool:
        """Whether there was a visit to lean on."""
        return bool(self._known)

    def of(self, key: str) -> Remembered | None:
        """What is known of an address."""
        return self._known.get(key)

    def answered(self, url: str) -> None:
        """Note that the host of *url* is there this time."""
        self._answered.add(host_of(url))

    def forget(self, key: str) -> None:
        """Lean no more on what was known of *key*: its bytes are not to be had."""
        self._known.pop(key, None)

    def kept(self, plan: Planned) -> Remembered | None:
        """What is known of *plan* where that is enough and it need not be asked; None where it must be."""
        known = self._known.get(plan.key)
        is_asked = plan.key in self._choice.keys or plan.key in self._choice.heads or plan.key in self._dated
        return None if is_asked or plan.attempts else known

    def by_head(self, plan: Planned) -> bool:
        """Whether the head of *plan* is enough to begin with: what is known of it may still hold."""
        is_sure = bool(plan.attempts) or plan.key in self._dated or plan.key not in self._known
        return plan.key in self._choice.heads and not is_sure

    def heard(self, key: str, modified: datetime) -> None:
        """Note that the site itself dates the last change of *key*: after our last look, it is asked for.

        Many a site map gives every page the day it is asked on: who says that all has changed says nothing.
        """
        known = self._known.get(key)
        most = max(math.ceil(DATED * len(self._known)), FEW)
        if known is not None and modified > known.capture.ended_at and len(self._dated) < most:
            self._dated.add(key)

    def came(self, plan: Planned, capture: Capture) -> None:
        """Note what was received: the same bytes again, though asked only for other ones, and what we ask is less.

        Scripts that serve files give a new tag and date with every answer; each branch of a site shows once.
        """
        known, branch = self._known.get(plan.key), branch_of(plan.url)
        if known is None or branch in self._doubted or not self.validators(plan):
            return
        if capture.body_sha256 == known.capture.body_sha256:
            self._doubted.add(branch)
            self._choice = Choice(self._known.values(), self._today, doubted=self._doubted)

    def is_there(self, url: str) -> bool:
        """Whether the host of *url* has answered this time: what was known of a silent one says nothing now."""
        return host_of(url) in self._answered

    def validators(self, plan: Planned) -> dict[str, str]:
        """The headers that make a request for *plan* conditional on a change; empty where it gave none."""
        known = self._known.get(plan.key)
        return {} if known is None else validators_for(known)
