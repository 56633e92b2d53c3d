"""How a visit begins, is resumed, and ends. One process at a time works on it: its lease says so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import func, insert, literal, select
from sqlalchemy.orm import Session

from models.base import now
from models.crawling import SUBMITTED, Address, Capture, Run, Visit
from models.store import Store
from models.vocabulary import AddressState, Reason, VisitState

LEASE = timedelta(seconds=45)


class VisitTakenError(Exception):
    """Another process is at work on this city in this run."""


def open_visit(store: Store, run_id: str, city: str) -> Visit:
    """Begin, resume or find the visit of *city* in *run_id*, and take its lease.

    A visit that broke earlier in the same round is continued: what it fetched is carried over as rows that
    point at the same captures, and only what it had left is fetched. Raises VisitTakenError while another
    process holds the lease.
    """
    with store.writing() as db:
        visit = db.scalar(select(Visit).where(Visit.run_id == run_id, Visit.city == city))
        if visit is None:
            visit = _begin(db, run_id, city)
        elif visit.state in {VisitState.COMPLETE, VisitState.UNREACHABLE}:
            return visit
        elif _is_leased(visit):
            message = f"{city} is being visited in run {run_id} by another process"
            raise VisitTakenError(message)
        visit.state = VisitState.OPEN
        visit.reason = None
        visit.ended_at = None
        visit.lease_until = now() + LEASE
    return visit


def _begin(db: Session, run_id: str, city: str) -> Visit:
    """A new visit row, with the ledger of a broken earlier visit of this round carried over."""
    round_id = db.scalar(select(Run.round).where(Run.id == run_id))
    earlier = db.scalar(
        select(Visit)
        .join(Run, Run.id == Visit.run_id)
        .where(Run.round == round_id, Visit.city == city, Run.source != SUBMITTED)
        .order_by(Visit.id.desc())
        .limit(1)
    )
    if earlier is not None and _is_leased(earlier):
        message = f"{city} is being visited in run {earlier.run_id} by another process"
        raise VisitTakenError(message)
    left_open = earlier is not None and earlier.state in {VisitState.BROKEN, VisitState.OPEN}
    visit = Visit(
        run_id=run_id,
        city=city,
        state=VisitState.OPEN,
        reason=None,
        continues_id=earlier.id if earlier and left_open else None,
        lease_until=now() + LEASE,
        started_at=now(),
        ended_at=None,
        stats={},
    )
    db.add(visit)
    db.flush()
    if visit.continues_id is not None:
        _carry_over(db, visit.continues_id, visit.id)
    return visit


def _is_leased(visit: Visit) -> bool:
    """Whether a process is at work on *visit*, or was until a moment ago."""
    return visit.state is VisitState.OPEN and visit.lease_until is not None and visit.lease_until > now()


def _carry_over(db: Session, old: int, new: int) -> None:
    """Copy the ledger of visit *old* into *new*; fetched rows keep pointing at their captures."""
    copied = [column for column in Address.__table__.columns if column.name not in {"id", "visit_id"}]
    rows = select(literal(new), *copied).where(Address.visit_id == old).order_by(Address.id)
    db.execute(insert(Address).from_select(["visit_id", *(column.name for column in copied)], rows))


def _any_of_own(db: Session, visit: Visit, hosts: tuple[str, ...]) -> bool:
    """Whether anything was answered by one of *hosts*, or below one, to this visit or those it continues."""
    asked, earlier = [visit.id], visit.continues_id
    while earlier is not None:
        asked.append(earlier)
        earlier = db.get_one(Visit, earlier).continues_id
    keys = db.scalars(
        select(Address.key)
        .join(Capture, Capture.id == Address.capture_id)
        .where(
            Address.visit_id == visit.id,
            Address.state == AddressState.FETCHED,
            Capture.visit_id.in_(asked),
        )
    )
    found = {key.partition("/")[0].partition(":")[0] for key in keys}
    below = tuple(f".{host}" for host in hosts)
    return any(not hosts or name in hosts or name.endswith(below) for name in found)


def close_visit(
    store: Store,
    visit_id: int,
    *,
    stats: dict[str, Any],
    hosts: tuple[str, ...] = (),
    reason: Reason | None = None,
) -> Visit:
    """End a visit: complete when every row is terminal, broken otherwise; the lease is given back.

    Where none of the council's own *hosts* answered it is unreachable, whatever a portal said of it.
    """
    with store.writing() as db:
        visit = db.get_one(Visit, visit_id)
        counts: dict[AddressState, int] = dict(
            db.execute(
                select(Address.state, func.count())
                .where(Address.visit_id == visit_id)
                .group_by(Address.state)
            )
            .tuples()
            .all()
        )
        if counts.get(AddressState.PLANNED) or (reason and not counts):
            visit.state, visit.reason = VisitState.BROKEN, reason or Reason.CRAWLER_ERROR
        elif not counts:  # the registry names no confirmed address to begin at
            visit.state, visit.reason = VisitState.UNREACHABLE, Reason.NO_SOURCE
        elif not _any_of_own(db, visit, hosts):
            worst = db.scalar(
                select(Address.reason).where(Address.visit_id == visit_id).order_by(Address.depth, Address.id)
            )
            visit.state, visit.reason = VisitState.UNREACHABLE, worst or reason
        else:
            visit.state, visit.reason = VisitState.COMPLETE, None
        visit.stats = {**stats, **{state.value: number for state, number in counts.items()}}
        visit.lease_until = None
        visit.ended_at = now()
    return visit
