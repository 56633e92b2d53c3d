"""What the demo needs running: the pretend web, Prefect with its worker, the review desk, and people."""

from __future__ import annotations

import json
import secrets
import shutil
import socket
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from console.rehearsal import Progress
from fixtures.authority import PretendAuthority
from fixtures.children import Child, ServiceError
from fixtures.councils.server import PretendWeb
from fixtures.people import ORGANISATIONS, PEOPLE
from fixtures.prefect_server import HOST, PrefectServer
from flows import WORK_POOL
from flows.visiting import Desk, open_desk, today_in_kyiv
from models.environment import Settings, inherited, settings
from models.people import Person
from review.enrolling import Newcomer, add, add_organisation
from review.sessions import NO_PASSWORD, hash_password

READY_SECONDS = 60.0
TIME_HOST = "time.test"  # the pretend time-stamp authority


@dataclass(frozen=True, slots=True)
class Stage:
    """All that runs during a demo; ``passwords`` are those of the pretend people, by login."""

    web: PretendWeb
    prefect: PrefectServer
    desk: Desk
    passwords: dict[str, str]

    @classmethod
    def set_up(cls, stack: ExitStack, *, cities: int, port: int, prefect_port: int, fresh: bool) -> Stage:
        """Start everything; *stack* ends it all, in turn. Raises ServiceError, which says what could not start."""
        home = settings().home / "demo"
        if fresh:
            shutil.rmtree(home, ignore_errors=True)
        require_free(port)
        web = PretendWeb(today=today_in_kyiv(), cities=cities).start()
        stack.callback(web.stop)
        ours = _settings(home, web, port)
        if (authority := _authority(stack, ours)) is not None:
            web.services[TIME_HOST] = authority.stamp
        desk = open_desk(ours)
        stack.callback(desk.store.close)
        environment = {**inherited(), **_environment(ours)}
        prefect = stack.enter_context(PrefectServer(home / "prefect", environment, port=prefect_port))
        _deploy(prefect)
        prefect.start_worker(WORK_POOL, limit=2)
        serve = [sys.executable, "-m", "console", "serve", "--port", str(port)]
        review = Child("the review desk", serve, log=home / "review.log", environment=environment)
        stack.callback(review.stop)
        review.wait_until(lambda: _answers(port), seconds=READY_SECONDS)
        return cls(web, prefect, desk, _people(desk))

    def follow(self, orders: list[dict[str, Any]], cities: int) -> Progress:
        """Start flow runs and tell each city as it is done, until all runs have ended."""
        progress = Progress(self.desk.store, cities)
        starter = self._starter(subprocess.PIPE)
        try:
            output = _hand_over(starter, json.dumps(orders), progress)
        finally:
            starter.kill()
            starter.wait()
        progress.tell()
        for line in output.splitlines():
            end = json.loads(line)
            print(f"  {end['name']}: {end['state']}. {end['message'] or ''}", flush=True)
        if starter.returncode > 0 or not progress.runs():
            raise ServiceError(f"no run came to life; see the logs in {self.desk.settings.home / 'prefect'}")
        return progress

    def begin(self, orders: list[dict[str, Any]]) -> subprocess.Popen[str]:
        """Start flow runs that nobody waits for; what has started them ends when they all have ended."""
        starter = self._starter(subprocess.DEVNULL)
        if starter.stdin is not None:
            with starter.stdin as handed_over:
                json.dump(orders, handed_over)
        return starter

    def _starter(self, told: int) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "flows.starting"],
            stdin=subprocess.PIPE,
            stdout=told,
            stderr=told,
            env=self.prefect.environment,
            text=True,
        )


def require_free(port: int) -> None:
    """Refuse a port that something else listens on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            message = f"port {port} is in use on {HOST}: end what uses it, or name another with --port"
            raise ServiceError(message) from error


def _hand_over(starter: subprocess.Popen[str], orders: str, progress: Progress) -> str:
    """Give the orders to the starter, and tell what comes of them until it ends; what it said."""
    unsaid: str | None = orders
    while True:
        try:
            output, _ = starter.communicate(unsaid, timeout=0.5)
        except subprocess.TimeoutExpired:
            unsaid = None  # it is on its way; communicate() wants it once
            progress.tell()
        else:
            return output


def _settings(home: Path, web: PretendWeb, port: int) -> Settings:
    """The settings of this installation, for the demo's own folder and the pretend web."""
    return replace(
        settings(),
        home=home,
        database_url=f"sqlite:///{home / 'monitor.db'}",
        archive=home / "archive",
        pretend_proxy=f"http://{HOST}:{web.port}",
        review_url=f"http://{HOST}:{port}",
        custody_folder=home / "custody",
        stamp_authorities=(f"http://{TIME_HOST}/",),
        stamp_roots_folder=None,
        sealed_address=None,
    )


def _authority(stack: ExitStack, ours: Settings) -> PretendAuthority | None:
    """A time-stamp authority whose root is known here; None without openssl, and then stamps wait for one."""
    try:
        authority = stack.enter_context(PretendAuthority())
    except ServiceError:
        return None
    ours.stamp_roots.mkdir(parents=True, exist_ok=True)
    known = len(list(ours.stamp_roots.iterdir()))  # earlier demos' roots stay, for what they stamped
    shutil.copy(authority.root, ours.stamp_roots / f"pretend-authority-{known + 1}.pem")
    return authority


def _environment(ours: Settings) -> dict[str, str]:
    """What children of the demo must find in their environment."""
    return {
        "TCM_HOME": str(ours.home),
        "TCM_DATABASE_URL": ours.database_url,
        "TCM_ARCHIVE": str(ours.archive),
        "TCM_PRETEND_PROXY": ours.pretend_proxy or "",
        "TCM_REVIEW_URL": ours.review_url,
        "TCM_SEALED_URL": ours.sealed_url,
        "TCM_CUSTODY": str(ours.custody),
        "TCM_STAMP_AUTHORITIES": ",".join(ours.stamp_authorities),
        "TCM_STAMP_ROOTS": str(ours.stamp_roots),
    }


def _people(desk: Desk) -> dict[str, str]:
    """The pretend people; those whose password is told get a new one now, and the others none."""
    passwords = {person.login: secrets.token_urlsafe(9) for person in PEOPLE if person.is_told}
    hashes = {login: hash_password(password) for login, password in passwords.items()}
    with desk.store.writing() as db:
        known = {person.login: person for person in db.scalars(select(Person))}
        for region, names in ORGANISATIONS.items():
            for name in names:
                add_organisation(db, name, region)
        for one in PEOPLE:
            hashed = hashes.get(one.login, NO_PASSWORD)
            if one.login in known:
                known[one.login].password_hash = hashed
                continue
            add(db, Newcomer(one.login, one.name, one.role, one.region, one.city, one.organisation), hashed)
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


def _answers(port: int) -> bool:
    """Whether the review desk answers."""
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True
