"""What a page is at a glance: its visible words, its kind, and whether it stands in place of content."""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from crawlers.pages.acts import type_named
from crawlers.pages.kinds import is_act_title, is_plural, kind_said
from crawlers.pages.lexicon import phrases, words
from crawlers.pages.links import is_news_address
from models.matching import stems
from models.vocabulary import LinkKind, PageKind

Element = Any  # lxml ships no types

_HOME_PATHS = frozenset({"", "/", "/uk", "/uk/", "/ua", "/ua/", "/index.php", "/index.html", "/en", "/en/"})
_SECTION_UP_TO = 4  # words of a title
_FEW_WORDS = 400  # the reader's own mark is 250 of words counted more closely
_FEW_LINKS = 12
_HEAD = 800  # characters at the top of a page, twice what the reader looks at
_HEAD_WORDS = 12
_ROOT = 4  # letters
_404 = "404"
_texts = etree.XPath("descendant::text()", smart_strings=False)  # three times as fast as itertext
_LANGUAGE_SAMPLE = 2000
_ITEMS_OF_A_LIST = 4


class Shown:
    """The visible words of a page outside its menus, roughly; the tree must hold no scripts any more."""

    def __init__(self, root: Element, frames: list[Element]) -> None:
        """Take the words of *root* without those of its *frames*."""
        body = root.find("body")
        self._all = _words_in(root if body is None else body)
        self._framed = [own for frame in frames if (own := _words_in(frame)).strip()]
        self.words = max(0, len(self._all.split()) - sum(len(own.split()) for own in self._framed))

    @cached_property
    def text(self) -> str:
        """The words themselves."""
        text = self._all
        for own in self._framed:
            text = text.replace(own, " ", 1)
        return text

    @property
    def language(self) -> str | None:
        """The language that the letters speak; None where there are too few."""
        sample = self._all[:_LANGUAGE_SAMPLE].casefold()
        if len(sample.encode(errors="replace")) - len(sample) > len(sample) / 5:
            ukrainian = sum(map(sample.count, "іїєґ"))
            return "uk" if ukrainian >= sum(map(sample.count, "ыэъё")) else "ru"
        return "en" if sample.isascii() and sample.strip() else None

    def may_stand_in(self, heads: tuple[str, ...], links: int, *, asks_password: bool) -> bool:
        """Whether the closer look of ``pages.states`` is worth its time; never False where that would say yes."""
        if any(len(head.split()) <= _HEAD_WORDS and (_404 in head or _says_missing(head)) for head in heads):
            return True
        if self.words >= _FEW_WORDS:
            return False
        return links <= _FEW_LINKS or asks_password or _says_missing(self.text.lstrip()[:_HEAD])


def kind_at_a_glance(url: str, title: str, heading: str, items: int) -> PageKind:
    """Say what a page most likely is, by its address, its title and how many items it lists."""
    short = len(title.split()) <= _SECTION_UP_TO
    if short and phrases("ways", "site_map").within(title):
        return PageKind.SITE_MAP
    if phrases("words", "search_results").within(title):
        return PageKind.SEARCH
    parts = urlsplit(url)
    if parts.path in _HOME_PATHS and not parts.query:
        return PageKind.HOME
    said = kind_said(title) if short else None
    is_news = is_news_address(url) or (said is not None and said.kind is LinkKind.NEWS)
    if is_news and type_named(heading) is None:
        return PageKind.NEWS
    if is_act_title(heading) or (type_named(heading) is not None and not is_plural(heading)):
        return PageKind.ACT
    return PageKind.LIST if items >= _ITEMS_OF_A_LIST or is_plural(title) else PageKind.OTHER


def _words_in(element: Element) -> str:
    return " ".join(_texts(element))


def _says_missing(text: str) -> bool:
    """Whether *text* says that something is not there; for most texts a few letters tell that it does not."""
    missing = phrases("states", "not_found")
    return bool(_missing_roots().search(text.casefold())) and missing.within(text)


@cache
def _missing_roots() -> re.Pattern[str]:
    """The first letters of one telling word of each phrase: without them none of the phrases is there."""
    longest = {max(stems(phrase), key=len)[:_ROOT] for phrase in words("states", "not_found")}
    return re.compile("|".join(sorted(map(re.escape, longest))))
