"""What a glance sees: links with their words and place, forms, filters, and what the page is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from models.vocabulary import PageKind, Reason


class Place(StrEnum):
    """Where on a page a link stands."""

    MENU = "menu"
    TRAIL = "trail"  # breadcrumbs
    LIST = "list"  # a row of a table, an item of a list
    PAGING = "paging"
    BODY = "body"
    FOOT = "foot"
    FRAME = "frame"  # a page shown inside this one
    FEED = "feed"  # an item of RSS or Atom
    SITE_MAP = "site-map"  # an entry of sitemap.xml
    DATA = "data"  # inside an answer meant for programs

    repeats: bool
    """The same on every page of the site: it says nothing about the page it was found on."""

    def __init__(self, name: str) -> None:
        """Tell once what is asked of every link several times."""
        self.repeats = name in {"menu", "trail", "foot"}


class GlancedLink(NamedTuple):
    """One link. ``context`` are the words it stands under or beside, where its own may not be enough.

    ``modified`` is what a site map or feed says of the address; a day without a time counts to its end, so
    that whoever compares it with the time of an earlier look errs towards looking again.
    """

    href: str
    text: str
    title: str = ""
    place: Place = Place.BODY
    context: str = ""
    modified: datetime | None = None


class SearchForm(NamedTuple):
    """A form that takes words: ``field`` is for them, ``fixed`` goes along as it stands."""

    action: str
    field: str
    fixed: tuple[tuple[str, str], ...] = ()
    method: str = "get"


class Choice(NamedTuple):
    """A field of a filter and the values it offers, as the page orders them."""

    field: str
    values: tuple[str, ...]


class Filter(NamedTuple):
    """A list that can be asked for by year, by month, or both."""

    action: str
    fixed: tuple[tuple[str, str], ...] = ()
    year: Choice | None = None
    month: Choice | None = None


@dataclass(frozen=True, slots=True)
class Glance:
    """What one answer shows at a glance.

    ``reason``: this stands in place of content (a challenge, a login, a page that is not there, an empty
    shell). ``more``: links beyond those listed, counted only. ``sitemaps`` and ``feeds`` are addresses.
    """

    url: str
    kind: PageKind = PageKind.OTHER
    title: str = ""
    language: str | None = None
    reason: Reason | None = None
    links: tuple[GlancedLink, ...] = ()
    more: int = 0
    forms: tuple[SearchForm, ...] = ()
    filters: tuple[Filter, ...] = ()
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    words: int = 0  # visible ones outside menus
    scripts: bool = False
    refresh: str | None = None  # where the page sends its visitor by itself
    canonical: str | None = None
    noindex: bool = False
    nofollow: bool = False
    postbacks: tuple[tuple[str, str], ...] = ()  # target and argument of links that only a script follows
