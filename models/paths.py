"""Click paths: how a visitor gets from the front page to an address, by the words of the links on the way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Select, bindparam, or_, select
from sqlalchemy.orm import Session

from models.crawling import Address, Capture

LONGEST_PATH = 12
_MOVED = range(300, 400)
_UNCHANGED = 304


def _asked(way: ColumnElement[bool]) -> Select[tuple[Address, int]]:
    return (
        select(Address, Capture.status)
        .outerjoin(Capture, Capture.id == Address.capture_id)
        .where(Address.visit_id == bindparam("visit"), way)
        .order_by(Address.depth, Address.id)
        .limit(1)
    )


# Asked for every step of every way, and so put together once.
_BY_KEY = _asked(Address.key == bindparam("sought"))
_BY_BYTES = _asked(Address.capture_id == bindparam("sought"))
_BY_ADDRESS = _asked(or_(Address.url == bindparam("sought"), Address.key == bindparam("sought")))
_BY_END = _asked(Capture.final_url == bindparam("sought"))


@dataclass(frozen=True, slots=True)
class Step:
    """One page on the way. ``anchor`` is the link that leads to it; the first step has none."""

    url: str
    anchor: str
    capture_id: str | None

    @property
    def is_home(self) -> bool:
        """Whether this is a site's front page."""
        parts = urlsplit(self.url)
        return parts.path in ("", "/") and not parts.query


def click_path(db: Session, visit_id: int, url: str, capture_id: str | None = None) -> tuple[Step, ...]:
    """The steps to *url* in a visit, from the first page on; empty where the ledger does not know it.

    Where several addresses led to the same bytes, *capture_id* names them. A redirect is no step: a visitor sees
    only where it ends.
    """
    steps: list[Step] = []
    seen: set[str] = set()
    row = _row(db, visit_id, url, capture_id)
    while row is not None and row[0].key not in seen and len(steps) < LONGEST_PATH:
        address, status = row
        seen.add(address.key)
        step = Step(address.url, address.anchor if address.found_on else "", address.capture_id)
        if steps and status in _MOVED and status != _UNCHANGED:
            steps[-1] = replace(steps[-1], anchor=step.anchor)  # the words led to where it sent us on
        else:
            steps.append(step)
        row = _one(db, visit_id, _BY_KEY, address.found_on) if address.found_on else None
    return tuple(steps[::-1])


def _row(db: Session, visit_id: int, url: str, capture_id: str | None) -> tuple[Address, int | None] | None:
    """The ledger's row of *url*: by its own address, by its bytes, or by where a redirect ended."""
    ways = [(_BY_ADDRESS, url), (_BY_END, url)]
    if capture_id is not None:
        ways.insert(0, (_BY_BYTES, capture_id))
    return next((row for way, sought in ways if (row := _one(db, visit_id, way, sought)) is not None), None)


def _one(
    db: Session, visit_id: int, way: Select[tuple[Address, int]], sought: str
) -> tuple[Address, int | None] | None:
    row = db.execute(way, {"visit": visit_id, "sought": sought}).one_or_none()
    return (row[0], row[1]) if row else None
