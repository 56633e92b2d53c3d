"""`tcm demo`: fifty pretend councils, crawled under Prefect, judged, and open for review. `make demo` runs it."""

from __future__ import annotations

import argparse
import json
import secrets
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from sqlalchemy import select

from console.rehearsal import Progress, tell_score
from console.telling import Refusal
from fixtures.children import Child, ServiceError
from fixtures.councils.server import PretendWeb
from fixtures.people import PEOPLE
from fixtures.prefect_server import HOST, PrefectServer
from flows import WORK_POOL
from flows.visiting import Desk, open_desk, today_in_kyiv
from models.base import now
from models.environment import Settings, inherited, is_unattended, settings
from models.people import Person
from models.vocabulary import Verdict
from review.sessions import hash_password

REGISTRY = Path(__file__).parent.parent / "fixtures" / "councils" / "cities"
REGIONS = ("west", "north", "centre", "east", "south")
ALL = 50
AT_ONCE = 4
READY_SECONDS = 60.0


def register(commands: Any) -> None:  # noqa: ANN401  # argparse has no public name for it
    """Say how the command is called."""
    parser = commands.add_parser("demo", help="crawl the pretend councils, judge them, open the review desk")
    parser.add_argument("--cities", type=int, default=ALL, metavar="N", help="how many councils (1 to 50)")
    parser.add_argument("--port", type=int, default=8000, help="of the review desk")
    parser.add_argument("--prefect-port", type=int, default=4200, help="of the Prefect UI")
    parser.add_argument("--fresh", action="store_true", help="forget what earlier demos stored")
    parser.add_argument("--once", action="store_true", help="end when all is told (so too where CI is set)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Show the whole house at work; stay until Ctrl-C."""
    if not 1 <= arguments.cities <= ALL:
        raise Refusal(f"--cities takes a number from 1 to {ALL}, not {arguments.cities}")
    for ending in (signal.SIGINT, signal.SIGTERM):  # a shell may have started us deaf to Ctrl-C
        signal.signal(ending, _interrupted)
    try:
        with ExitStack() as stack:
            show = _Show.begin(stack, arguments)
            show.crawl()
            show.second_day()
            show.tell()
            if not (arguments.once or is_unattended()):
                print("\nCtrl-C ends everything.", flush=True)
                signal.pause()
    except ServiceError as error:
        raise Refusal(str(error), exit_code=3) from error
    except KeyboardInterrupt:
        print("\nEnded; nothing is left running.")
    return 0


@dataclass(slots=True)
class _Show:
    """All that runs during a demo."""

    web: PretendWeb
    prefect: PrefectServer
    desk: Desk
    passwords: dict[str, str]
    runs: list[str]
    began: float

    @classmethod
    def begin(cls, stack: ExitStack, arguments: argparse.Namespace) -> _Show:
        """Start the pretend web, Prefect with its worker, and the review desk."""
        began = time.monotonic()
        home = settings().home / "demo"
        if arguments.fresh:
            shutil.rmtree(home, ignore_errors=True)
        _say("Starting the pretend councils, PostgreSQL, the Prefect server and the review desk …")
        web = PretendWeb(today=today_in_kyiv(), cities=arguments.cities).start()
        stack.callback(web.stop)
        ours = _settings(home, web, arguments.port)
        desk = open_desk(ours)
        stack.callback(desk.store.close)
        passwords = _people(desk)
        environment = {**inherited(), **_environment(ours)}
        prefect = stack.enter_context(
            PrefectServer(home / "prefect", environment, port=arguments.prefect_port)
        )
        _deploy(prefect)
        prefect.start_worker(WORK_POOL, limit=2)
        review = [sys.executable, "-m", "console", "serve", "--port", str(arguments.port)]
        child = Child("the review desk", review, log=home / "review.log", environment=environment)
        stack.callback(child.stop)
        child.wait_until(lambda: _answers(arguments.port), seconds=READY_SECONDS)
        _say(
            f"Prefect UI {prefect.ui_url} · review desk {ours.review_url} · up in {time.monotonic() - began:.0f} s"
        )
        return cls(web, prefect, desk, passwords, [], began)

    def crawl(self) -> None:
        """Crawl every council once: a run per region, or one run of those asked for."""
        order = {"registry": str(REGISTRY), "at_once": AT_ONCE}
        if len(self.web.cities) == ALL:
            orders = [
                {"deployment": "crawl-region/crawl-region", "parameters": {"region": region, "order": order}}
                for region in REGIONS
            ]
        else:
            orders = [_some(list(self.web.cities), order)]
        _say(
            f"Crawling {len(self.web.cities)} councils, {AT_ONCE} at once; every line is a city that is judged."
        )
        progress = self._follow(orders, len(self.web.cities))
        self.runs = progress.runs()
        _say(f"{progress.pages()} answers stored.")

    def second_day(self) -> None:
        """Let a few councils change, one fall silent, and look at them again: what drift looks like."""
        chosen = [slug for slug in self.web.cities if self._was_well_seen(slug)][:3]
        if len(chosen) < 3:  # noqa: PLR2004  # one for each thing that can happen
            return
        removed, silent, decided = chosen
        self.web.change(removed, "report-removed")
        self.web.fail(silent, "refuses")
        self.web.change(decided, "new-decision")
        _say(f"A second day: {removed} takes a report down, {decided} decides, {silent} does not answer.")
        order = {"registry": str(REGISTRY), "at_once": AT_ONCE}
        self._follow([_some(chosen, order)], len(chosen))
        self.web.fail(silent, None)

    def tell(self) -> None:
        """What was found against what was planted, and where to look."""
        tell_score(self.desk.store, self.runs)
        print("\nSign in to the review desk:")
        for person in PEOPLE:
            region = f", {person.region}" if person.region else ""
            print(
                f"  {person.login:<15} {self.passwords[person.login]}   {person.name} ({person.role}{region})"
            )
        user, _, password = self.prefect.auth.partition(":")
        print(f"\nReview desk  {self.desk.settings.review_url}")
        print(f"Prefect UI   {self.prefect.ui_url}   (asks for: {user}:{password})")
        print(f"Data         {self.desk.settings.home}")
        print(f"Took         {time.monotonic() - self.began:.0f} s", flush=True)

    def _follow(self, orders: list[dict[str, Any]], cities: int) -> Progress:
        """Start runs and tell each city as it is done, until all runs have ended."""
        progress = Progress(self.desk.store, cities)
        starter = subprocess.Popen(
            [sys.executable, "-m", "flows.starting"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self.prefect.environment,
            text=True,
        )
        try:
            assert starter.stdin is not None  # noqa: S101  # it is a pipe
            starter.stdin.write(json.dumps(orders))
            starter.stdin.close()
            while starter.poll() is None:
                progress.tell()
                time.sleep(0.5)
        finally:
            starter.kill()
        progress.tell()
        assert starter.stdout is not None  # noqa: S101  # it is a pipe
        for line in starter.stdout:
            end = json.loads(line)
            print(f"  {end['name']}: {end['state']}. {end['message'] or ''}", flush=True)
        if starter.returncode:
            raise ServiceError("the runs could not be started; the Prefect server's log says why")
        return progress

    def _was_well_seen(self, slug: str) -> bool:
        """Whether this council was seen whole, with all its budget reports."""
        from models.judging import Finding  # noqa: PLC0415

        with self.desk.store.reading() as db:
            verdict = db.scalar(
                select(Finding.verdict).where(Finding.city == slug, Finding.indicator == "BUDG-06")
            )
        return verdict is Verdict.MET


def _settings(home: Path, web: PretendWeb, port: int) -> Settings:
    """This installation's settings, for the demo's own folder and the pretend web."""
    return replace(
        settings(),
        home=home,
        database_url=f"sqlite:///{home / 'monitor.db'}",
        archive=home / "archive",
        pretend_proxy=f"http://{HOST}:{web.port}",
        review_url=f"http://{HOST}:{port}",
    )


def _environment(ours: Settings) -> dict[str, str]:
    """What children of the demo must find in their environment."""
    return {
        "TCM_HOME": str(ours.home),
        "TCM_DATABASE_URL": ours.database_url,
        "TCM_ARCHIVE": str(ours.archive),
        "TCM_PRETEND_PROXY": ours.pretend_proxy or "",
        "TCM_REVIEW_URL": ours.review_url,
    }


def _people(desk: Desk) -> dict[str, str]:
    """The pretend people, each with a password made now."""
    passwords = {person.login: secrets.token_urlsafe(9) for person in PEOPLE}
    with desk.store.writing() as db:
        for pretend in PEOPLE:
            person = db.scalar(select(Person).where(Person.login == pretend.login))
            hashed = hash_password(passwords[pretend.login])
            if person is not None:
                person.password_hash = hashed
                continue
            db.add(
                Person(
                    login=pretend.login,
                    name=pretend.name,
                    organisation=pretend.organisation,
                    role=pretend.role,
                    region=pretend.region,
                    password_hash=hashed,
                    active=True,
                    created_at=now(),
                )
            )
    return passwords


def _deploy(prefect: PrefectServer) -> None:
    """Apply prefect.yaml to the server."""
    done = subprocess.run(
        [sys.executable, "-m", "flows.deploying"],
        env=prefect.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ServiceError(f"the deployments could not be made: {done.stderr.strip().splitlines()[-1]}")


def _some(cities: list[str], order: dict[str, Any]) -> dict[str, Any]:
    return {"deployment": "crawl-cities/crawl-cities", "parameters": {"cities": cities, "order": order}}


def _answers(port: int) -> bool:
    """Whether the review desk answers."""
    import socket  # noqa: PLC0415

    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


def _interrupted(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _say(sentence: str) -> None:
    print(sentence, flush=True)
