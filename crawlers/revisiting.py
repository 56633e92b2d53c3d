"""What of a site known from last time is asked again, and what is taken as it was.

Lists, front pages and whatever is new are always asked, with the validators they gave us; of the rest only a
share, the likeliest to have changed and the longest unasked first. Nothing stays unasked for ever, and nothing
is taken as it was from a host that has not answered this time.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date

from crawlers.addresses import host_of, is_document, pattern_of
from crawlers.pages.dates import first_date
from models.crawling import Capture
from models.ledger import Planned
from models.remembering import Remembered
from models.vocabulary import AddressState

SHARE = 0.27  # of last time's addresses that are asked again; the promise is 30 %, retries included
HUB_FROM = 3  # addresses first found on a page make it one that brings news
MOST_UNASKED = 6  # visits
WARM_DAYS = 60  # a paper this young may still be completed, corrected or replaced
UNCHANGED = 304
MOVED_AWAY = frozenset(range(300, 400)) - {UNCHANGED}


class Memory:
    """What is known of a site's addresses from the visit before, and what to do with each of them now."""

    def __init__(self, remembered: Mapping[str, Remembered], today: date) -> None:
        """Choose what to ask again; nothing is remembered on a first visit."""
        self._known = dict(remembered)
        self._today = today
        self._wanted = self._choose()
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

    def forget(self) -> None:
        """Lean on nothing any more: the site is not the one we knew."""
        self._known.clear()

    def kept(self, plan: Planned) -> Remembered | None:
        """What is known of *plan* where that is enough and it need not be asked; None where it must be."""
        known = self._known.get(plan.key)
        if known is None or plan.attempts or plan.key in self._wanted:
            return None
        return known if host_of(plan.url) in self._answered else None

    def validators(self, plan: Planned) -> dict[str, str]:
        """The headers that make a request for *plan* conditional on a change; empty where it gave none."""
        known = self._known.get(plan.key)
        if known is None or known.state is not AddressState.FETCHED or known.capture.status in MOVED_AWAY:
            return {}
        return validators_of(known.capture)

    def _choose(self) -> set[str]:
        """The keys of all that must be asked, and of the best of the rest up to the share."""
        must = {key for key, known in self._known.items() if self._is_due(known)}
        room = math.ceil(SHARE * len(self._known)) - len(must)
        rest = sorted(
            (known for key, known in self._known.items() if key not in must),
            key=lambda known: (-self._worth(known), known.key),
        )
        return must | {known.key for known in rest[: max(room, 0)]}

    def _is_due(self, known: Remembered) -> bool:
        """A page that brings news, and what nobody has asked for a long time; not every page of a long list."""
        if known.unasked >= MOST_UNASKED:
            return True
        return known.leads_to >= HUB_FROM and not (known.found_on and _turns(known.key, known.found_on))

    def _worth(self, known: Remembered) -> float:
        """How likely the address has changed, times what it matters, the longer unasked the more."""
        chance = (known.changes + 0.5) / (known.looks + 1.0)
        day = first_date(known.anchor)
        if day is not None:
            chance *= 4.0 if abs((self._today - day).days) <= WARM_DAYS else 0.5
        matters = (3.0 if known.is_evidence else 1.0) * (2.0 if is_document(known.capture.final_url) else 1.0)
        return chance * matters * (1.0 + known.unasked)


def _turns(key: str, found_on: str) -> bool:
    """Whether a page is a further one of the list it was found on: alike but for numbers."""
    return pattern_of(f"http://{key}") == pattern_of(f"http://{found_on}")


def validators_of(capture: Capture) -> dict[str, str]:
    """The request headers by which a server may say that nothing has changed since *capture*."""
    given = {name.lower(): value for name, value in capture.headers}
    asked = {"If-None-Match": given.get("etag"), "If-Modified-Since": given.get("last-modified")}
    return {name: value for name, value in asked.items() if value}
