"""What a link says in its own words, and what those words are worth."""

from functools import lru_cache
from typing import Any, NamedTuple

from crawlers.pages import kinds
from crawlers.pages.base import text
from crawlers.pages.dates import first_date
from crawlers.pages.kinds import Said
from crawlers.pages.outline import Spot

Element = Any  # lxml ships no types

SECTION_UP_TO = 4  # words
_SAID_UP_TO = 160  # characters of a text that speak for its kind
_TOLD_UP_TO = 600
_CACHE_SIZE = 16_384


class Wording(NamedTuple):
    """All that one text tells by itself, worked out once wherever it stands."""

    said: Said | None
    nothing: bool  # no more than a size, a format, a date or "download"
    month: bool
    something_else: bool
    aside: bool
    meeting: bool
    act_title: bool
    plural: bool
    dated: bool  # said only of texts that tell little else: who asks of others looks for the day itself
    words: int


class Named(NamedTuple):
    """A link's own words: what it shows, and what it says on hovering and to a screen reader."""

    text: str
    spoken: str
    best: str  # the one that tells more

    def is_quiet(self, *, is_file: bool) -> bool:
        """Say whether the words leave open what the link leads to."""
        told = wording(self.best)
        return told.nothing or (is_file and told.month)


def wording(words: str) -> Wording:
    """Give what *words* tell by themselves; of very many only the first count."""
    return _wording(words[:_TOLD_UP_TO])


@lru_cache(maxsize=_CACHE_SIZE)
def _wording(words: str) -> Wording:
    nothing = kinds.says_nothing(words)
    if not nothing and kinds.is_plain(words):
        month = kinds.is_month(words)
        return Wording(
            said=None,
            nothing=False,
            month=month,
            something_else=False,
            aside=False,
            meeting=False,
            act_title=kinds.is_act_title(words),
            plural=False,
            dated=month and first_date(words) is not None,
            words=len(words.split()),
        )
    month, plural = kinds.is_month(words), kinds.is_plural(words)
    return Wording(
        said=kinds.kind_said(words[:_SAID_UP_TO]),
        nothing=nothing,
        month=month,
        something_else=kinds.is_something_else(words),
        aside=kinds.is_aside(words),
        meeting=kinds.names_meeting(words),
        act_title=kinds.is_act_title(words),
        plural=plural,
        dated=(nothing or month or plural) and first_date(words) is not None,
        words=len(words.split()),
    )


def own_words(spot: Spot, shown: str) -> Named:
    """Give the words of the link at *spot*, which shows *shown*."""
    element = spot.element
    images = ""
    if len(element):
        images = " ".join(alt for image in element.iter("img") if (alt := image.get("alt")))
    spoken = (element.get("title") or "").strip() or (element.get("aria-label") or "").strip()
    if not shown and not spoken:
        labelled = next((text(one) for one in element.iter("title")), "") if len(element) else ""
        shown = images or labelled
        return Named(shown, "", shown)
    spoken = spoken or images
    tells = shown and not (spoken and wording(shown).nothing)
    return Named(shown, spoken, shown if tells else spoken or shown)
