"""Everything one visit shows, put on one shelf: once per sight, for all indicators together."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from checks.addresses import file_type, host_of, is_under, media_file_type, place
from checks.sites import COMMON_FROM, common, own_title, said_in
from checks.words import Phrase, Phrasebook, Words
from models.facts import Act, Day, DocumentLink, Evidence, PageFacts, SeenPage, Sight
from models.vocabulary import LinkKind, PageKind

ANSWERED = range(200, 300)
GONE = frozenset({404, 410})
SECTIONS = frozenset({PageKind.LIST, PageKind.HOME, PageKind.SEARCH, PageKind.SITE_MAP, PageKind.CATALOGUE})
_NO_CONTENT = frozenset({PageKind.ERROR, PageKind.SHIELD})
_ACT_KINDS = {
    "decision": LinkKind.DECISION,
    "draft-decision": LinkKind.DRAFT_DECISION,
    "order": LinkKind.ORDER,
    "minutes": LinkKind.MINUTES,
}
_TOO_MANY_KINDS = 4
_HOLLOW_UP_TO = 60  # words
_BELIEVED_BELOW = 3  # dead files on a host where none opens


@dataclass(frozen=True, slots=True)
class Page:
    """One readable page of the council or of a portal, with the words that say what it is a page of."""

    seen: SeenPage
    facts: PageFacts
    title: str  # without the name of the site; where it says no more, the first heading
    headings: tuple[str, ...]  # without those that stand on most pages
    is_portal: bool

    @property
    def called(self) -> tuple[str, ...]:
        """What it is called: by its title and by what stands above its text."""
        return (self.title, *self.headings[:1])

    def shown(self) -> Evidence:
        """The page itself as evidence: its title as it stands there, or its address."""
        return Evidence(
            self.seen.url, self.facts.title or self.seen.url, self.seen.capture, title=self.seen.url
        )


@dataclass(slots=True, eq=False)
class Showing:
    """One place where a document is shown: the link's own words, and the page they stand on.

    Not frozen, and the same only as itself: thousands are made for every visit.
    """

    url: str
    words: str
    kind: LinkKind
    date: Day | None
    event_date: Day | None
    confidence: float
    in_menu: bool
    page: Page


@dataclass(slots=True, eq=False)
class Thing:
    """All showings of one address, with what is known of the address itself."""

    url: str
    showings: tuple[Showing, ...]
    words: tuple[str, ...]  # of its showings, each once
    kinds: frozenset[LinkKind]
    host: str
    file_type: str | None
    leads_to: PageKind | None  # None where we did not read it
    act: Act | None
    is_gone: bool  # its address answered "not found"
    is_hollow: bool  # its page came whole and holds nothing but the site's menu and a few words
    is_own: bool  # it lies on a host of the council's own
    on_portal: bool  # it lies where a council's papers may lawfully lie beside
    has_day: bool  # some showing gives it a date
    only_in_menus: bool


class Shelf:
    """What a sight shows, without doubles, in an order that does not depend on how it was fetched."""

    def __init__(self, sight: Sight, portals: tuple[str, ...]) -> None:
        self.sight = sight
        starts = {host_of(row.url) for row in sight.ledger if row.depth == 0}
        self.named = tuple(sorted(host for host in starts if not is_under(host, sight.city.hosts)))
        self.portals = (*portals, *self.named)  # where the registry sends us, the council's papers may live
        self.seen = _latest(sight.pages)
        self._opens_nothing = _opening_nothing(self.seen.values())
        self.pages = tuple(self._readable())
        self._menu: frozenset[tuple[str, str]] = frozenset()
        self.things = tuple(self._things())
        self.at = {place(thing.url): thing for thing in self.things}
        self._menu_words = frozenset((*(words for _, words in self._menu), *self._to_sections()))
        self.choices: dict[object, object] = {}  # what each lens made of it, kept by ``checks.choosing``
        self.of_kind: dict[LinkKind, list[Thing]] = {}
        self._by_phrase: dict[Phrasebook, dict[Phrase, dict[str, Thing]]] = {}
        self._called: dict[Phrasebook, dict[Phrase, set[int]]] = {}
        for thing in self.things:
            for kind in thing.kinds:
                self.of_kind.setdefault(kind, []).append(thing)

    def worded(self, phrases: Iterable[Phrase]) -> Iterator[Thing]:
        """Things whose words hold one of *phrases*."""
        for phrase in phrases:
            yield from self._holding(phrase.book).get(phrase, {}).values()

    def is_menu(self, link: DocumentLink) -> bool:
        """True for a link that stands on most pages, whether or not its page's reader could know that."""
        return link.in_menu or (link.href, link.title or link.text) in self._menu

    def leads_to_list(self, url: str) -> bool:
        """True where we saw that an address is a section and not a paper."""
        target = self.seen.get(place(url))
        return target is not None and target.facts is not None and target.facts.kind in SECTIONS

    def is_navigation(self, words: str) -> bool:
        """True for words by which most pages lead to some part of the site, and for several such in a row."""
        return words in self._menu_words or sum(entry in words for entry in self._menu_words if entry) > 1

    def _holding(self, book: Phrasebook) -> dict[Phrase, dict[str, Thing]]:
        """Phrase of *book* → things whose words hold it: worked out once for all indicators."""
        if book not in self._by_phrase:
            found = self._by_phrase[book] = {}
            for thing in self.things:
                for words in thing.words:
                    for phrase in book.said_in[words]:
                        found.setdefault(phrase, {})[thing.url] = thing
        return self._by_phrase[book]

    def called(self, words: Words) -> list[Page]:
        """Pages whose title or first heading holds one of the phrases that *words* look for, in their order."""
        numbers = {number for phrase in words.sought for number in self._naming(words.book).get(phrase, ())}
        return [self.pages[number] for number in sorted(numbers)]

    def _naming(self, book: Phrasebook) -> dict[Phrase, set[int]]:
        """Phrase of *book* → numbers of pages that are called so: worked out once for all indicators."""
        if book not in self._called:
            found = self._called[book] = {}
            for number, page in enumerate(self.pages):
                for phrase in (phrase for text in page.called for phrase in book.said_in[text]):
                    found.setdefault(phrase, set()).add(number)
        return self._called[book]

    def _readable(self) -> Iterator[Page]:
        """The pages worth reading; a commercial copy's host is neither the council's nor a portal."""
        hosts, found = self.sight.city.hosts, []
        for _, seen in sorted(self.seen.items()):
            facts, host = seen.facts, host_of(seen.url)
            is_own = is_under(host, hosts)
            if facts is None or facts.kind is PageKind.DOCUMENT or not is_answer(seen):
                continue
            if is_own or is_under(host, self.portals):
                found.append((seen, facts, not is_own))
        pages = Counter(host_of(seen.url) for seen, _, _ in found)
        of_site = common(
            (
                (host_of(seen.url), part)
                for seen, facts, _ in found
                for part in {*said_in(facts.title), *facts.headings}
            ),
            pages,
        )
        for seen, facts, is_portal in found:
            shared = {part for host, part in of_site if host == host_of(seen.url)}
            headings = tuple(heading for heading in facts.headings if heading not in shared)
            title = own_title(facts.title, shared) or next(iter(headings), "")
            yield Page(seen, facts, title, headings, is_portal)

    def _things(self) -> Iterator[Thing]:
        grouped: dict[str, dict[tuple[str, LinkKind, str], Showing]] = {}
        shown = [showing for page in self.pages for showing in _showings(page)]
        per_page = {(one.page.seen.url, (one.url, one.words)) for one in shown if file_type(one.url) is None}
        pages = Counter(host_of(page.seen.url) for page in self.pages)
        on_most = common(((host_of(page), link) for page, link in per_page), pages)
        self._menu = frozenset(link for _, link in on_most)
        for showing in shown:
            showing.in_menu = showing.in_menu or (showing.url, showing.words) in self._menu
            seen_as = (showing.words, showing.kind, showing.page.title)
            grouped.setdefault(place(showing.url), {}).setdefault(seen_as, showing)
        for key, showings in sorted(grouped.items()):
            yield self._thing(key, tuple(showings.values()))

    def _to_sections(self) -> Iterator[str]:
        """Words by which several pages lead to a section, on a site where no menu stands on most."""
        for thing in self.things:
            if thing.leads_to in SECTIONS:
                pages = Counter(showing.words for showing in thing.showings)
                yield from (words for words, times in pages.items() if times >= COMMON_FROM)

    def _thing(self, key: str, showings: tuple[Showing, ...]) -> Thing:
        url, target = showings[0].url, self.seen.get(key)
        host = host_of(url)
        facts = target.facts if target is not None else None
        act = facts.act if facts is not None and facts.kind is PageKind.ACT else None
        of_act = _ACT_KINDS.get(act.type) if act else None
        return Thing(
            url=url,
            showings=showings,
            words=tuple(dict.fromkeys(one.words for one in showings)),
            kinds=frozenset({of_act}) if of_act else _kinds(url, showings),
            host=host,
            file_type=file_type(url) or _type_of(target),
            leads_to=facts.kind if facts is not None else None,
            act=act,
            is_gone=target is not None and _is_gone(target) and host not in self._opens_nothing,
            is_hollow=target is not None and target.complete and self._is_hollow(target.facts),
            is_own=is_under(host, self.sight.city.hosts),
            on_portal=is_under(host, self.portals),
            has_day=any(one.date is not None or one.event_date is not None for one in showings),
            only_in_menus=all(one.in_menu for one in showings),
        )

    def _is_hollow(self, facts: PageFacts | None) -> bool:
        """Some way to the home page stands beside the menu of every page, and leads nowhere new."""
        if facts is None or facts.kind is not PageKind.OTHER or facts.words > _HOLLOW_UP_TO:
            return False
        own = [link for link in facts.links if not self.is_menu(link)]
        return not facts.meetings and all(urlsplit(link.href).path in {"", "/"} for link in own)


