"""Who may see what of an item before it is settled: second looks are blind, and probes do not give themselves away.

What a page must not tell follows from the item and the person alone. No part of an address changes it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, bindparam, exists, inspect, or_, select
from sqlalchemy.orm import Session

from models.items import item_of
from models.judging import Finding
from models.reviewing import Item, Review, Withdrawal
from models.vocabulary import ItemState, Passing, Probe, Reason, Role, Verdict
from review.access import ADJUDICATORS, DECIDERS, SECONDERS
from review.sessions import SignedIn

# The most general reason for each verdict that may be planted: a page without one would be known for a probe.
PLANTED_REASON = {Verdict.MET: Reason.DOCUMENT_FOUND, Verdict.PARTLY_MET: Reason.SOME_FOUND}


@dataclass(frozen=True, slots=True)
class Sight:
    """What one person may see of one item now, and which look a decision of theirs would be.

    Without ``machine`` a page says nothing of the machine's verdict, nor anything it follows from or leads to:
    confidence, leaning, reason, error rate, explanation, advice, good example. Without ``people`` it shows no
    assessment of this round but the person's own, and nobody's name or presence.
    """

    person_id: int
    round: str
    passing: Passing | None  # none: there is nothing here for them to decide
    shown: Verdict | None  # as the machine's
    planted: bool
    people: bool

    @property
    def machine(self) -> bool:
        """Whether anything of the machine's verdict may be told."""
        return self.shown is not None

    @property
    def always_why(self) -> bool:
        """Whether every verdict needs a reason: asked for only where it differs, it would tell what is hidden."""
        return self.shown is None

    def reads(self, person_id: int, round_id: str) -> bool:
        """Whether they may read what *person_id* decided in *round_id*, with its comment."""
        return self.people or person_id == self.person_id or round_id != self.round


def shown_verdict(item: Item, passing: Passing) -> Verdict | None:
    """What is shown as the machine's verdict to somebody who takes this look; None where it is hidden."""
    match passing, item.probe:
        case (Passing.SECOND, _) | (Passing.FIRST, Probe.HIDDEN):
            return None
        case Passing.FIRST, Probe.PLANTED:
            return item.planted
    return item.verdict


def listed_verdict(item: Item, role: Role) -> Verdict | None:
    """What a list tells somebody of *role* of the machine's verdict on *item*: no more than its page would."""
    if role not in SECONDERS or item.state is ItemState.SETTLED:
        return item.verdict
    return shown_verdict(item, Passing.SECOND if item.state is ItemState.SECOND else Passing.FIRST)


def sight_in(db: Session, who: SignedIn, finding: Finding) -> Sight | None:
    """What *who* may see of *finding*; None where it belongs to no item, and nothing is hidden."""
    item = item_of(db, finding.id)
    return sight_of(item, who, lookers(db, item)) if item is not None else None


def lookers(db: Session, item: Item) -> frozenset[int]:
    """Who has looked at *item* already; a first look that was taken back counts, for they saw the machine's word."""
    return frozenset(db.scalars(_LOOKERS, {"item": item.id}))


def looked_before() -> ColumnElement[bool]:
    """Reviews whose person may not look at the item a second time, or judge between others."""
    taken_back = exists().where(Withdrawal.assessment_id == Review.assessment_id)
    return or_(Review.passing == Passing.FIRST, ~taken_back)


_LOOKERS = select(Review.person_id).where(Review.item_id == bindparam("item"), looked_before())


def sight_of(item: Item, who: SignedIn, looked: Collection[int]) -> Sight:
    """What *who* may see of *item*, which the people in *looked* have assessed."""
    passing = passing_of(item, who, looked)
    if item.state is ItemState.SETTLED or passing is Passing.ADJUDICATION:
        return Sight(who.person_id, item.round, passing, item.verdict, planted=False, people=True)
    decides = who.role in SECONDERS
    shown = _shown_while_open(item, who.person_id in looked) if decides else item.verdict
    return Sight(
        person_id=who.person_id,
        round=item.round,
        passing=passing,
        shown=shown,
        planted=shown is not None and shown is not item.verdict,
        people=item.state is ItemState.WAITING,
    )


def passing_of(item: Item, who: SignedIn, looked: Collection[int]) -> Passing | None:
    """The look that a decision of *who* on *item* would be; none in a city they have a stake in.

    Nobody looks twice, or judges between themselves and another.
    """
    if item.city in who.conflicts:
        return None
    match item.state:
        case ItemState.WAITING if who.role in DECIDERS:
            return Passing.FIRST
        case ItemState.SECOND if who.role in SECONDERS and not _took_part(item, who, looked):
            return Passing.SECOND
        case ItemState.DISPUTED if who.role in ADJUDICATORS and not _took_part(item, who, looked):
            return Passing.ADJUDICATION
    return None


def as_shown(finding: Finding, sight: Sight | None) -> Finding:
    """*finding* as the page may speak of it: itself, or where a wrong verdict is planted a stand-in that says so.

    The stand-in is never stored. Whatever is derived from it, on the page or for download, agrees with the plant.
    """
    if sight is None or not sight.planted or sight.shown is None:
        return finding
    values = {column.key: getattr(finding, column.key) for column in inspect(Finding).column_attrs}
    near_miss = finding.search.get("near_miss")
    return Finding(
        **values
        | {
            "verdict": sight.shown,
            "reason": PLANTED_REASON[sight.shown],
            "detail": {},
            "evidence": finding.evidence or ([near_miss] if near_miss else []),
            "search": finding.search | {"near_miss": None},
        }
    )


def _shown_while_open(item: Item, took_part: bool) -> Verdict | None:  # noqa: FBT001  # one yes-or-no, asked once
    """The first one goes on seeing what they saw; whoever could look second sees nothing of it."""
    if item.state is ItemState.SECOND and not took_part:
        return shown_verdict(item, Passing.SECOND)
    return shown_verdict(item, Passing.FIRST)


def _took_part(item: Item, who: SignedIn, looked: Collection[int]) -> bool:
    return who.person_id == item.first_person_id or who.person_id in looked
