"""What a city replies to its findings, and what is asked of it by information request."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.vocabulary import ReplyState, RequestState


class Reply(Base):
    """A city's answer to one finding: words, and a link or file that is checked at once.

    ``rechecked_id`` is what the machine said of the link or file by the same rules. ``outcome`` are the words of
    whoever accepted or declined it; they stand beside the assessment that did so.
    """

    __tablename__ = "replies"
    __table_args__ = (Index("ix_replies_item_id", "item_id"), Index("ix_replies_city", "city"))

    id: Mapped[int] = mapped_column(primary_key=True)
    round: Mapped[str] = mapped_column(ForeignKey("rounds.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id"))  # the one it answers
    city: Mapped[str] = mapped_column(String(64))
    indicator: Mapped[str] = mapped_column(String(32))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    note: Mapped[str]
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"))
    state: Mapped[ReplyState]
    created_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    rechecked_id: Mapped[int | None] = mapped_column(ForeignKey("findings.id"))
    decided_at: Mapped[datetime | None]
    assessment_id: Mapped[int | None] = mapped_column(ForeignKey("assessments.id"))
    outcome: Mapped[str]


class InformationRequest(Base):
    """A request to a council under the law on access to public information, from draft to answer.

    ``questions`` are ids of indicators, ``reply_to`` is where the council is to answer. Days are those of the law:
    ``due_on`` is the last working day for an answer, moved once by ``extended_until``. All of it follows from acts.
    """

    __tablename__ = "information_requests"
    __table_args__ = (Index("ix_information_requests_city", "city"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round: Mapped[str] = mapped_column(ForeignKey("rounds.id"))
    city: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    addressee: Mapped[str]
    reply_to: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    questions: Mapped[list[str]]
    state: Mapped[RequestState]
    created_at: Mapped[datetime]
    sent_on: Mapped[date | None]
    due_on: Mapped[date | None]
    extended_until: Mapped[date | None]
    answered_on: Mapped[date | None]
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"))  # the answer, as evidence
    note: Mapped[str]


class RequestAct(Base):
    """What somebody did with an information request, and in which words. Append-only.

    ``day`` is the one that counts by the law: of sending, of the answer, or until when it was extended. ``words``
    are the whole letter where it was written or sent, else what was said of it.
    """

    __tablename__ = "request_acts"
    __table_args__ = (
        UniqueConstraint("request_id", "version"),
        CheckConstraint(
            "act IN ('draft', 'revised', 'sent', 'extended', 'answered', 'refused', 'withdrawn')",
            name="act_word",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("information_requests.id"))
    version: Mapped[int]  # 1, 2, …: two people cannot both write the same one
    act: Mapped[str] = mapped_column(String(16))
    day: Mapped[date | None]
    words: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