def is_answer(seen: SeenPage) -> bool:
    """True for a page that was given, not refused, and is not an error served politely."""
    return seen.status in ANSWERED and not (seen.facts and seen.facts.kind in _NO_CONTENT)


def _is_gone(seen: SeenPage) -> bool:
    return seen.status in GONE or (seen.facts is not None and seen.facts.kind is PageKind.ERROR)


def _opening_nothing(pages: Iterable[SeenPage]) -> frozenset[str]:
    """Hosts where every file we asked for "is not there": that is more likely our trouble than theirs."""
    opened, gone = Counter[str](), Counter[str]()
    for page in pages:
        if file_type(page.url):
            (gone if _is_gone(page) else opened)[host_of(page.url)] += 1
    return frozenset(host for host, files in gone.items() if files >= _BELIEVED_BELOW and not opened[host])


def _latest(pages: Iterable[SeenPage]) -> dict[str, SeenPage]:
    """One capture per place: a complete one before a cut one, then the later one."""
    best: dict[str, SeenPage] = {}
    for page in sorted(pages, key=lambda page: (page.complete, page.fetched_at, page.url, page.capture)):
        best[place(page.url)] = page
    return best


def _showings(page: Page) -> Iterator[Showing]:
    facts = page.facts
    if facts.kind is PageKind.ACT and facts.act is not None and facts.act.type in _ACT_KINDS:
        kind = _ACT_KINDS[facts.act.type]
        words = page.title if page.title in facts.title else facts.title
        yield Showing(page.seen.url, words, kind, facts.act.date, None, 1.0, in_menu=False, page=page)
    for meeting in facts.meetings:
        for link in meeting.links:
            yield _showing(link, page, meeting.date)
    for link in facts.links:
        yield _showing(link, page, None)


def _showing(link: DocumentLink, page: Page, met_on: date | None) -> Showing:
    return Showing(
        url=link.href,
        words=link.title or link.text,
        kind=link.kind,
        date=link.date,
        event_date=link.event_date or met_on,
        confidence=link.confidence,
        in_menu=link.in_menu,
        page=page,
    )


def _kinds(url: str, showings: tuple[Showing, ...]) -> frozenset[LinkKind]:
    """The kinds its showings give it; a page taken for everything it stands beside is none of it."""
    kinds = frozenset(showing.kind for showing in showings)
    is_anything = len(kinds - {LinkKind.OTHER}) >= _TOO_MANY_KINDS and file_type(url) is None
    return frozenset({LinkKind.OTHER}) if is_anything else kinds


def _type_of(target: SeenPage | None) -> str | None:
    """The type of a stored document whose address does not say it."""
    if target is None or (target.facts is not None and target.facts.kind is not PageKind.DOCUMENT):
        return None
    return media_file_type(target.media_type)
