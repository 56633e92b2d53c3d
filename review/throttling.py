"""Slowed guessing: every try to sign in is written down before it is looked at, and too many make one wait."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.base import now
from models.people import SignInAttempt
from models.store import Store

WINDOW = timedelta(minutes=15)
TRIES_OF_PAIR, TRIES_OF_LOGIN, TRIES_OF_ADDRESS = 5, 20, 60


class TooManyTriesError(Exception):
    """Guessing is slowed: wait before the next try."""


def count_try(store: Store, login: str, address: str) -> int:
    """Write the try down as failed before a secret is looked at, so that racing guesses count too; its number."""
    moment = now()
    with store.writing() as db:
        if _is_slowed(db, login, address, moment):
            raise TooManyTriesError
        attempt = SignInAttempt(login=login, address=address, succeeded=False, at=moment)
        db.add(attempt)
        db.flush()
        return attempt.id


def succeeded(db: Session, *attempts: int) -> None:
    """Write down that these tries were right after all."""
    for attempt in attempts:
        db.get_one(SignInAttempt, attempt).succeeded = True


def _is_slowed(db: Session, login: str, address: str, moment: datetime) -> bool:
    """Whether this login, this address or the two together have failed too often of late."""
    recent = db.scalars(
        select(SignInAttempt)
        .where(
            SignInAttempt.at > moment - WINDOW,
            or_(SignInAttempt.login == login, SignInAttempt.address == address),
        )
        .order_by(SignInAttempt.id)
    )
    of_pair = of_login = of_address = 0
    for attempt in recent:
        same_login, same_address = attempt.login == login, attempt.address == address
        if attempt.succeeded:  # the right password from here clears what was mistyped here before
            of_pair = 0 if same_login and same_address else of_pair
            continue
        of_pair += same_login and same_address
        of_login += same_login
        of_address += same_address
    return of_pair >= TRIES_OF_PAIR or of_login >= TRIES_OF_LOGIN or of_address >= TRIES_OF_ADDRESS
