"""One city, in the form its file has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from urllib.parse import urlsplit

from models.facts import CityCard


class Knowledge(StrEnum):
    """How the city's official site is known to us."""

    PAGE_SEEN = "page-seen"
    SERVICE_PAGE_ONLY = "service-page-only"  # only a page on a hosting or voting service the city uses
    THIRD_PARTY_MENTION = "third-party-mention"
    PUBLIC_CODE = "public-code"  # somebody's scraper names it
    UNVERIFIED = "unverified"


class SiteRole(StrEnum):
    """What a site of the council is for."""

    MAIN = "main"
    ACTS = "acts"  # a database of decisions
    LEGACY = "legacy"  # an older site still standing
    OTHER = "other"


class PortalKind(StrEnum):
    """What an open-data address is."""

    CKAN = "ckan"
    PORTAL = "portal"  # the city's own, of another engine
    GEOPORTAL = "geoportal"
    NATIONAL = "national"  # on data.gov.ua
    THIRD_PARTY = "third-party"  # about the city, not by it


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name in both languages."""

    uk: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A part of the country with one coordinator."""

    id: str
    name: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """Codes of the place in the codifier of territorial units."""

    settlement: str | None
    hromada: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A website of the council. ``seen`` says where it was seen to be so."""

    url: str
    role: SiteRole
    verified: bool
    note: str | None = None
    seen: str | None = None

    @property
    def host(self) -> str:
        """The site's host, without www."""
        return bare_host(self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenData:
    """Where datasets of the city are found; ``organisation`` is its slug on a shared portal."""

    url: str
    kind: PortalKind
    verified: bool
    organisation: str | None = None
    note: str | None = None
    seen: str | None = None

    @property
    def is_own(self) -> bool:
        """The whole portal is the city's, not a part of a shared one."""
        return self.organisation is None and self.kind not in {PortalKind.NATIONAL, PortalKind.THIRD_PARTY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A section where one kind of thing is published: an address, or the pattern of many."""

    kind: str
    verified: bool
    url: str | None = None
    pattern: str | None = None
    note: str | None = None
    seen: str | None = None

    @property
    def address(self) -> str:
        """The address, or failing that the pattern."""
        return self.url or self.pattern or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """One city, as its file tells it. Nothing here has been visited."""

    slug: str
    name: Name
    oblast: str
    region: str
    evidence: Knowledge
    sites: tuple[Site, ...]
    katottg: Codes | None = None
    edrpou: str | None = None
    confirmed_on: date | None = None  # when a coordinator confirmed the entry
    open_data: tuple[OpenData, ...] = ()
    sources: tuple[Source, ...] = ()
    hours: str | None = None  # when we may visit, in Kyiv, such as 22:00-06:00; None: at any time
    delay: float | None = None  # seconds between two requests where one is too fast
    platform: str | None = None
    notes: str | None = None

    @property
    def hosts(self) -> tuple[str, ...]:
        """The council's own hosts, without www., in the order written; portals only once verified."""
        own = [portal.url for portal in self.open_data if portal.verified and portal.is_own]
        return tuple(dict.fromkeys([site.host for site in self.sites] + [bare_host(url) for url in own]))

    def card(self) -> CityCard:
        """What a rule may know of this city."""
        return CityCard(
            slug=self.slug, name_uk=self.name.uk, name_en=self.name.en, hosts=self.hosts, edrpou=self.edrpou
        )

    def start_urls(self, *, unverified: bool = False) -> tuple[str, ...]:
        """Where a visit begins: the council's sites but the legacy ones, then its sections on them.

        Unverified addresses are left out unless asked for: on somebody else's site we would find that
        this city publishes nothing. Sections on shared services are left out too: a visit stays at home.
        """
        sites = [(site.url, site.verified) for site in self.sites if site.role is not SiteRole.LEGACY]
        sections = [(one.url, one.verified) for one in self.sources if one.url and self.owns(one.url)]
        return tuple(dict.fromkeys(url for url, verified in sites + sections if verified or unverified))

    def owns(self, url: str) -> bool:
        """Whether an address is on one of the council's hosts, or below one."""
        host = bare_host(url)
        return any(host == own or host.endswith(f".{own}") for own in self.hosts)

    def unverified_urls(self) -> tuple[str, ...]:
        """Every address or pattern that nobody has seen to be right."""
        sites = [site.url for site in self.sites if not site.verified]
        portals = [portal.url for portal in self.open_data if not portal.verified]
        sections = [source.address for source in self.sources if not source.verified]
        return tuple(dict.fromkeys(sites + portals + sections))


def bare_host(url: str) -> str:
    """Return the host of an address in lower case, without www."""
    return (urlsplit(url).hostname or "").removeprefix("www.")
