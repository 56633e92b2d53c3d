"""A crawl of a pretend council without network, process or database: the same links, rows and reasons."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from functools import cache
from hashlib import sha256
from itertools import count
from pathlib import Path
from urllib.parse import urljoin

from crawlers.addresses import belongs, key_of
from crawlers.asking import REFUSED
from crawlers.capturing import is_page
from crawlers.failures import reason_of_status
from crawlers.frontier import START_SCORE
from crawlers.gate import Gate
from crawlers.glancing import Glance, glance
from crawlers.linking import Linker
from crawlers.manners import ON_LOOPBACK
from crawlers.registry import Registry, load_registry
from crawlers.robots import Permission, read_robots
from crawlers.strangers import PROBE, alike, probe_address
from fixtures.councils import profile
from fixtures.councils.mutation import MUTATIONS
from fixtures.councils.replies import Reply, Request
from fixtures.councils.server import PretendWeb
from fixtures.councils.site import ENCODINGS
from flows.visiting import starts_of
from models.crawling import Capture
from models.facts import CityCard, Lexicon, PageFacts, PlannedAddress, SeenPage, Sight
from models.ledger import Planned
from models.vocabulary import AddressState, Reason

CITIES = Path(profile.__file__).parent / "cities"
AGENT = "TransparentCitiesMonitor"
PATIENT = replace(ON_LOOPBACK, max_pages=5_000)
MOST_HOPS = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """What one address answered, or why it did not."""

    url: str
    status: int = 0
    media_type: str = ""
    charset: str | None = None
    body: bytes = b""
    file_name: str = ""
    reason: Reason | None = None
    refused: bool = False  # never asked


class Asker:
    """Asks the pretend web without a network, and keeps to its robots.txt."""

    def __init__(self, web: PretendWeb, slug: str, mutation: str | None) -> None:
        self._web = web
        self._host = profile.load(slug).host
        self._mutate = MUTATIONS[mutation] if mutation else None
        self._robots: dict[str, Permission] = {}

    def ask(self, url: str) -> Answer:
        """Give the answer to a polite question, over a few redirects."""
        origin = "/".join(url.split("/", 3)[:3])
        permission = self.permission(origin)
        if permission.closed is not None:
            return Answer(url, reason=permission.closed, refused=permission.closed in REFUSED)
        if not permission.allows(url, AGENT):
            return Answer(url, reason=Reason.ROBOTS, refused=True)
        for _ in range(MOST_HOPS):
            reply = self._reply(url)
            target = dict(reply.extra).get("Location")
            if reply.status not in range(300, 400) or not target:
                return self._answer(url, reply)
            url = urljoin(url, target)
        return Answer(url, reason=Reason.REDIRECT_LOOP)

    def permission(self, origin: str) -> Permission:
        """What robots.txt of *origin* says; asked once."""
        if origin not in self._robots:
            reply = self._reply(f"{origin}/robots.txt")
            if reply.hang_up:
                self._robots[origin] = Permission(
                    None, "robots.txt could not be fetched", closed=Reason.RESET
                )
            else:
                self._robots[origin] = read_robots(reply.status, reply.body, agent=AGENT)
        return self._robots[origin]

    def _reply(self, url: str) -> Reply:
        scheme_host, _, path = url.partition("://")[2].partition("/")
        return self._web.reply(Request("GET", f"http://{scheme_host}/{path}", f"/{path}", {}))

    def _answer(self, url: str, reply: Reply) -> Answer:
        if reply.hang_up or reply.pace or reply.half_zipped:
            lost = Reason.RESET if reply.hang_up else Reason.TIMEOUT if reply.pace else Reason.TRUNCATED
            return Answer(url, reason=lost)
        media_type, _, charset = reply.media_type.partition(";")
        declared = charset.partition("=")[2].strip() or None
        stated = dict(reply.extra).get("Content-Disposition", "")
        body = reply.body
        if self._mutate and media_type == "text/html" and belongs(url, (self._host,)):
            coded = ENCODINGS.get(declared or "", declared or "utf-8")
            body = self._mutate(body.decode(coded)).encode(coded, "xmlcharrefreplace")
        name = stated.partition("filename=")[2].strip('"')
        return Answer(url, reply.status, media_type, declared, body, name, reason_of_status(reply.status))


@dataclass(slots=True)
class Walk:
    """One visit: rows are ended in the order of their worth, as the frontier does it."""

    asker: Asker
    slug: str
    words: Lexicon
    today: date
    read: Callable[[Answer], PageFacts | None]
    pages: list[SeenPage] = field(default_factory=list)
    rows: dict[str, Planned] = field(default_factory=dict)
    ends: dict[str, tuple[AddressState, Reason | None, str | None]] = field(default_factory=dict)
    strangers: dict[str, Glance | None] = field(default_factory=dict)
    waiting: list[tuple[float, int, str]] = field(default_factory=list)
    places: Iterator[int] = field(default_factory=count)

    def sight(self) -> Sight:
        """Walk to the end."""
        city = _registry()[self.slug]
        card, words = city.card(), self.words
        linker = Linker(card, words, PATIENT, Gate(pretend=True), this_year=self.today.year)
        starts = [
            Planned(key_of(start.url), start.url, score=START_SCORE - place, serves=start.serves)
            for place, start in enumerate(starts_of(city, words))
        ]
        linker.remember(starts)
        self._plan(starts)
        self._plan(linker.site_maps(self.asker.permission(starts[0].url.rstrip("/")).sitemaps))
        self._walk(linker, card)
        self._plan(linker.ask())
        self._walk(linker, card)
        ledger = tuple(self._ledger())
        return Sight(card, tuple(self.pages), ledger, visit_complete=True, today=self.today)

    def _plan(self, rows: Sequence[Planned]) -> None:
        for row in rows:
            if row.key not in self.rows:
                self.rows[row.key] = row
                heapq.heappush(self.waiting, (-row.score, next(self.places), row.key))

    def _walk(self, linker: Linker, card: CityCard) -> None:
        while self.waiting:
            _, place, key = heapq.heappop(self.waiting)
            row = self.rows[key]
            worth = -linker.worth_now(row)
            if self.waiting and worth > self.waiting[0][0]:  # worth less than it was: its turn comes later
                heapq.heappush(self.waiting, (worth, place, key))
            elif key not in self.ends:
                self._visit(row, linker, card)

    def _visit(self, row: Planned, linker: Linker, card: CityCard) -> None:
        """Ask for one address, keep what it shows, and plan what it leads to."""
        answer = self.asker.ask(row.url)
        if not answer.status:
            state = AddressState.REFUSED if answer.refused else AddressState.FAILED
            self.ends[row.key] = (state, answer.reason, None)
            return
        capture, reason = self._keep(answer), answer.reason
        if reason is None and is_page(Capture(media_type=answer.media_type, final_url=answer.url)):
            seen = self._glance(answer)
            reason = seen.reason or (Reason.SOFT_404 if self._is_strange(row, seen, card) else None)
            if belongs(answer.url, card.hosts):
                harvest = linker.follow(row, seen)
                for better in harvest.revised:
                    self.rows[better.key] = better
                self._plan(harvest.planned)
                for left in harvest.skipped:
                    self.rows.setdefault(left.key, left)
                    self.ends.setdefault(left.key, (AddressState.SKIPPED, Reason.BUDGET, None))
        self.ends[row.key] = (AddressState.FAILED if reason else AddressState.FETCHED, reason, capture)

    def _glance(self, answer: Answer) -> Glance:
        return glance(
            answer.body,
            url=answer.url,
            media_type=answer.media_type,
            charset=answer.charset,
            today=self.today,
        )

    def _is_strange(self, row: Planned, seen: Glance, card: CityCard) -> bool:
        """Whether the page is what its host says of everything that is not there."""
        if row.depth == 0 or not belongs(seen.url, card.hosts):
            return False
        origin = "/".join(seen.url.split("/", 3)[:3])
        if origin not in self.strangers:
            self.strangers[origin] = self._probe(probe_address(origin), row)
        said = self.strangers[origin]
        return said is not None and alike(said, seen)

    def _probe(self, url: str, parent: Planned) -> Glance | None:
        """The page given for an address that cannot exist; None where the host says honestly that it is not there."""
        answer = self.asker.ask(url)
        row = Planned(key_of(url), url, parent.key, "", parent.depth + 1, 0.0, (PROBE,))
        capture = self._keep(answer) if answer.status else None
        self.rows[row.key] = row
        self.ends[row.key] = (
            AddressState.FAILED if answer.reason else AddressState.FETCHED,
            answer.reason,
            capture,
        )
        return None if answer.reason else self._glance(answer)

    def _keep(self, answer: Answer) -> str:
        """Add what was answered to what was seen, as read; the name of its capture."""
        facts = self.read(answer)
        complete = facts is None or facts.complete
        doubt = facts.reasons[0] if facts and facts.reasons else Reason.TRUNCATED
        capture = sha256(answer.url.encode()).hexdigest()[:32]
        moment = datetime.combine(self.today, time(9), UTC)
        why = None if complete else doubt
        page = SeenPage(capture, answer.url, answer.status, moment, answer.media_type, complete, facts, why)
        self.pages.append(page)
        return capture

    def _ledger(self) -> Iterator[PlannedAddress]:
        for key, row in self.rows.items():
            state, reason, capture = self.ends[key]
            found_on = self.rows[row.found_on].url if row.found_on in self.rows else row.found_on
            yield PlannedAddress(
                row.url, state, reason, tuple(row.serves), row.depth, row.anchor, found_on, capture
            )


@cache
def _registry() -> Registry:
    return load_registry(CITIES)
