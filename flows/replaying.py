"""A recorded site through the same spider, readers and rules as the live ones."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from checks.catalog import lexicon, load
from crawlers.addresses import host_of
from crawlers.city import City, Knowledge, Name, Site, SiteRole
from crawlers.job import Start
from crawlers.manners import ON_LOOPBACK
from crawlers.reading_room import reader_version
from crawlers.recording import Recording, RecordingError
from crawlers.visit import VisitPlan, visit_city
from flows.visiting import Desk, judge, open_desk, today_in_kyiv
from models import crawling
from models.environment import Settings
from models.facts_json import contract_link
from models.runs import KYIV, close_run, current_round, open_run, register_cities
from models.seen import sight_of
from models.store import Store

MAX_PAGES = 20_000
MAX_SECONDS = 3600.0


class ReplayFailedError(Exception):
    """The crawl of the recording broke; the sentence says where its log is."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay brought. ``links`` are the contract's link objects, each with its ``page_url``."""

    store: Store
    run_id: str
    pages: int
    links: list[dict[str, Any]]
    kinds: dict[str, int]
    verdicts: dict[str, int]


def replay(
    recording: Path, *, starts: list[str], methodology: str, out: Path, settings: Settings, accept_cut: bool
) -> Replayed:
    """Crawl *recording* from *starts*; database, archive and logs go into *out*.

    The day of the visit is the day of the recording: what was current then is judged so.
    """
    recorded = Recording.open(recording, accept_cut=accept_cut)
    missing = [url for url in starts if recorded.answer(url) is None]
    if len(missing) == len(starts):
        message = (
            f"{recording.name} holds none of the start addresses, such as {missing[0]}: name one it holds"
        )
        raise RecordingError(message)
    today = recorded.recorded_at.astimezone(KYIV).date() if recorded.recorded_at else today_in_kyiv()
    out.mkdir(parents=True, exist_ok=True)
    desk = open_desk(_inside(settings, out))
    city = _city(starts)
    register_cities(desk.store, [_row(city)])
    run_id = open_run(desk.store, round_id=current_round(), source="replay", name="replay")
    plan = VisitPlan(
        run_id=run_id,
        city=city.card(),
        starts=tuple(Start(url) for url in starts),
        lexicon=lexicon(load(methodology)),
        manners=replace(ON_LOOPBACK, max_pages=MAX_PAGES, max_seconds=MAX_SECONDS),
        user_agent=settings.user_agent,
        today=today.isoformat(),
        vantage="recording",
        replay=str(recording.absolute()),
        accept_cut=accept_cut,
    )
    outcome = asyncio.run(visit_city(plan, store=desk.store, archive=desk.archive, logs=desk.logs))
    if outcome.failure is not None:
        raise ReplayFailedError(outcome.failure)
    verdicts = judge(desk, outcome.visit_id, city, methodology=methodology, today=today)
    close_run(desk.store, run_id)
    links, pages = _links(desk, outcome.visit_id, city)
    return Replayed(
        store=desk.store,
        run_id=run_id,
        pages=pages,
        links=links,
        kinds=dict(Counter(link["kind"] for link in links).most_common()),
        verdicts={verdict.value: number for verdict, number in verdicts.items() if number},
    )


def _inside(settings: Settings, out: Path) -> Settings:
    """The same settings, with everything kept in *out* and nothing but the recording to visit."""
    place = out.absolute()
    return replace(
        settings,
        home=place,
        database_url=f"sqlite:///{place / 'monitor.db'}",
        archive=place / "archive",
        custody_folder=None,
        pretend_proxy=None,
    )


def _city(starts: list[str]) -> City:
    """The recorded site as a city of its own."""
    hosts = list(dict.fromkeys(host_of(url) for url in starts))
    return City(
        slug=hosts[0].replace(".", "-"),
        name=Name(uk=hosts[0], en=hosts[0]),
        oblast="",
        region="",
        evidence=Knowledge.PAGE_SEEN,
        sites=tuple(
            Site(url=url, role=SiteRole.MAIN, verified=True)
            for url in {host_of(start): start for start in starts}.values()
        ),
    )


def _row(city: City) -> crawling.City:
    return crawling.City(
        slug=city.slug,
        name_uk=city.name.uk,
        name_en=city.name.en,
        region="",
        region_uk="",
        region_en="",
        site=city.sites[0].url,
        edrpou=None,
        hosts=list(city.hosts),
    )


def _links(desk: Desk, visit_id: int, city: City) -> tuple[list[dict[str, Any]], int]:
    """Every link read, in the order of the crawl, with the page it was found on; and how many pages were read."""
    sight = sight_of(desk.store, visit_id, city.card(), reader_version=reader_version())
    read = [page for page in sight.pages if page.facts is not None and page.status in range(200, 300)]
    links = [
        {**contract_link(link), "page_url": page.url}
        for page in read
        for link in (page.facts.links if page.facts else ())
    ]
    return links, len(read)
