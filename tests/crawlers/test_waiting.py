"""The best comes first by what it is worth when its turn comes; nothing is lost or asked twice."""

from __future__ import annotations

import time
from dataclasses import replace

from crawlers.waiting import Waiting
from models.ledger import Planned


def plan(name: str, score: float) -> Planned:
    """One address that waits."""
    return Planned(f"city.test/{name}", f"http://city.test/{name}", score=score)


def as_planned(one: Planned) -> float:
    """Worth what it was planned with."""
    return one.score


def drained(waiting: Waiting) -> list[str]:
    """The names of all that wait, best first."""
    names = []
    while (one := waiting.pop(as_planned)) is not None:
        names.append(one.key.removeprefix("city.test/"))
    return names


def filled(**scores: float) -> Waiting:
    """These addresses, waiting."""
    waiting = Waiting()
    for name, score in scores.items():
        waiting.add(plan(name, score))
    return waiting


def test_the_best_comes_first_and_equals_in_their_order() -> None:
    """Higher worth first; of equals, who came first: two runs ask in the same order."""
    assert drained(filled(a=1.0, b=9.0, c=5.0, d=9.0)) == ["b", "d", "c", "a"]


def test_worth_is_asked_again_when_the_turn_comes() -> None:
    """What is worth less by then lets better ones go first, and still gets its turn."""
    waiting = filled(a=9.0, b=5.0, c=1.0)

    def now_worth(one: Planned) -> float:
        return 2.0 if one.key.endswith("/a") else one.score

    order = []
    while (one := waiting.pop(now_worth)) is not None:
        order.append(one.key[-1])

    assert order == ["b", "a", "c"]


def test_a_revised_address_moves_up_and_comes_once() -> None:
    """What is known better of an address counts, and its old place in the queue does not."""
    waiting = filled(a=1.0, b=5.0)

    moved = waiting.revise(replace(plan("a", 9.0), serves=("INFO-03",)))

    assert moved
    first = waiting.pop(as_planned)
    assert first is not None
    assert (first.key, first.serves) == ("city.test/a", ("INFO-03",))
    assert drained(waiting) == ["b"]


def test_what_does_not_wait_is_not_revised() -> None:
    """An address already asked for does not come back by a better link to it."""
    waiting = filled(a=1.0)
    waiting.pop(as_planned)

    assert not waiting.revise(plan("a", 9.0))
    assert not waiting


def test_what_waits_for_later_is_pending_but_not_ready() -> None:
    """A retry is not forgotten, and does not come before its time."""
    waiting = Waiting()
    waiting.add_later(plan("a", 9.0), 0.05)

    early = waiting.pop(as_planned)
    pending, ready = bool(waiting), waiting.is_ready
    time.sleep(0.06)

    assert (early, pending, ready) == (None, True, False)
    assert waiting.is_ready
    assert drained(waiting) == ["a"]


def test_removing_takes_from_now_and_later() -> None:
    """A host that is given up leaves nothing behind, and others keep their turn."""
    waiting = filled(a=1.0, b=2.0)
    waiting.add_later(plan("c", 3.0), 60.0)
    waiting.add_later(plan("d", 4.0), 0.0)

    gone = waiting.remove(lambda one: one.key[-1] in "ac")

    assert {one.key[-1] for one in gone} == {"a", "c"}
    assert drained(waiting) == ["d", "b"]
    assert not waiting
