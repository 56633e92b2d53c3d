"""How long stored bytes are kept: by what rests on them, from the last visit that used them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from models.crawling import Address, Capture, Visit
from models.custody import Submission
from models.judging import Finding
from models.vocabulary import Verdict

FILE = Path(__file__).with_name("retention.yaml")
_SEEN = range(200, 400)
_COLUMNS = (
    Capture.id,
    Capture.body_sha256,
    Capture.status,
    Capture.complete,
    Capture.ended_at,
    Capture.visit_id,
    Capture.rendered_from_id,
)


class RetentionError(Exception):
    """The table of periods cannot be read; the sentence says what is wrong in it."""


class Rests(StrEnum):
    """What rests on a stored body, the weightiest first."""

    EVIDENCE = "evidence"
    SEARCHED = "searched"
    LOOKED = "looked"
    FAILED = "failed"


class Then(StrEnum):
    """What becomes of a body when its period is over."""

    ERASE = "erase"
    REVIEW = "review"  # a person decides


@dataclass(frozen=True, slots=True)
class Term:
    """How long a body is kept, and what then."""

    days: int
    then: Then


@dataclass(frozen=True, slots=True)
class Due:
    """A body whose period is over."""

    body: str
    rests: Rests
    term: Term
    used_at: datetime  # by the last visit that saw or took over a capture of it


def read_terms(path: Path = FILE) -> dict[Rests, Term]:
    """The periods, one for each class; RetentionError where one is missing, or says something else."""
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        terms = {
            Rests(name): Term(int(term.pop("days")), Then(term.pop("then"))) for name, term in said.items()
        }
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise RetentionError(
            f"{path.name}: each class has its days, and then: erase or review ({error})"
        ) from error
    if set(terms) != set(Rests) or any(said.values()) or any(term.days < 1 for term in terms.values()):
        raise RetentionError(f"{path.name}: the classes are {', '.join(Rests)}, each with days and then")
    return terms


def due(db: Session, terms: Mapping[Rests, Term], now: datetime) -> list[Due]:
    """The bodies whose period was over at *now*, the longest unused first, erased or not.

    Of several things that rest on one body, the one with the longest period counts.
    """
    captures = db.execute(select(*_COLUMNS)).all()
    used, rests = _used(db, captures), _resting(db, captures)
    kept_until: dict[str, tuple[datetime, Due]] = {}
    for body, names in _bodies(captures).items():
        for name in names:
            term = terms[rests[name]]
            until = used[name] + timedelta(days=term.days)
            if body not in kept_until or kept_until[body][0] < until:
                kept_until[body] = until, Due(body, rests[name], term, used[name])
    over = [one for until, one in kept_until.values() if until < now]
    return sorted(over, key=lambda one: (one.used_at, one.body))


def _bodies(captures: Sequence[Row[Any]]) -> dict[str, set[str]]:
    """Body → the captures that need it: those that hold it, and what a browser made of these."""
    made: dict[str, set[str]] = defaultdict(set)
    for row in captures:
        if row.rendered_from_id is not None:
            made[row.rendered_from_id].add(row.id)
    bodies: dict[str, set[str]] = defaultdict(set)
    for row in captures:
        bodies[row.body_sha256] |= {row.id} | made[row.id]
    return bodies


def _used(db: Session, captures: Iterable[Row[Any]]) -> dict[str, datetime]:
    """When each capture was last used: received, or taken over by a later visit."""
    used = {row.id: row.ended_at for row in captures}
    taken = select(Address.capture_id, Visit.started_at).join(Visit, Visit.id == Address.visit_id)
    for capture, started_at in db.execute(taken.where(Address.capture_id.is_not(None)).distinct()):
        if capture in used:
            used[capture] = max(used[capture], started_at)
    return used


def _resting(db: Session, captures: Iterable[Row[Any]]) -> dict[str, Rests]:
    """What rests on each capture."""
    quoted, searching = set(db.scalars(select(Submission.capture_id))), set[int]()
    for visit, verdict, evidence in db.execute(select(Finding.visit_id, Finding.verdict, Finding.evidence)):
        quoted |= {item.get("capture") for item in evidence}
        if verdict is Verdict.NOT_MET:
            searching.add(visit)
    looked_at = select(Address.capture_id).where(Address.visit_id.in_(searching)).distinct()
    searched = set(db.scalars(looked_at)) if searching else set()
    rests = {}
    for row in captures:
        is_seen = row.status in _SEEN and row.complete == "yes"
        if row.id in quoted:
            rests[row.id] = Rests.EVIDENCE
        elif not is_seen:
            rests[row.id] = Rests.FAILED
        else:
            is_searched = row.id in searched or row.visit_id in searching
            rests[row.id] = Rests.SEARCHED if is_searched else Rests.LOOKED
    return rests
