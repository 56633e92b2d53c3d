"""People, the organisations they come from, how they are let in, and their sign-in records."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.vocabulary import Role


class Organisation(Base):
    """Where people come from: one of the civil-society organisations, or a council of its officials."""

    __tablename__ = "organisations"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    region: Mapped[str | None] = mapped_column(String(32))  # empty: works everywhere
    created_at: Mapped[datetime]


class Person(Base):
    """Somebody who may sign in. ``region`` limits a coordinator or assessor; empty means all.

    ``city`` is that of an official, who sees no other. ``totp_secret`` is set once a second factor is in use, and
    ``totp_step`` is the last time step whose code was taken: none opens twice.
    """

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(128), unique=True)
    name: Mapped[str]
    organisation: Mapped[str]
    role: Mapped[Role]
    region: Mapped[str | None] = mapped_column(String(32))
    password_hash: Mapped[str]
    active: Mapped[bool]
    created_at: Mapped[datetime]
    city: Mapped[str | None] = mapped_column(String(64))
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    totp_step: Mapped[int | None]


class Invitation(Base):
    """A link by which one person may let themselves in. The token is stored hashed and opens once."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    login: Mapped[str] = mapped_column(String(128))
    name: Mapped[str]
    organisation: Mapped[str]
    role: Mapped[Role]
    region: Mapped[str | None] = mapped_column(String(32))
    city: Mapped[str | None] = mapped_column(String(64))
    invited_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # used, or withdrawn where nobody came of it
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class Conflict(Base):
    """A city that a person has a stake in, declared by themselves: they assess nothing of it."""

    __tablename__ = "conflicts"
    __table_args__ = (UniqueConstraint("person_id", "city"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    city: Mapped[str] = mapped_column(String(64))
    said: Mapped[str]
    declared_at: Mapped[datetime]


class SignIn(Base):
    """One open sign-in, kept on the server: signing out ends it for good. The token is stored hashed."""

    __tablename__ = "sign_ins"

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    form_token: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SignInAttempt(Base):
    """A try to sign in, so that guessing can be slowed."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index("ix_sign_in_attempts_login_at", "login", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(128))
    address: Mapped[str] = mapped_column(String(64))
    succeeded: Mapped[bool]
    at: Mapped[datetime]
