"""Confirming many sure findings at once, after a sample of them was looked at one by one and held."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from models.base import now
from models.judging import Accuracy, Assessment, Finding
from models.reviewing import Bulk, Item, Round
from models.store import Store
from models.vocabulary import ItemState, Passing, Verdict
from review.decisions import record
from review.queries.findings import version_of
from review.queries.wanted import Wanted, chosen, newest_round
from review.sessions import SignedIn

SURE, PRECISE = 0.95, 0.97  # of the machine in itself, and of the check on labelled cases
MEASURED = 5  # cases at least, or a share says nothing
SMALLEST, SHARE = 5, 0.1  # of the sample
FEWEST, MOST = 10, 300  # that are worth it, and that one act may confirm


@dataclass(frozen=True, slots=True)
class Sample:
    """How far somebody has got with the sample of a bulk."""

    bulk: Bulk
    done: int
    corrected: int
    following: int | None  # the finding to look at next

    @property
    def size(self) -> int:
        """All of the sample."""
        return len(self.bulk.items["sample"])

    @property
    def rest(self) -> int:
        """How many would be confirmed at once."""
        return len(self.bulk.items["rest"])

    @property
    def held(self) -> bool:
        """The whole sample was looked at, and nothing was corrected."""
        return self.done == self.size and not self.corrected and self.bulk.ended_at is None


def sure_items(db: Session, wanted: Wanted) -> list[int]:
    """What of this part of the queue may be confirmed at once: sure, by checks that are seldom wrong, and no test."""
    measured = and_(
        Accuracy.methodology == Finding.methodology,
        Accuracy.methodology_version == Finding.methodology_version,
        Accuracy.indicator == Finding.indicator,
        Accuracy.verdict == Verdict.MET,
        Accuracy.said >= MEASURED,
        Accuracy.right >= PRECISE * Accuracy.said,
    )
    sure = (
        select(Item.id)
        .join(Finding, Finding.id == Item.finding_id)
        .join(Accuracy, measured)
        .where(*chosen(db, wanted), Finding.verdict == Verdict.MET, *_untested())
        .order_by(Item.id)
        .limit(MOST)
    )
    return list(db.scalars(sure))


def sample_size(number: int) -> int:
    """How many of *number* are looked at one by one."""
    return max(SMALLEST, math.ceil(number * SHARE))


def begin(store: Store, who: SignedIn, wanted: Wanted, query: str) -> Bulk | None:
    """Draw the sample; None where too few are sure for it to be worth it."""
    with store.writing() as db:
        ids = sure_items(db, wanted)
        round_id = newest_round(db, wanted.reach)
        if len(ids) < FEWEST or round_id is None:
            return None
        drawn = _drawn(ids, f"{round_id} {who.person_id}")
        size = sample_size(len(ids))
        bulk = Bulk(
            round=round_id,
            person_id=who.person_id,
            query=query,
            items={"sample": drawn[:size], "rest": drawn[size:]},
            created_at=now(),
            ended_at=None,
            confirmed=0,
        )
        db.add(bulk)
    return bulk


def sample_of(db: Session, who: SignedIn, bulk_id: int) -> Sample | None:
    """How the sample stands; None where there is no such bulk of theirs."""
    bulk = db.get(Bulk, bulk_id)
    if bulk is None or bulk.person_id != who.person_id:
        return None
    ids: Sequence[int] = bulk.items["sample"]
    rows = db.execute(
        select(Item.id, Item.finding_id, Item.state, Assessment.verdict)
        .outerjoin(Assessment, Assessment.id == Item.assessment_id)
        .where(Item.id.in_(ids))
    )
    seen = {item_id: (finding_id, state, verdict) for item_id, finding_id, state, verdict in rows}
    ordered = [seen[item_id] for item_id in ids if item_id in seen]
    open_ones = [finding_id for finding_id, state, _ in ordered if state is ItemState.WAITING]
    corrected = sum(
        state is not ItemState.WAITING and verdict is not Verdict.MET for _, state, verdict in ordered
    )
    return Sample(bulk, len(ids) - len(open_ones), corrected, next(iter(open_ones), None))


def give_up_corrected(store: Store, who: SignedIn, bulk_id: int) -> Sample | None:
    """How the sample stands; a bulk of which something was corrected is given up for good."""
    with store.writing() as db:
        sample = sample_of(db, who, bulk_id)
        if sample is not None and sample.corrected and sample.bulk.ended_at is None:
            sample.bulk.ended_at = now()
    return sample


def confirm_rest(store: Store, who: SignedIn, bulk_id: int) -> int | None:
    """Confirm the rest of a sample that held, and say how many; None where there is nothing to confirm.

    What somebody else has decided since, or the machine now says otherwise of, is left to be looked at.
    """
    with store.writing() as db:
        bulk = db.get(Bulk, bulk_id, with_for_update=True)
        sample = sample_of(db, who, bulk_id)
        if bulk is None or sample is None or not sample.held:
            return None
        closed = db.get_one(Round, bulk.round).closed_at is not None
        for item in () if closed else _still_sure(db, who, bulk.items["rest"]):
            version = version_of(db, item.finding_id) + 1
            said = Assessment(
                finding_id=item.finding_id,
                person_id=who.person_id,
                version=version,
                act="confirm",
                verdict=Verdict.MET,
                comment="",
                created_at=now(),
            )
            record(db, item, said, passing=Passing.FIRST, shown=item.verdict, in_bulk=True)
            bulk.confirmed += 1
        bulk.ended_at = now()
        return bulk.confirmed


def _still_sure(db: Session, who: SignedIn, ids: Sequence[int]) -> list[Item]:
    """What nobody has decided since, held all at once.

    Taken one by one, a bulk and a decision could wait for each other for ever: one has the end of the log, the other
    an item.
    """
    waiting = select(Item).where(
        Item.id.in_(ids), Item.state == ItemState.WAITING, Item.city.not_in(who.conflicts), *_untested()
    )
    return list(db.scalars(waiting.order_by(Item.id).with_for_update(key_share=True)))


def _untested() -> tuple[ColumnElement[bool], ...]:
    """Surely met, no probe, not drawn for a second look, and nothing new since the round before."""
    return (
        Item.verdict == Verdict.MET,
        Item.confidence >= SURE,
        Item.probe.is_(None),
        Item.needs_second.is_(False),
        Item.changed.is_(False),
    )


def _drawn(ids: Iterable[int], seed: str) -> list[int]:
    """*ids* shuffled, the same way for the same seed: nobody chooses their own sample by trying again."""
    return sorted(ids, key=lambda item_id: sha256(f"{seed} {item_id}".encode()).digest())
