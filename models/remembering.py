"""What earlier visits know of a city's addresses, for the crawl that comes next."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from models.base import now
from models.crawling import SUBMITTED, Address, Capture, Run, Visit
from models.judging import Finding
from models.store import Store
from models.vocabulary import AddressState, Reason, VisitState

OLDEST = timedelta(days=60)
"""A visit older than this is not leaned on."""

VISITS = 8
_TELLING = 12  # characters; shorter words stand on every page
GONE = frozenset({Reason.HTTP_4XX, Reason.SOFT_404})


@dataclass(frozen=True, slots=True)
class Remembered:
    """One address as the last complete visit left it, and how often it has been found changed.

    ``looks`` and ``changes`` are of the last eight visits; ``unasked`` is for how many visits, counted back from
    the last one without limit, nobody asked for it. ``leads_to`` is how many addresses were first found on it.
    """

    key: str
    state: AddressState
    reason: Reason | None
    capture: Capture
    headers: list[list[str]]  # of the answer whose bytes they are, then of the last that confirmed it
    found_on: str | None
    anchor: str
    looks: int
    changes: int
    unasked: int
    leads_to: int
    is_evidence: bool
    score: float  # what a link to it was worth
    place: int  # among what was first found on the same page, from 0
    siblings: int  # how many were first found there


def remembered(store: Store, visit_id: int) -> dict[str, Remembered]:
    """What the visit before *visit_id* saw, by key; empty where there is none that one may lean on."""
    with store.reading() as db:
        visits = _before(db, visit_id)
        if not visits:
            return {}
        received = aliased(Capture)
        rows = db.execute(
            select(Address, Capture, received.headers)
            .join(Capture, Capture.id == Address.capture_id)
            .outerjoin(received, received.id == Capture.confirms_id)
            .where(Address.visit_id == visits[0].id)
        ).all()
        below: dict[str, list[str]] = defaultdict(list)
        found = select(Address.found_on, Address.key).where(Address.visit_id == visits[0].id)
        for parent, key in db.execute(found.order_by(Address.id)):
            below[parent or ""].append(key)
        complete = list(db.scalars(_complete(visits[0].city, visit_id).order_by(Visit.id)))
        history = _history(db, [visit.id for visit in visits])
        evidence = _evidence(db, visits[0].id)
    return {
        row.key: Remembered(
            key=row.key,
            state=row.state,
            reason=row.reason,
            capture=capture,
            headers=[*(before or []), *capture.headers],
            found_on=row.found_on,
            anchor=row.anchor,
            looks=len(history[capture.requested_url]),
            changes=_changes(history[capture.requested_url]),
            unasked=len(complete) - bisect_right(complete, capture.visit_id),
            leads_to=len(below[row.key]),
            is_evidence=evidence.includes(row, capture),
            score=row.score,
            place=below[row.found_on or ""].index(row.key),
            siblings=len(below[row.found_on or ""]),
        )
        for row, capture, before in rows
        if _may_be_leaned_on(row, capture)
    }


def templates_of(store: Store, visit_id: int) -> dict[str, Any]:
    """What the city's visit before *visit_id* learned of its templates: which need a browser, and which do not."""
    with store.reading() as db:
        visits = _before(db, visit_id)
        return dict(visits[0].stats.get("templates", {})) if visits else {}


def _before(db: Session, visit_id: int) -> list[Visit]:
    """The city's complete visits before this one, newest first; none where the newest is too old."""
    this = db.get_one(Visit, visit_id)
    newest = _complete(this.city, this.id).order_by(Visit.id.desc()).limit(VISITS)
    visits = list(db.scalars(select(Visit).where(Visit.id.in_(newest)).order_by(Visit.id.desc())))
    return visits if visits and visits[0].started_at > now() - OLDEST else []


def _complete(city: str, before: int) -> Select[tuple[int]]:
    """Visits by the crawl that saw all they had planned; what people brought since is no visit of the site."""
    crawled = select(Visit.id).join(Run, Run.id == Visit.run_id).where(Run.source != SUBMITTED)
    return crawled.where(Visit.city == city, Visit.id < before, Visit.state == VisitState.COMPLETE)


def _history(db: Session, visits: list[int]) -> dict[str, list[tuple[datetime, str]]]:
    """For every address, when it was answered in these visits and with which body: as rendered, where it was."""
    found: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    own = (Address.capture_id == Capture.id) & (Address.visit_id == Capture.visit_id)
    answers = (
        select(Capture.requested_url, Capture.ended_at, Capture.body_sha256)
        .join(Address, own)
        .where(Address.visit_id.in_(visits), Capture.complete == "yes")
    )
    for url, moment, digest in db.execute(answers.order_by(Capture.ended_at)):
        found[url].append((moment, digest))
    return found


def _changes(answers: list[tuple[datetime, str]]) -> int:
    """How often the body differed from the one before."""
    return sum(one[1] != other[1] for one, other in itertools.pairwise(answers))


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What the findings of a visit rest on: captures, and words they quote from lists."""

    captures: frozenset[str]
    quotes: tuple[str, ...]

    def includes(self, row: Address, capture: Capture) -> bool:
        """Whether a finding rests on this address: on its own page, or on the words of a link to it."""
        if capture.id in self.captures:
            return True
        return len(row.anchor) >= _TELLING and any(
            row.anchor in words or words in row.anchor for words in self.quotes
        )


def _evidence(db: Session, visit_id: int) -> _Evidence:
    lists = db.scalars(select(Finding.evidence).where(Finding.visit_id == visit_id))
    pieces = [piece for several in lists for piece in several]
    return _Evidence(
        captures=frozenset(str(piece["capture"]) for piece in pieces),
        quotes=tuple(quote for piece in pieces if len(quote := str(piece["quote"])) >= _TELLING),
    )


def _may_be_leaned_on(row: Address, capture: Capture) -> bool:
    """Whether what was seen then may stand for what would be seen now: a whole answer, or a plain 404."""
    if row.state is AddressState.FETCHED:
        return capture.complete == "yes"
    return row.state is AddressState.FAILED and row.reason in GONE
