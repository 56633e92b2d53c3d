"""The load we put on other people's servers: requests and bytes per host and day, for anybody to see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.crawling import REPLAY, Run, Visit


class Load(Base):
    """What one visit asked of one host on one day in Kyiv; robots.txt and a page's own requests included."""

    __tablename__ = "loads"
    __table_args__ = (
        CheckConstraint("requests >= 0 AND bytes >= 0 AND not_modified >= 0", name="counted"),
        CheckConstraint("not_modified <= requests", name="not_modified_were_asked"),
    )

    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"), primary_key=True)
    host: Mapped[str] = mapped_column(String(255), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True, index=True)
    requests: Mapped[int]
    bytes: Mapped[int] = mapped_column(BigInteger)  # of bodies, as received
    not_modified: Mapped[int]  # requests answered 304: asked, and nothing sent again


@dataclass(frozen=True, slots=True)
class Counted:
    """What was asked of one host on one day and is not yet in the account."""

    host: str
    day: date
    requests: int = 0
    received: int = 0  # bytes of bodies
    not_modified: int = 0


@dataclass(frozen=True, slots=True)
class HostLoad:
    """What one run asked of one host on one day."""

    day: date
    host: str
    city: str
    run: str
    requests: int
    bytes: int
    not_modified: int


@dataclass(frozen=True, slots=True)
class LoadTotal:
    """Several loads together."""

    hosts: int
    requests: int
    bytes: int
    not_modified: int


def record_load(
    db: Session,
    *,
    visit_id: int,
    host: str,
    day: date,
    requests: int = 1,
    received: int = 0,
    not_modified: int = 0,
) -> None:
    """Add *requests* and *received* bytes to what this visit has asked of *host* on *day*.

    Called in the transaction that stores the answers, so that the account survives whatever they survive.
    """
    mine = (Load.visit_id == visit_id, Load.host == host, Load.day == day)
    counted = {
        "requests": Load.requests + requests,
        "bytes": Load.bytes + received,
        "not_modified": Load.not_modified + not_modified,
    }
    connection = db.connection()
    if not connection.execute(update(Load).where(*mine).values(counted)).rowcount:
        first = {"requests": requests, "bytes": received, "not_modified": not_modified}
        connection.execute(insert(Load).values(visit_id=visit_id, host=host, day=day, **first))


def loads_of(
    db: Session, *, since: date | None = None, host: str | None = None, run: str | None = None
) -> list[HostLoad]:
    """What was asked over the network, per host, day and run, the newest day first, then by host.

    *since*, *host* and *run* choose a part of it. Replays of recordings trouble nobody and are left out.
    """
    rows = (
        select(Load.day, Load.host, Visit.city, Visit.run_id, Load.requests, Load.bytes, Load.not_modified)
        .join(Visit, Visit.id == Load.visit_id)
        .join(Run, Run.id == Visit.run_id)
        .where(Run.source != REPLAY)
        .order_by(Load.day.desc(), Load.host, Visit.run_id)
    )
    if since is not None:
        rows = rows.where(Load.day >= since)
    if host is not None:
        rows = rows.where(Load.host == host)
    if run is not None:
        rows = rows.where(Visit.run_id == run)
    return [HostLoad(*row) for row in db.execute(rows)]


def total_of(loads: Iterable[HostLoad]) -> LoadTotal:
    """*loads* together."""
    every = list(loads)
    return LoadTotal(
        hosts=len({one.host for one in every}),
        requests=sum(one.requests for one in every),
        bytes=sum(one.bytes for one in every),
        not_modified=sum(one.not_modified for one in every),
    )
