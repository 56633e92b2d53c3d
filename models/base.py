"""What all tables share: named constraints, zoned times, words stored by value."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Date, DateTime, Dialect, Enum, MetaData, TypeDecorator
from sqlalchemy.orm import DeclarativeBase

from models.vocabulary import (
    AddressState,
    ItemState,
    LogKind,
    Passing,
    Probe,
    Reason,
    ReplyState,
    RequestState,
    Role,
    StampState,
    SubmissionKind,
    SubmissionState,
    Verdict,
    VisitState,
)


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC. SQLite forgets zones; this gives them back, and refuses a time without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: always UTC."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"a time without a zone: {value.isoformat()}"
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database: with its zone."""
        del dialect
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


def _by_value(words: type[StrEnum]) -> Enum:
    """Store a word as its own text, with room for longer ones to come."""
    return Enum(
        words, native_enum=False, length=32, values_callable=lambda enum: [word.value for word in enum]
    )


class Base(DeclarativeBase):
    """The one registry of tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  # SQLAlchemy's own protocol
        datetime: UtcTime(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        list[dict[str, Any]]: JSON(),
        list[list[str]]: JSON(),
        Verdict: _by_value(Verdict),
        Reason: _by_value(Reason),
        AddressState: _by_value(AddressState),
        VisitState: _by_value(VisitState),
        Role: _by_value(Role),
        LogKind: _by_value(LogKind),
        StampState: _by_value(StampState),
        SubmissionKind: _by_value(SubmissionKind),
        SubmissionState: _by_value(SubmissionState),
        ItemState: _by_value(ItemState),
        Passing: _by_value(Passing),
        Probe: _by_value(Probe),
        ReplyState: _by_value(ReplyState),
        RequestState: _by_value(RequestState),
        date: Date(),
    }


def now() -> datetime:
    """Tell the time, in UTC."""
    return datetime.now(UTC)
