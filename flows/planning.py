"""From a registry entry to what the crawler is told and what pages show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from crawlers.city import City
from crawlers.job import Start
from crawlers.manners import ON_LOOPBACK, Manners
from crawlers.registry import CITIES, Registry
from crawlers.visit import VisitPlan
from models import crawling
from models.environment import Settings
from models.facts import Lexicon

MethodologyName = Literal["transparent-cities", "council-papers"]
RegionName = Literal["west", "north", "centre", "east", "south"]


@dataclass(frozen=True, slots=True)
class Order:
    """How a crawl is to be done. What is left empty is decided by the crawler's manners.

    ``registry`` is a folder of city files, for pretend councils; empty means the fifty cities.
    ``unverified`` also begins at addresses that nobody has confirmed yet.
    """

    methodology: MethodologyName = "transparent-cities"
    at_once: int = 4
    pages_per_city: int | None = None
    minutes_per_city: float | None = None
    registry: str = ""
    unverified: bool = False

    def manners(self, settings: Settings) -> Manners:
        """Pace and limits: those for real sites, unless a pretend web stands in for them."""
        manners = ON_LOOPBACK if settings.pretend_proxy else Manners()
        if self.pages_per_city is not None:
            manners = replace(manners, max_pages=self.pages_per_city)
        if self.minutes_per_city is not None:
            manners = replace(manners, max_seconds=60 * self.minutes_per_city)
        return manners

    def cities(self) -> Path:
        """The folder of city files."""
        return Path(self.registry) if self.registry else CITIES


def plan_visit(
    city: City, *, run_id: str, order: Order, lexicon: Lexicon, settings: Settings, today: date
) -> VisitPlan:
    """What the crawler is told of one city."""
    return VisitPlan(
        run_id=run_id,
        city=city.card(),
        starts=tuple(map(Start, city.start_urls(unverified=order.unverified))),
        lexicon=lexicon,
        manners=order.manners(settings),
        user_agent=settings.user_agent,
        today=today.isoformat(),
        pretend_proxy=settings.pretend_proxy,
    )


def shown(city: City, registry: Registry) -> crawling.City:
    """What pages show of a city: a copy of its registry entry."""
    region = next(one for one in registry.regions if one.id == city.region)
    return crawling.City(
        slug=city.slug,
        name_uk=city.name.uk,
        name_en=city.name.en,
        region=city.region,
        region_uk=region.name.uk,
        region_en=region.name.en,
        site=city.sites[0].url if city.sites else "",
        edrpou=city.edrpou,
        hosts=list(city.hosts),
    )
