"""Which links of a page are worth planning, and how soon."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from crawlers.addresses import belongs, extension_of, is_document, is_media, is_mirror, key_of
from crawlers.gate import Gate, RefusedAddressError
from crawlers.manners import Manners
from models.facts import CityCard, DocumentLink, Lexicon, PageFacts
from models.ledger import Planned
from models.matching import score_link
from models.vocabulary import LinkKind, PageKind

SERVES_FROM = 80  # of 100: below this the words of a link promise nothing
NEXT_PAGE = re.compile(
    r"(?i)([?&/](page|pg|p|paged|start|offset|from|storinka)[=/-]?\d+)|([?&][my]=\d+)|([?&]\w*page\w*=\d+)"
)
ELSEWHERE = frozenset({LinkKind.NEWS, LinkKind.VIDEO, LinkKind.PARTICIPATORY_BUDGET})
SURE = 0.6
DOCUMENTS_OF_A_TOPIC = 12  # enough to see that files open; their titles are read on the list


@dataclass(frozen=True, slots=True)
class Parent:
    """The page whose links are weighed: its row, and what it turned out to be."""

    plan: Planned
    facts: PageFacts


class Linker:
    """Turns the links of read pages into planned addresses of one city."""

    def __init__(self, city: CityCard, lexicon: Lexicon, manners: Manners, gate: Gate) -> None:
        """Weigh links of *city* by *lexicon*."""
        self._city = city
        self._lexicon = lexicon
        self._manners = manners
        self._gate = gate
        self._documents: dict[str, int] = {}

    def plan(self, parent: Parent) -> list[Planned]:
        """The addresses to plan from one page; each with the topics it may serve and its worth."""
        found = []
        for link in parent.facts.links:
            planned = self._weigh(link, parent)
            if planned is not None:
                found.append(planned)
        return found

    def plan_bare(self, urls: Iterable[str], parent: Planned) -> list[Planned]:
        """Addresses named without words, as in sitemap.xml: weighed by their own spelling."""
        found = []
        for url in urls:
            if not self._may_be_planned(url) or is_document(url):
                continue
            topics = self._topics("", url)
            worth = 50.0 if topics else 5.0
            found.append(
                Planned(key_of(url), url, parent.key, "", parent.depth + 1, worth, topics or ("site-map",))
            )
        return found

    def _weigh(self, link: DocumentLink, parent: Parent) -> Planned | None:
        url = link.href.split("#", 1)[0]
        depth = parent.plan.depth + 1
        if depth > self._manners.max_depth or not self._may_be_planned(url):
            return None
        words = f"{link.text} {link.title}" if link.title and link.title != link.text else link.text
        topics = self._topics(words, url)
        inherited = () if link.in_menu or parent.facts.kind is PageKind.HOME else parent.plan.serves
        turns = bool(NEXT_PAGE.search(url)) and not link.in_menu
        if is_document(url):
            return self._document(link, url, parent, topics or inherited)
        if topics:
            worth = 100.0 - 2 * depth
        elif turns and inherited:
            topics, worth = inherited, 90.0 - depth
        elif link.kind in ELSEWHERE and link.confidence >= SURE:
            topics, worth = (link.kind.value,), 2.0
        elif inherited:
            topics, worth = inherited, 40.0 - depth
        else:
            worth = (30.0 if link.in_menu else 15.0) - 2 * depth
        return Planned(key_of(url), url, parent.plan.key, words[:300], depth, worth, topics)

    def _document(
        self, link: DocumentLink, url: str, parent: Parent, topics: tuple[str, ...]
    ) -> Planned | None:
        """Documents are opened only for a topic, and only as many as show that they open."""
        wanted = [topic for topic in topics if self._documents.get(topic, 0) < DOCUMENTS_OF_A_TOPIC]
        if not wanted:
            return None
        for topic in wanted:
            self._documents[topic] = self._documents.get(topic, 0) + 1
        depth = parent.plan.depth + 1
        return Planned(key_of(url), url, parent.plan.key, link.text[:300], depth, 20.0 - depth, topics)

    def _topics(self, words: str, url: str) -> tuple[str, ...]:
        scores = score_link(words, url, self._lexicon)
        return tuple(sorted(topic for topic, score in scores.items() if score >= SERVES_FROM))

    def _may_be_planned(self, url: str) -> bool:
        if is_media(url) or is_mirror(url) or not belongs(url, self._city.hosts):
            return False
        if extension_of(url) in {"zip", "rar", "7z"}:
            return False
        try:
            self._gate.require(url)
        except RefusedAddressError:
            return False
        return True
