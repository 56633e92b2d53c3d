"""Who works here, what they have to do, and when they were last seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models.crawling import City
from models.people import Conflict, Organisation, Person, SignIn
from models.reviewing import Item, Round
from models.vocabulary import ItemState
from review.appointing import people_within
from review.queries.standing import within
from review.scope import Reach
from review.sessions import SignedIn


@dataclass(frozen=True, slots=True)
class Known:
    """One person: the city they speak for, their open items, and when they last signed in."""

    person: Person
    city: City | None
    open_items: int
    last_in: datetime | None


def people_of(db: Session, who: SignedIn) -> dict[str, list[Known]]:
    """Everybody whom *who* coordinates by the name of their organisation; in it by role and name."""
    work = _open_work().subquery()
    seen = _last_in().subquery()
    rows = db.execute(
        select(Person, City, func.coalesce(work.c.number, 0), seen.c.at)
        .outerjoin(City, City.slug == Person.city)
        .outerjoin(work, work.c.person_id == Person.id)
        .outerjoin(seen, seen.c.person_id == Person.id)
        .where(people_within(who))
        .order_by(Person.organisation, Person.role, Person.name)
    )
    found: dict[str, list[Known]] = {}
    for person, city, number, at in rows:
        found.setdefault(person.organisation, []).append(Known(person, city, number, at))
    return found


def known(db: Session, person: Person) -> Known:
    """What is known of one person."""
    work = db.execute(_open_work().where(Item.person_id == person.id)).first()
    seen = db.execute(_last_in().where(SignIn.person_id == person.id)).first()
    city = db.get(City, person.city) if person.city else None
    return Known(person, city, work.number if work else 0, seen.at if seen else None)


def declared(db: Session, person_id: int) -> Sequence[tuple[Conflict, City]]:
    """The cities that a person declared a stake in, with their words."""
    rows = db.execute(
        select(Conflict, City)
        .join(City, City.slug == Conflict.city)
        .where(Conflict.person_id == person_id)
        .order_by(Conflict.id)
    )
    return [(conflict, city) for conflict, city in rows]


def cities_of(db: Session, reach: Reach) -> Sequence[City]:
    """The cities within *reach*."""
    return db.scalars(select(City).where(within(reach)).order_by(City.slug)).all()


def organisations(db: Session) -> list[tuple[Organisation, int]]:
    """Every organisation by name, with how many of its people have an open account."""
    number = (
        select(func.count())
        .select_from(Person)
        .where(Person.organisation == Organisation.name, Person.active)
        .scalar_subquery()
    )
    rows = db.execute(select(Organisation, number).order_by(Organisation.name))
    return [(organisation, count) for organisation, count in rows]


def _open_work() -> Select[tuple[int | None, int]]:
    return (
        select(Item.person_id, func.count().label("number"))
        .join(Round, Round.id == Item.round)
        .where(Item.state != ItemState.SETTLED, Round.closed_at.is_(None))
        .group_by(Item.person_id)
    )


def _last_in() -> Select[tuple[int, datetime]]:
    return select(SignIn.person_id, func.max(SignIn.created_at).label("at")).group_by(SignIn.person_id)
