"""Rounds of the ranking, and whose work in them is whose."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.reviewing import Assignment


def assignee_of(db: Session, round_id: str, city: str) -> Mapping[str, tuple[int, date | None]]:
    """Area → who it was given to in *city* and the day it is due; areas given to nobody are left out."""
    given = select(Assignment.area, Assignment.person_id, Assignment.due_on).where(
        Assignment.round == round_id, Assignment.city == city, Assignment.ended_at.is_(None)
    )
    return {
        area: (person_id, due_on) for area, person_id, due_on in db.execute(given.order_by(Assignment.id))
    }
