"""What one rule is given: the documents of its indicator, without doubles, and what stands around them."""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date
from functools import cached_property
from typing import cast

from checks.addresses import host_of, is_under, place
from checks.choosing import chosen
from checks.documents import Document, Text, document, page_as_document
from checks.lens import lens_of
from checks.methodology import Indicator, Methodology
from checks.scales import Weight
from checks.shelf import SECTIONS, Page, Shelf, Showing, Thing, is_answer
from checks.sites import COMMON_FROM
from checks.sittings import days_met, days_of_papers
from checks.words import carries
from models.facts import CityCard, Dataset, DocumentLink, Evidence, PageFacts, SeenPage
from models.matching import normalise
from models.vocabulary import LinkKind, PageKind

_STEM = 5  # letters of a city's name that its adjective keeps: Миколаїв – Миколаївська
_NOT_READ = frozenset({PageKind.HOME, PageKind.NEWS, PageKind.SEARCH, PageKind.SITE_MAP})
_FORM = "form"  # the one mark that is no pattern
_PAPER_FROM = 40  # words of a page before it is a text and not the way to one
_LED_TO = 60  # pages of a section that are read with it
_SAMPLE = 24  # pages by which the foot of all pages is known


class Material:
    """Everything a rule may look at. It has no clock: *today* is the day of the visit."""

    def __init__(self, shelf: Shelf, methodology: Methodology, indicator: Indicator) -> None:
        self._shelf, self._methodology, self._indicator = shelf, methodology, indicator
        self._lens = lens_of(methodology, indicator)
        self.city: CityCard = shelf.sight.city
        self.today: date = shelf.sight.today
        self.deadline_binds = indicator.deadline_confirmed
        self.pages: tuple[Page, ...] = shelf.pages
        self.portals = shelf.portals
        self.named_portals = shelf.named
        self.never_services = methodology.never_services
        self.documents, self.near_miss = chosen(shelf, self._lens)

    def files_on(self, pages: Collection[str]) -> Iterator[Document]:
        """The files shown on some pages, whatever they are called."""
        for thing in self._shelf.things:
            if thing.file_type is not None and not thing.is_gone:
                for showing in thing.showings:
                    if showing.page.seen.url in pages:
                        yield document(thing, showing, Weight(showing.confidence, is_told=False), self._shelf)

    @cached_property
    def sections(self) -> tuple[Page, ...]:
        """The council's own pages that are called what the indicator looks for."""
        called = self._shelf.called(self._lens.whose)
        return tuple(page for page in called if not page.is_portal and self._lens.is_section(page))

    @cached_property
    def links(self) -> tuple[Showing, ...]:
        """Links of the site of any sort, the menu's too, whose words name what the indicator looks for."""
        things = {thing.url: thing for thing in self._shelf.worded(self._lens.whose.sought)}
        showings = (showing for _, thing in sorted(things.items()) for showing in thing.showings)
        own = (showing for showing in showings if not showing.page.is_portal)
        return tuple(showing for showing in own if self._lens.whose.says(showing.words) == 1)

    @cached_property
    def papers(self) -> tuple[Document, ...]:
        """The documents, and pages of text that are called what the indicator looks for, but for pieces of news."""
        known = {place(one.url) for one in self.documents}
        pages = (page for page in self.sections if place(page.seen.url) not in known and _is_paper(page))
        return (*self.documents, *(page_as_document(page) for page in pages if not self._is_news(page)))

    def _is_news(self, page: Page) -> bool:
        """The lists that lead to it call it news, whatever it looks like itself."""
        thing = self._shelf.at.get(place(page.seen.url))
        return thing is not None and LinkKind.NEWS in thing.kinds - self._lens.kinds

    @cached_property
    def listed(self) -> tuple[Document, ...]:
        """What pages called so list, whatever it is called itself: files, and what has a date.

        Left out are ``documents``, other sections, what is gone, and what its own words or its host speak against.
        """
        pages = {page.seen.url for page in self.sections if not page.is_portal}
        known = {place(one.url) for one in self.documents}
        found = []
        for thing in self._shelf.things if pages else ():
            here = [one for one in thing.showings if one.page.seen.url in pages and not one.in_menu]
            if here and place(thing.url) not in known and all(self._counts_here(one, thing) for one in here):
                sure = 0.75 * min(1.0, here[0].confidence)
                found.append(document(thing, here[0], Weight(sure, is_told=True), self._shelf))
        found.sort(key=lambda one: (-(one.held_on or date.min).toordinal(), one.url))
        return tuple(found)

    def _counts_here(self, showing: Showing, thing: Thing) -> bool:
        is_paper = thing.file_type is not None or showing.date is not None
        is_ours = is_under(thing.host, (*self.city.hosts, *self._shelf.portals))
        if not (is_paper and is_ours) or thing.is_gone or thing.leads_to in {*SECTIONS, PageKind.NEWS}:
            return False
        taken_back = carries(showing.words, self._methodology.not_adopted)
        return self._lens.whose.says(showing.words) >= 0 and not taken_back

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """What can be read of it: its sections, then its documents, then what its sections lead to.

        Not what they lead to by the name of something else: a page on the mayor leads to the deputies as well.
        """
        found: dict[str, Text] = {}
        for page in self.sections:
            self._read(found, page.seen.url)
        for one in self.documents:
            self._read(found, one.url)
        for page in self.sections:
            own = [link.href for link in page.facts.links if self._leads_on(link)]
            for url in own[:_LED_TO]:
                self._read(found, url)
        return tuple(found.values())

    def _leads_on(self, link: DocumentLink) -> bool:
        return not self._shelf.is_menu(link) and self._lens.whose.says(link.title or link.text) >= 0

    def _read(self, found: dict[str, Text], url: str) -> None:
        """Add what stands at an address of the council or of a portal, if we have read it."""
        seen = self._shelf.seen.get(place(url))
        if seen is None or seen.facts is None or not is_answer(seen) or not seen.facts.text:
            return
        if is_under(host_of(url), (*self.city.hosts, *self.portals)) and seen.facts.kind not in _NOT_READ:
            found.setdefault(place(url), Text(url, seen.facts.title, seen.capture, seen.facts))

    def marks_in(self, text: Text, mark: str) -> tuple[str, ...]:
        """The words of *text* that are of the kind *mark* ("phone"), each once; not those of every page."""
        if mark == _FORM:
            return (text.facts.title or text.url,) if text.facts.has_form else ()
        found = self._methodology.marks[mark].found_in(text.facts.text)
        return tuple(words for words in found if words not in self._everywhere(mark))

    def _everywhere(self, mark: str) -> frozenset[str]:
        """The site's own phone stands at the foot of every page, and says nothing of any."""
        key = ("everywhere", mark)
        if key not in self._shelf.choices:
            own = [page for page in self.pages if not page.is_portal]
            some = own[:: max(1, len(own) // _SAMPLE)]
            times = Counter(
                words for page in some for words in self._methodology.marks[mark].found_in(page.facts.text)
            )
            least = max(COMMON_FROM, len(some) / 2)
            self._shelf.choices[key] = frozenset(words for words, number in times.items() if number >= least)
        return cast("frozenset[str]", self._shelf.choices[key])

    @cached_property
    def datasets(self) -> tuple[tuple[Dataset, SeenPage], ...]:
        """The council's own datasets on portals, with the answer that names each; in the order of their ids."""
        return tuple(pair for pair in self._catalogue if self.is_of_city(pair[0].publisher))

    @cached_property
    def strangers_datasets(self) -> tuple[tuple[Dataset, SeenPage], ...]:
        """Datasets that a portal showed us and another body published."""
        return tuple(pair for pair in self._catalogue if not self.is_of_city(pair[0].publisher))

    @property
    def _catalogue(self) -> tuple[tuple[Dataset, SeenPage], ...]:
        key = "catalogue"
        if key not in self._shelf.choices:
            found = {
                one.id: (one, page.seen)
                for page in self.pages
                if page.facts.kind is PageKind.CATALOGUE
                for one in page.facts.datasets
            }
            self._shelf.choices[key] = tuple(pair for _, pair in sorted(found.items()))
        return cast("tuple[tuple[Dataset, SeenPage], ...]", self._shelf.choices[key])

    @cached_property
    def home(self) -> Page | None:
        """The page that answers at an address the visit started from, if any does."""
        starts = {place(row.url) for row in self._shelf.sight.ledger if row.depth == 0}
        own = [page for page in self.pages if not page.is_portal]
        homes = [page for page in own if page.facts.kind is PageKind.HOME or place(page.seen.url) in starts]
        return min(homes, default=None, key=lambda page: (len(page.seen.url), page.seen.url))

    def answered(self, endings: tuple[str, ...]) -> list[Evidence]:
        """The council's own addresses that end so and hold something."""
        return [
            Evidence(seen.url, seen.url, seen.capture, title=seen.url)
            for _, seen in sorted(self._shelf.seen.items())
            if seen.url.endswith(endings) and is_answer(seen) and is_under(host_of(seen.url), self.city.hosts)
        ]

    def is_bare(self, url: str) -> bool:
        """A page we have read holds a few words and leads nowhere: it promises, and offers nothing yet."""
        seen = self._shelf.seen.get(place(url))
        if seen is None or seen.facts is None or seen.facts.words >= _PAPER_FROM or seen.facts.has_form:
            return False
        return all(self._shelf.is_menu(link) for link in seen.facts.links)

    def is_of_city(self, publisher: str | None) -> bool:
        """The portal names the council as publisher, by its number or by a name made of the city's.

        Asked for one organisation, a portal may not repeat its name: then it is the one asked for.
        """
        if publisher is None or (self.city.edrpou and self.city.edrpou in publisher):
            return True
        name = normalise(self.city.name_uk).split()[0]
        stem = name[: min(len(name) - 1, _STEM)]
        carries_name = any(word.startswith(stem) for word in normalise(publisher).split())
        return carries_name and self._lens.whose.says(publisher) >= 0

    @cached_property
    def sessions(self) -> tuple[date, ...]:
        """The days on which the body sat, as other papers and the calendar of meetings tell."""
        topics = self._indicator.looks_at.sessions_from
        others = (self._methodology.by_id[topic] for topic in topics)
        days = {
            day for other in others for day in days_of_papers(self._shelf, lens_of(self._methodology, other))
        }
        if topics:
            days |= days_met(self._shelf, self._lens, self._methodology)
        return tuple(sorted(day for day in days if day <= self.today))


def _is_paper(page: Page) -> bool:
    return page.facts.kind not in SECTIONS and _own_words(page.facts) >= _PAPER_FROM


def _own_words(facts: PageFacts) -> int:
    """How much it says itself: where a menu stands in the text of a page, the words of its links are none of it."""
    if not facts.text:
        return facts.words
    led_to = {link.text for link in facts.links if link.text and link.text in facts.text}
    return min(facts.words, len(facts.text.split()) - sum(len(words.split()) for words in led_to))
