"""One link of one page: what it may serve, and how soon it should be looked at."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from crawlers import worth
from crawlers.addresses import belongs, is_media, is_mirror, key_of, page_of
from crawlers.gate import Gate, RefusedAddressError
from crawlers.glancing import Glance, GlancedLink, Place
from crawlers.pages.filenames import is_document as looks_like_file
from crawlers.pages.kinds import kind_said
from crawlers.pages.links import is_news_address
from crawlers.searching import BY_OTHER_YEAR, BY_SEARCH, BY_SITE_MAP, PSEUDO_TOPICS
from models.facts import CityCard, Lexicon, Term
from models.ledger import Planned
from models.scoring import score_link
from models.vocabulary import LinkKind, PageKind

SERVES_FROM = 80  # of 100: below this the words of a link promise nothing
ELSEWHERE = frozenset({LinkKind.NEWS, LinkKind.VIDEO, LinkKind.PARTICIPATORY_BUDGET})
"""Kinds of page that no indicator is decided by."""

_A_LABEL_FROM = 3
_SENTENCE = 14  # words; a link of more says something about a paper, it does not name one
_HEADLINE_FROM = 3
_SECTION_UP_TO = 4
_ANCHOR_UP_TO = 300  # characters
_A_PART = "part"
_INDEX = re.compile(r"/(?:index|default)\.\w+$", re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """The page whose links are weighed, as far as they take after it."""

    row: Planned
    glance: Glance
    serves: tuple[str, ...]  # what its own links inherit
    near: tuple[str, ...]  # what it is about; for the order only
    is_elsewhere: bool

    @cached_property
    def labels(self) -> frozenset[str]:
        """Words that many of its links share, as "Agenda" beside every sitting."""
        said = Counter(link.text for link in self.glance.links if not link.place.repeats)
        return frozenset(text for text, times in said.items() if times >= _A_LABEL_FROM)


class Weigher:
    """Weighs links against what is looked for. What it says of a link depends on the link and its page alone.

    What a row *serves* decides whether its failure may keep a "not published" from being said, so it is never
    narrowed by a guess: only the link's own words and address, or the wanted page that it stands on, name
    topics; whatever else is told of it changes the order and nothing more.
    """

    def __init__(self, city: CityCard, lexicon: Lexicon, gate: Gate) -> None:
        """Weigh links of *city* by *lexicon*."""
        self._city = city
        self._lexicon = lexicon
        self._gate = gate
        self._parts = Lexicon({_A_PART: tuple(map(Term, lexicon.parts))} if lexicon.parts else {})

    def source(self, row: Planned, glance: Glance) -> Source:
        """Say what the links of a page take after.

        A home page gives nothing on, a search what was asked, a year that was guessed what its neighbour is called.
        """
        own = tuple(topic for topic in row.serves if topic not in PSEUDO_TOPICS)
        if BY_SEARCH in row.serves or BY_OTHER_YEAR in row.serves:
            own = self.topics(row.anchor, "")[0]
        is_home = row.depth == 0 or glance.kind is PageKind.HOME
        elsewhere = bool(own) and not any(topic in self._lexicon.topics for topic in own)
        return Source(row, glance, () if is_home else own, () if elsewhere else own, elsewhere)

    def weigh(self, link: GlancedLink, page: Source) -> Planned | None:
        """Give the row that *link* deserves; None where it may not be visited or repeats another page."""
        if (href := page_of(link.href)) != link.href:
            link = link._replace(href=href)
        if not self.may_be_planned(link.href):
            return None
        words = f"{link.text} {link.title}" if link.title and link.title != link.text else link.text
        topics, near = self.topics(words, link.href)
        inherited = () if link.place.repeats else page.serves
        serves, depth = topics or inherited, page.row.depth + 1
        if looks_like_file(link.href):
            score = worth.FILE - depth
        elif link.place is Place.PAGING:
            depth = max(page.row.depth, 1)  # another page of the same list is no deeper
            score = _worth_of_turn(link, page, depth, wanted=bool(topics or page.near))
        elif topics:
            by_itself = bool(self.topics(words, _own_part(link.href))[0])
            score = _worth_of_named(link, page, depth) if by_itself else worth.NEAR - 2 * depth
        elif (link.place.repeats or page.row.depth == 0) and self._names_part(link.text):
            serves, score = (), worth.PART - 2 * depth
        elif not link.place.repeats and (elsewhere := _elsewhere(link, page)):
            serves, score = (elsewhere,), worth.ELSEWHERE - depth / 100
        else:
            serves = inherited or ((BY_SITE_MAP,) if link.place is Place.SITE_MAP else ())
            near = near or bool(link.context and self.topics(link.context, "")[0])
            score = _worth_of_untold(link, page, depth, near=near)
        return Planned(
            key_of(link.href), link.href, page.row.key, words[:_ANCHOR_UP_TO], depth, score, serves
        )

    def topics(self, words: str, url: str) -> tuple[tuple[str, ...], bool]:
        """The topics that words and address promise, and whether they at least half promise any."""
        scores = score_link(words, url, self._lexicon)
        return tuple(sorted(one for one, score in scores.items() if score >= SERVES_FROM)), bool(scores)

    def _names_part(self, text: str) -> bool:
        """Whether a menu names a part of the site where topics are found: in few words, and these say little else."""
        if not 0 < len(text.split()) <= _SECTION_UP_TO:
            return False
        return bool(self._parts.topics and score_link(text, "", self._parts).get(_A_PART, 0) >= SERVES_FROM)

    def may_be_planned(self, url: str) -> bool:
        """Whether *url* is the city's, holds something to read, and passes the gate."""
        try:
            self._gate.require(url)
        except RefusedAddressError:
            return False
        return belongs(url, self._city.hosts) and not is_media(url) and not is_mirror(url)


