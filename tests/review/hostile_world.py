"""A pretend round whose people are about to write hostile words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count

from sqlalchemy import or_, select

from models.archive import Archive
from models.people import Person
from models.reviewing import Item, Round
from models.store import Store
from models.vocabulary import ItemState, Role
from review.enrolling import Newcomer, add
from review.replying import today as today_in_kyiv
from review.sessions import SignedIn
from tests.review.looking import as_signed_in, person

CITY = "yasnohirsk"
ROUND = "2026-11"
SHOWN = ("BUDG-01", "DATA-02", "INFO-08")  # of that city: what is replied to, asked for, brought and crawled
PDF = b"%PDF-1.4\n%%EOF\n"


@dataclass(frozen=True, slots=True)
class Look:
    """A page, and the login of whom it is shown to; nobody's is public."""

    login: str
    path: str


class RefusedError(Exception):
    """The desk did not take it."""


class World:
    """A pretend round whose people are about to write: its database, and items that nobody has looked at."""

    def __init__(self, store: Store, archive: Archive) -> None:
        """Let cities reply today, and have one official."""
        self.store, self.archive = store, archive
        self.numbers = count(1)
        self.refused: set[str] = set()
        with store.writing() as db:
            of_round = db.get_one(Round, ROUND)
            of_round.reply_from = today_in_kyiv()
            of_round.reply_until = of_round.reply_from + timedelta(days=7)
            add(db, Newcomer("official", "Міська рада", Role.OFFICIAL, city=CITY), "")
        self._waiting = self._untouched()

    def who(self, login: str) -> SignedIn:
        """Somebody as the forms know them."""
        one = person(self.store, login)
        return replace(as_signed_in(one), city=one.city)

    def waiting(self) -> Item:
        """An item of the west on which nobody has worked."""
        return next(self._waiting)

    def newcomer(self, name: str, organisation: str = "") -> Person:
        """Somebody new in the west."""
        login = f"newcomer-{next(self.numbers)}"
        with self.store.writing() as db:
            return add(db, Newcomer(login, name, Role.ASSESSOR, "west", organisation=organisation), "")

    def _untouched(self) -> Iterator[Item]:
        with self.store.reading() as db:
            rows = db.scalars(
                select(Item)
                .where(
                    Item.round == ROUND,
                    Item.state == ItemState.WAITING,
                    Item.city.in_(["verbopil", "duby", CITY]),
                    or_(Item.city != CITY, Item.indicator.not_in(SHOWN)),
                )
                .order_by(Item.id)
            ).all()
        yield from rows
