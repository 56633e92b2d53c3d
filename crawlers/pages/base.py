"""What every reader is given, and how it takes things from a page: loudly."""

import re
import string
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from crawlers.pages.dates import prefers_month_first
from crawlers.pages.kinds import kind_said
from crawlers.pages.laying import named_like_heading
from crawlers.pages.lexicon import folded
from crawlers.pages.outline import Outline
from crawlers.pages.tables import Columns
from models.matching import normalise

Element = Any  # lxml ships no types

_US_HOST = re.compile(r"\.(?:us|gov|mil)$")
_PLAIN_PATH = re.compile(r"/[\w%-][\w%/,=&?+~-]*(?:\.\w+)?(?:\?[\w%=&-]*)?(?:#.*)?", re.ASCII)
_BETWEEN_NUMBERS = re.compile(r"(?<=\d)(?:%20|[_+])(?=\d)")
_SPACES = re.compile(r"\s+")
_HEADINGS = ("h1", "h2", "h3", "div", "p", "span")
_HOME_PATHS = frozenset({"", "/", "/uk", "/uk/", "/ua", "/ua/", "/index.php", "/index.html", "/en", "/en/"})


class LayoutChanged(Exception):  # noqa: N818  # it is their change, not our error
    """What a family's page must have is not there: a broken reader, never an empty list."""


@dataclass(frozen=True)
class Page:
    """One decoded page with its tree, ready for a reader. No reader touches the network or a clock."""

    url: str
    root: Element
    source: str
    today: date

    @cached_property
    def outline(self) -> Outline:
        """The visible text in order, with headings, menus, tables and links."""
        named = () if self._names_the_site(self.document_title) else (self.document_title,)
        return Outline(self.root, (self.heading, *named))

    @cached_property
    def columns(self) -> Columns:
        """The headers over the cells of the page's tables."""
        return Columns(self.outline)

    @cached_property
    def base(self) -> str:
        """The address that relative links start from."""
        stated = next((href for found in self.root.iter("base") if (href := found.get("href"))), "")
        return absolute(self.url, stated) or self.url

    @cached_property
    def host(self) -> str:
        """The host the page came from, lower case."""
        return (urlsplit(self.url).hostname or "").lower()

    @cached_property
    def title(self) -> str:
        """The first heading if there is one, else the title of the document."""
        return self.heading or self.document_title

    @cached_property
    def document_title(self) -> str:
        """The ``title`` element, or what the page tells sharing services."""
        found = next((text(one) for one in self.root.iter("title") if one.getparent() is not None), "")
        return found or self.meta("og:title")

    @cached_property
    def heading(self) -> str:
        """The only ``h1`` with words that is no way home; else the first heading that the document's title repeats."""
        firsts = [found for one in self.root.iter("h1") if (found := text(one)) and not _leads_home(one)]
        if len(firsts) == 1:
            return firsts[0]
        named = self.document_title
        again = (
            found
            for one in self.root.iter(*_HEADINGS)
            if (one.tag[0] == "h" or named_like_heading(one))
            and (found := text(one))
            and _is_end_of(named, found)
            and not _leads_home(one)
        )
        return next(again, firsts[0] if firsts else "")

    def _names_the_site(self, words: str) -> bool:
        """Say whether *words* name the site: the way home says the same, or nothing, and they name a council."""
        ways = (one for one in self.root.iter("a") if is_home(one.get("href") or "#"))
        names = {
            text(one) or " ".join(alt for img in one.iter("img") if (alt := img.get("alt"))) for one in ways
        }
        if words in names or any(map(_is_site_name, names)):
            return words in names
        return kind_said(words) is None and _is_site_name(words)

    @cached_property
    def sections(self) -> tuple[str, ...]:
        """What the page says it is filed under: the last of its breadcrumbs, its categories."""
        trails = [
            one for one in self.outline.trails if not any(_is_trail(around) for around in one.iterancestors())
        ]
        crumbs = [found[-1] for trail in trails if (found := _crumbs(trail))]
        filed = [text(spot.element) for spot in self.outline.spots if _files(spot.element)]
        return tuple(words for words in (*crumbs, *filed, self.meta("article:section")) if words)

    @cached_property
    def language(self) -> str | None:
        """The language the letters of the page speak, else the one it declares."""
        return _language_of(self.outline.text) or (self.root.get("lang") or "")[:2].lower() or None

    @cached_property
    def month_first(self) -> bool:
        """How this page means 03/04/2020: by its own unmistakable dates, else by where it is."""
        told = prefers_month_first(self.outline.text)
        if told is None:
            told = prefers_month_first(
                _BETWEEN_NUMBERS.sub("-", " ; ".join(spot.href for spot in self.outline.spots))
            )
        if told is not None:
            return told
        declared = (self.root.get("lang") or "").lower()
        return self.language == "en" and (declared == "en-us" or bool(_US_HOST.search(self.host)))

    def meta(self, name: str) -> str:
        """The content of a ``meta`` element by name or property; empty if there is none."""
        for one in self.root.iter("meta"):
            if name in (one.get("name"), one.get("property")):
                return str(one.get("content") or "").strip()
        return ""


