"""Signing in and out: passwords, slowed guessing, and sign-ins that are kept on the server."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from models.base import now
from models.crawling import City
from models.people import Conflict, Person, SignIn
from models.store import Store
from models.vocabulary import Role
from review.scope import NOWHERE, Scope, scope_of
from review.throttling import count_try, succeeded

LONGEST = timedelta(hours=8)
LONGEST_IDLE = timedelta(minutes=30)
NOTED_EVERY = timedelta(minutes=1)  # a write per click would be a queue of writers
LONGEST_PASSWORD = 256
NO_PASSWORD = ""  # in place of a hash: somebody who cannot sign in by one

_HASHER = PasswordHasher()
_AT_ONCE = BoundedSemaphore(4)  # argon2id takes 64 MiB a go: a flood of sign-ins must not take the machine
_NOBODY = _HASHER.hash(secrets.token_urlsafe(24))  # what an unknown login is compared with, in the same time

_RESUMED = (  # asked by every page
    select(SignIn, Person, Conflict.city)
    .join(Person, Person.id == SignIn.person_id)
    .outerjoin(Conflict, Conflict.person_id == Person.id)
    .where(
        SignIn.token_sha256 == bindparam("token"),
        SignIn.ended_at.is_(None),
        SignIn.created_at > bindparam("begun_after"),
        SignIn.seen_at > bindparam("seen_after"),
        Person.active,
    )
)


@dataclass(frozen=True, slots=True)
class Recognised:
    """Somebody whose password was right, and who is still to give a code; ``attempt`` is that try's number."""

    person_id: int
    attempt: int


class CodeNeededError(Exception):
    """The password was right; the second factor is still to be shown."""

    def __init__(self, recognised: Recognised) -> None:
        """Carry who it is."""
        super().__init__("a code is needed")
        self.recognised = recognised


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person behind a request, and what the pages need to know of them.

    ``region`` limits coordinators and assessors; an official's names no region at all, so that what is asked by
    region alone shows them nothing. What anybody may see is their ``scope``. ``conflicts`` are the cities of which
    they assess nothing.
    """

    person_id: int
    name: str
    organisation: str
    role: Role
    region: str | None
    form_token: str
    token_sha256: str
    city: str | None = None  # an official's
    conflicts: frozenset[str] = frozenset()

    @property
    def scope(self) -> Scope:
        """The cities that this person may see."""
        return scope_of(self.role, self.region, self.city)

    def sees(self, city: City) -> bool:
        """Whether this person may see *city*; a question to the database asks by ``scope`` instead."""
        return self.scope.holds(city)


def hash_password(password: str) -> str:
    """*password* as it may be stored: argon2id with its own salt."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def sign_in(store: Store, *, login: str, password: str, address: str) -> str | None:
    """A new token for the right password, else None; an unknown login costs the same time and says the same.

    Raises CodeNeededError for whoever has a second factor, and TooManyTriesError where guessing is slowed.
    """
    login = login_of(login)
    attempt = count_try(store, login, address)
    with store.reading() as db:
        person = db.scalar(select(Person).where(Person.login == login, Person.active))
    if not matches(password, person.password_hash if person else NO_PASSWORD) or person is None:
        return None
    if person.totp_secret is not None:
        raise CodeNeededError(Recognised(person.id, attempt))
    with store.writing() as db:
        succeeded(db, attempt)
        return begin(db, person.id)


def login_of(written: str) -> str:
    """A login as it is kept: whatever its case, and no longer than one can be."""
    return written.strip().casefold()[:128]


def begin(db: Session, person_id: int) -> str:
    """The token of a new sign-in of somebody who has been recognised."""
    token = secrets.token_urlsafe(32)
    moment = now()
    db.add(
        SignIn(
            token_sha256=_digest(token),
            person_id=person_id,
            form_token=secrets.token_urlsafe(32),
            created_at=moment,
            seen_at=moment,
            ended_at=None,
        )
    )
    return token


def resume(store: Store, token: str) -> SignedIn | None:
    """Who holds *token*, if that sign-in is still good: 8 hours at most, 30 minutes without a click."""
    moment = now()
    with store.reading() as db:
        good = {
            "token": _digest(token), "begun_after": moment - LONGEST, "seen_after": moment - LONGEST_IDLE
        }  # fmt: skip
        found = db.execute(_RESUMED, good).all()
    if not found:
        return None
    opened, person, _ = found[0]
    if moment - opened.seen_at > NOTED_EVERY:
        with store.noting() as db:
            db.get_one(SignIn, opened.token_sha256).seen_at = moment
    return SignedIn(
        person_id=person.id,
        name=person.name,
        organisation=person.organisation,
        role=person.role,
        region=NOWHERE if person.role is Role.OFFICIAL else person.region,
        form_token=opened.form_token,
        token_sha256=opened.token_sha256,
        city=person.city,
        conflicts=frozenset(city for _, _, city in found if city is not None),
    )


def sign_out(store: Store, token_sha256: str) -> None:
    """End a sign-in for good: the same cookie opens nothing any more."""
    with store.writing() as db:
        opened = db.get(SignIn, token_sha256)
        if opened is not None and opened.ended_at is None:
            opened.ended_at = now()


def end_all(db: Session, person_id: int, *, but: str = "") -> None:
    """End every sign-in of a person, *but* the one of that digest."""
    db.execute(
        update(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.token_sha256 != but)
        .values(ended_at=now())
    )


def sign_out_token(store: Store, token: str) -> None:
    """End the sign-in behind *token*, if there is one."""
    sign_out(store, _digest(token))


def matches(password: str, stored: str) -> bool:
    """Whether *password* is the one behind the hash *stored*; in the same time where there is none."""
    if len(password) > LONGEST_PASSWORD:
        return False
    try:
        with _AT_ONCE:
            return _HASHER.verify(stored or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
