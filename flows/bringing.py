"""Links that people submitted become captures, or the reason why not; what they brought is sealed like a crawl.

The same step for `tcm bring`, for the desk's own poll and for whoever orders it otherwise.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crawlers.job import Job, Start
from crawlers.manners import Manners, manners_at, open_now
from crawlers.registry import Registry
from custody.canonical import digest
from custody.log import append
from custody.manifests import seal_run
from flows.visiting import Desk, today_in_kyiv
from models.base import now
from models.crawling import Capture, City
from models.custody import Submission
from models.facts import CityCard, Lexicon
from models.submissions import said_of, settle, submitted_runs, visit_for, waiting_links
from models.vocabulary import LogKind, Reason

MOST_SECONDS = 300.0  # of one city's links
AT_ONCE = 10  # links of one city in one process


@dataclass(frozen=True, slots=True)
class Brought:
    """How many links were captured, how many could not be, and how many wait for their city's hours."""

    captured: int = 0
    failed: int = 0
    later: int = 0

    def __add__(self, other: Brought) -> Brought:
        """Both together."""
        return Brought(self.captured + other.captured, self.failed + other.failed, self.later + other.later)


async def bring(desk: Desk, registry: Registry) -> Brought:
    """Fetch every link that waits, city by city, and seal what people brought. One at a time on one machine."""
    with _alone(desk.settings.home) as is_alone:
        if not is_alone:
            return Brought()
        with desk.store.reading() as db:
            waiting = waiting_links(db)
        of_city: defaultdict[str, list[Submission]] = defaultdict(list)
        for row in waiting:
            of_city[row.city].append(row)
        done = Brought()
        for city, rows in of_city.items():
            done += await _bring_city(desk, registry, city, rows[:AT_ONCE])
        seal_brought(desk)
        return done


def seal_brought(desk: Desk) -> None:
    """Seal what people brought that is not sealed yet, files that the desk took in among it."""
    with desk.store.reading() as db:
        runs = submitted_runs(db)
    for run_id in runs:
        seal_run(desk.store, desk.archive, run_id)


async def _bring_city(desk: Desk, registry: Registry, city: str, rows: Sequence[Submission]) -> Brought:
    """The links of one city, in a process of their own."""
    manners = manners_at(registry[city], desk.manners) if city in registry else desk.manners
    if not open_now(manners.hours, now()):
        return Brought(later=len(rows))
    with desk.store.writing() as db:
        visit_id = visit_for(db, city).id
        card = _card(db.get_one(City, city))
    told = await _fetch(desk, _job(desk, card, manners, visit_id, [row.url for row in rows]))
    done = Brought()
    lost: dict[str, Any] = {
        "capture": None,
        "reason": Reason.CRAWLER_ERROR.value,
    }  # whoever brought it may bring it again
    for row, one in zip(rows, [*told, *[lost] * len(rows)], strict=False):
        done += _settle(desk, row.id, one)
    if done.captured:
        await asyncio.to_thread(desk.reading.read, desk.store, desk.archive, visit_id, today=today_in_kyiv())
    return done


def _settle(desk: Desk, submission_id: int, told: dict[str, Any]) -> Brought:
    """Say what came of one link, and have the log speak for it."""
    reason = Reason(told["reason"]) if told["reason"] else None
    with desk.store.writing() as db:
        row = db.get_one(Submission, submission_id)
        capture = db.get(Capture, told["capture"]) if told["capture"] else None
        settle(row, capture, reason)
        append(
            db,
            LogKind.SUBMISSION,
            f"submission {row.id}",
            digest(said_of(row, capture)),
            body={"kind": row.kind.value, "state": row.state.value, "capture": row.capture_id},
        )
    return Brought(failed=1) if reason is not None else Brought(captured=1)


def _job(desk: Desk, card: CityCard, manners: Manners, visit_id: int, urls: Sequence[str]) -> Job:
    folder = desk.logs
    folder.mkdir(parents=True, exist_ok=True)
    return Job(
        city=card,
        starts=tuple(Start(url) for url in urls),
        lexicon=Lexicon(topics={}),
        manners=replace(manners, max_seconds=MOST_SECONDS),
        user_agent=desk.settings.user_agent,
        today=today_in_kyiv().isoformat(),
        pretend_proxy=desk.settings.pretend_proxy,
        visit_id=visit_id,
        database_url=desk.store.url,
        archive=str(desk.archive.root),
        stats_file=str(folder / f"brought-{visit_id}.json"),
        parent=os.getpid(),
    )


async def _fetch(desk: Desk, job: Job) -> list[dict[str, Any]]:
    """What the process says came of each link, in their order; fewer where it did not end well."""
    _told(job)  # what an earlier one left is no news
    with (desk.logs / "brought.log").open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "crawlers.fetching",
            stdin=asyncio.subprocess.PIPE,
            stdout=output,
            stderr=output,
        )
    try:
        with suppress(TimeoutError):
            await asyncio.wait_for(process.communicate(job.to_json().encode()), MOST_SECONDS)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return _told(job)


def _told(job: Job) -> list[dict[str, Any]]:
    """What the process has written down, taken away."""
    said = Path(job.stats_file)
    try:
        told: list[dict[str, Any]] = json.loads(said.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        told = []
    said.unlink(missing_ok=True)
    return told


def _card(city: City) -> CityCard:
    return CityCard(city.slug, city.name_uk, city.name_en, tuple(city.hosts), city.edrpou)


@contextmanager
def _alone(home: Path) -> Iterator[bool]:
    """Whether nobody else on this machine brings at this moment; until the end of the block nobody will."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "bringing.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
