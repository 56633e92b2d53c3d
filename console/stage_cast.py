"""Who plays in the demo's round, as the desk knows somebody who has signed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people import Conflict, Person
from models.vocabulary import Role
from review.sessions import SignedIn


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays in the demo's round."""

    chief: SignedIn
    coordinators: Sequence[SignedIn]
    officials: Sequence[SignedIn]
    assessors: Sequence[SignedIn]
    seconders: Sequence[SignedIn]

    def coordinator_of(self, region: str) -> SignedIn:
        """Who coordinates *region*; the chief where nobody else does."""
        return next((one for one in self.coordinators if one.region == region), self.chief)


def cast_of(db: Session) -> Cast | None:
    """The people of the demo by what they do; None where nobody leads."""
    people = [_acting(db, one) for one in db.scalars(select(Person).where(Person.active).order_by(Person.id))]
    of = {role: [one for one in people if one.role is role] for role in Role}
    if not of[Role.CHIEF]:
        return None
    seconders = of[Role.SECOND_ASSESSOR] or of[Role.COORDINATOR]
    return Cast(of[Role.CHIEF][0], of[Role.COORDINATOR], of[Role.OFFICIAL], of[Role.ASSESSOR], seconders)


def _acting(db: Session, person: Person) -> SignedIn:
    """*person* as the desk knows somebody who has signed in."""
    return SignedIn(
        person_id=person.id,
        name=person.name,
        organisation=person.organisation,
        role=person.role,
        region=person.region,
        form_token="",
        token_sha256="",
        city=person.city,
        conflicts=frozenset(db.scalars(select(Conflict.city).where(Conflict.person_id == person.id))),
    )
