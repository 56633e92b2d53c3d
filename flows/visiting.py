"""Visit one city and judge what was seen: the two steps that flows and the command line share."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from checks.catalog import Methodology, lexicon, load
from checks.evaluate import evaluate, rule_version
from crawlers.city import City, PortalKind
from crawlers.job import Start
from crawlers.manners import ON_LOOPBACK, Manners, manners_at
from crawlers.reading_room import ReadingRoom, reader_version
from crawlers.registry import CITIES, Registry, load_registry
from crawlers.rendering import NoBrowserError, Wanted, find_browser, find_spots, take_pictures
from crawlers.visit import VisitOutcome, VisitPlan, visit_city
from custody.heads import Heads, keep_heads
from models import crawling
from models.accuracy import keep_measured
from models.archive import Archive
from models.base import now
from models.environment import Settings
from models.facts import Lexicon
from models.findings import Answered, findings_of, record_answers
from models.runs import KYIV
from models.seen import sight_of
from models.store import Store, open_store
from models.vocabulary import Verdict

DATASETS = "{portal}/api/3/action/package_search?fq=organization:{organisation}&rows=1000"
"""All datasets of one publisher, whole: ``organization_show`` gives ten of them, and without their files."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What every step needs: the database, the archive, and how this installation is set up."""

    store: Store
    archive: Archive
    settings: Settings
    manners: Manners
    reading: ReadingRoom = field(default_factory=ReadingRoom)

    @property
    def logs(self) -> Path:
        """Where crawl processes write their logs."""
        return self.settings.home / "logs"


def open_desk(settings: Settings) -> Desk:
    """Open the database and archive that *settings* name. Nothing needs patience on the pretend web."""
    manners = ON_LOOPBACK if settings.pretend_proxy else Manners()
    store = open_store(settings.database_url)
    keep_heads(store, Heads(settings.custody))
    return Desk(store, Archive(settings.archive), settings, manners)


def registry_of(folder: Path | None) -> Registry:
    """The registry in *folder*, or the built-in one of the fifty cities."""
    return load_registry(folder or CITIES)


def city_rows(registry: Registry) -> list[crawling.City]:
    """The cities as the database shows them on pages."""
    regions = {region.id: region.name for region in registry.regions}
    return [
        crawling.City(
            slug=city.slug,
            name_uk=city.name.uk,
            name_en=city.name.en,
            region=city.region,
            region_uk=regions[city.region].uk,
            region_en=regions[city.region].en,
            site=city.sites[0].url if city.sites else "",
            edrpou=city.edrpou,
            hosts=list(city.hosts),
        )
        for city in registry.values()
    ]


def starts_of(city: City, words: Lexicon, *, unverified: bool = False) -> tuple[Start, ...]:
    """Where a visit to *city* begins: its sites, their site maps, known sections, and its open-data account."""
    serves = {source.url: words.sources.get(source.kind, ()) for source in city.sources if source.url}
    starts = [Start(url, serves.get(url, ())) for url in city.start_urls(unverified=unverified)]
    roots = dict.fromkeys("/".join(start.url.split("/", 3)[:3]) for start in starts)
    maps = [Start(f"{root}/sitemap.xml", ("site-map", *words.sources.get("site-map", ()))) for root in roots]
    portals = [
        Start(
            DATASETS.format(portal=portal.url.rstrip("/"), organisation=portal.organisation),
            words.sources.get("ckan", ()),
        )
        for portal in city.open_data
        if portal.organisation and portal.kind in {PortalKind.CKAN, PortalKind.NATIONAL}
        if portal.verified or unverified
    ]
    return (*starts[:1], *maps, *starts[1:], *portals)


def today_in_kyiv() -> date:
    """The day it is where the councils are."""
    return now().astimezone(KYIV).date()


async def visit(
    desk: Desk, city: City, *, run_id: str, methodology: str, unverified: bool = False
) -> VisitOutcome:
    """Visit *city* in *run_id*, looking for what *methodology* asks.

    Addresses that nobody has confirmed are visited only if *unverified*: on somebody else's site we would
    find that this city publishes nothing.
    """
    words = lexicon(load(methodology))
    plan = VisitPlan(
        run_id=run_id,
        city=city.card(),
        starts=starts_of(city, words, unverified=unverified),
        lexicon=words,
        manners=manners_at(city, desk.manners),
        user_agent=desk.settings.user_agent,
        today=today_in_kyiv().isoformat(),
        pretend_proxy=desk.settings.pretend_proxy,
        browser=desk.settings.chromium,
        browser_lock=desk.settings.home / "browser.lock",
    )
    return await visit_city(plan, store=desk.store, archive=desk.archive, logs=desk.logs)


def judge(
    desk: Desk, visit_id: int, city: City, *, methodology: str, today: date | None = None
) -> dict[Verdict, int]:
    """Read what is unread of one visit, judge it by *methodology* and record the findings; how many of each verdict."""
    pack: Methodology = load(methodology)
    desk.reading.read(desk.store, desk.archive, visit_id, today=today or today_in_kyiv())
    sight = sight_of(desk.store, visit_id, city.card(), reader_version=reader_version())
    if today is not None:
        sight = replace(sight, today=today)
    answers = [
        Answered(one.id, answer, rule_version(one), area=one.area, weight=one.weight)
        for one, answer in evaluate(pack, sight)
    ]
    record_answers(
        desk.store,
        visit_id,
        answers,
        methodology=pack.name,
        methodology_version=pack.version,
        reader_version=reader_version(),
    )
    keep_measured(desk.store, pack.name, pack.version, pack.calibration.gold, pack.measured_rows())
    counts = dict.fromkeys(Verdict, 0)
    for answered in answers:
        counts[answered.answer.verdict] += 1
    return counts


def picture(desk: Desk, run_id: str, *, most: int | None = None) -> tuple[int, int]:
    """Find and picture what is missing of a run's evidence; how many pictures were taken, and show their words.

    Every piece of evidence of every finding has its spot, and its picture where there is a browser: raises
    NoBrowserError, after the spots are found, where there is none. With *most* it ends after so many pictures, and
    goes on when it is called again; no pictures are then the end.
    """
    wanted = [
        Wanted(piece["capture"], piece["quote"], piece.get("title", ""))
        for finding in findings_of(desk.store, run_id)
        for piece in finding.evidence
    ]
    try:
        browser = find_browser(desk.settings.chromium)
    except NoBrowserError:
        find_spots(wanted, store=desk.store, archive=desk.archive)
        raise
    return take_pictures(wanted, store=desk.store, archive=desk.archive, browser=browser, most=most)
