"""Invitations: a link by which one person lets themselves in, once, within a week."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, or_, select, true, update
from sqlalchemy.orm import Session, aliased

from custody.canonical import digest
from custody.log import append
from models.base import now
from models.crawling import City
from models.people import Invitation, Organisation, Person
from models.store import Store
from models.vocabulary import LogKind, Role
from review.appointing import given_by, note
from review.enrolling import (
    EnrolmentError,
    Newcomer,
    add,
    add_organisation,
    check_password,
    checked,
    is_region,
    is_taken,
)
from review.queries.standing import within
from review.sessions import SignedIn, begin, hash_password

HOLDS = timedelta(days=7)


class NoSuchInvitationError(Exception):
    """There is no such invitation, or not for the one who asks."""


class SpentError(Exception):
    """The link opens nothing any more; ``why`` is used, withdrawn or expired, and ``by`` whoever can give a new one."""

    def __init__(self, why: str, by: str) -> None:
        """Carry both."""
        super().__init__(f"the invitation is {why}")
        self.why = why
        self.by = by


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation, and the person who made it."""

    invitation: Invitation
    by: Person
    city: City | None

    @property
    def is_expired(self) -> bool:
        """Whether the link is too old to open anything."""
        return self.invitation.expires_at <= now()


def invite(store: Store, who: SignedIn, wanted: Newcomer) -> tuple[Invitation, str]:
    """The invitation and the secret part of its link, which is kept nowhere; EnrolmentError where it cannot be made."""
    wanted = checked(wanted)
    with store.writing() as db:
        return _write(db, who.person_id, _within_reach(db, who, wanted))


def invite_first(store: Store, wanted: Newcomer) -> tuple[Invitation, str]:
    """As ``invite``, by whoever holds the machine: in the name of the first chief; EnrolmentError without one."""
    wanted = checked(wanted)
    with store.writing() as db:
        chief = db.scalar(
            select(Person.id).where(Person.role == Role.CHIEF, Person.active).order_by(Person.id)
        )
        if chief is None:
            raise EnrolmentError(
                "nobody is chief yet, in whose name to invite; begin with: tcm people add --role chief",
                "people.fault.role",
            )
        return _write(db, chief, wanted)


def invited(store: Store, token: str) -> Invited:
    """The open invitation behind a link; SpentError once it is used, withdrawn or too old."""
    with store.reading() as db:
        found = _by_token(db, token)
    if (why := _spent(found.invitation)) is not None:
        raise SpentError(why, found.by.name)
    return found


def accept(store: Store, token: str, *, password: str, again: str) -> str:
    """Let the invited person in with the password they chose, and sign them in; EnrolmentError if it does not do."""
    invited(store, token)  # a link that opens nothing costs no hashing
    check_password(password)
    if password != again:
        raise EnrolmentError("the two passwords differ", "people.fault.again")
    hashed = hash_password(password)
    with store.writing() as db:
        found = _by_token(db, token)
        invitation = found.invitation
        if (why := _spent(invitation)) is not None:
            raise SpentError(why, found.by.name)
        newcomer = Newcomer(
            login=invitation.login,
            name=invitation.name,
            role=invitation.role,
            region=invitation.region,
            city=invitation.city,
            organisation=invitation.organisation,
        )
        person = add(db, newcomer, hashed)
        invitation.ended_at, invitation.person_id = now(), person.id
        told = {"act": "let-in", "role": person.role.value, "region": person.region, "city": person.city}
        note(db, person.id, told, by=invitation.invited_by)
        return begin(db, person.id)


def open_invitations(db: Session, who: SignedIn) -> Sequence[Invited]:
    """Invitations that nobody has used yet, those too old among them, the newest first."""
    rows = db.execute(
        _asked().where(Invitation.ended_at.is_(None), _reached_by(who)).order_by(Invitation.id.desc())
    )
    return [Invited(invitation, by, city) for invitation, by, city in rows]


def withdraw(store: Store, who: SignedIn, invitation_id: int) -> None:
    """The link opens nothing any more."""
    with store.writing() as db:
        found = _open(db, who, invitation_id)
        _end(db, found)
        _note(db, found, "invitation-withdrawn", by=who.person_id)


def renew(store: Store, who: SignedIn, invitation_id: int) -> tuple[Invitation, str]:
    """A new link for another week in place of the old one, which opens nothing any more."""
    with store.writing() as db:
        old = _open(db, who, invitation_id)
        _end(db, old)
        wanted = Newcomer(old.login, old.name, old.role, old.region, old.city, old.organisation)
        return _write(db, who.person_id, _within_reach(db, who, wanted))


