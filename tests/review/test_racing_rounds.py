"""Work is given out, taken away, decided and found anew at once, over PostgreSQL: nobody waits for ever."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import select

from custody.log import all_entries, check_chain
from models.assigning import Part, assign
from models.renewing import renew_items
from models.reviewing import Assignment, Item
from models.rounds import Plan, RoundRefusedError, change_round
from models.store import Store
from models.vocabulary import Verdict
from review.conflicts import declare, lift
from review.decisions import Decision, decide
from review.rounding import ChangedMeanwhileError, Wish, give_out, propose
from tests.review.pretend_answers import CITIES
from tests.review.racing import racers

pytestmark = pytest.mark.db

ROUND, TIMES = "2026-11", 12


def at_once(*acts: Callable[[], None]) -> None:
    """Do all *acts*, each as often as the others, beginning at the same moment; what one of them raises is raised."""
    start = Barrier(len(acts))

    def repeat(act: Callable[[], None]) -> None:
        start.wait(30)
        for _ in range(TIMES):
            act()

    with ThreadPoolExecutor(len(acts)) as pool:
        jobs = [pool.submit(repeat, act) for act in acts]
    for job in jobs:
        job.result()


def parts_of(store: Store) -> list[Part]:
    """All that can be given out in the round."""
    with store.reading() as db:
        found = select(Item.city, Item.area).where(Item.round == ROUND).distinct()
        return [(city, area) for city, area in db.execute(found.order_by(Item.city, Item.area))]


def gives(store: Store, by: int, parts: Mapping[Part, int | None], day: int) -> Callable[[], None]:
    """Give *parts* to their people, due on another day each time; who has a stake by then is not given them."""
    days = iter(range(day, day + TIMES))

    def act() -> None:
        with suppress(RoundRefusedError), store.writing() as db:
            assign(db, ROUND, parts, due_on=date(2026, 12, next(days)), by=by)

    return act


def open_of(store: Store) -> Sequence[Assignment]:
    """Whose everything is."""
    with store.reading() as db:
        return db.scalars(select(Assignment).where(Assignment.ended_at.is_(None))).all()


def test_giving_out_declaring_deciding_and_finding_do_not_wait_for_each_other_for_ever(
    postgres: Store,
) -> None:
    """Whatever order each of them names the work in, every act is done, and each part is one person's."""
    chief, one, other, third = racers(postgres)[:4]
    parts = parts_of(postgres)
    half = len(parts) // 2
    there = {part: one.person_id if number < half else other.person_id for number, part in enumerate(parts)}
    back = {part: there[part] for part in reversed(parts)}
    with postgres.reading() as db:
        findings = db.scalars(
            select(Item.finding_id).where(Item.round == ROUND).order_by(Item.id.desc())
        ).all()
    waiting = iter(findings)

    def stakes() -> None:
        for city, *_ in reversed(CITIES):
            assert declare(postgres, third, city, "Я там працюю.") == ""
        for city, *_ in CITIES:
            lift(postgres, chief, third.person_id, city)

    def decides() -> None:
        for _ in range(4):
            decide(postgres, other, next(waiting), Decision("correct", Verdict.NOT_APPLICABLE, "Немає.", 0))

    def shifts() -> None:
        with postgres.writing() as db:
            change_round(db, ROUND, Plan(due_on=date(2026, 12, 30)))

    def finds() -> None:
        for city, _, _, region in CITIES:
            with postgres.writing() as db:
                renew_items(db, f"2026-11-{region}-1", city)

    at_once(
        gives(postgres, chief.person_id, there, 1),
        gives(postgres, chief.person_id, back, 13),
        gives(postgres, chief.person_id, dict.fromkeys(reversed(parts), third.person_id), 5),
        stakes,
        decides,
        shifts,
        finds,
    )

    with postgres.reading() as db:
        trouble = check_chain(all_entries(db), whole=True)
    assert max(Counter((row.city, row.area) for row in open_of(postgres)).values()) == 1
    assert trouble is None


def test_two_who_give_out_the_same_are_one_and_one_who_is_told(postgres: Store) -> None:
    """Each saw it as nobody's; one is done, the other is told that it changed, and no part is two people's."""
    racing = racers(postgres)[:6]
    areas = tuple({area for _, area in parts_of(postgres)})
    wishes = [Wish(cities=("duby",), areas=areas, people=(who.person_id,)) for who in racing]
    with postgres.reading() as db:
        marks = [propose(db, who, ROUND, wish).mark for who, wish in zip(racing, wishes, strict=True)]
    start = Barrier(len(racing))

    def tries(number: int) -> bool:
        start.wait(30)
        try:
            give_out(postgres, racing[number], ROUND, wishes[number], marks[number])
        except ChangedMeanwhileError:
            return False
        return True

    with ThreadPoolExecutor(len(racing)) as pool:
        done = list(pool.map(tries, range(len(racing))))

    theirs = open_of(postgres)
    assert done.count(True) == 1
    assert {row.person_id for row in theirs} == {racing[done.index(True)].person_id}
    assert len(theirs) == len({(row.city, row.area) for row in theirs})
