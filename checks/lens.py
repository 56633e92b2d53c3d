"""Through one indicator's eyes: what words say of whose a thing is and what it is about."""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache

from checks.methodology import Indicator, Methodology
from checks.shelf import Page, Thing
from checks.words import Phrasebook, Words, carries, head
from models.facts import Term
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
_NO_SECTIONS = frozenset({PageKind.HOME, PageKind.NEWS, PageKind.SEARCH, PageKind.ACT})
_SAME_NAME = 3  # letters that a city and the name of its council share: Суми – Сумська
_REMEMBERED = 32_768


class Ear:
    """What words say to all indicators of a methodology alike; each text is listened to once."""

    def __init__(self, methodology: Methodology) -> None:
        self.book = _book_of(methodology)
        self._subject = methodology.subject_begins
        self._council = re.compile(methodology.other_council, re.IGNORECASE)
        self._foreign = Words((Term(text, negative=True) for text in methodology.elsewhere), self.book)
        self._not_adopted = methodology.not_adopted
        self._draft_marks = frozenset(map(stems, methodology.draft_marks))
        remembered = lru_cache(maxsize=_REMEMBERED)
        self.head = remembered(self._head)
        self.is_taken_back = remembered(self._is_taken_back)
        self.speaks_for_others = remembered(self._speaks_for_others)

    def _head(self, text: str) -> str:
        """What stands before the subject says whose it is."""
        return head(text, self._subject)

    def _is_taken_back(self, words: str) -> bool:
        """It is a draft, or was not adopted."""
        return stems(words)[:1] in self._draft_marks or carries(words, self._not_adopted)

    def _speaks_for_others(self, text: str, city: str) -> Refusal | None:
        """A council that is not the city's is named ("Рішення Кривенської міської ради"), or no council at all."""
        found = self._council.search(text) if self._council.pattern else None
        if found is not None and normalise(found[1])[:_SAME_NAME] != normalise(city)[:_SAME_NAME]:
            return Refusal.OTHER_COUNCIL
        return Refusal.OTHER_BODY if self._foreign.says(text) < 0 else None


class Lens:
    """What one indicator counts as its own."""

    def __init__(self, methodology: Methodology, indicator: Indicator) -> None:
        looks = indicator.looks_at
        positive = tuple(map(Term, looks.terms))
        negative = tuple(Term(text, negative=True) for text in looks.negatives)
        bodies = dict.fromkeys((*looks.elsewhere, *methodology.elsewhere))
        other = tuple(Term(text, negative=True) for text in bodies if text not in looks.negatives)
        self.ear = ear_of(methodology)
        self.kinds = looks.kinds
        self.titled_by_subject = bool(looks.kinds & _TITLED_BY_SUBJECT)
        self.names = Words((*positive, *negative), self.ear.book)
        self.whose = Words((*positive, *negative, *other), self.ear.book)
        self.only_named = looks.only_named
        self._drafts = looks.drafts or LinkKind.DRAFT_DECISION in looks.kinds

    def says(self, words: str) -> int:
        """What words say of the topic; of acts, what stands before their subject: one may be about another."""
        return self.names.says(self.ear.head(words) if self.titled_by_subject else words)

    def is_taken_back(self, words: str) -> bool:
        """True for a draft and for what was not adopted, unless drafts are looked for."""
        return not self._drafts and self.ear.is_taken_back(words)

    def is_bare_term(self, words: str) -> bool:
        """True for words that say no more than a term itself: they lead to a list, not to a paper."""
        term = self.names.named_by(words)
        return term is not None and len(stems(words)) <= len(stems(term.text)) + 1

    def is_section(self, page: Page) -> bool:
        """True for a page that is called what the indicator looks for."""
        if page.facts.kind in _NO_SECTIONS:
            return False
        return any(self.whose.says(text) == 1 for text in page.called)

    def concerns(self, title: str, page: Page) -> bool:
        """True unless a meeting's title or page names another body."""
        return self.whose.says(title) >= 0 and self.whose.says(page.title) >= 0


def is_told_by_kind(thing: Thing) -> bool:
    """True where words alone do not make it something else; a file is no piece of news, wherever it lies."""
    kinds = thing.kinds - {LinkKind.NEWS} if thing.file_type is not None else thing.kinds
    return bool(kinds & NEVER_BY_WORDS)


@lru_cache(maxsize=2_000)
def lens_of(methodology: Methodology, indicator: Indicator) -> Lens:
    """The lens of an indicator, ground once."""
    return Lens(methodology, indicator)


@lru_cache(maxsize=64)
def ear_of(methodology: Methodology) -> Ear:
    """The ear of a methodology, trained once."""
    return Ear(methodology)


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
