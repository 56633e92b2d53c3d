"""What kind of paper a link leads to, from the words on it and around it."""

import itertools
import re
from functools import cache, lru_cache
from typing import NamedTuple

from crawlers.pages.dates import find_dates, month_named
from crawlers.pages.lexicon import Glance, LexiconError, folded, phrases, table
from models.matching import normalise, stems
from models.vocabulary import LinkKind

_SIZE = re.compile(r"\(?\b\d+(?:[.,]\d+)?\s?(?:kb|mb|gb|кб|мб|bytes)\b\)?", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_OWN_NUMBER = re.compile(r"^\W*\d\S*\s")  # "№2282–МР Про …"
_CYRILLIC = re.compile("[а-яіїєґ]", re.IGNORECASE)
_DURATION = re.compile(r"\d\s*-?\s*minutes?\b", re.IGNORECASE)
_OF_DATES_AND_SIZES = frozenset(
    "day of st nd rd th го ого е є та і й и and р г kb mb gb кб мб гб bytes".split()
)
SENTENCE = 14
"""Words; a link of more says something about a paper, it does not name one."""
_WORDS_OF_A_TITLE = 3
_TOPICS = frozenset(
    {LinkKind.PARTICIPATORY_BUDGET, LinkKind.BUDGET_REPORT, LinkKind.BUDGET_PASSPORT, LinkKind.BUDGET}
)
_VESSELS = frozenset({LinkKind.DECISION, LinkKind.ORDER})
PAPERS = frozenset(
    {LinkKind.AGENDA, LinkKind.MINUTES, LinkKind.PACKET, LinkKind.VOTES, LinkKind.VIDEO, LinkKind.NOTICE}
)
"""Kinds that belong to a meeting."""


class Phrase(NamedTuple):
    """One phrase of the lexicon: the kind it speaks for and the place of that kind in the file."""

    kind: LinkKind
    rank: int
    stems: tuple[str, ...]


class Said(NamedTuple):
    """The kind some words speak for, and the phrase that did."""

    kind: LinkKind
    phrase: str


@cache
def _by_first_word() -> dict[str, list[Phrase]]:
    found: dict[str, list[Phrase]] = {}
    for rank, (name, written) in enumerate(table("kinds").items()):
        try:
            kind = LinkKind(name)
        except ValueError as error:
            raise LexiconError(f"kinds.yaml: {name!r} is no kind of link") from error
        for phrase in written:
            cut = stems(phrase)
            found.setdefault(cut[0], []).append(Phrase(kind, rank, cut))
    return found


@cache
def _glance() -> Glance:
    return Glance(phrase.stems for known in _by_first_word().values() for phrase in known)


@cache
def _any_glance() -> Glance:
    listed = [phrases("words", key).all for key in ("something_else", "aside", "meeting", "plural")]
    kinds = tuple(phrase.stems for known in _by_first_word().values() for phrase in known)
    return Glance((*kinds, *itertools.chain.from_iterable(listed)))


def is_plain(text: str) -> bool:
    """Say whether *text* surely speaks for no kind, of nothing else, of no meeting and not of many papers."""
    return _any_glance().finds_nothing(text)


def kind_said(text: str) -> Said | None:
    """Give the kind that *text* speaks for: the longest phrase, then the head of the phrase."""
    return None if _glance().finds_nothing(text) else _kind_said(text)


@lru_cache(maxsize=16_384)
def _kind_said(text: str) -> Said | None:
    given = stems(_DURATION.sub(" ", text) if "min" in text.lower() else text)
    if _by_first_word().keys().isdisjoint(given):
        return None
    hits = [
        (place, phrase)
        for place, word in enumerate(given)
        for phrase in _by_first_word().get(word, ())
        if given[place : place + len(phrase.stems)] == phrase.stems
    ]
    standing = [(place, phrase) for place, phrase in hits if not _covered(place, phrase, hits)]
    if not standing:
        return None
    if _CYRILLIC.search(text):
        standing.sort(key=lambda hit: (hit[0], -len(hit[1].stems), hit[1].rank))
    else:
        standing.sort(key=lambda hit: (hit[1].rank, hit[0]))
    chosen = standing[0][1]
    topics = sorted(
        (phrase for _, phrase in standing if phrase.kind in _TOPICS), key=lambda phrase: phrase.rank
    )
    if topics and chosen.kind in _TOPICS | _VESSELS:  # a decision on the budget is told by its subject
        chosen = topics[0]
    if chosen.kind is LinkKind.BUDGET and len(chosen.stems) == 1 and names_meeting(text):
        return None  # the budget committee sits on more than the budget
    return Said(chosen.kind, " ".join(chosen.stems))


def _covered(place: int, phrase: Phrase, hits: list[tuple[int, Phrase]]) -> bool:
    return any(
        len(other.stems) > len(phrase.stems)
        and start <= place
        and place + len(phrase.stems) <= start + len(other.stems)
        for start, other in hits
    )


@lru_cache(maxsize=16_384)
def says_nothing(text: str) -> bool:
    """Say whether *text* tells no more than a size, a format, a date or "download"."""
    if any(_tells_something(word) for word in text.split() if len(word) > 1):
        return False
    empty = folded("words", "saying_nothing")
    bare = _SIZE.sub(" ", text)
    for one in reversed(find_dates(bare)):
        bare = f"{bare[: one.start]} {bare[one.end :]}"
    return all(word in empty or word.isdigit() for word in normalise(bare).split())


@lru_cache(maxsize=16_384)
def _tells_something(piece: str) -> bool:
    """A word of letters that is neither empty nor belongs to a date or to the size of a file."""
    if not piece.isalpha():
        return False
    word = normalise(piece)
    known = word in folded("words", "saying_nothing") or word in _OF_DATES_AND_SIZES or month_named(word)
    return word.isalpha() and not known


@lru_cache(maxsize=16_384)
def is_month(text: str) -> bool:
    """Say whether *text* is no more than a month: of a page a choice, of a file all that it is called."""
    given = normalise(text).split()
    return all(word.isdigit() or month_named(word) for word in given) and any(map(month_named, given))


def is_something_else(text: str) -> bool:
    """Say whether *text* names a thing that its surroundings must not rename."""
    return phrases("words", "something_else").within(text)


@lru_cache(maxsize=16_384)
def is_aside(text: str) -> bool:
    """Say whether *text* names an attachment, an archive or a form, and not a paper that comes with one."""
    given = stems(text.replace("&", " and ").replace("+", " and ") if "&" in text or "+" in text else text)
    if folded("words", "packed") & set(given):
        return False
    joins = folded("words", "joins")
    return any(
        not joins & set(given[max(0, start - 2) : start])
        for start, _ in phrases("words", "aside").among(given)
    )


def names_meeting(text: str) -> bool:
    """Say whether *text* speaks of a sitting of some body."""
    return phrases("words", "meeting").within(text)


@lru_cache(maxsize=16_384)
def is_act_title(text: str) -> bool:
    """Say whether *text* is worded as the title of an act: "Про затвердження …", numbered or not."""
    given = normalise(_OWN_NUMBER.sub("", text)).lstrip("№ 0123456789").split()
    return len(given) >= _WORDS_OF_A_TITLE and given[0] in folded("words", "act_titles")


@lru_cache(maxsize=16_384)
def is_plural(text: str) -> bool:
    """Say whether *text* names many papers at once: a section, not a paper."""
    return not folded("words", "plural").isdisjoint(normalise(text).split())
