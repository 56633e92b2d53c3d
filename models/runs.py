"""Opening and closing runs, and the cities that pages show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from models.base import now
from models.crawling import City, Run, Visit
from models.store import Store
from models.version import TOOL_VERSION
from models.vocabulary import VisitState

KYIV = ZoneInfo("Europe/Kyiv")


def current_round(moment: datetime | None = None) -> str:
    """The round that a run started at *moment* (default: now) belongs to: year and month in Kyiv."""
    return (moment or now()).astimezone(KYIV).strftime("%Y-%m")


def register_cities(store: Store, cities: Iterable[City]) -> None:
    """Renew what pages show of these cities; others stay as they are."""
    with store.writing() as db:
        for city in cities:
            db.merge(city)


def open_run(
    store: Store,
    *,
    round_id: str,
    region: str | None = None,
    source: str = "network",
    name: str | None = None,
) -> str:
    """Begin a run of *round_id* and return its id, such as ``2026-11-west-2``."""
    stem = "-".join(part for part in (round_id, name or region) if part)
    with store.writing() as db:
        taken = set(db.scalars(select(Run.id).where(Run.id.startswith(stem + "-", autoescape=True))))
        number = next(n for n in range(1, len(taken) + 2) if f"{stem}-{n}" not in taken)
        run = Run(
            id=f"{stem}-{number}",
            round=round_id,
            region=region,
            source=source,
            tool_version=TOOL_VERSION,
            started_at=now(),
            ended_at=None,
        )
        db.add(run)
    return run.id


def close_run(store: Store, run_id: str) -> None:
    """Say that nothing more will be crawled in this run."""
    with store.writing() as db:
        run = db.get_one(Run, run_id)
        run.ended_at = now()


def visits_of(store: Store, run_id: str) -> list[Visit]:
    """The visits of a run, by city."""
    with store.reading() as db:
        return list(db.scalars(select(Visit).where(Visit.run_id == run_id).order_by(Visit.city)))


def finished(visit: Visit) -> bool:
    """Whether nothing is left to fetch in this visit."""
    return visit.state in {VisitState.COMPLETE, VisitState.UNREACHABLE}
