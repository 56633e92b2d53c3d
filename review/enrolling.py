"""Letting people in: each has a login, a role, perhaps a region or a city, and a password."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import now
from models.crawling import City
from models.people import Organisation, Person
from models.store import Store
from models.vocabulary import Role
from review.sessions import LONGEST_PASSWORD, hash_password

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that are mistaken for each other when read aloud
_LOGIN = re.compile(r"[\w.@+-]{2,128}")
SHORTEST_PASSWORD = 12
LONGEST_NAME = 200


class EnrolmentError(ValueError):
    """Somebody cannot be added as asked; the sentence says why, and ``fault`` names the same as a text of the desk."""

    def __init__(self, sentence: str, fault: str) -> None:
        """Carry both."""
        super().__init__(sentence)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody to be let in, as they are to be known here."""

    login: str
    name: str
    role: Role
    region: str | None = None
    city: str | None = None
    organisation: str = ""


def enrol(store: Store, newcomer: Newcomer, password: str | None = None) -> str:
    """Add a person and return their password: the one given, or a new one of about 99 bits."""
    newcomer = checked(newcomer)
    secret = password or new_password()
    check_password(secret)
    hashed = hash_password(secret)
    with store.writing() as db:
        add(db, newcomer, hashed)
    return secret


def checked(newcomer: Newcomer) -> Newcomer:
    """*newcomer* as it may be stored; raises EnrolmentError where something does not fit together."""
    login, name = newcomer.login.strip().casefold(), " ".join(newcomer.name.split())
    if not _LOGIN.fullmatch(login):
        raise EnrolmentError(
            f"not a login: {login!r}; use letters, digits and . _ @ + - only", "people.fault.login"
        )
    if len(name) > LONGEST_NAME:
        raise EnrolmentError(f"a name has {LONGEST_NAME} letters at most", "people.fault.name")
    official = newcomer.role is Role.OFFICIAL
    if official and not newcomer.city:
        raise EnrolmentError("an official needs a city: they see that one and no other", "people.fault.city")
    return Newcomer(
        login=login,
        name=name or login,
        role=newcomer.role,
        region=None if official else newcomer.region,
        city=newcomer.city if official else None,
        organisation=" ".join(newcomer.organisation.split())[:LONGEST_NAME],
    )


def check_password(password: str) -> None:
    """Refuse a password that is too short to be safe, or too long to be hashed."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise EnrolmentError(
            f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters, this one {len(password)}",
            "people.fault.password",
        )


def add(db: Session, newcomer: Newcomer, password_hash: str) -> Person:
    """The new person, and their organisation if nobody came from there before; EnrolmentError if the login is taken."""
    if is_taken(db, newcomer.login):
        raise EnrolmentError(f"the login {newcomer.login!r} is taken", "people.fault.taken")
    if newcomer.organisation:
        add_organisation(db, newcomer.organisation)
    person = Person(
        login=newcomer.login,
        name=newcomer.name,
        organisation=newcomer.organisation,
        role=newcomer.role,
        region=newcomer.region,
        city=newcomer.city,
        password_hash=password_hash,
        active=True,
        created_at=now(),
    )
    db.add(person)
    db.flush()
    return person


def add_organisation(db: Session, name: str, region: str | None = None) -> bool:
    """Write an organisation down; false where it is known already."""
    if db.scalar(select(Organisation.id).where(Organisation.name == name)) is not None:
        return False
    db.add(Organisation(name=name, region=region, created_at=now()))
    db.flush()
    return True


def is_taken(db: Session, login: str) -> bool:
    """Whether somebody is called so already, even if their account is closed."""
    return db.scalar(select(Person.id).where(Person.login == login)) is not None


def is_region(db: Session, region: str) -> bool:
    """Whether a city of ours belongs to *region*."""
    return db.scalar(select(City.slug).where(City.region == region).limit(1)) is not None


def new_password() -> str:
    """Twenty letters and digits in four groups, easy to read out."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))


def enrolled(store: Store) -> list[Person]:
    """Everybody who was ever let in, by role and login."""
    with store.reading() as db:
        return list(db.scalars(select(Person).order_by(Person.role, Person.login)))
