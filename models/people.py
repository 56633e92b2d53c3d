"""People, how they sign in, and their sign-in records."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.vocabulary import Role


class Person(Base):
    """Somebody who may sign in. ``region`` limits a coordinator or assessor; empty means all."""

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
