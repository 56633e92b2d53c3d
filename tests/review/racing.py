"""Twenty people who decide the same fifty items at the same time."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.judging import Assessment
from models.reviewing import Item
from models.store import Store
from models.vocabulary import ItemState, Verdict
from review.decisions import Decision, Outcome, decide
from review.sessions import SignedIn, begin, resume
from tests.factories import make_person

RACERS, ITEMS = 20, 50


@dataclass(frozen=True, slots=True)
class Raced:
    """What everybody wrote with what they were told, and what stands."""

    told: Sequence[tuple[str, Outcome]]
    findings: Sequence[int]
    stand: Sequence[Assessment]


def race(store: Store) -> Raced:
    """Have everybody decide every item, all of them as they were before the first one did."""
    people = racers(store)
    with store.reading() as db:
        findings = [item.finding_id for item in waiting(db, ITEMS)]
    start = Barrier(RACERS)

    def decides(number: int) -> list[tuple[str, Outcome]]:
        start.wait(30)
        told = []
        for finding in findings:
            words = f"Думка {number} про {finding}"
            wanted = Decision("correct", Verdict.NOT_APPLICABLE, words, 0)
            told.append((words, decide(store, people[number], finding, wanted)))
        return told

    with ThreadPoolExecutor(RACERS) as pool:
        told = [one for theirs in pool.map(decides, range(RACERS)) for one in theirs]
    with store.reading() as db:
        stand = db.scalars(select(Assessment).where(Assessment.finding_id.in_(findings))).all()
    return Raced(told, findings, stand)


def waiting(db: Session, number: int) -> list[Item]:
    """The first so many items that wait."""
    found = select(Item).where(Item.round == "2026-11", Item.state == ItemState.WAITING)
    return list(db.scalars(found.order_by(Item.id).limit(number)))


def racers(store: Store) -> list[SignedIn]:
    """Twenty assessors of all regions, signed in."""
    with store.writing() as db:
        newcomers = [make_person(f"racer-{number}") for number in range(RACERS)]
        db.add_all(newcomers)
        db.flush()
        tokens = [begin(db, one.id) for one in newcomers]
    return [who for token in tokens if (who := resume(store, token)) is not None]