def one(root: Element, xpath: str) -> Element:
    """Give the first match, or say that the page has changed under us."""
    return some(root, xpath)[0]


def some(root: Element, xpath: str) -> list[Element]:
    """Give at least one match, or say that the page has changed under us."""
    found = root.xpath(xpath)
    if not found:
        raise LayoutChanged(f"nothing matches {xpath!r}")
    return list(found)


def maybe(root: Element, xpath: str) -> Element | None:
    """Give the first match of something a page of this family may lack."""
    found = root.xpath(xpath)
    return found[0] if found else None


def is_home(url: str) -> bool:
    """Say whether *url* leads to the first page of a site."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.path in _HOME_PATHS and not parts.query


def _is_site_name(words: str) -> bool:
    return not folded("words", "site_names").isdisjoint(normalise(words).split())


def _leads_home(heading: Element) -> bool:
    """Say whether all words of *heading* are a way to the first page: they name the site."""
    around = next(heading.iterancestors("a"), None)
    link = around if around is not None else next(heading.iter("a"), None)
    return link is not None and is_home(link.get("href") or "#") and text(heading) in text(link)


def _is_end_of(title: str, words: str) -> bool:
    """Say whether *title* begins or ends with *words*, whole words both."""
    if title.startswith(words):
        return not title[len(words) : len(words) + 1].isalnum()
    return title.endswith(words) and not title[-len(words) - 1].isalnum()


def _is_trail(element: Element) -> bool:
    return "breadcrumb" in (element.get("class") or "")


def _files(link: Element) -> bool:
    return "category" in (link.get("rel") or "").split(" ")


def _crumbs(trail: Element) -> list[str]:
    return [words for link in trail.iter("a") if (words := text(link))]


def text(element: Element) -> str:
    """Give the words of *element*, spaces folded."""
    return _SPACES.sub(" ", "".join(element.itertext())).strip()


def absolute(base: str, href: str) -> str | None:
    """Give *href* as a full http(s) address; None if it leads nowhere a crawler can go."""
    written = href.strip()
    if _PLAIN_PATH.fullmatch(written):
        origin = _origin(base)
        return f"{origin}{written.partition('#')[0]}" if origin else None
    return _joined(base, written)


@lru_cache(maxsize=32_768)
def _joined(base: str, written: str) -> str | None:
    try:
        joined = urldefrag(urljoin(base, written)).url
        parts = urlsplit(joined)
        _ = parts.port
    except ValueError:
        return None
    return joined if parts.scheme in {"http", "https"} and parts.hostname else None


@lru_cache(maxsize=256)
def _origin(base: str) -> str:
    """Give scheme and host of *base*; empty if a crawler cannot go there."""
    try:
        parts = urlsplit(base)
        _ = parts.port
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} and parts.hostname else ""


_UKRAINIAN = frozenset("іїєґІЇЄҐ")
_RUSSIAN = frozenset("ыэъёЫЭЪЁ")
_CYRILLIC = _UKRAINIAN | frozenset(chr(code) for code in range(ord("А"), ord("я") + 1))
_LATIN = frozenset(string.ascii_letters)
_LANGUAGE_SAMPLE = 6000
_ENOUGH = 20


def _language_of(written: str) -> str | None:
    counts = Counter(written[:_LANGUAGE_SAMPLE])

    def of(letters: frozenset[str]) -> int:
        return sum(number for letter, number in counts.items() if letter in letters)

    cyrillic, latin = of(_CYRILLIC), of(_LATIN)
    if cyrillic > _ENOUGH and cyrillic > latin / 3:
        return "uk" if of(_UKRAINIAN) >= of(_RUSSIAN) else "ru"
    return "en" if latin > _ENOUGH and written.isascii() else None
