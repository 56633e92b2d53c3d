"""One city in, captures out: the only door that flows and the command line use."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawlers.job import NO_ROOM, Errand, Job
from models.archive import Archive
from models.crawling import Visit
from models.room import NoRoomError
from models.runs import finished
from models.store import Store
from models.visits import close_visit, open_visit
from models.vocabulary import Reason, VisitState

GRACE_SECONDS = 10.0
STOPPED = {
    "shutdown": "the crawl was stopped",
    "outside-hours": "it is outside the city's crawl hours: run again within them and it goes on where it stopped",
}
LATE_SECONDS = 60.0  # beyond the visit's own time budget


class CrawlFailed(Exception):  # noqa: N818  # an outcome that the operator sees in red
    """The crawl process did not do its work; what it stored is kept and the visit can be resumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitPlan(Errand):
    """What to visit in which run."""

    run_id: str


@dataclass(frozen=True, slots=True)
class VisitOutcome:
    """How a visit went. ``failure`` is a sentence where the crawl process itself failed."""

    visit_id: int
    state: VisitState
    reason: Reason | None
    fetched: int
    failed: int
    bytes: int
    log: Path
    failure: str | None = None
    stats: dict[str, Any] = field(default_factory=dict)

    @property
    def could_look(self) -> bool:
        """Whether anything at all was seen."""
        return self.fetched > 0 and self.state is not VisitState.UNREACHABLE


async def visit_city(plan: VisitPlan, *, store: Store, archive: Archive, logs: Path) -> VisitOutcome:
    """Visit a city in a process of its own, or go on with a visit that broke earlier in this round.

    Raises VisitTakenError while another process visits it, ArchiveError where the disk is nearly full.
    """
    archive.require_room()
    visit = open_visit(store, plan.run_id, plan.city.slug)
    log, stats_file = _files(logs, plan, visit.id)
    if finished(visit):
        return _outcome(visit, log, None)
    job = Job.of(
        plan,
        visit_id=visit.id,
        database_url=store.url,
        archive=str(archive.root),
        stats_file=str(stats_file),
        parent=os.getpid(),
    )
    failure = await _run(job, log)
    stats = _statistics(stats_file)
    failure = stats.get("trouble") or failure or _complaint(stats)
    visit = close_visit(
        store,
        visit.id,
        stats=stats,
        hosts=plan.city.hosts,
        reason=Reason.CRAWLER_ERROR if failure else None,
    )
    if failure is None and visit.state is VisitState.BROKEN:
        failure = "the crawl stopped with addresses left to fetch"
    return _outcome(visit, log, failure)


def _files(logs: Path, plan: VisitPlan, visit_id: int) -> tuple[Path, Path]:
    """The visit's log, and where its process leaves statistics; old ones are gone."""
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"{plan.run_id}-{plan.city.slug}.log"
    stats_file = log.with_suffix(f".{visit_id}.stats.json")
    stats_file.unlink(missing_ok=True)
    return log, stats_file


async def _run(job: Job, log: Path) -> str | None:
    """Run the crawl process to its end; a sentence if it did not end well."""
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "crawlers.process",
            stdin=asyncio.subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,  # a group of its own, so that all of it can be stopped
        )
    try:
        await asyncio.wait_for(
            process.communicate(job.to_json().encode()), job.manners.max_seconds + LATE_SECONDS
        )
    except TimeoutError:
        await _stop(process)
        return f"the crawl process did not end within {job.manners.max_seconds + LATE_SECONDS:.0f} s"
    except BaseException:
        await _stop(process)
        raise
    if process.returncode == NO_ROOM:
        return str(NoRoomError(job.archive))
    if process.returncode:
        return f"the crawl process ended with {_ending(process.returncode)}; its log: {log.name}"
    return None


async def _stop(process: asyncio.subprocess.Process) -> None:
    """Ask the process to end, then make it."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
            await asyncio.wait_for(process.wait(), GRACE_SECONDS)
        except ProcessLookupError:
            return
        except TimeoutError:
            continue
        return


def _statistics(file: Path) -> dict[str, Any]:
    try:
        stats: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    file.unlink(missing_ok=True)
    return stats


def _complaint(stats: dict[str, Any]) -> str | None:
    """What the crawl's own statistics say against it: an exit code of 0 proves nothing."""
    if not stats:
        return "the crawl process left no statistics"
    if stats["spider_exceptions"]:
        return f"{stats['spider_exceptions']} pages broke the spider"
    return STOPPED.get(stats["finish_reason"])


def _ending(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _outcome(visit: Visit, log: Path, failure: str | None) -> VisitOutcome:
    return VisitOutcome(
        visit_id=visit.id,
        state=visit.state,
        reason=visit.reason,
        fetched=int(visit.stats.get("fetched", 0)),
        failed=int(visit.stats.get("failed", 0)) + int(visit.stats.get("refused", 0)),
        bytes=int(visit.stats.get("bytes", 0)),
        log=log,
        failure=failure,
        stats=visit.stats,
    )