def _worth_of_turn(link: GlancedLink, page: Source, depth: int, *, wanted: bool) -> float:
    if page.is_elsewhere:
        return worth.ELSEWHERE - depth / 100
    best = worth.TURN if wanted else worth.UNTOLD_TURN
    return max(best - depth - worth.of_turn(link.href, link.text), 1.0)


def _own_part(url: str) -> str:
    """The end of an address, without the folders above it: these name a section, and not every page in it."""
    parts = urlsplit(url)
    name = _INDEX.sub("", parts.path).rstrip("/").rpartition("/")[2]
    return f"/{name}?{parts.query}" if parts.query else f"/{name}"


def _worth_of_named(link: GlancedLink, page: Source, depth: int) -> float:
    if link.place is Place.SITE_MAP:
        return worth.BARE_NAMED
    one = not link.place.repeats and (link.text in page.labels or worth.names_one_paper(link.text))
    return (worth.PAPER if one else worth.SECTION) - 2 * depth


def _worth_of_untold(link: GlancedLink, page: Source, depth: int, *, near: bool) -> float:
    if link.place is Place.SITE_MAP:
        return worth.BARE
    if worth.names_site_map(link.text):
        return worth.SITE_MAP
    if link.place is Place.FEED:
        return worth.FEED
    best = worth.MENU if link.place.repeats else worth.BODY
    if page.near and not link.place.repeats:
        best = max(best, worth.INHERITED)
    if worth.names_papers(link.text):
        best = max(best, worth.KIND)
    if near:
        best = max(best, worth.NEAR)
    return best - 2 * depth


def _elsewhere(link: GlancedLink, page: Source) -> str | None:
    """The kind of a link that is surely about something no indicator is decided by."""
    count = len(link.text.split())
    said = kind_said(link.text) if 0 < count <= _SENTENCE else None
    if said is not None:
        return said.kind.value if said.kind in ELSEWHERE else None
    if count < _HEADLINE_FROM:
        return None
    is_news = is_news_address(link.href) or _is_news_heading(link.context)
    return LinkKind.NEWS.value if is_news or _is_news_heading(page.glance.title) else None


def _is_news_heading(words: str) -> bool:
    said = kind_said(words) if 0 < len(words.split()) <= _SECTION_UP_TO else None
    return said is not None and said.kind is LinkKind.NEWS
