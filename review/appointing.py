"""What may be done to somebody's account, and by whom. Each act is a line of the log, without names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from custody.canonical import digest
from custody.log import append
from models.crawling import City
from models.people import Person
from models.store import Store
from models.vocabulary import LogKind, Role
from review.enrolling import (
    EnrolmentError,
    Newcomer,
    add_organisation,
    check_password,
    checked,
    is_region,
)
from review.sessions import SignedIn, end_all, hash_password, matches
from review.throttling import count_try, succeeded

OF_COORDINATORS = frozenset({Role.ASSESSOR, Role.SECOND_ASSESSOR, Role.OFFICIAL, Role.READER})


class NoSuchPersonError(Exception):
    """There is no such person for the one who asks."""


class NotTheirsError(Exception):
    """Nobody does this to themselves, nor to somebody whose role they could not have given."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """What somebody is to be here from now on."""

    role: Role
    region: str | None
    city: str | None
    organisation: str


def given_by(role: Role) -> frozenset[Role]:
    """The roles that somebody of *role* may give to others."""
    if role is Role.CHIEF:
        return frozenset(Role)
    return OF_COORDINATORS if role is Role.COORDINATOR else frozenset()


def people_within(who: SignedIn) -> ColumnElement[bool]:
    """People whom *who* coordinates: everybody, or those of a region and the officials of its cities."""
    region = who.scope.region
    if region is None:
        return true()
    return or_(
        Person.region == region,
        Person.city.in_(select(City.slug).where(City.region == region)),
        Person.id == who.person_id,
    )


def person_in(db: Session, who: SignedIn, person_id: int) -> Person:
    """The person, if *who* coordinates them; else NoSuchPersonError."""
    found = db.scalar(select(Person).where(Person.id == person_id, people_within(who)))
    if found is None:
        raise NoSuchPersonError
    return found


def may_change(who: SignedIn, person: Person) -> bool:
    """Whether *who* may change the account of *person*: never one's own, so that one chief always stays."""
    return person.id != who.person_id and person.role in given_by(who.role)


def set_open(store: Store, who: SignedIn, person_id: int, *, is_open: bool) -> None:
    """Open an account again, or close it and end its sign-ins."""
    with store.writing() as db:
        person = _theirs(db, who, person_id)
        if person.active is is_open:
            return
        person.active = is_open
        if not is_open:
            end_all(db, person.id)
        note(db, person.id, {"act": "opened" if is_open else "closed"}, by=who.person_id)


def appoint(store: Store, who: SignedIn, person_id: int, wanted: Appointment) -> None:
    """Give another role, region, city or organisation, and end open sign-ins; EnrolmentError if it does not fit."""
    with store.writing() as db:
        person = _theirs(db, who, person_id)
        if wanted.role not in given_by(who.role):
            raise NotTheirsError
        fits = checked(
            Newcomer(person.login, person.name, wanted.role, wanted.region, wanted.city, wanted.organisation)
        )
        _require_known(db, fits)
        person.role, person.region, person.city = fits.role, fits.region, fits.city
        person.organisation = fits.organisation
        if fits.organisation:
            add_organisation(db, fits.organisation)
        end_all(db, person.id)
        told = {"act": "appointed", "role": fits.role.value, "region": fits.region, "city": fits.city}
        note(db, person.id, told, by=who.person_id)


def forget_second_factor(store: Store, who: SignedIn, person_id: int) -> None:
    """Let somebody who lost their phone sign in by password alone, until they set a second factor up again."""
    with store.writing() as db:
        person = _theirs(db, who, person_id)
        if person.totp_secret is not None:
            person.totp_secret = person.totp_step = None
            end_all(db, person.id)
            note(db, person.id, {"act": "second-factor-reset"}, by=who.person_id)


def change_password(store: Store, who: SignedIn, *, old: str, new: str, again: str) -> str:
    """Change one's own password, and end one's other sign-ins; the name of a fault, or nothing."""
    with store.reading() as db:
        person = db.get_one(Person, who.person_id)
    attempt = count_try(store, person.login, own_account(who))
    if not matches(old, person.password_hash):
        return "account.fault.old"
    try:
        check_password(new)
    except EnrolmentError as error:
        return error.fault
    if new != again:
        return "people.fault.again"
    hashed = hash_password(new)
    with store.writing() as db:
        db.get_one(Person, who.person_id).password_hash = hashed
        succeeded(db, attempt)
        end_all(db, who.person_id, but=who.token_sha256)
        note(db, who.person_id, {"act": "password-changed"}, by=who.person_id)
    return ""


def own_account(who: SignedIn) -> str:
    """In place of an address: where a secret of one's own is tried that is not tried at the door."""
    return f"account of person {who.person_id}"


def note(db: Session, person_id: int, told: dict[str, Any], *, by: int | None) -> None:
    """A line of the log about a person, by number alone: the log goes out with capsules, and forgets nothing."""
    append(db, LogKind.PERSON, f"person {person_id}", digest(told), body=told, person_id=by)


def _require_known(db: Session, wanted: Newcomer) -> None:
    """Nobody is sent to a region or a city that is not there: they would see nothing, and nobody would know why."""
    if wanted.region is not None and not is_region(db, wanted.region):
        raise EnrolmentError("there is no such region", "people.fault.region")
    if wanted.city is not None and db.get(City, wanted.city) is None:
        raise EnrolmentError("there is no such city", "people.fault.city")


def _theirs(db: Session, who: SignedIn, person_id: int) -> Person:
    person = person_in(db, who, person_id)
    if not may_change(who, person):
        raise NotTheirsError
    return person
