"""How fast the desk answers twenty assessors at once, and whether racing edits are ever lost without a word.

    python -m benchmarks.desk WORLD [--seconds 60] [--assessors 20] [--think 2 6] [--workers 2]

WORLD is a folder of ``benchmarks.desk_world``, its database a file or a PostgreSQL server; it is copied first, so that
every measurement begins with the same one. The real ``tcm serve`` runs over the copy. Each assessor is a client of
their own with one kept connection, who opens the queue, then settles item after item: reads the page and its pictures,
thinks (``--think 0 0`` for none), confirms or corrects, and is sent on to the next. In the race all twenty decide the
same items at the same time.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import socket
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from sys import executable

from sqlalchemy import select

from benchmarks.desk_client import Answer, Client, Form, form_of
from benchmarks.desk_database import copy_of
from benchmarks.desk_race import race
from fixtures.children import Child, family
from models.environment import inherited
from models.people import Person
from models.store import Store, open_store
from models.vocabulary import Role
from review.sessions import begin

MOST_AT_95, MOST = 0.100, 0.300  # seconds
LIMITED = ("queue", "finding")
CORRECTED, PER_QUEUE = 0.1, 4  # every fourth item somebody looks at the queue as well
SEED = 6


@dataclass
class Seen:
    """How long each kind of page took one assessor, and what else came than was meant to."""

    took: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: Counter[str] = field(default_factory=Counter)
    heaviest: int = 0

    def note(self, kind: str, answer: Answer, *expected: int) -> Answer:
        """Take *answer* into account."""
        self.took[kind].append(answer.seconds)
        self.heaviest = max(self.heaviest, len(answer.body)) if kind in LIMITED else self.heaviest
        if answer.status not in expected:
            self.wrong[f"{kind}: {answer.status}"] += 1
        return answer


def main() -> int:
    """Print the tables; 1 where a limit is missed or words were lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("world", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--assessors", type=int, default=20)
    parser.add_argument("--think", type=float, nargs=2, default=(2.0, 6.0), metavar=("LEAST", "MOST"))
    parser.add_argument("--workers", type=int, default=2, help="processes of the desk (default: 2)")
    parser.add_argument("--races", type=int, default=1000)
    said = parser.parse_args()
    with serving(said.world, said.workers) as (store, port, cpu):
        cookies = sign_in(store, said.assessors)
        first = Client(port, cookies[0]).get("/queue")
        print(f"the first page after the start: {first.seconds * 1000:.0f} ms")
        missed = _work(said, port, cookies, cpu)
        if said.races:
            missed += race(store, port, said.races)
    print("\n" + ("; ".join(missed) if missed else "every limit is kept"))
    return int(bool(missed))


@contextmanager
def serving(world: Path, workers: int) -> Iterator[tuple[Store, int, Callable[[], float]]]:
    """The desk over a copy of *world*: its database, its port, and what tells the processor's seconds it has used."""
    with (
        tempfile.TemporaryDirectory(prefix="tcm-desk-", dir=world) as folder,
        copy_of(world, Path(folder)) as database,
    ):
        home = Path(folder)
        shutil.copytree(world / "custody", home / "custody", dirs_exist_ok=True)
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = int(probe.getsockname()[1])
        environment = inherited() | {
            "TCM_HOME": str(home),
            "TCM_DATABASE_URL": database,
            "TCM_ARCHIVE": str(world / "archive"),
            "TCM_CUSTODY": str(home / "custody"),
        }
        command = [executable, "-m", "console", "serve", "--port", str(port), "--workers", str(workers)]
        store = open_store(database)
        desk = Child("the review desk", command, log=home / "review.log", environment=environment)
        try:
            desk.wait_until(lambda: _answers(port), seconds=60)
            yield store, port, lambda: sum(map(_cpu, family(desk.pid)))
        finally:
            desk.stop()
            store.close()


def sign_in(store: Store, count: int) -> list[str]:
    """The sign-ins of so many assessors."""
    with store.writing() as db:
        people = db.scalars(
            select(Person.id).where(Person.role == Role.ASSESSOR).order_by(Person.id).limit(count)
        )
        return [begin(db, person_id) for person_id in people.all()]


def _work(said: argparse.Namespace, port: int, cookies: list[str], cpu: Callable[[], float]) -> list[str]:
    """Have everybody work for a while, and print how it went; what limits were missed."""
    used, began = cpu(), time.monotonic()
    until = began + said.seconds
    with ThreadPoolExecutor(len(cookies)) as pool:
        jobs = [
            pool.submit(_assessor, Client(port, cookie), number, until, said.think)
            for number, cookie in enumerate(cookies)
        ]
        seen = [job.result() for job in jobs]
    wall = time.monotonic() - began
    took: defaultdict[str, list[float]] = defaultdict(list)
    wrong: Counter[str] = Counter()
    for one in seen:
        wrong += one.wrong
        for kind, seconds in one.took.items():
            took[kind] += seconds
    print(f"\n{'':<10} {'times':>6} {'median':>8} {'95 %':>8} {'most':>8}")
    for kind, seconds in took.items():
        figures = "".join(
            f"{one * 1000:>6.0f} ms" for one in (median(seconds), _at_95(seconds), max(seconds))
        )
        print(f"{kind:<10} {len(seconds):>6}{figures}")
    count, busy = sum(map(len, took.values())), cpu() - used
    print(f"{len(cookies)} assessors, {count / wall:.1f} requests a second; the heaviest page", end=" ")
    print(
        f"{max(one.heaviest for one in seen) / 1024:.0f} KB; the desk used {busy / wall:.0%} of one processor,"
    )
    print(f"{1000 * busy / count:.1f} ms a request; unexpected answers: {dict(wrong) or 'none'}")
    missed = [
        f"{kind}: 95 % take {_at_95(took[kind]):.3f} s" for kind in LIMITED if _at_95(took[kind]) > MOST_AT_95
    ]
    missed += [f"{kind}: one took {max(some):.3f} s" for kind, some in took.items() if max(some) > MOST]
    return missed + [f"{number} unexpected answers ({what})" for what, number in wrong.items()]


def _assessor(client: Client, number: int, until: float, think: tuple[float, float]) -> Seen:
    """One assessor at work until that time; what they saw."""
    dice, seen = random.Random(SEED * 1000 + number), Seen()  # noqa: S311  # pretend people
    time.sleep(min(dice.uniform(0, think[1]), max(0.0, until - time.monotonic())))
    known: set[str] = set()
    where = "/queue/next"
    seen.note("queue", client.get("/queue"), 200)
    while time.monotonic() < until:
        answer = client.get(where)
        if answer.location:
            where = answer.location
            if "/findings/" not in where:  # nothing is left in this part of the queue
                seen.note("queue", client.get(where), 200)
                where = "/queue/next"
            continue
        seen.note("finding", answer, 200)
        if len(seen.took["finding"]) % PER_QUEUE == 0:
            seen.note("queue", client.get("/queue"), 200)
        for picture in answer.pictures - known:
            known.add(picture)
            seen.note("picture", client.get(picture), 200)
        time.sleep(min(dice.uniform(*think), max(0.0, until - time.monotonic())))
        if time.monotonic() >= until:
            break  # in the middle of a thought: nobody decides because time is up, and all at once
        form = form_of(answer)
        if form is None:  # somebody was quicker, and it is settled
            where = "/queue/next"
            continue
        done = seen.note("decide", client.post(form.action, _decision(form, dice)), 303, 409, 422)
        where = done.location or "/queue/next"
    client.close()
    return seen


def _decision(form: Form, dice: random.Random) -> Mapping[str, str]:
    if form.can_confirm and dice.random() >= CORRECTED:
        return form.hidden | {"act": "confirm", "verdict": "", "comment": ""}
    verdict = dice.choice(form.verdicts)
    return form.hidden | {"act": "correct", "verdict": verdict, "comment": "Є лише скан без тексту."}


def _at_95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1] if len(seconds) > 1 else max(seconds, default=0.0)


def _cpu(pid: int) -> float:
    """Seconds of processor that a process has used so far."""
    fields = (
        Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    )
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/sign-in")
        return connection.getresponse().status == HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    raise SystemExit(main())
