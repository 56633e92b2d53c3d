"""The crawl ledger: every planned address of a visit has a row that ends in a terminal state with a reason.

It is what makes a visit resumable: after ``kill -9`` the planned rows are still there, and a page's answer,
its captured bytes and the addresses found on it are committed together or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, literal, select, update
from sqlalchemy.orm import Session

from models.base import now
from models.crawling import Address, Capture, Run, Visit
from models.loads import Counted, record_load
from models.store import Store
from models.vocabulary import AddressState, Reason, VisitState

LEASE = timedelta(seconds=45)


class VisitTakenError(Exception):
    """Another process is at work on this city in this run."""


@dataclass(frozen=True, slots=True)
class Planned:
    """An address to look at. ``found_on`` and ``key`` are addresses in canonical spelling."""

    key: str
    url: str
    found_on: str | None = None
    anchor: str = ""
    depth: int = 0
    score: float = 0.0
    serves: tuple[str, ...] = ()
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """How one address ended. ``capture`` is the row to store with it, if anything was answered.

    ``kept`` is the id of an earlier visit's capture where that was enough and nobody asked.
    """

    key: str
    state: AddressState
    reason: Reason | None = None
    attempts: int = 1
    capture: Capture | None = None
    kept: str | None = None
    before: Capture | None = None  # the answer that ``capture`` is a rendering of

    @property
    def capture_id(self) -> str | None:
        """The capture that the row points at."""
        return self.capture.id if self.capture is not None else self.kept


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
        .where(Run.round == round_id, Visit.city == city)
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


_COLUMNS = tuple(column.key for column in Capture.__table__.columns)
_ROW = update(Address.__table__).where(  # type: ignore[arg-type]  # declared tables are typed as any FromClause
    Address.visit_id == bindparam("of_visit"), Address.key == bindparam("of_key")
)
_END = _ROW.values(
    {name: bindparam(name) for name in ("state", "reason", "attempts", "capture_id", "ended_at")}
)
_REVISE = _ROW.values({name: bindparam(name) for name in ("anchor", "score", "serves")})


def _values(capture: Capture) -> dict[str, Any]:
    """The row of *capture*, for an insert of many at once."""
    return {name: getattr(capture, name) for name in _COLUMNS}


class Ledger:
    """The rows of one visit, as its crawl process writes them."""

    def __init__(self, store: Store, visit_id: int) -> None:
        """Write to the ledger of *visit_id* in *store*."""
        self._store = store
        self.visit_id = visit_id

    def rows(self) -> list[tuple[Planned, AddressState]]:
        """Every address of the visit, in the order they were planned, and where it stands."""
        with self._store.reading() as db:
            rows = db.scalars(select(Address).where(Address.visit_id == self.visit_id).order_by(Address.id))
            return [
                (
                    Planned(
                        r.key, r.url, r.found_on, r.anchor, r.depth, r.score, tuple(r.serves), r.attempts
                    ),
                    r.state,
                )
                for r in rows
            ]

    def fetched(self) -> int:
        """How many addresses of this visit have an answer."""
        with self._store.reading() as db:
            rows = select(func.count()).where(
                Address.visit_id == self.visit_id, Address.state == AddressState.FETCHED
            )
            return db.scalar(rows) or 0

    def record(
        self,
        ended: list[Ended],
        planned: list[Planned],
        revised: list[Planned] | None = None,
        loads: Iterable[Counted] = (),
    ) -> None:
        """Commit new addresses together with how some ended, in one transaction, and renew the lease.

        *revised*: what is known better of planned ones. *loads*: what was asked of which host meanwhile.
        """
        moment = now()
        captures = [
            _values(capture) for end in ended for capture in (end.before, end.capture) if capture is not None
        ]
        with self._store.writing() as db:
            if planned:
                db.execute(insert(Address), [self._row(plan, moment) for plan in planned])
            if revised:
                db.connection().execute(_REVISE, [self._revision(plan) for plan in revised])
            if captures:
                db.execute(insert(Capture), captures)
            if ended:
                db.connection().execute(_END, [self._end(end, moment) for end in ended])
            for load in loads:
                record_load(db, visit_id=self.visit_id, **asdict(load))
            db.execute(update(Visit).where(Visit.id == self.visit_id).values(lease_until=moment + LEASE))

    def _revision(self, plan: Planned) -> dict[str, Any]:
        return {
            "of_visit": self.visit_id,
            "of_key": plan.key,
            "anchor": plan.anchor,
            "score": plan.score,
            "serves": list(plan.serves),
        }

    def _end(self, end: Ended, moment: datetime) -> dict[str, Any]:
        return {
            "of_visit": self.visit_id,
            "of_key": end.key,
            "state": end.state,
            "reason": end.reason,
            "attempts": end.attempts,
            "capture_id": end.capture_id,
            "ended_at": moment if end.state.is_terminal else None,
        }

    def _row(self, plan: Planned, moment: datetime) -> dict[str, Any]:
        return {
            "visit_id": self.visit_id,
            "key": plan.key,
            "url": plan.url,
            "found_on": plan.found_on,
            "anchor": plan.anchor,
            "depth": plan.depth,
            "score": plan.score,
            "serves": list(plan.serves),
            "state": AddressState.PLANNED,
            "reason": None,
            "attempts": plan.attempts,
            "capture_id": None,
            "planned_at": moment,
            "ended_at": None,
        }


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
