"""Click paths: how a visitor gets from the front page to an address, by the words of the links on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Row, Select, bindparam, literal, or_, select
from sqlalchemy.orm import Session

from models.crawling import Address, Capture

LONGEST_PATH = 12
_MOST_ROWS = 2 * LONGEST_PATH  # redirects on the way are no steps
_MOVED = range(300, 400)
_UNCHANGED = 304

_Led = tuple[str, str, str, str | None, str | None, int]  # no status where nothing was answered


def _led_to(way: ColumnElement[bool]) -> Select[_Led]:
    """The ledger's row that *way* finds in a visit, and those whose pages led to it, back to the first."""
    visit = Address.visit_id == bindparam("visit")
    start = (
        select(Address.id, Address.found_on, literal(1).label("place"))
        .outerjoin(Capture, Capture.id == Address.capture_id)
        .where(visit, way)
        .order_by(Address.depth, Address.id)
        .limit(1)
        .subquery()
    )
    end = select(start).cte("led", recursive=True)
    before = select(Address.id, Address.found_on, end.c.place + 1).join(end, end.c.found_on == Address.key)
    led = end.union_all(before.where(visit, end.c.place < _MOST_ROWS))
    shown = (Address.key, Address.url, Address.anchor, Address.found_on, Address.capture_id, Capture.status)
    found = select(*shown).join(led, led.c.id == Address.id)
    return found.outerjoin(Capture, Capture.id == Address.capture_id).order_by(led.c.place)


# Asked for every piece of evidence on every page of a finding, and so put together once.
_BY_BYTES = _led_to(Address.capture_id == bindparam("sought"))
_BY_ADDRESS = _led_to(or_(Address.url == bindparam("sought"), Address.key == bindparam("sought")))
_BY_END = _led_to(Capture.final_url == bindparam("sought"))


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
    for row in _rows(db, visit_id, url, capture_id):
        if row.key in seen or len(steps) == LONGEST_PATH:
            break
        seen.add(row.key)
        step = Step(row.url, row.anchor if row.found_on else "", row.capture_id)
        if steps and row.status in _MOVED and row.status != _UNCHANGED:
            steps[-1] = replace(steps[-1], anchor=step.anchor)  # the words led to where it sent us on
        else:
            steps.append(step)
    return tuple(steps[::-1])


def _rows(db: Session, visit_id: int, url: str, capture_id: str | None) -> Sequence[Row[_Led]]:
    """The ledger's row of *url*, found by its bytes, its own address or where a redirect ended; then what led there."""
    ways = [(_BY_ADDRESS, url), (_BY_END, url)]
    if capture_id is not None:
        ways.insert(0, (_BY_BYTES, capture_id))
    every = (db.execute(way, {"visit": visit_id, "sought": sought}).all() for way, sought in ways)
    return next((rows for rows in every if rows), [])