def _within_reach(db: Session, who: SignedIn, wanted: Newcomer) -> Newcomer:
    """*wanted*, if *who* may invite to that: coordinators to the work of their own region, and nobody beyond it."""
    if wanted.role not in given_by(who.role):
        raise EnrolmentError("this role is not theirs to give", "people.fault.role")
    own = who.scope.region
    if wanted.role is Role.OFFICIAL:
        if db.scalar(select(City.slug).where(City.slug == wanted.city, within(who.scope))) is None:
            raise EnrolmentError("there is no such city", "people.fault.city")
    elif own is not None and wanted.region != own:
        raise EnrolmentError("the region is another one's", "people.fault.region")
    elif wanted.region is not None and not is_region(db, wanted.region):
        raise EnrolmentError("there is no such region", "people.fault.region")
    known = select(Organisation.id).where(Organisation.name == wanted.organisation)
    if who.role is not Role.CHIEF and db.scalar(known) is None:
        raise EnrolmentError("there is no such organisation", "people.fault.organisation")
    return wanted


def _write(db: Session, by: int, wanted: Newcomer) -> tuple[Invitation, str]:
    if is_taken(db, wanted.login):
        raise EnrolmentError(f"the login {wanted.login!r} is taken", "people.fault.taken")
    waiting = select(Invitation.id).where(
        Invitation.login == wanted.login, Invitation.ended_at.is_(None), Invitation.expires_at > now()
    )
    if db.scalar(waiting.limit(1)) is not None:
        raise EnrolmentError(f"{wanted.login!r} is invited already", "people.fault.invited")
    if wanted.organisation:
        add_organisation(db, wanted.organisation)
    token, moment = secrets.token_urlsafe(32), now()
    invitation = Invitation(
        token_sha256=_digest(token),
        login=wanted.login,
        name=wanted.name,
        organisation=wanted.organisation,
        role=wanted.role,
        region=wanted.region,
        city=wanted.city,
        invited_by=by,
        created_at=moment,
        expires_at=moment + HOLDS,
    )
    db.add(invitation)
    db.flush()
    _note(db, invitation, "invited", by=by)
    return invitation, token


def _note(db: Session, invitation: Invitation, act: str, *, by: int) -> None:
    """A line of the log about an invitation, by number and without names."""
    told = {"act": act, "role": invitation.role.value, "region": invitation.region, "city": invitation.city}
    append(db, LogKind.PERSON, f"invitation {invitation.id}", digest(told), body=told, person_id=by)


def _asked() -> Select[tuple[Invitation, Person, City]]:
    by = aliased(Person)
    return (
        select(Invitation, by, City)
        .join(by, by.id == Invitation.invited_by)
        .outerjoin(City, City.slug == Invitation.city)
    )


def _by_token(db: Session, token: str) -> Invited:
    row = db.execute(_asked().where(Invitation.token_sha256 == _digest(token))).one_or_none()
    if row is None:
        raise NoSuchInvitationError
    return Invited(row[0], row[1], row[2])


def _spent(invitation: Invitation) -> str | None:
    """Why the link opens nothing any more, if it does not."""
    if invitation.ended_at is not None:
        return "withdrawn" if invitation.person_id is None else "used"
    return "expired" if invitation.expires_at <= now() else None


def _open(db: Session, who: SignedIn, invitation_id: int) -> Invitation:
    found = db.scalar(
        select(Invitation).where(
            Invitation.id == invitation_id, Invitation.ended_at.is_(None), _reached_by(who)
        )
    )
    if found is None:
        raise NoSuchInvitationError
    return found


def _end(db: Session, invitation: Invitation) -> None:
    """Ended once, even where somebody accepts it at this very moment."""
    ended = db.execute(
        update(Invitation)
        .where(Invitation.id == invitation.id, Invitation.ended_at.is_(None))
        .values(ended_at=now())
    )
    if not ended.rowcount:  # type: ignore[attr-defined]  # an update has one
        raise NoSuchInvitationError


def _reached_by(who: SignedIn) -> ColumnElement[bool]:
    """Invitations that *who* may see: all, or those to one region and to the cities in it."""
    region = who.scope.region
    if region is None:
        return true()
    of_region = select(City.slug).where(City.region == region)
    return or_(Invitation.region == region, Invitation.city.in_(of_region))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
