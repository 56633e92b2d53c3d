"""Information requests as pages list them, and what of a city is worth asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from models.crawling import City
from models.judging import Finding
from models.people import Person
from models.replying import InformationRequest, RequestAct
from models.requests import Clock, clock_of
from models.reviewing import Item
from models.vocabulary import Reason, RequestState, Verdict
from review.scope import Reach, scope

AT_ONCE = 50
SHOWN_BY_ANSWERING = frozenset({"ACC-12"})
"""Whether a council answers requests is seen from what became of one; nobody asks it that."""

_UNSEEN = (Verdict.NOT_OBSERVABLE, Verdict.BLOCKED)
_ENDED = (RequestState.ANSWERED, RequestState.REFUSED, RequestState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Line:
    """One request at a glance; ``clock`` only where an answer is waited for."""

    request: InformationRequest
    city: City
    person: Person
    clock: Clock | None


@dataclass(frozen=True, slots=True)
class Askable:
    """A question that the web did not answer; ``asked`` is the request that asks it already."""

    item: Item
    reason: Reason
    asked: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """What was done with a request, and by whom."""

    act: RequestAct
    person: Person


def requests_in(
    db: Session, reach: Reach, *, day: date, which: str = "", city: str = "", page: int = 1
) -> list[Line]:
    """Requests to councils of *reach*: those that wait first, the most urgent at the top.

    *which* is a state, or ``overdue`` on *day*, or ``open``; empty: all.
    """
    rows = db.execute(
        _chosen(select(InformationRequest, City, Person), reach, day, which, city)
        .join(Person, Person.id == InformationRequest.person_id)
        .order_by(
            case((InformationRequest.state.in_(_ENDED), 2), (_is(RequestState.DRAFT), 1), else_=0),
            _last_day(),
            InformationRequest.id.desc(),
        )
        .limit(AT_ONCE)
        .offset((page - 1) * AT_ONCE)
    )
    return [Line(request, of, person, clock_of(request, day)) for request, of, person in rows]


def count(db: Session, reach: Reach, *, day: date, which: str = "", city: str = "") -> int:
    """How many requests ``requests_in`` would list in all."""
    query = _chosen(select(func.count(InformationRequest.id)), reach, day, which, city)
    return db.scalar(query) or 0


def asked_cities(db: Session, reach: Reach) -> list[City]:
    """The cities of *reach* to which there is a request, of whatever state."""
    asked = select(InformationRequest.city)
    return list(db.scalars(select(City).where(scope(reach).cities(), City.slug.in_(asked))))


def request_in(db: Session, request_id: int, reach: Reach) -> Line | None:
    """One request, if it is to a council of *reach*."""
    row = db.execute(
        select(InformationRequest, City, Person)
        .join(City, City.slug == InformationRequest.city)
        .join(Person, Person.id == InformationRequest.person_id)
        .where(InformationRequest.id == request_id, scope(reach).cities())
    ).one_or_none()
    return Line(row[0], row[1], row[2], None) if row else None


def told(db: Session, request_id: int) -> list[Told]:
    """All that was done with a request, in order."""
    rows = db.execute(
        select(RequestAct, Person)
        .join(Person, Person.id == RequestAct.person_id)
        .where(RequestAct.request_id == request_id)
        .order_by(RequestAct.version)
    )
    return [Told(act, person) for act, person in rows]


def items_of(db: Session, round_id: str, city: str, indicators: list[str]) -> list[Item]:
    """The items behind *indicators*; each knows the finding that people are shown."""
    chosen = select(Item).where(Item.round == round_id, Item.city == city, Item.indicator.in_(indicators))
    return list(db.scalars(chosen.order_by(Item.methodology, Item.indicator)))


def open_to(db: Session, row: InformationRequest) -> list[Item]:
    """What *row* may ask while it is a draft: all that it asks, and all that the web left open."""
    mine = items_of(db, row.round, row.city, row.questions)
    others = [one.item for one in askable(db, row.round, row.city)]
    found = {item.id: item for item in (*mine, *others)}
    return sorted(found.values(), key=lambda item: (item.methodology, item.indicator))


def last_round(db: Session, city: str) -> str | None:
    """The newest round in which there are questions about *city*."""
    return db.scalar(select(func.max(Item.round)).where(Item.city == city))


def askable(db: Session, round_id: str, city: str) -> list[Askable]:
    """What the web did not show of *city* in that round, and nobody has found out otherwise."""
    asked = {
        indicator: request_id
        for request_id, indicators in db.execute(
            select(InformationRequest.id, InformationRequest.questions).where(
                InformationRequest.city == city,
                InformationRequest.round == round_id,
                InformationRequest.state != RequestState.WITHDRAWN,
            )
        )
        for indicator in indicators
    }
    rows = db.execute(
        select(Item, Finding.reason)
        .join(Finding, Finding.id == Item.finding_id)
        .where(Item.round == round_id, Item.city == city, _not_shown())
        .order_by(Item.methodology, Item.indicator)
    )
    return [Askable(item, reason, asked.get(item.indicator)) for item, reason in rows]


def cities_to_ask(db: Session, reach: Reach) -> list[tuple[City, int]]:
    """The cities of *reach* with how many questions of their newest round the web left open."""
    newest = select(Item.city, func.max(Item.round).label("round")).group_by(Item.city).subquery()
    left = (
        select(Item.city, func.count().label("number"))
        .join(newest, and_(newest.c.city == Item.city, newest.c.round == Item.round))
        .where(_not_shown())
        .group_by(Item.city)
        .subquery()
    )
    rows = db.execute(
        select(City, left.c.number).join(left, left.c.city == City.slug).where(scope(reach).cities())
    )
    return [(city, number) for city, number in rows]


def _not_shown() -> ColumnElement[bool]:
    undecided = or_(Item.settled_verdict.is_(None), Item.settled_verdict.in_(_UNSEEN))
    return and_(Item.verdict.in_(_UNSEEN), undecided, Item.indicator.not_in(SHOWN_BY_ANSWERING))


def _is(state: RequestState) -> ColumnElement[bool]:
    return InformationRequest.state == state


def _last_day() -> ColumnElement[date | None]:
    return func.coalesce(InformationRequest.extended_until, InformationRequest.due_on)


def _chosen(query: Select[Any], reach: Reach, day: date, which: str, city: str) -> Select[Any]:
    query = query.join(City, City.slug == InformationRequest.city).where(scope(reach).cities())
    if city:
        query = query.where(InformationRequest.city == city)
    if which == "overdue":
        return query.where(_is(RequestState.SENT), _last_day() < day)
    if which == "open":
        return query.where(InformationRequest.state.not_in(_ENDED))
    return query.where(_is(RequestState(which))) if which else query
