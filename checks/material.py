"""What one rule is given: the documents of its indicator, without doubles, and what stands around them."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import cast

from checks.addresses import host_of, is_under, place
from checks.lens import NEVER_BY_WORDS, Lens, Refusal, lens_of
from checks.methodology import Indicator, Methodology
from checks.shelf import Page, Shelf, Showing, Thing, is_answer
from checks.words import carries, days_named, head, years
from models.facts import CityCard, Day, Evidence, Meeting
from models.matching import normalise
from models.vocabulary import LinkKind, PageKind

_STEM = 5  # letters of a city's name that its adjective keeps: Миколаїв – Миколаївська
_OF_MEETINGS = frozenset({LinkKind.AGENDA, LinkKind.MINUTES, LinkKind.VOTES, LinkKind.PACKET})
_NOT_HELD = frozenset({"tentative", "cancelled"})


@dataclass(frozen=True, slots=True)
class Document:
    """One document that counts, and the page that shows it."""

    url: str
    words: str  # as on the page
    kind: LinkKind
    date: Day | None
    event_date: Day | None
    file_type: str | None
    place: str  # what the page it is shown on is called
    page_url: str
    capture: str
    confidence: float

    @property
    def held_on(self) -> Day | None:
        """The day it belongs to: of the meeting if known, otherwise its own."""
        return self.event_date or self.date

    @property
    def years(self) -> frozenset[int]:
        """The years it is about, by its own words; by its page where they name none."""
        return years(self.words) or years(self.place)

    def shown(self) -> Evidence:
        """The words that show it, and where."""
        return Evidence(self.page_url, self.words, self.capture, title=self.url, date=self.held_on)


@dataclass(frozen=True, slots=True)
class NearMiss:
    """The closest thing that does not count, and why it does not."""

    evidence: Evidence
    why: Refusal


Choice = tuple[tuple[Document, ...], NearMiss | None]


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
        self.documents, self.near_miss = chosen(shelf, self._lens)

    def files_on(self, pages: Collection[str]) -> Iterator[Document]:
        """The files shown on some pages, whatever they are called."""
        for thing in self._shelf.things:
            if thing.file_type is not None and not thing.is_gone:
                for showing in thing.showings:
                    if showing.page.seen.url in pages:
                        yield _document(thing, showing, showing.confidence)

    @cached_property
    def sections(self) -> tuple[Page, ...]:
        """Pages called what the indicator looks for."""
        return tuple(page for page in self.pages if self._lens.is_section(page))

    @cached_property
    def links(self) -> tuple[Showing, ...]:
        """Links of any sort, the menu's too, whose words name what the indicator looks for."""
        things = {thing.url: thing for thing in self._shelf.worded(self._lens.whose.beginnings)}
        showings = (showing for _, thing in sorted(things.items()) for showing in thing.showings)
        return tuple(showing for showing in showings if self._lens.whose.says(showing.words) == 1)

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
        days = {day for other in others for day in _days(self._shelf, lens_of(self._methodology, other))}
        if topics:
            days |= _met_on(self._shelf, self._lens, self._methodology)
        return tuple(sorted(day for day in days if day <= self.today))


def chosen(shelf: Shelf, lens: Lens) -> Choice:
    """The documents that belong, newest first, and the nearest thing that does not; worked out once."""
    if lens not in shelf.choices:
        shelf.choices[lens] = _choose(shelf, lens)
    return cast("Choice", shelf.choices[lens])


def _choose(shelf: Shelf, lens: Lens) -> Choice:
    documents, missed = [], []
    for thing in _candidates(shelf, lens):
        weighed = lens.weigh(thing, shelf)
        if weighed is None:
            continue
        weight, showing = weighed
        if isinstance(weight, Refusal):
            missed.append((list(Refusal).index(weight), thing.url, showing, weight))
        else:
            documents.append(_document(thing, showing, weight))
    documents.sort(key=lambda one: (one.held_on is None, -(one.held_on or date.min).toordinal(), one.url))
    nearest = min(missed, default=None, key=lambda miss: miss[:2])
    return tuple(documents), _missed(nearest[2], nearest[3]) if nearest else None


def _candidates(shelf: Shelf, lens: Lens) -> Iterable[Thing]:
    """Things of the right kind, and things whose words may do instead; each once."""
    things = {thing.url: thing for kind in sorted(lens.kinds) for thing in shelf.of_kind.get(kind, ())}
    things |= {thing.url: thing for thing in shelf.of_kind.get(LinkKind.OTHER, ()) if lens.lists(thing)}
    for thing in shelf.worded(lens.names.beginnings):
        if thing.url in things or thing.kinds & NEVER_BY_WORDS:
            continue
        if any(lens.names.says(showing.words) for showing in thing.showings):
            things[thing.url] = thing
    return things.values()


def _document(thing: Thing, showing: Showing, weight: float) -> Document:
    act_date = thing.act.date if thing.act is not None else None
    dates = sorted(one.date for one in thing.showings if one.date)
    events = sorted(one.event_date for one in thing.showings if one.event_date)
    return Document(
        url=thing.url,
        words=showing.words,
        kind=min(thing.kinds) if showing.kind not in thing.kinds else showing.kind,
        date=act_date or showing.date or (dates[0] if dates else None),
        event_date=showing.event_date or (events[0] if events else None),
        file_type=thing.file_type,
        place=showing.page.title,
        page_url=showing.page.seen.url,
        capture=showing.page.seen.capture,
        confidence=round(weight, 3),
    )


def _missed(showing: Showing, why: Refusal) -> NearMiss:
    page = showing.page.seen
    shown = Evidence(page.url, showing.words, page.capture, showing.url, showing.event_date or showing.date)
    return NearMiss(shown, why)


def _days(shelf: Shelf, lens: Lens) -> set[date]:
    documents, _ = chosen(shelf, lens)
    return {document.held_on for document in documents if document.held_on}


def _met_on(shelf: Shelf, lens: Lens, methodology: Methodology) -> set[date]:
    """Meetings that took place, by the calendar the site itself keeps; news only retell them."""
    return {
        meeting.date
        for page in shelf.pages
        if page.facts.kind is not PageKind.NEWS
        for meeting in page.facts.meetings
        if meeting.date and meeting.status not in _NOT_HELD and lens.concerns(meeting.title, page)
        if _has_papers(meeting, shelf) or _is_named(meeting, page, shelf, methodology)
    }


def _has_papers(meeting: Meeting, shelf: Shelf) -> bool:
    """It has papers that only a meeting has; a way to the list of all of them is none."""
    return any(
        link.kind in _OF_MEETINGS and not shelf.is_menu(link) and not shelf.leads_to_list(link.href)
        for link in meeting.links
    )


def _is_named(meeting: Meeting, page: Page, shelf: Shelf, methodology: Methodology) -> bool:
    """It has a title of its own that names a meeting, and no second day that may be the meeting's instead.

    The name of a section is no title, nor is a paper's subject: "Про роботу постійних комісій, сесія 3".
    """
    title = meeting.title.strip()
    if title in {page.facts.title, page.title} or shelf.is_navigation(title) or len(days_named(title)) > 1:
        return False
    return carries(head(title, methodology.subject_begins), methodology.meetings)
