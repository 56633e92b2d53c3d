"""Letting people in: each has a login, a role, perhaps a region, and a password that is shown once."""

from __future__ import annotations

import re
import secrets

from sqlalchemy import select

from models.base import now
from models.people import Person
from models.store import Store
from models.vocabulary import Role
from review.sessions import LONGEST_PASSWORD, hash_password

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that are mistaken for each other when read aloud
_LOGIN = re.compile(r"[\w.@+-]{2,128}")
SHORTEST_PASSWORD = 12


class EnrolmentError(ValueError):
    """Somebody cannot be added as asked; the sentence says why."""


def enrol(
    store: Store,
    *,
    login: str,
    name: str,
    role: Role,
    region: str | None = None,
    organisation: str = "",
    password: str | None = None,
) -> str:
    """Add a person and return their password: the one given, or a new one of about 99 bits."""
    login = login.strip().casefold()
    if not _LOGIN.fullmatch(login):
        raise EnrolmentError(f"not a login: {login!r}; use letters, digits and . _ @ + - only")
    if password is not None and not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise EnrolmentError(
            f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters, this one {len(password)}"
        )
    secret = password or new_password()
    hashed = hash_password(secret)
    with store.writing() as db:
        if db.scalar(select(Person.id).where(Person.login == login)) is not None:
            raise EnrolmentError(f"the login {login!r} is taken")
        db.add(
            Person(
                login=login,
                name=name.strip() or login,
                organisation=organisation.strip(),
                role=role,
                region=region,
                password_hash=hashed,
                active=True,
                created_at=now(),
            )
        )
    return secret


def new_password() -> str:
    """Twenty letters and digits in four groups, easy to read out."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))


def enrolled(store: Store) -> list[Person]:
    """Everybody who was ever let in, by role and login."""
    with store.reading() as db:
        return list(db.scalars(select(Person).order_by(Person.role, Person.login)))
