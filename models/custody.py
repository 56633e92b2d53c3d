"""The chained log, time-stamps, spots of evidence, erasures, and evidence that people submit."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.vocabulary import LogKind, Reason, StampState, SubmissionKind, SubmissionState


class LogEntry(Base):
    """One line of the log of what was sealed and decided. Append-only; each line carries the one before it.

    ``hash`` is the SHA-256 of all other columns in their one spelling (``custody.canonical``); order is that of
    ``seq`` and never of ``at``, because clocks jump.
    """

    __tablename__ = "log_entries"
    __table_args__ = (Index("ix_log_entries_subject", "subject"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1, 2, … without a hole
    at: Mapped[datetime]
    kind: Mapped[LogKind]
    subject: Mapped[str] = mapped_column(String(128))  # a run's id, "assessment 12", a body's SHA-256
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of what the line speaks for
    body: Mapped[dict[str, Any]]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # none: the machine
    previous: Mapped[str] = mapped_column(String(64))  # hash of the line before; zeros at the first
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class Stamp(Base):
    """A time-stamp asked of one authority for the head of the log; waits until it is had or given up."""

    __tablename__ = "stamps"
    __table_args__ = (
        UniqueConstraint("head_hash", "authority"),
        CheckConstraint("state <> 'stamped' OR token_sha256 IS NOT NULL", name="stamped_has_token"),
        Index("ix_stamps_state_next_try_at", "state", "next_try_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    head_seq: Mapped[int] = mapped_column(ForeignKey("log_entries.seq"))
    head_hash: Mapped[str] = mapped_column(String(64))
    authority: Mapped[str]  # where the authority answers
    state: Mapped[StampState]
    attempts: Mapped[int]
    next_try_at: Mapped[datetime]
    trouble: Mapped[str]  # why the last try failed; empty where none did
    token_sha256: Mapped[str | None] = mapped_column(String(64))  # the token stands in the archive
    stamped_at: Mapped[datetime | None]  # what the authority says


class Spot(Base):
    """Where in a capture the quoted words of a piece of evidence stand. Recomputable.

    ``place`` by ``kind``: *text* css, start, end (characters of the element's text), before, after; *page* page
    (from 1) and boxes in points from its lower left corner; *cell* sheet, row, column (from 1); *value* path in JSON.
    """

    __tablename__ = "spots"
    __table_args__ = (UniqueConstraint("capture_id", "quote"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    capture_id: Mapped[str] = mapped_column(ForeignKey("captures.id"))
    quote: Mapped[str]
    found: Mapped[bool]
    kind: Mapped[str] = mapped_column(String(16))
    place: Mapped[dict[str, Any]]


class Erasure(Base):
    """A decision to make a stored body unreadable. Append-only; the body's digest stays.

    A ``lasting`` one is for good: the same bytes are never stored again. Where merely a period of keeping was over,
    they may be, if a site still publishes them.
    """

    __tablename__ = "erasures"

    id: Mapped[int] = mapped_column(primary_key=True)
    body_sha256: Mapped[str] = mapped_column(String(64), index=True)
    lasting: Mapped[bool]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # none: the rule of retention
    reason: Mapped[str]
    created_at: Mapped[datetime]


class Submission(Base):
    """Evidence that a person brought: a link to be captured, a file, or an answer to an information request."""

    __tablename__ = "submissions"
    __table_args__ = (
        Index("ix_submissions_state", "state"),
        Index("ix_submissions_city_indicator", "city", "indicator"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    city: Mapped[str] = mapped_column(String(64))
    indicator: Mapped[str] = mapped_column(String(32))
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("findings.id"))  # the one it answers
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[SubmissionKind]
    url: Mapped[str]  # of a link; empty otherwise
    filename: Mapped[str]  # as the person's machine called it; never a path of ours
    note: Mapped[str]
    state: Mapped[SubmissionState]
    reason: Mapped[Reason | None]  # why a link could not be captured
    capture_id: Mapped[str | None] = mapped_column(ForeignKey("captures.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
