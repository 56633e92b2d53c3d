"""Parts of the queue that somebody has named, to come back to. Each person has their own."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base import now
from models.reviewing import SavedView
from models.store import Store

LONGEST_NAME = 80
MOST = 30  # of one person: more is no help to find the way


def views_of(db: Session, person_id: int) -> list[SavedView]:
    """What this person has named, in the order they did."""
    return list(db.scalars(select(SavedView).where(SavedView.person_id == person_id).order_by(SavedView.id)))


def save_view(store: Store, person_id: int, name: str, query: str) -> str:
    """Keep *query* under *name*, in place of what was called so before. What is wrong is returned, else ""."""
    name = " ".join(name.split())
    if not name:
        return "queue.view.fault.name"
    if len(name) > LONGEST_NAME:
        return "queue.view.fault.long"
    with store.writing() as db:
        own = select(SavedView).where(SavedView.person_id == person_id)
        known = db.scalar(own.where(SavedView.name == name))
        if known is not None:
            known.query = query
            return ""
        if (db.scalar(select(func.count()).select_from(own.subquery())) or 0) >= MOST:
            return "queue.view.fault.many"
        db.add(SavedView(person_id=person_id, name=name, query=query, created_at=now()))
    return ""


def forget_view(store: Store, person_id: int, view_id: int) -> bool:
    """Let go of one of their own; False where there is none of that number."""
    with store.writing() as db:
        known = db.scalar(select(SavedView).where(SavedView.id == view_id, SavedView.person_id == person_id))
        if known is None:
            return False
        db.delete(known)
    return True
