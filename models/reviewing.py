"""Rounds, who does what in them, and how people get on with each question: the tables of the review desk."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.vocabulary import ItemState, Passing, Probe, Verdict


class Round(Base):
    """One publication period: when work is due, when cities may reply, and what shares are looked at twice.

    ``id`` is what runs carry as their round. Shares are of one: 0.1 means every tenth item.
    """

    __tablename__ = "rounds"
    __table_args__ = (
        CheckConstraint("second_share >= 0 AND second_share <= 1", name="second_share_range"),
        CheckConstraint("probe_share >= 0 AND probe_share <= 1", name="probe_share_range"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # none: opened by its first run
    opened_at: Mapped[datetime]
    due_on: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    second_share: Mapped[float]
    probe_share: Mapped[float]
    reply_from: Mapped[date | None]  # cities may reply from this day …
    reply_until: Mapped[date | None]  # … to this one, both counted
    closing_note: Mapped[str] = mapped_column(default="")  # why it was closed with work left undone


class Assignment(Base):
    """One area of one city in one round, given to one person. It ends when it is given to another."""

    __tablename__ = "assignments"
    __table_args__ = (Index("ix_assignments_round_city_area", "round", "city", "area"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round: Mapped[str] = mapped_column(ForeignKey("rounds.id"))
    city: Mapped[str] = mapped_column(String(64))
    area: Mapped[str] = mapped_column(String(32))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    due_on: Mapped[date | None]
    given_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Item(Base):
    """One question about one city in one round: the unit of people's work. Follows from findings and assessments.

    ``finding_id`` is the finding that people are shown. ``worth`` is the value of a person's minute on it, the
    larger the sooner; ``seconds`` is how long it is expected to take. ``version`` grows with every change.
    """

    __tablename__ = "items"
    __table_args__ = (
        UniqueConstraint("round", "city", "methodology", "indicator"),
        Index("ix_items_round_state_worth", "round", "state", "worth"),
        Index("ix_items_city_state", "city", "state"),
        Index("ix_items_person_id_state", "person_id", "state"),
        Index("ix_items_indicator_round", "indicator", "round"),
        Index(  # one person's queue: counted and ordered without a look at the rows
            "ix_items_of_person", "round", "state", "region", "person_id", "worth", "city"
        ),
        CheckConstraint("state <> 'settled' OR settled_verdict IS NOT NULL", name="settled_has_verdict"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round: Mapped[str] = mapped_column(ForeignKey("rounds.id"))
    city: Mapped[str] = mapped_column(String(64))
    region: Mapped[str] = mapped_column(String(32))
    methodology: Mapped[str] = mapped_column(String(64))
    indicator: Mapped[str] = mapped_column(String(32))
    area: Mapped[str] = mapped_column(String(32))
    weight: Mapped[float]
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id"), index=True)
    verdict: Mapped[Verdict]  # what the machine proposes
    confidence: Mapped[float]
    worth: Mapped[float]
    seconds: Mapped[float]
    state: Mapped[ItemState]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # whose it is, if it was given
    due_on: Mapped[date | None]
    needs_second: Mapped[bool]
    probe: Mapped[Probe | None]
    planted: Mapped[Verdict | None]  # the wrong verdict that is shown, where one is planted
    first_person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # never looks a second time
    settled_verdict: Mapped[Verdict | None]
    assessment_id: Mapped[int | None] = mapped_column(ForeignKey("assessments.id"))  # the last one made
    changed: Mapped[bool]  # the machine says otherwise than what stood at the end of the round before
    replied: Mapped[bool]  # the city has replied, and nobody has answered yet
    opened_after: Mapped[int]  # assessments up to this id spoke of what the machine no longer says
    version: Mapped[int]
    changed_at: Mapped[datetime]


class Review(Base):
    """How an assessment came about: which look, what was shown as the machine's verdict, how long it took.

    Append-only. ``shown`` is empty where the machine's verdict was hidden.
    """

    __tablename__ = "reviews"
    __table_args__ = (Index("ix_reviews_item_id", "item_id"), Index("ix_reviews_person_id", "person_id"))

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessments.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    passing: Mapped[Passing]
    shown: Mapped[Verdict | None]
    probe: Mapped[Probe | None]
    seconds: Mapped[float | None]  # with the page in view; none where nobody counted
    in_bulk: Mapped[bool]


class Withdrawal(Base):
    """An assessment taken back by the one who made it. Append-only: the assessment stays, and stands no more."""

    __tablename__ = "withdrawals"

    assessment_id: Mapped[int] = mapped_column(ForeignKey("assessments.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]


class Draft(Base):
    """What somebody has written to an item and not sent yet."""

    __tablename__ = "drafts"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), primary_key=True)
    verdict: Mapped[Verdict | None]
    comment: Mapped[str]
    saved_at: Mapped[datetime]


class Presence(Base):
    """Who has an item open, and when their page last said so."""

    __tablename__ = "presences"

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    seen_at: Mapped[datetime]


class SavedView(Base):
    """A part of the queue that somebody named, to come back to."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[str]  # the end of the queue's address, as the person chose it
    created_at: Mapped[datetime]


class Bulk(Base):
    """Many sure findings that one person confirms at once, after a sample of them was looked at one by one.

    ``sample`` and ``items`` hold ids of items. It is done when the sample held, and given up when it did not.
    """

    __tablename__ = "bulks"

    id: Mapped[int] = mapped_column(primary_key=True)
    round: Mapped[str] = mapped_column(ForeignKey("rounds.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    query: Mapped[str]
    items: Mapped[dict[str, Any]]  # {"sample": [ids], "rest": [ids]}
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    confirmed: Mapped[int]  # how many at once; nought while it is open, or given up
