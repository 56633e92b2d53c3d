"""The demo's round in progress: given out, looked at, disputed, replied to, asked about; all by the desk's own acts."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.stage import Stage
from console.stage_cast import Cast, cast_of
from console.stage_councils import ask_two, reply_twice
from fixtures.opinions import first_look, second_look, seconds_over
from models.assigning import workers
from models.base import now
from models.judging import Assessment
from models.requests import today
from models.reviewing import Item, Round
from models.rounds import Plan
from models.store import Store
from models.vocabulary import ItemState, Passing, Role, Verdict
from review.adjudicating import Ruling, adjudicate
from review.blinding import shown_verdict
from review.decisions import Decision, decide, record
from review.queries.replies import last_version
from review.queries.second import disputes, second_looks
from review.queries.wanted import newest_round
from review.rounding import Wish, give_out, open_round, propose
from review.sessions import SignedIn

DONE = 0.4  # of what each was given …
MOST = 1000  # … or so many first looks in all: a demo of fifty cities is not to wait for more
TWICE = 0.6  # of what waits for a second look
DUE, WINDOW = timedelta(days=14), timedelta(days=21)


class _AtOnce(Store):
    """A store whose writing sessions are all one: acts of a demo are committed by the dozen, not one by one."""

    def __init__(self, db: Session) -> None:
        """Let everything be done in *db*."""
        self.db = db

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """The one session."""
        yield self.db

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """The one session, which sees what was just done."""
        yield self.db


def stage_round(stage: Stage) -> None:
    """Let pretend people work in the newest round for a while, and tell what came of it."""
    store = stage.desk.store
    with store.reading() as db:
        round_id = newest_round(db, None)
        cast = cast_of(db)
    if round_id is None or cast is None:
        return
    _open(store, cast, round_id)
    for coordinator in cast.coordinators:
        _give_out(store, coordinator, round_id)
    with store.reading() as db:
        total = db.scalar(select(func.count()).where(Item.round == round_id)) or 1
    for person in cast.assessors:
        _first_looks(store, person, round_id, min(DONE, MOST / total))
    for person in cast.seconders:
        _second_looks(store, person)
    _rule(store, cast)
    reply_twice(stage, cast, round_id)
    ask_two(store, cast, round_id)
    _tell(store, round_id)


def _open(store: Store, cast: Cast, round_id: str) -> None:
    """The chief gives the round that its first run opened its days."""
    with store.reading() as db:
        if db.get_one(Round, round_id).opened_by is not None:
            return
    plan = Plan(due_on=today() + DUE, reply_from=today(), reply_until=today() + WINDOW)
    open_round(store, cast.chief, round_id, plan)


def _give_out(store: Store, coordinator: SignedIn, round_id: str) -> None:
    """Everything in the coordinator's region goes to its assessors, whole cities at a time."""
    with store.reading() as db:
        here = select(Item.city, Item.area).where(Item.round == round_id, Item.region == coordinator.region)
        parts = db.execute(here.distinct()).all()
        able = [one.person for one in workers(db, coordinator.region) if one.person.role is Role.ASSESSOR]
        if not parts or not able:
            return
        wish = Wish(
            cities=tuple(sorted({city for city, _ in parts})),
            areas=tuple(sorted({area for _, area in parts})),
            people=tuple(person.id for person in able),
            due_on=today() + DUE,
        )
        mark = propose(db, coordinator, round_id, wish).mark
    give_out(store, coordinator, round_id, wish, mark)


def _first_looks(store: Store, who: SignedIn, round_id: str, share: float) -> None:
    """Somebody works through the most valuable part of what they were given, and commits at the end of it."""
    with store.writing() as db:
        mine = (Item.round == round_id, Item.person_id == who.person_id)
        given = db.scalar(select(func.count()).where(*mine)) or 0
        done = db.scalar(select(func.count()).where(*mine, Item.first_person_id.is_not(None))) or 0
        waiting = select(Item).where(*mine, Item.state == ItemState.WAITING)
        most = max(0, round(given * share) - done)
        for item in db.scalars(waiting.order_by(Item.worth.desc(), Item.id).limit(most)).all():
            key = f"{item.city} {item.indicator}"
            shown, took = shown_verdict(item, Passing.FIRST), seconds_over(key, item.seconds)
            says = first_look(key, item.verdict, shown)
            if says.verdict is None and shown is not None:
                _confirm(db, who, item, shown, took)
            else:
                decision = Decision("correct", says.verdict, says.comment, 0, took)
                decide(_AtOnce(db), who, item.finding_id, decision)


def _confirm(db: Session, who: SignedIn, item: Item, shown: Verdict, took: float) -> None:
    """What bulk confirming does too: the row, how it came about, and its line of the log, without asking again."""
    assessment = Assessment(
        finding_id=item.finding_id,
        person_id=who.person_id,
        version=1,
        act="confirm",
        verdict=shown,
        comment="",
        created_at=now(),
    )
    record(db, item, assessment, passing=Passing.FIRST, shown=shown, seconds=took)


def _second_looks(store: Store, who: SignedIn) -> None:
    """Somebody looks, blind, at a part of what waits for a second look; every fourth comes out otherwise."""
    with store.writing() as db:
        waiting = [item for item, _ in second_looks(db, who)]
        for place, item in enumerate(waiting[: math.ceil(len(waiting) * TWICE)]):
            first = db.get_one(Assessment, item.assessment_id) if item.assessment_id else None
            if first is None:
                continue
            says = second_look(item.verdict, first.verdict, agrees=place % 4 != 1)
            seen, took = last_version(db, item.finding_id), seconds_over(item.city, item.seconds)
            decision = Decision("correct", says.verdict, says.comment, seen, took)
            decide(_AtOnce(db), who, item.finding_id, decision)


def _rule(store: Store, cast: Cast) -> None:
    """Coordinators settle every second dispute."""
    with store.reading() as db:
        open_ones = [one.item for one in disputes(db, cast.chief)][::2]
    for item in open_ones:
        who = cast.coordinator_of(item.region)
        words = "Методика просить саме чинний документ; показане в доказах їй відповідає."
        adjudicate(store, who, item.id, Ruling(item.verdict, words, item.version))


def _tell(store: Store, round_id: str) -> None:
    with store.reading() as db:
        counted = select(Item.state, func.count()).where(Item.round == round_id).group_by(Item.state)
        states = dict(db.execute(counted).tuples().all())
    told = ", ".join(f"{states.get(state, 0)} {state.value}" for state in ItemState)
    print(f"Round {round_id} in progress: {told}.", flush=True)
