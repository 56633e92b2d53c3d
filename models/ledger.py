"""The crawl ledger: every planned address of a visit has a row that ends in a terminal state with a reason.

It is what makes a visit resumable: after ``kill -9`` the planned rows are still there, and a page's answer,
its captured bytes and the addresses found on it are committed together or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from models.base import now
from models.crawling import Address, Capture, Visit
from models.loads import Counted, record_load
from models.room import writing_to
from models.store import Store
from models.visits import LEASE
from models.vocabulary import AddressState, Reason


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
        Raises NoRoomError on a full disk.
        """
        moment = now()
        captures = [
            _values(capture) for end in ended for capture in (end.before, end.capture) if capture is not None
        ]
        with writing_to(self._store.url), self._store.writing() as db:
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
