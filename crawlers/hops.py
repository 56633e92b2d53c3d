"""Redirects, hop by hop: each is a row of its own and passes the gate like any other address."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urljoin

from crawlers.addresses import belongs, key_of
from crawlers.gate import Gate, RefusedAddressError
from models.ledger import Ended, Planned
from models.vocabulary import Reason

log = logging.getLogger(__name__)
MOST_HOPS = 10


@dataclass(frozen=True, slots=True)
class Step:
    """Where a redirect leads: to a row of its own, to the same place in another spelling, or nowhere."""

    onward: tuple[Planned, ...] = ()
    again: str | None = None
    reason: Reason | None = None


class Hops:
    """The redirects of one visit, so that loops end and every capture can tell how it was reached."""

    def __init__(self, hosts: tuple[str, ...], gate: Gate) -> None:
        """Follow to *hosts* only, through *gate*."""
        self._hosts = hosts
        self._gate = gate
        self._before: dict[str, list[dict[str, Any]]] = {}

    def before(self, key: str) -> tuple[dict[str, Any], ...]:
        """The hops that led to *key*."""
        return tuple(self._before.get(key, ()))

    def step(self, plan: Planned, location: str, end: Ended, *, is_known: Callable[[str], bool]) -> Step:
        """Judge where *location*, as answered to *plan*, leads."""
        try:
            target = urljoin(plan.url, location).split("#", 1)[0]
        except ValueError:  # brackets that are no address
            return Step(reason=Reason.REFUSED_ADDRESS)
        status = end.capture.status if end.capture is not None else None
        hops = [*self._before.get(plan.key, []), {"from": plan.url, "to": target, "status": status}]
        try:
            self._gate.require(target)
        except RefusedAddressError as refusal:
            log.warning("redirect refused: %s", refusal)
            return Step(reason=Reason.REFUSED_ADDRESS)
        key = key_of(target)
        if len(hops) > MOST_HOPS or any(hop["from"] == target for hop in hops):
            return Step(reason=Reason.REDIRECT_LOOP)
        if not belongs(target, self._hosts):
            return Step(reason=Reason.OFFSITE)
        if key == plan.key:
            self._before[key] = hops
            return Step(again=target)
        if is_known(key) and any(key_of(hop["from"]) == key for hop in hops):
            return Step(reason=Reason.REDIRECT_LOOP)
        self._before.setdefault(key, hops)
        onward = replace(plan, key=key, url=target, found_on=plan.key, attempts=0, score=plan.score + 1)
        return Step(onward=(onward,))
