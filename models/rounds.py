"""Rounds of the ranking: opened, changed, closed, and what a round still lacks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models.base import now
from models.crawling import City
from models.items import hold
from models.replying import InformationRequest, Reply
from models.reviewing import Assignment, Item, Round
from models.vocabulary import ItemState, ReplyState, RequestState, Verdict

SECOND_SHARE, PROBE_SHARE = 0.1, 0.02  # of a round for which nobody said otherwise
LONGEST_NOTE = 4000
_NAME = re.compile(r"20\d\d-(0[1-9]|1[0-2])(-[a-z0-9]{1,16})?")
_UNSEEN = (Verdict.NOT_OBSERVABLE, Verdict.BLOCKED)


class RoundRefusedError(Exception):
    """A round cannot be as asked; ``fault`` is the word for why."""

    def __init__(self, fault: str) -> None:
        """Name the fault: its text is called ``rounds.fault.<fault>``."""
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Plan:
    """The days and shares of a round. Both days of the reply window count; shares are of one."""

    due_on: date | None = None
    reply_from: date | None = None
    reply_until: date | None = None
    second_share: float = SECOND_SHARE
    probe_share: float = PROBE_SHARE


@dataclass(frozen=True, slots=True)
class Lacking:
    """What a round still lacks."""

    open_items: Mapping[ItemState, int]
    unseen_cities: tuple[str, ...]  # slugs of cities that were not looked at, or could not be
    replies: int  # of cities, that nobody has answered
    requests: int  # for information, that are sent and wait

    @property
    def is_nothing(self) -> bool:
        """The round is complete."""
        return not (any(self.open_items.values()) or self.unseen_cities or self.replies or self.requests)


def open_round(db: Session, round_id: str, plan: Plan, *, by: int) -> Round:
    """Open a round, or take over one that its first run has opened; refuse one that somebody opened before."""
    if not _NAME.fullmatch(round_id):
        raise RoundRefusedError("name")
    _check(plan)
    found = hold_round(db, round_id)
    if found is not None and found.opened_by is not None:
        raise RoundRefusedError("exists")
    if found is None:
        found = Round(id=round_id, opened_at=now(), closed_at=None, closed_by=None)
        db.add(found)
    found.opened_by = by
    _set(found, plan)
    db.flush()
    return found


def change_round(db: Session, round_id: str, plan: Plan) -> Round:
    """Give a round other days and shares. Items that are drawn for a second look stay drawn."""
    found = _still_open(db, round_id)
    _check(plan)
    _set(found, plan)
    nobodys = (Item.round == round_id, Item.person_id.is_(None))
    hold(db, *nobodys)
    moved = update(Item).where(*nobodys).values(due_on=plan.due_on)
    db.execute(moved.execution_options(synchronize_session=False))
    return found


def close_round(db: Session, round_id: str, note: str, *, by: int) -> Round:
    """Close a round; with work left undone only for a reason, which stays with it."""
    found = _still_open(db, round_id)
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise RoundRefusedError("long")
    if not note and not lacking(db, round_id).is_nothing:
        raise RoundRefusedError("reason")
    found.closed_at, found.closed_by, found.closing_note = now(), by, note
    return found


def reopen_round(db: Session, round_id: str) -> Round:
    """Take the closing of a round back."""
    found = hold_round(db, round_id)
    if found is None or found.closed_at is None:
        raise RoundRefusedError("not-closed")
    found.closed_at, found.closed_by, found.closing_note = None, None, ""
    return found


def lacking(db: Session, round_id: str, region: str | None = None) -> Lacking:
    """What the round still lacks, in *region* or everywhere."""
    here = () if region is None else (Item.region == region,)
    states = (
        select(Item.state, func.count())
        .where(Item.round == round_id, Item.state != ItemState.SETTLED, *here)
        .group_by(Item.state)
    )
    seen = select(Item.city).where(Item.round == round_id, Item.verdict.not_in(_UNSEEN)).distinct()
    cities = select(City.slug) if region is None else select(City.slug).where(City.region == region)
    waiting = (ReplyState.CHECKING, ReplyState.CHECKED)
    replies = select(func.count()).where(
        Reply.round == round_id, Reply.state.in_(waiting), Reply.city.in_(cities)
    )
    requests = select(func.count()).where(
        InformationRequest.round == round_id,
        InformationRequest.state == RequestState.SENT,
        InformationRequest.city.in_(cities),
    )
    return Lacking(
        open_items=Counter(dict(db.execute(states).tuples().all())),
        unseen_cities=tuple(db.scalars(cities.where(City.slug.not_in(seen)).order_by(City.slug))),
        replies=db.scalar(replies) or 0,
        requests=db.scalar(requests) or 0,
    )


def assignee_of(db: Session, round_id: str, city: str) -> Mapping[str, tuple[int, date | None]]:
    """Area → who it was given to in *city* and the day it is due; areas given to nobody are left out."""
    given = select(Assignment.area, Assignment.person_id, Assignment.due_on).where(
        Assignment.round == round_id, Assignment.city == city, Assignment.ended_at.is_(None)
    )
    return {
        area: (person_id, due_on) for area, person_id, due_on in db.execute(given.order_by(Assignment.id))
    }


def hold_round(db: Session, round_id: str) -> Round | None:
    """The round, if it is there; nobody else changes it, or gives out its work, until this session ends.

    Rounds are held before assignments, these before items, and all before a line of the log.
    """
    return db.get(Round, round_id, with_for_update={"key_share": True})


def _still_open(db: Session, round_id: str) -> Round:
    found = hold_round(db, round_id)
    if found is None:
        raise RoundRefusedError("unknown")
    if found.closed_at is not None:
        raise RoundRefusedError("closed")
    return found


def _check(plan: Plan) -> None:
    if (plan.reply_from is None) != (plan.reply_until is None):
        raise RoundRefusedError("half-window")
    if plan.reply_from and plan.reply_until and plan.reply_until < plan.reply_from:
        raise RoundRefusedError("window")
    if not (0 <= plan.second_share <= 1 and 0 <= plan.probe_share <= 1):
        raise RoundRefusedError("share")


def _set(found: Round, plan: Plan) -> None:
    found.due_on, found.reply_from, found.reply_until = plan.due_on, plan.reply_from, plan.reply_until
    found.second_share, found.probe_share = plan.second_share, plan.probe_share
