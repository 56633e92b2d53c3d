"""What waits for somebody, and how their part of the round stands: for the first page."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, func, literal, select
from sqlalchemy.orm import Session

from models.crawling import City
from models.reviewing import Item, Round
from models.vocabulary import ItemState
from review.alphabet import alphabetical
from review.queries.rounds import Standing, overdue_on
from review.queries.runs import Tally
from review.queries.standing import within
from review.scope import Reach, scope
from review.sessions import SignedIn


@dataclass(frozen=True, slots=True)
class Own:
    """What waits for one person: of what they were given, and of all that they may see."""

    given: Standing
    next_due: date | None
    waiting: int  # for anybody

    @property
    def left(self) -> int:
        """What waits for them: their own where they were given any, else what waits for anybody."""
        return self.given.states[ItemState.WAITING] if self.given.total else self.waiting


def working_round(db: Session, reach: Reach) -> Round | None:
    """The newest open round in which anything is asked about cities of *reach*."""
    asked = exists(select(literal(1)).where(Item.round == Round.id, *_of(reach)))
    return db.scalar(select(Round).where(Round.closed_at.is_(None), asked).order_by(Round.id.desc()).limit(1))


def own_work(db: Session, round_id: str, who: SignedIn, today: date) -> Own:
    """What waits for one person in a round; nothing of cities in which they declared a stake."""
    given = Standing()
    here = (Item.round == round_id, Item.city.not_in(who.conflicts), *_of(who.scope))
    theirs = (*here, Item.person_id == who.person_id)
    for state, number, overdue in db.execute(
        select(Item.state, func.count(), overdue_on(today)).where(*theirs).group_by(Item.state)
    ):
        given.add(state, number, overdue)
    due = select(func.min(Item.due_on)).where(*theirs, Item.state == ItemState.WAITING)
    waiting = select(func.count()).where(*here, Item.state == ItemState.WAITING)
    return Own(given=given, next_due=db.scalar(due), waiting=db.scalar(waiting) or 0)


def standing_in(db: Session, round_id: str, reach: Reach, today: date) -> Standing:
    """How far the round is in *reach*."""
    found = Standing()
    counted = select(Item.state, func.count(), overdue_on(today)).where(Item.round == round_id, *_of(reach))
    for state, number, overdue in db.execute(counted.group_by(Item.state)):
        found.add(state, number, overdue)
    return found


def cities_in(db: Session, round_id: str | None, reach: Reach) -> list[tuple[City, Tally]]:
    """The cities of *reach* by name, with what the machine proposes in a round and how much of it is settled."""
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    counted = select(Item.city, Item.verdict, Item.state, func.count())
    in_round = counted.where(Item.round == round_id, *_of(reach))
    for slug, verdict, state, number in db.execute(in_round.group_by(Item.city, Item.verdict, Item.state)):
        tallies[slug].add(verdict, number, assessed=state is ItemState.SETTLED)
    cities = db.scalars(select(City).where(within(reach)))
    return [
        (city, tallies[city.slug]) for city in sorted(cities, key=lambda city: alphabetical(city.name_uk))
    ]


def settled_as(db: Session, round_id: str, city: str) -> Counter[ItemState]:
    """How many questions about one city stand where."""
    counted = select(Item.state, func.count()).where(Item.round == round_id, Item.city == city)
    return Counter(dict(db.execute(counted.group_by(Item.state)).tuples().all()))


def _of(reach: Reach) -> tuple[ColumnElement[bool], ...]:
    seen = scope(reach)
    if seen.city is not None:
        return (Item.city == seen.city,)
    return (Item.region == seen.region,) if seen.region is not None else ()
