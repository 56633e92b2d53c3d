"""How runs came out, as far as the database knows: what Prefect calls failed is not called done here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import exists, func, literal, select
from sqlalchemy.orm import Session

from models.base import now
from models.crawling import Run, Visit
from models.judging import Finding
from models.vocabulary import VisitState

SILENT = timedelta(minutes=30)  # without a visit that moves: judging and pictures take less
TOLERATED_UNSEEN = 0.2  # of the cities, as the flow has it; beyond it the fault is more likely ours


class Ending(StrEnum):
    """How a run stands."""

    OPEN = "open"
    CLOSED = "closed"
    TROUBLED = "troubled"  # our own side failed in a city
    UNSEEN = "unseen"  # many cities could not be looked at
    BROKEN = "broken"  # it fell silent before its end


def endings(db: Session, runs: Sequence[Run]) -> dict[str, Ending]:
    """How each of *runs* stands."""
    ids = [run.id for run in runs]
    states: defaultdict[str, Counter[VisitState]] = defaultdict(Counter)
    moved: dict[str, datetime] = {run.id: run.started_at for run in runs}
    for run_id, state, lease, ended, number in db.execute(
        select(Visit.run_id, Visit.state, func.max(Visit.lease_until), func.max(Visit.ended_at), func.count())
        .where(Visit.run_id.in_(ids))
        .group_by(Visit.run_id, Visit.state)
    ):
        states[run_id][state] = number
        moved[run_id] = max(moved[run_id], *(moment for moment in (lease, ended) if moment is not None))
    judged = exists(select(literal(1)).where(Finding.visit_id == Visit.id))
    counted = (
        select(Visit.run_id, judged, func.count()).where(Visit.run_id.in_(ids)).group_by(Visit.run_id, judged)
    )
    halves: defaultdict[str, set[bool]] = defaultdict(set)
    for run_id, is_judged, _ in db.execute(counted):
        halves[run_id].add(bool(is_judged))
    return {run.id: _ending(run, states[run.id], moved[run.id], len(halves[run.id]) > 1) for run in runs}


def _ending(run: Run, states: Counter[VisitState], moved: datetime, half_judged: bool) -> Ending:  # noqa: FBT001  # one of four facts
    if run.ended_at is None:
        return Ending.OPEN if now() - moved < SILENT else Ending.BROKEN
    if states[VisitState.OPEN] or states[VisitState.BROKEN] or half_judged:
        return Ending.TROUBLED
    if states[VisitState.UNREACHABLE] > TOLERATED_UNSEEN * states.total():
        return Ending.UNSEEN
    return Ending.CLOSED
