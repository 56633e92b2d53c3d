"""Through one indicator's eyes: does this thing on the shelf belong to it, and if not, why not?"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from checks.addresses import is_under, place
from checks.methodology import Indicator, Methodology
from checks.shelf import SECTIONS, Page, Shelf, Showing, Thing
from checks.words import Phrasebook, Words, carries, head
from models.facts import CityCard, Term
from models.matching import normalise, stems
from models.vocabulary import LinkKind, PageKind


class Refusal(StrEnum):
    """Why a thing that looks right does not count; the most telling first. Explained in ``reasons.yaml``."""

    NOT_ADOPTED = "not-adopted"
    OTHER_BODY = "other-body"
    OTHER_COUNCIL = "other-council"
    OTHER_THING = "other-thing"
    GONE = "gone"
    OFFSITE = "other-host"
    NEWS = "only-news"
    HEADING = "only-heading"
    MENU = "only-menu"


NEVER_BY_WORDS = frozenset(
    {
        LinkKind.AGENDA, LinkKind.MINUTES, LinkKind.VOTES, LinkKind.DRAFT_DECISION, LinkKind.NEWS,
        LinkKind.NOTICE, LinkKind.VIDEO, LinkKind.PARTICIPATORY_BUDGET, LinkKind.BUDGET_PASSPORT,
    }
)  # fmt: skip
"""Kinds told apart so surely that words alone do not make them something else."""

_TITLED_BY_SUBJECT = frozenset({LinkKind.DECISION, LinkKind.DRAFT_DECISION, LinkKind.ORDER})
_SHORT = frozenset({LinkKind.NOTICE, LinkKind.NEWS})
_UNTOLD = frozenset({LinkKind.OTHER})
_SAME_NAME = 3  # letters that a city and the name of its council share: Суми – Сумська


@dataclass(frozen=True, slots=True)
class Weight:
    """How surely a thing belongs; ``is_told``: its own words, its list or its issuer say whose it is."""

    sure: float
    is_told: bool


class Lens:
    """What one indicator counts as its own."""

    def __init__(self, methodology: Methodology, indicator: Indicator) -> None:
        looks = indicator.looks_at
        positive = tuple(map(Term, looks.terms))
        negative = tuple(Term(text, negative=True) for text in looks.negatives)
        bodies = dict.fromkeys((*looks.elsewhere, *methodology.elsewhere))
        other = tuple(Term(text, negative=True) for text in bodies if text not in looks.negatives)
        self.kinds = looks.kinds
        self.titled_by_subject = bool(looks.kinds & _TITLED_BY_SUBJECT)
        book = _book_of(methodology)
        self.names = Words((*positive, *negative), book)
        self.whose = Words((*positive, *negative, *other), book)
        foreign = tuple(Term(text, negative=True) for text in methodology.elsewhere)
        self._foreign = Words(foreign, book)
        self._issuer_from = 1 if looks.only_named else 0
        self._subject = methodology.subject_begins
        drafts = looks.drafts or LinkKind.DRAFT_DECISION in looks.kinds
        self._not_adopted = () if drafts else methodology.not_adopted
        self._draft_marks = () if drafts else tuple(map(stems, methodology.draft_marks))
        self._council = re.compile(methodology.other_council, re.IGNORECASE)

    def weigh(self, thing: Thing, shelf: Shelf) -> tuple[Weight, Showing] | tuple[Refusal, Showing] | None:
        """How surely *thing* belongs, or why not, with the showing that says so; None: nothing for it."""
        best = thing.showings[0] if len(thing.showings) == 1 else self._best(thing)
        if not (thing.kinds & self.kinds or self.lists(thing)):
            named = self._named(thing, best, is_portal=is_under(thing.host, shelf.portals))
            if named <= 0:
                return (Refusal.OTHER_THING, best) if named else None
        if refusal := next(self._objections(thing, shelf), None):
            return refusal, best
        said = [self._placed(showing, thing, shelf) for showing in thing.showings]
        refusals = [vote for vote in said if isinstance(vote, Refusal)]
        votes = [vote for vote in said if not isinstance(vote, Refusal)]
        if refusals and max(votes, default=0) < 1:
            return refusals[0], best
        issuer = self.whose.says((thing.act.issuer if thing.act is not None else None) or "")
        if not refusals and max(votes) < 1 and issuer < self._issuer_from:
            return Refusal.OTHER_BODY, best
        is_told = max(votes) >= 1 or issuer > 0
        sure = (1.0 if is_told else 0.75) * (0.8 if refusals or issuer < 0 else 1.0)
        return Weight(sure * max(0.3, min(1.0, best.confidence)), is_told), best

    def lists(self, thing: Thing) -> bool:
        """A bare title ("Про …") on a list that is called what is looked for is one of the list."""
        return self.titled_by_subject and thing.kinds == _UNTOLD and any(map(self._is_item, thing.showings))

    def _is_item(self, showing: Showing) -> bool:
        page = showing.page
        if (
            showing.in_menu
            or page.facts.kind is not PageKind.LIST
            or head(showing.words, self._subject).strip()
        ):
            return False
        return bool(showing.words.strip()) and self.whose.says(head(page.title, self._subject)) == 1

    def _best(self, thing: Thing) -> Showing:
        """The showing that says most: whose it is, when it was, and the most words."""
        return max(thing.showings, key=lambda one: (self._own(one, thing), one.date is not None, one.words))

    def is_section(self, page: Page) -> bool:
        """True for a page that is called what the indicator looks for."""
        if page.facts.kind in {PageKind.HOME, PageKind.NEWS, PageKind.SEARCH, PageKind.ACT}:
            return False
        return any(self.whose.says(text) == 1 for text in (page.title, *page.headings[:1]))

    def concerns(self, title: str, page: Page) -> bool:
        """True unless a meeting's title or page names another body."""
        return self.whose.says(title) >= 0 and self.whose.says(page.title) >= 0

    def _named(self, thing: Thing, best: Showing, *, is_portal: bool) -> int:
        """What the words say of a thing that looks like a document rather than like a way to one."""
        if is_told_by_kind(thing):
            return 0
        is_paper = thing.file_type is not None or thing.act is not None or best.kind is not LinkKind.OTHER
        return self._says(best.words) if is_paper or is_portal or best.date is not None else 0

    def _says(self, words: str) -> int:
        """What words say of the topic; of acts, what stands before their subject: one may be about another."""
        return self.names.says(head(words, self._subject) if self.titled_by_subject else words)

    def _objections(self, thing: Thing, shelf: Shelf) -> Iterator[Refusal]:
        """What no page it is shown on can mend, the plainest first."""
        if thing.is_gone:
            yield Refusal.GONE
        is_film = (
            LinkKind.VIDEO in thing.kinds & self.kinds
        )  # no council keeps its recordings on its own site
        if not is_film and not is_under(thing.host, (*shelf.sight.city.hosts, *shelf.portals)):
            yield Refusal.OFFSITE
        if thing.leads_to is PageKind.NEWS and LinkKind.NEWS not in self.kinds:
            yield Refusal.NEWS
        if thing.leads_to in SECTIONS and not self._announces(thing):
            yield Refusal.HEADING
        if thing.act is None and all(showing.in_menu for showing in thing.showings):
            yield Refusal.MENU
        if any(self._is_taken_back(showing.words) for showing in thing.showings):
            yield Refusal.NOT_ADOPTED
        if any(self.names.says(showing.words) < 0 for showing in thing.showings):
            yield Refusal.OTHER_THING
        untold = thing.leads_to in {None, PageKind.NEWS}
        unseen = thing.file_type is None and untold and not is_under(thing.host, shelf.portals)
        undated = not any(showing.date or showing.event_date for showing in thing.showings)
        if (thing.is_hollow and undated) or (unseen and all(map(self._is_heading, thing.showings))):
            yield Refusal.HEADING

    def _announces(self, thing: Thing) -> bool:
        """A dated notice that is looked for is itself the paper, however much stands beside its few words."""
        is_notice = thing.leads_to is PageKind.LIST and bool(thing.kinds & self.kinds & _SHORT)
        return is_notice and any(showing.date or showing.event_date for showing in thing.showings)

    def _is_taken_back(self, words: str) -> bool:
        return stems(words)[:1] in self._draft_marks or carries(words, self._not_adopted)

    def _is_heading(self, showing: Showing) -> bool:
        """A link that says no more than the term itself leads to a list, not to a paper."""
        if showing.date is not None or showing.event_date is not None:
            return False
        term = self.names.named_by(showing.words)
        return term is not None and len(stems(showing.words)) <= len(stems(term.text)) + 1

    def _own(self, showing: Showing, thing: Thing) -> int:
        """What the words of the paper itself say: whose it is, apart from what it is about."""
        if not thing.kinds & self.kinds:
            return self._says(showing.words)
        words = head(showing.words, self._subject)
        return self.whose.says(words) if words.strip() else 0

    def _placed(self, showing: Showing, thing: Thing, shelf: Shelf) -> int | Refusal:
        """1: it says so itself or its page does; 0: nothing speaks against it.

        Lists are kept by people and say whose they are; what a program reads as an act's issuer weighs less.
        """
        title = head(showing.page.title, self._subject)
        issuer = (thing.act.issuer if thing.act is not None else None) or ""
        speaking = (head(showing.words, self._subject), title, issuer)
        if any(self._is_foreign(text, shelf.sight.city) for text in speaking):
            return Refusal.OTHER_COUNCIL
        if any(self._foreign.says(text) < 0 for text in speaking):
            return Refusal.OTHER_BODY
        of_news = showing.page.facts.kind is PageKind.NEWS and LinkKind.NEWS not in self.kinds
        if of_news and thing.file_type is None:
            return Refusal.NEWS
        own = self._own(showing, thing)
        if own > 0 and not thing.kinds & self.kinds:
            return 1
        page = self.whose.says(title) or self._headed(showing.page) or self._of_act(showing.page, shelf)
        return Refusal.OTHER_BODY if min(own, page) < 0 else max(own, page)

    def _headed(self, page: Page) -> int:
        """What the headings say, as long as they agree."""
        said = {self.whose.says(heading) for heading in page.headings} - {0}
        return said.pop() if len(said) == 1 else 0

    def _of_act(self, page: Page, shelf: Shelf) -> int:
        """A file beside an act is that act's: whose the act is, its lists say, and then its own head."""
        act, itself = page.facts.act, shelf.at.get(place(page.seen.url))
        if page.facts.kind is not PageKind.ACT or act is None:
            return 0
        lists = [one.page for one in (itself.showings if itself else ()) if one.page is not page]
        titles = (head(one.title, self._subject) for one in lists if one.facts.kind is not PageKind.ACT)
        said = {self.whose.says(title) for title in titles} - {0}
        return said.pop() if len(said) == 1 else self.whose.says(act.issuer or "")

    def _is_foreign(self, text: str, city: CityCard) -> bool:
        """A council is named that is not the city's: "Рішення Кривенської міської ради"."""
        name = _council_named(text, self._council)
        return name is not None and name[:_SAME_NAME] != normalise(city.name_uk)[:_SAME_NAME]


