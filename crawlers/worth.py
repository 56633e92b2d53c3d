"""How soon an address should be looked at: what speaks for a link, and what its branch has brought so far."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from math import log2
from urllib.parse import urlsplit

from crawlers.addresses import host_of
from crawlers.pages.kinds import is_act_title, kind_said
from crawlers.pages.lexicon import phrases
from models.vocabulary import LinkKind

# Worth of a link, best first. Lists come before what they list: a list tells of many papers at once.
SITE_MAP = 99.0
SECTION = 100.0  # named in words
TURN = 90.0  # another page of a wanted list
BY_YEAR = 88.0
PART = 84.0  # a part of the site where topics are found, named in a menu
PAPER = 62.0  # one paper, named in words
NEAR = 55.0  # half a term, or words that stand beside the link
KIND = 48.0  # a paper of some kind is named, if none that is looked for
INHERITED = 40.0  # on a wanted page, itself without telling words
MENU = 30.0
FILE = 20.0
BODY = 15.0
UNTOLD_TURN = 12.0
FEED = 8.0
BARE_NAMED = 50.0  # an address of a site map whose spelling names something
BARE = 5.0  # and one that tells nothing
ELSEWHERE = 2.0

FIRM_FROM = 80.0  # sections and lists by year: no number of papers seen makes them worth less
ENOUGH_SEEN = 60.0  # pages of a topic; by then another is worth half

_LEAST_FACTOR = 0.15
_LATER = 5.0  # worth lost each time the number of a page doubles
_YEARS_FROM = 1900
_SITE_MAP_UP_TO = 4  # words
_A_TITLE = 7  # words; a link of more names one paper, not a section
_NUMBERED = re.compile(r"[№\d]")  # of a session, a day, a year, an act
_PAGE = re.compile(r"(?i)(?:page|pg|p|paged|start|offset|from|storinka)\w*[=/-]?(\d+)")
_NUMBERS = re.compile(r"\d+")
_A_LANGUAGE = 3  # letters
_PAPERS = frozenset(LinkKind) - {LinkKind.OTHER, LinkKind.NEWS, LinkKind.VIDEO, LinkKind.PARTICIPATORY_BUDGET}


@lru_cache(maxsize=16_384)
def names_one_paper(text: str) -> bool:
    """Whether a link's words are a title, or hold a number or day: those of one paper or sitting, not of a section."""
    return len(text.split()) > _A_TITLE or is_act_title(text) or bool(_NUMBERED.search(text))


@lru_cache(maxsize=16_384)
def names_papers(text: str) -> bool:
    """Whether the words name papers of some kind at all."""
    said = kind_said(text[:160]) if text else None
    return said is not None and said.kind in _PAPERS


@lru_cache(maxsize=16_384)
def names_site_map(text: str) -> bool:
    """Whether the words lead to the list of all of a site's sections."""
    return 0 < len(text.split()) <= _SITE_MAP_UP_TO and phrases("ways", "site_map").within(text)


def of_turn(url: str, text: str) -> float:
    """First pages first: how much a later page of a list is less worth than the second."""
    written = text if text.isdigit() else next(iter(_PAGE.findall(url)[-1:]), "2")
    number = min(int(written[:6]), 100_000)
    return _LATER * log2(max(number, 1)) if number < _YEARS_FROM else 0.0


@lru_cache(maxsize=16_384)
def branch_of(url: str) -> str:
    """The part of a site that *url* belongs to: its host and the first telling name of its path."""
    parts = urlsplit(url)
    names = [_NUMBERS.sub("N", name) for name in parts.path.split("/") if name]
    telling = 2 if names and len(names[0]) <= _A_LANGUAGE else 1  # /uk/articles/…
    return (
        f"{host_of(url)}/{'/'.join(names[:telling])}"
        if names
        else f"{host_of(url)}?{parts.query.split('=')[0]}"
    )


@dataclass(slots=True)
class _Record:
    pages: int = 0
    brought: int = 0


class Branches:
    """What each part of the site has brought in this visit."""

    def __init__(self) -> None:
        self._records: dict[str, _Record] = {}

    def note(self, branch: str, *, brought: bool) -> None:
        """A page of *branch* was looked at; *brought*: it led to something that is looked for."""
        record = self._records.setdefault(branch, _Record())
        record.pages += 1
        record.brought += brought

    def factor(self, branch: str) -> float:
        """From 1 (nothing known, or all of it good) down to a sixth: how much the branch is still worth."""
        record = self._records.get(branch)
        if record is None:
            return 1.0
        return max(_LEAST_FACTOR, (record.brought + 1.0) / (record.pages + 1.0))
