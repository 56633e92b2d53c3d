"""Conflicts of interest: nobody assesses a city they have a stake in."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from custody.canonical import digest
from custody.log import append
from models.assigning import release
from models.base import now
from models.crawling import City
from models.people import Conflict
from models.store import Store
from models.vocabulary import LogKind
from review.queries.standing import within
from review.sessions import SignedIn

LONGEST_SAID = 500


class ConflictOfInterestError(Exception):
    """Who acts has declared a stake in the city: they assess nothing of it."""


def conflicts_of(db: Session, person_id: int) -> frozenset[str]:
    """The cities that a person declared a stake in, by slug."""
    return frozenset(db.scalars(select(Conflict.city).where(Conflict.person_id == person_id)))


def refuse_conflict(who: SignedIn, city: str) -> None:
    """Raise ConflictOfInterestError where *who* declared a stake in *city*."""
    if city in who.conflicts:
        raise ConflictOfInterestError


def declare(store: Store, who: SignedIn, city: str, said: str) -> str:
    """Write down that *who* has a stake in *city*, once, and give their open work there to nobody; a fault's name."""
    said = " ".join(said.split())
    if not said or len(said) > LONGEST_SAID:
        return "account.fault.said"
    with store.writing() as db:
        if db.scalar(select(City.slug).where(City.slug == city, within(who.scope))) is None:
            return "account.fault.city"
        if city not in conflicts_of(db, who.person_id):
            db.add(Conflict(person_id=who.person_id, city=city, said=said, declared_at=now()))
            release(db, who.person_id, city)
            _note(db, who.person_id, "conflict-declared", city, by=who)
    return ""


def lift(store: Store, who: SignedIn, person_id: int, city: str) -> bool:
    """Let a person assess *city* again; false where they had declared nothing. The log keeps that they had."""
    with store.writing() as db:
        found = db.scalar(select(Conflict).where(Conflict.person_id == person_id, Conflict.city == city))
        if found is None:
            return False
        db.delete(found)
        _note(db, person_id, "conflict-lifted", city, by=who)
    return True


def _note(db: Session, person_id: int, act: str, city: str, *, by: SignedIn) -> None:
    told = {"act": act, "city": city}
    append(db, LogKind.PERSON, f"person {person_id}", digest(told), body=told, person_id=by.person_id)