@lru_cache(maxsize=32_768)
def _council_named(text: str, pattern: re.Pattern[str]) -> str | None:
    """Whose council a text names, folded for comparing."""
    found = pattern.search(text) if pattern.pattern else None
    return normalise(found[1]) if found is not None else None


def is_told_by_kind(thing: Thing) -> bool:
    """True where words alone do not make it something else; a file is no piece of news, wherever it lies."""
    kinds = thing.kinds - {LinkKind.NEWS} if thing.file_type is not None else thing.kinds
    return bool(kinds & NEVER_BY_WORDS)


@lru_cache(maxsize=2_000)
def lens_of(methodology: Methodology, indicator: Indicator) -> Lens:
    """The lens of an indicator, ground once."""
    return Lens(methodology, indicator)


_BOOKS: dict[int, tuple[Mapping[str, Indicator], Phrasebook]] = {}
_BOOKS_KEPT = 16


def _book_of(methodology: Methodology) -> Phrasebook:
    """The terms of all indicators of a methodology, taken up at once; a pack of some of them has the same book."""
    known = _BOOKS.get(id(methodology.by_id))
    if known is None:
        if len(_BOOKS) >= _BOOKS_KEPT:
            _BOOKS.clear()
        known = _BOOKS[id(methodology.by_id)] = methodology.by_id, _made_book(methodology)
    return known[1]


def _made_book(methodology: Methodology) -> Phrasebook:
    book = Phrasebook()
    for indicator in (*methodology.by_id.values(), *methodology.indicators):
        looks = indicator.looks_at
        for text in (*looks.terms, *looks.negatives, *looks.elsewhere):
            book.phrase(text)
    for text in methodology.elsewhere:
        book.phrase(text)
    return book
