"""From a city's reply to the result on its page: ``python -m benchmarks.rechecks [--councils 5] [--replies 20]``.

Pretend councils are visited with a budget that leaves most of their pages unseen. Their officials then reply through
the real desk with the address of an unseen page of the sort that was asked for, and look at their page until the result
stands there. The fetch, its process, the reading child, the rule and the poll of ``tcm serve`` are the real ones.
How long it takes is measured here, and not how often a verdict changes: most of those pages answer another question.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import uvicorn
from sqlalchemy import select

from benchmarks.desk_client import Client
from checks.catalog import load
from console.bring import Poll
from console.serve import listen
from crawlers.registry import Registry
from fixtures.councils.server import PretendWeb
from flows.visiting import Desk, city_rows, judge, open_desk, registry_of, today_in_kyiv, visit
from models.base import now
from models.crawling import Capture, City
from models.environment import settings
from models.judging import Finding
from models.people import Person
from models.replying import Reply
from models.reviewing import Item, Round
from models.runs import current_round, open_run, register_cities
from models.vocabulary import ReplyState, Role, Verdict
from review.app import create_app
from review.sessions import begin

CITIES = Path(__file__).parents[1] / "fixtures" / "councils" / "cities"
PACK = "transparent-cities"
PAGES = 25  # of each council that the visit sees
LOOK_EVERY = 0.2
LONGEST = 300.0
_TOKEN = re.compile(r'name="token" value="([^"]+)"')


@dataclass(frozen=True)
class Asked:
    """One reply to send: the finding, and an address that the visit did not see."""

    city: str
    finding: int
    url: str


def main(argv: Sequence[str] | None = None) -> int:
    """Visit, reply one after the other, then all at once; print how long each took."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--councils", type=int, default=5)
    parser.add_argument("--replies", type=int, default=20)
    arguments = parser.parse_args(argv)
    registry = registry_of(CITIES)
    slugs = sorted(registry)[: arguments.councils]
    with (
        tempfile.TemporaryDirectory() as folder,
        PretendWeb(today=today_in_kyiv(), cities=slugs, faults=dict.fromkeys(slugs), variants={}) as web,
    ):
        desk = _installation(Path(folder), web)
        asyncio.run(_visit(desk, registry, slugs))
        asked = [
            one for row in zip(*(_unseen(desk, web, slug) for slug in slugs), strict=False) for one in row
        ]
        asked = asked[: arguments.replies]
        with _served(desk, registry) as port:
            seconds = [_replied(desk, port, one) for one in asked]
        _tell(desk, seconds)
        desk.reading.close()
        desk.store.close()
    return 0 if statistics.median(seconds) < 60 else 1  # noqa: PLR2004  # what issue 6 asks


def _installation(folder: Path, web: PretendWeb) -> Desk:
    ours = replace(
        settings(),
        home=folder,
        database_url=f"sqlite:///{folder / 'monitor.db'}",
        archive=folder / "archive",
        custody_folder=folder / "custody",
        pretend_proxy=f"http://127.0.0.1:{web.port}",
    )
    return open_desk(ours)


async def _visit(desk: Desk, registry: Registry, slugs: Sequence[str]) -> None:
    """See a part of each council, and judge it; the round then takes replies."""
    short = replace(desk, manners=replace(desk.manners, max_pages=PAGES))
    register_cities(desk.store, [row for row in city_rows(registry) if row.slug in slugs])
    run_id = open_run(desk.store, round_id=current_round())
    for slug in slugs:
        seen = await visit(short, registry[slug], run_id=run_id, methodology=PACK, unverified=True)
        judge(desk, seen.visit_id, registry[slug], methodology=PACK)
    with desk.store.writing() as db:
        of_round = db.get_one(Round, current_round())
        of_round.reply_from, of_round.reply_until = today_in_kyiv(), today_in_kyiv() + timedelta(days=7)
        db.add_all(map(_official, slugs))


def _official(city: str) -> Person:
    return Person(
        login=city,
        name=city,
        organisation="",
        role=Role.OFFICIAL,
        region=None,
        city=city,
        password_hash="",
        active=True,
        created_at=now(),
    )


def _unseen(desk: Desk, web: PretendWeb, slug: str) -> Iterator[Asked]:
    """Findings of a council that are not met, each with a page that nobody has seen, of the sort it asks for."""
    pack = load(PACK)
    with desk.store.reading() as db:
        seen = {url.partition("://")[2] for url in db.scalars(select(Capture.requested_url))}
        hosts = db.get_one(City, slug).hosts
        items = db.scalars(
            select(Item).where(Item.city == slug, Item.verdict != Verdict.MET).order_by(Item.id)
        ).all()
    unseen = {
        key: one.section
        for key, one in web.site(slug).resources.items()
        if one.section and key not in seen and any(key.split("/")[0].endswith(host) for host in hosts)
    }
    for item in items:
        kinds = {kind.value for kind in pack.by_id[item.indicator].looks_at.kinds}
        fitting = next((key for key, section in unseen.items() if str(section) in kinds), None)
        if fitting is not None:
            del unseen[fitting]
            yield Asked(slug, item.finding_id, f"http://{fitting}")


@contextmanager
def _served(desk: Desk, registry: Registry) -> Iterator[int]:
    """The review desk with its poll, as ``tcm serve`` runs them."""
    (listening,) = listen("127.0.0.1", 0)
    app = create_app(desk.store, desk.archive)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    poll = Poll(desk, registry)
    thread.start()
    poll.start()
    try:
        yield listening.getsockname()[1]
    finally:
        poll.stop()
        server.should_exit = True
        thread.join()


def _replied(desk: Desk, port: int, asked: Asked) -> float:
    """Seconds from sending the form to the first page that shows what came of it."""
    with desk.store.writing() as db:
        cookie = begin(db, db.scalars(select(Person.id).where(Person.login == asked.city)).one())
    client = Client(port, cookie)
    found = _TOKEN.search(client.get(f"/reply/{asked.finding}").text)
    if found is None:
        raise RuntimeError(f"no form at /reply/{asked.finding}")
    began = time.perf_counter()
    fields = {"token": found[1], "note": "Ось ця сторінка.", "link": asked.url}
    sent = client.post(f"/reply/{asked.finding}/submissions", fields)
    if not sent.location:
        raise RuntimeError(f"the reply was refused: {sent.status}")
    page = sent.location.partition("#")[0]
    while "Перевіряємо." in client.get(page).text:
        if time.perf_counter() - began > LONGEST:
            raise RuntimeError(f"{asked.url} was not checked within {LONGEST:.0f} s")
        time.sleep(LOOK_EVERY)
    client.close()
    return time.perf_counter() - began


def _tell(desk: Desk, seconds: Sequence[float]) -> None:
    with desk.store.reading() as db:
        rows = db.scalars(select(Reply)).all()
        found = [db.get_one(Finding, row.rechecked_id) for row in rows if row.rechecked_id]
    changed = sum(bool(one.detail["changes"]) for one in found)
    left = sum(row.state is ReplyState.CHECKING for row in rows)
    print(
        f"{len(seconds)} replies: median {statistics.median(seconds):.1f} s, worst {max(seconds):.1f} s; "
        f"{len(found)} judged, {changed} change what the rule says, {left} left",
        file=sys.stdout,
    )


if __name__ == "__main__":
    sys.exit(main())
