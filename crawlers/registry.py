"""The registry of cities: one YAML file each, read strictly, so that a typing mistake names itself.

How a city is written down is shown in CONTRIBUTING.md; ``crawlers/cities/lviv.yaml`` is a full example.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from crawlers.city import City, OpenData, Region, Site, Source
from crawlers.forms import FormError, did_you_mean, fill, read_yaml
from crawlers.manners import LONGEST_DELAY, SHORTEST_DELAY, hours_problem

__all__ = [
    "City",
    "OpenData",
    "Region",
    "Registry",
    "RegistryError",
    "Site",
    "Source",
    "load_city",
    "load_regions",
    "load_registry",
]

HERE = Path(__file__).parent
CITIES = HERE / "cities"
REGIONS = HERE / "regions.yaml"

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
EDRPOU = re.compile(r"\d{8}")  # the state register of legal persons
KATOTTG = re.compile(r"UA\d{17}")  # the codifier of territorial units


class RegistryError(ValueError):
    """What cannot be used in the registry, in one sentence that names file and key."""


class Registry(Mapping[str, City]):
    """All cities by slug, and the regions they belong to."""

    def __init__(self, cities: Sequence[City], regions: Sequence[Region]) -> None:
        self._cities = {city.slug: city for city in cities}
        self.regions = tuple(regions)

    def __getitem__(self, slug: str) -> City:
        return self._cities[slug]

    def __iter__(self) -> Iterator[str]:
        return iter(self._cities)

    def __len__(self) -> int:
        return len(self._cities)

    def select(self, cities: Sequence[str] = (), region: str | None = None) -> tuple[City, ...]:
        """Return the named cities and those of *region*; all when neither is given."""
        for slug in cities:
            if slug not in self:
                raise RegistryError(f"unknown city {slug!r}{did_you_mean(slug, self)}")
        known = [one.id for one in self.regions]
        if region is not None and region not in known:
            hint = did_you_mean(region, known) or f" (one of: {', '.join(known)})"
            raise RegistryError(f"unknown region {region!r}{hint}")
        everyone = not cities and region is None
        return tuple(
            city for city in self.values() if everyone or city.slug in cities or city.region == region
        )


def load_registry(folder: Path = CITIES) -> Registry:
    """Read every city of *folder*; refuse a typing mistake, and a host that two entries claim."""
    regions = load_regions()
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise RegistryError(f"{folder}: no city files (*.yaml) here")
    cities = [load_city(path, regions) for path in paths]
    claimed: dict[str, str] = {}
    for city in cities:
        for site in city.sites:
            if site.host in claimed:
                raise RegistryError(
                    f"{city.slug}.yaml: host '{site.host}' is already in {claimed[site.host]}.yaml"
                )
            claimed[site.host] = city.slug
    return Registry(cities, regions)


def load_regions(path: Path = REGIONS) -> tuple[Region, ...]:
    """Read the regions."""
    try:
        return tuple(fill(Region, entry) for entry in read_yaml(path))
    except FormError as error:
        raise RegistryError(f"{path.name}: {error}") from error


def load_city(path: Path, regions: Sequence[Region] | None = None) -> City:
    """Read one city; its slug is the file's name."""
    try:
        city = fill(City, read_yaml(path), slug=path.stem)
        _check(city, [region.id for region in (regions or load_regions())])
    except FormError as error:
        raise RegistryError(f"{path.name}: {error}") from error
    return city


def _check(city: City, regions: Sequence[str]) -> None:
    """Refuse what has the right type and is wrong all the same."""
    if not SLUG.fullmatch(city.slug):
        raise FormError("the file's name must be lower-case Latin words joined by hyphens")
    if city.region not in regions:
        hint = did_you_mean(city.region, regions) or f" (one of: {', '.join(regions)})"
        raise FormError(f"'region' cannot be {city.region!r}{hint}")
    if city.edrpou is not None and not EDRPOU.fullmatch(city.edrpou):
        raise FormError(f"'edrpou' must be eight digits, not {city.edrpou!r}")
    for code in (city.katottg.settlement, city.katottg.hromada) if city.katottg else ():
        if code and not KATOTTG.fullmatch(code):
            raise FormError(f"'katottg' must be UA and 17 digits, not {code!r}")
    _check_manners(city)
    for number, site in enumerate(city.sites, start=1):
        _check_address(site, f"sites[{number}]")
    for number, portal in enumerate(city.open_data, start=1):
        _check_address(portal, f"open_data[{number}]")
    for number, source in enumerate(city.sources, start=1):
        _check_address(source, f"sources[{number}]")


def _check_manners(city: City) -> None:
    if city.hours is not None and (problem := hours_problem(city.hours)):
        raise FormError(f"'hours' {problem}, not {city.hours!r}")
    if city.delay is not None and not SHORTEST_DELAY <= city.delay <= LONGEST_DELAY:
        raise FormError(
            f"'delay' must be {SHORTEST_DELAY:.0f} to {LONGEST_DELAY:.0f} seconds, not {city.delay:g}:"
            " we are never faster than one request a second"
        )


def _check_address(place: Site | OpenData | Source, where: str) -> None:
    if isinstance(place, Source):
        if not SLUG.fullmatch(place.kind):
            raise FormError(f"'{where}.kind' must be lower-case words joined by hyphens, not {place.kind!r}")
        if bool(place.url) == bool(place.pattern):
            raise FormError(f"'{where}' must have either a url or a pattern")
    if place.url is not None and (problem := _address_problem(place.url)):
        raise FormError(f"'{where}.url' {problem}: {place.url!r}")


def _address_problem(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        return f"is no address ({error})"
    if parts.scheme not in {"http", "https"} or not parts.hostname or "." not in parts.hostname:
        return "must begin with http:// or https:// and a host"
    if parts.username is not None:
        return "must not carry a user's name"
    if re.search(r"[\s<>…]", url):
        return "has a place to fill in; write it as a pattern"
    return None
