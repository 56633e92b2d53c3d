"""How often each check is right, as measured on labelled cases: kept beside the findings it speaks about."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from models.judging import Accuracy
from models.store import Store
from models.vocabulary import Verdict

Z95 = 1.959964  # of the normal distribution, for 95 % intervals


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a share lies with 95 % confidence."""

    low: float
    high: float


def wilson(right: int, of: int) -> Interval:
    """The interval of Wilson (1927): holds for few cases and for shares of nought and one."""
    if not of:
        return Interval(0.0, 1.0)
    share, square = right / of, Z95 * Z95
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z95 / (1 + square / of) * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def record_accuracy(
    store: Store, methodology: str, version: str, gold: str, rows: Iterable[dict[str, Any]]
) -> None:
    """Keep what was measured of one version of a methodology, in place of an earlier measurement of it."""
    of_version = (Accuracy.methodology == methodology, Accuracy.methodology_version == version)
    named = {"methodology": methodology, "methodology_version": version, "gold": gold}
    values = [{**named, **row} for row in rows]
    with store.writing() as db:
        db.execute(delete(Accuracy).where(*of_version))
        if values:
            db.execute(insert(Accuracy), values)


def keep_measured(
    store: Store, methodology: str, version: str, gold: str, rows: Iterable[dict[str, Any]]
) -> None:
    """Record what a pack brings along of its own accuracy, unless that very measurement is there already."""
    if not gold:
        return
    with store.reading() as db:
        known = measured(db, methodology, version)
    if known != gold:
        record_accuracy(store, methodology, version, gold, rows)


_ACCURACY_OF = select(Accuracy).where(  # every finding's page shows it
    Accuracy.methodology == bindparam("methodology"),
    Accuracy.methodology_version == bindparam("version"),
    Accuracy.indicator == bindparam("indicator"),
    Accuracy.verdict == bindparam("verdict"),
)


def accuracy_of(
    db: Session, methodology: str, version: str, indicator: str, verdict: Verdict
) -> Accuracy | None:
    """What is known of one verdict of one check."""
    asked = {"methodology": methodology, "version": version, "indicator": indicator, "verdict": verdict}
    return db.scalar(_ACCURACY_OF, asked)


def measured(db: Session, methodology: str, version: str) -> str | None:
    """The labelled set by which a version of a methodology was measured; None where it was not."""
    return db.scalar(
        select(Accuracy.gold)
        .where(Accuracy.methodology == methodology, Accuracy.methodology_version == version)
        .limit(1)
    )
