"""The addresses that wait to be asked for: best first, some only after a while, any of them open to revision."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from itertools import count
from time import monotonic

from crawlers.addresses import host_of
from models.ledger import Ended, Planned
from models.vocabulary import AddressState, Reason


class Waiting:
    """A queue by worth. What an address is worth may change while it waits: it is asked again when its turn comes."""

    def __init__(self) -> None:
        """Nothing waits yet."""
        self._plans: dict[str, Planned] = {}
        self._ready: list[tuple[float, int, str]] = []
        self._later: list[tuple[float, int, Planned]] = []
        self._order = count()

    def __bool__(self) -> bool:
        """Whether anything is left, now or later."""
        return bool(self._plans or self._later)

    def __iter__(self) -> Iterator[Planned]:
        """All that wait, in no order."""
        yield from self._plans.values()
        yield from (plan for _, _, plan in self._later)

    @property
    def is_ready(self) -> bool:
        """Whether something may be asked for at once."""
        self._wake()
        return bool(self._plans)

    def add(self, plan: Planned) -> None:
        """Let *plan* wait for its turn."""
        self._plans[plan.key] = plan
        heapq.heappush(self._ready, (-plan.score, next(self._order), plan.key))

    def add_later(self, plan: Planned, wait: float) -> None:
        """Let *plan* wait for *wait* seconds first."""
        heapq.heappush(self._later, (monotonic() + wait, next(self._order), plan))

    def revise(self, plan: Planned) -> bool:
        """Take *plan* for the one of its key that waits; whether there is one."""
        if plan.key not in self._plans:
            return False
        self.add(plan)
        return True

    def pop(self, worth: Callable[[Planned], float]) -> Planned | None:
        """The best that may be asked for now by what it is worth now; None where nothing may."""
        self._wake()
        while self._ready:
            score, _, key = heapq.heappop(self._ready)
            plan = self._plans.get(key)
            if plan is None or -score > plan.score:  # asked meanwhile, or revised
                continue
            now_worth = worth(plan)
            if now_worth < -score and self._ready and -self._ready[0][0] > now_worth:
                heapq.heappush(self._ready, (-now_worth, next(self._order), key))
                continue
            return self._plans.pop(key)
        return None

    def remove(self, unwanted: Callable[[Planned], bool]) -> list[Planned]:
        """Take out and give all that are *unwanted*."""
        going = [plan for plan in self if unwanted(plan)]
        for plan in going:
            self._plans.pop(plan.key, None)
        self._later = [entry for entry in self._later if not unwanted(entry[2])]
        heapq.heapify(self._later)
        return going

    def give_up(self, reason: Reason, host: str | None = None) -> list[Ended]:
        """Take out all (of *host*, if given); how each ends for *reason*: failed where it was tried, else skipped."""
        going = self.remove(lambda plan: host is None or host_of(plan.url) == host)
        states = {True: AddressState.FAILED, False: AddressState.SKIPPED}
        return [Ended(plan.key, states[plan.attempts > 0], reason, attempts=plan.attempts) for plan in going]

    def _wake(self) -> None:
        while self._later and self._later[0][0] <= monotonic():
            self.add(heapq.heappop(self._later)[2])
