"""Links that people submitted become captures, or the reason why not; what they brought is sealed like a crawl.

What a city's reply brings is judged as soon as it is here. The same step for `tcm bring`, for the desk's own poll and
for whoever orders it otherwise.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import logging
import os
import sys
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
from flows.rechecking import card_of, give_up, recheck
from flows.visiting import Desk, today_in_kyiv
from models.base import now
from models.crawling import Capture, City
from models.custody import Submission
from models.facts import CityCard, Lexicon
from models.replies import to_check
from models.submissions import said_of, settle, submitted_runs, visit_for, waiting_links
from models.vocabulary import LogKind, Reason

MOST_SECONDS = 300.0  # of one city's links
AT_ONCE = 10  # links of one city in one process
CITIES_AT_ONCE = 3  # somebody waits for each: one slow site keeps no other city waiting
LOOK_AGAIN = 1.0  # seconds, while something is under way

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Brought:
    """How many links were captured, could not be, and wait for their city's hours; how many replies were checked."""

    captured: int = 0
    failed: int = 0
    later: int = 0
    checked: int = 0

    def __add__(self, other: Brought) -> Brought:
        """Both together."""
        return Brought(
            self.captured + other.captured,
            self.failed + other.failed,
            self.later + other.later,
            self.checked + other.checked,
        )


async def bring(desk: Desk, registry: Registry) -> Brought:
    """Fetch every link that waits, judge what replies bring, and seal it all; until nothing is left that may be asked.

    A few cities at once, and what comes in meanwhile too. One at a time on one machine.
    """
    with _alone(desk.settings.home) as is_alone:
        if not is_alone:
            return Brought()
        done = Brought()
        under_way: dict[asyncio.Task[Brought], str] = {}
        while True:
            for city in _cities(desk, registry) - set(under_way.values()):
                if len(under_way) < CITIES_AT_ONCE:
                    under_way[asyncio.create_task(_bring_city(desk, registry, city))] = city
            if not under_way:
                break
            ended, _ = await asyncio.wait(under_way, timeout=LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED)
            for task in ended:
                del under_way[task]
                done += task.result()
        await asyncio.to_thread(seal_brought, desk)
        with desk.store.reading() as db:
            return done + Brought(later=len(waiting_links(db)))


def something_waits(desk: Desk, registry: Registry) -> bool:
    """Whether there is a link that may be fetched now, or a reply that may be checked."""
    return bool(_cities(desk, registry))


def _cities(desk: Desk, registry: Registry) -> set[str]:
    """The cities about which something can be done now: a reply checked, or a link fetched within their hours."""
    with desk.store.reading() as db:
        linked, replied = {row.city for row in waiting_links(db)}, {row.city for row in to_check(db)}
    return replied | {city for city in linked if open_now(_manners(desk, registry, city).hours, now())}


def _manners(desk: Desk, registry: Registry, city: str) -> Manners:
    return manners_at(registry[city], desk.manners) if city in registry else desk.manners


def seal_brought(desk: Desk) -> None:
    """Seal what people brought that is not sealed yet, files that the desk took in among it."""
    with desk.store.reading() as db:
        runs = submitted_runs(db)
    for run_id in runs:
        seal_run(desk.store, desk.archive, run_id)


async def _bring_city(desk: Desk, registry: Registry, city: str) -> Brought:
    """What waits about one city: its links in a process of their own, then what its replies bring."""
    with desk.store.reading() as db:
        rows = [row for row in waiting_links(db) if row.city == city][:AT_ONCE]
    done = await _bring_links(desk, registry, city, rows) if rows else Brought()
    with desk.store.reading() as db:
        replies = [row.id for row in to_check(db) if row.city == city]
    for reply_id in replies:
        await asyncio.to_thread(_check, desk, reply_id)
    return done + Brought(checked=len(replies))


def _check(desk: Desk, reply_id: int) -> None:
    """Judge what one reply brings; one that breaks the judging keeps no other waiting, and a person looks at it."""
    try:
        recheck(desk, reply_id)
    except Exception:
        log.exception("reply %s could not be checked", reply_id)
        give_up(desk, reply_id)


async def _bring_links(desk: Desk, registry: Registry, city: str, rows: Sequence[Submission]) -> Brought:
    """The links of one city, in a process of their own."""
    manners = _manners(desk, registry, city)
    if not open_now(manners.hours, now()):
        return Brought()
    with desk.store.writing() as db:
        visit_id = visit_for(db, city).id
        card = card_of(db.get_one(City, city))
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
