"""What somebody is writing, kept as they type; and who has an item open at the moment."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.base import now
from models.people import Person
from models.reviewing import Draft, Item, Presence
from models.store import Store
from models.vocabulary import Verdict
from review.queries.wanted import within_reach
from review.scope import Reach

FRESH = timedelta(seconds=90)  # somebody whose page has said nothing for longer has left
NOTED_EVERY = timedelta(seconds=55)  # a write per heartbeat would be a queue of writers


def item_in(db: Session, item_id: int, reach: Reach) -> Item | None:
    """The item, if it is of a city in *reach*."""
    return db.scalar(select(Item).where(Item.id == item_id, within_reach(reach)))


def keep(store: Store, person_id: int, item_id: int, verdict: Verdict | None, comment: str) -> None:
    """Keep what is written so far; nothing written is no draft."""
    with store.writing() as db:
        if verdict is None and not comment.strip():
            forget(db, person_id, item_id)
        else:
            write(db, person_id, item_id, verdict, comment)


def write(db: Session, person_id: int, item_id: int, verdict: Verdict | None, comment: str) -> None:
    """Have the draft of one person on one item say this, in one statement: two windows may send theirs at once."""
    insert = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    said = {"verdict": verdict, "comment": comment, "saved_at": now()}
    row = insert(Draft).values(person_id=person_id, item_id=item_id, **said)
    db.execute(row.on_conflict_do_update(index_elements=[Draft.person_id, Draft.item_id], set_=said))


def forget(db: Session, person_id: int, item_id: int) -> None:
    """Let go of the draft of one person on one item."""
    db.execute(delete(Draft).where(Draft.person_id == person_id, Draft.item_id == item_id))


_DRAFT_OF = select(Draft).where(Draft.person_id == bindparam("person"), Draft.item_id == bindparam("item"))


def draft_of(db: Session, person_id: int, item_id: int) -> Draft | None:
    """What this person has written of the item and not sent yet."""
    return db.scalar(_DRAFT_OF, {"person": person_id, "item": item_id})


def arrive(store: Store, person_id: int, item_id: int) -> None:
    """Note that somebody has the item open; at most once a minute."""
    moment = now()
    with store.reading() as db:
        known = db.get(Presence, (item_id, person_id))
    if known is not None and moment - known.seen_at < NOTED_EVERY:
        return
    try:
        with store.noting() as db:
            db.merge(Presence(item_id=item_id, person_id=person_id, seen_at=moment))
    except IntegrityError:
        return  # their other window was quicker by a moment, and has noted the same


def leave(store: Store, person_id: int, item_id: int) -> None:
    """Note that somebody has closed the item."""
    with store.noting() as db:
        db.execute(delete(Presence).where(Presence.item_id == item_id, Presence.person_id == person_id))


_OTHERS_AT = (
    select(Person.name)
    .join(Presence, Presence.person_id == Person.id)
    .where(
        Presence.item_id == bindparam("item"),
        Presence.person_id != bindparam("person"),
        Presence.seen_at > bindparam("since"),
    )
    .order_by(Person.name)
)


def others_at(db: Session, item_id: int, person_id: int) -> list[str]:
    """The names of others who have the item open now, in order."""
    return list(db.scalars(_OTHERS_AT, {"item": item_id, "person": person_id, "since": now() - FRESH}))
