"""Where an item stands moves with the looks that people take at it, and take back.

Together with ``models/renewing.py`` the only place that writes items.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import Session

from models.base import now
from models.crawling import Run
from models.judging import Assessment, Finding
from models.looks import looks_at
from models.progress import Look, Progress, progress
from models.replies import note_replied
from models.reviewing import Item, Review, Withdrawal
from models.vocabulary import Passing, Verdict

_ITEM_OF = (
    select(Item)
    .join(Run, Run.round == Item.round)
    .join(Finding, Finding.run_id == Run.id)
    .where(
        Finding.id == bindparam("finding"),
        Item.city == Finding.city,
        Item.methodology == Finding.methodology,
        Item.indicator == Finding.indicator,
    )
)


def item_of(db: Session, finding_id: int) -> Item | None:
    """The item that *finding_id* speaks to: of its round, city and question."""
    return db.scalar(_ITEM_OF, {"finding": finding_id})


def take(
    db: Session,
    item: Item,
    assessment: Assessment,
    *,
    passing: Passing,
    shown: Verdict | None,
    seconds: float | None = None,
    in_bulk: bool = False,
) -> Review:
    """Write down how *assessment* (flushed already) came about, and move *item* to where it then stands."""
    hold_one(db, item)
    review = Review(
        assessment_id=assessment.id,
        item_id=item.id,
        person_id=assessment.person_id,
        passing=passing,
        shown=shown,
        probe=item.probe,
        seconds=seconds,
        in_bulk=in_bulk,
    )
    db.add(review)
    db.flush()
    move(item, _progress(db, item))
    note_replied(db, item)
    db.flush()
    return review


def take_back(db: Session, item: Item, assessment_id: int, person_id: int) -> None:
    """Have an assessment stand no more, and *item* where it stood without it."""
    hold_one(db, item)
    db.add(Withdrawal(assessment_id=assessment_id, person_id=person_id, created_at=now()))
    db.flush()
    move(item, _progress(db, item))
    db.flush()


def hold(db: Session, *which: ColumnElement[bool]) -> None:
    """Let nobody else move the items that *which* names until this session ends; always in the order of their numbers.

    Whoever writes many items holds them so first: taken in the order in which a statement comes upon them, two such
    acts, or one and a decision, could wait for each other for ever. What only points at an item is not kept waiting.
    """
    db.execute(select(Item.id).where(*which).order_by(Item.id).with_for_update(key_share=True)).all()


def hold_one(db: Session, item: Item) -> None:
    """Let nobody else move *item* until this session ends, and have it say where it stands now.

    A draft that is being written points at the item, and so may wait for nothing that waits for the draft.
    """
    db.refresh(item, with_for_update={"key_share": True})


def standing_assessment(db: Session, item: Item) -> Assessment | None:
    """The last assessment of *item* that nobody took back and that speaks of what the machine says now."""
    return db.get(Assessment, item.assessment_id) if item.assessment_id is not None else None


def after(item: Item, looks: Iterable[Look]) -> Progress:
    """Where *item* stands after *looks*, in their order."""
    return progress(looks, machine=item.verdict, needs_second=item.needs_second, planted=item.planted)


def move(item: Item, standing: Progress) -> None:
    """Have *item* say where it stands."""
    item.state = standing.state
    item.settled_verdict = standing.verdict
    item.assessment_id = standing.assessment_id
    item.first_person_id = standing.first_person_id
    item.version += 1
    item.changed_at = now()


def _progress(db: Session, item: Item) -> Progress:
    told = looks_at(db, item.round, item.city, item.methodology, item.indicator)[item.indicator]
    looks = [one.look for one in told if one.look.assessment_id > item.opened_after]
    return after(item, looks)
