"""Findings of the machine, assessments of people, and how often the machine is right.

Findings and assessments are append-only: a correction is a new row.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.vocabulary import Reason, Verdict


class Finding(Base):
    """What the machine said about one indicator of one city, in one run.

    ``evaluation`` counts from 1: evaluating a run again writes a new row only where the answer differs.
    ``evidence`` holds objects {url, quote, capture, title, date}; ``search`` the search record.
    """

    __tablename__ = "findings"
    __table_args__ = (
        UniqueConstraint("run_id", "city", "methodology", "indicator", "evaluation"),
        CheckConstraint(
            "verdict <> 'not-met' OR (search_complete AND searched_pages > 0)", name="not_met_was_searched"
        ),
        CheckConstraint("confidence >= 0 AND confidence <= 1", name="confidence_range"),
        Index("ix_findings_city_indicator", "city", "indicator"),
        Index("ix_findings_visit_id", "visit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"))
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"))
    city: Mapped[str] = mapped_column(String(64))
    methodology: Mapped[str] = mapped_column(String(64))
    methodology_version: Mapped[str] = mapped_column(String(32))
    indicator: Mapped[str] = mapped_column(String(32))
    evaluation: Mapped[int]
    verdict: Mapped[Verdict]
    reason: Mapped[Reason]
    confidence: Mapped[float]
    detail: Mapped[dict[str, Any]]
    evidence: Mapped[list[dict[str, Any]]]
    search: Mapped[dict[str, Any]]
    search_complete: Mapped[bool]
    searched_pages: Mapped[int]
    rule_version: Mapped[str] = mapped_column(String(32))
    reader_version: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime]

    @property
    def leaning(self) -> Verdict | None:
        """What the machine leans to where it leaves the decision to a person; None where it decided itself."""
        leaning = (self.detail or {}).get("leaning")
        return Verdict(leaning) if leaning in set(Verdict) else None

    @property
    def proposed(self) -> Verdict:
        """What a person is asked to confirm: what the machine leans to, or else its verdict."""
        return self.leaning or self.verdict


def of_pack_in_force() -> ColumnElement[bool]:
    """Findings by packs in force; those by an earlier version (``name@version``) are for comparing, not for people."""
    return ~Finding.methodology.contains("@")


class Assessment(Base):
    """A person's verdict on one finding, with their reason. The latest one stands."""

    __tablename__ = "assessments"
    __table_args__ = (
        UniqueConstraint("finding_id", "version"),
        CheckConstraint("act IN ('confirm', 'correct')", name="act_word"),
        CheckConstraint("act = 'confirm' OR length(comment) > 0", name="correction_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    version: Mapped[int]  # 1, 2, …: two people cannot both write the same one
    act: Mapped[str] = mapped_column(String(16))
    verdict: Mapped[Verdict]
    comment: Mapped[str]
    created_at: Mapped[datetime]


class Accuracy(Base):
    """One verdict of one check, held against labelled cases.

    ``said``: how often the machine said it; ``right``: how often that was so; ``there``: in how many cases it
    was so, whatever the machine said; ``left``: how many of these it left to a person.
    """

    __tablename__ = "accuracies"
    __table_args__ = (
        CheckConstraint("0 <= right_said AND right_said <= said AND right_said <= there", name="counted"),
    )

    methodology: Mapped[str] = mapped_column(String(64), primary_key=True)
    methodology_version: Mapped[str] = mapped_column(String(32), primary_key=True)
    indicator: Mapped[str] = mapped_column(String(32), primary_key=True)
    verdict: Mapped[Verdict] = mapped_column(primary_key=True)
    gold: Mapped[str] = mapped_column(String(64))  # which labelled set
    said: Mapped[int]
    right: Mapped[int] = mapped_column("right_said")
    there: Mapped[int]
    left: Mapped[int] = mapped_column("left_to_people")

    @property
    def precision(self) -> float | None:
        """The share that was right of what was said; None where it was never said."""
        return self.right / self.said if self.said else None

    @property
    def recall(self) -> float | None:
        """The share found of what was there; None where it never was."""
        return self.right / self.there if self.there else None
