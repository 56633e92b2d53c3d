"""A page laid out as one line of text, so that what stands beside what can be asked by position."""

import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from lxml import etree

from crawlers.pages.lexicon import folded

Element = Any  # lxml ships no types

_SKIPPED_TAGS = "script style template noscript svg iframe object head datalist canvas map"
_BLOCK_TAGS = """
    address article aside blockquote body br button caption center dd details div dl dt fieldset figcaption figure
    footer form option h1 h2 h3 h4 h5 h6 header hr legend li main nav ol p pre section summary table tbody tfoot thead
    tr ul
"""
_SKIPPED = frozenset(_SKIPPED_TAGS.split())
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_LINKS = frozenset({"a", "area", "option"})
_CELLS = frozenset({"td", "th"})
_ADDRESSES_OF_OPTIONS = ("value", "data-url", "data-href", "data-link")
_HEADINGS = {
    "h1": 1,
    "h2": 2,
    "h3": 3,
    "h4": 4,
    "h5": 5,
    "h6": 6,
    "summary": 7,
    "legend": 7,
    "caption": 7,
    "dt": 8,
}
_ANY_LEVEL = 99
_SOFT_HEADING = 7  # a bold paragraph, the button of a panel, a card's title
_MENU_TAGS = frozenset({"nav", "footer"})
_MENU_ROLES = frozenset({"navigation", "menu", "menubar", "contentinfo", "banner", "search"})
_NEVER_MENU = frozenset({"html", "body", "main", "article", "form", "table", "tbody", "tr", "td", "h1", "a"})
_MENU_SHARE = 0.5  # of the page's text; a menu larger than that is the page
_ROWS_OF_CONTENT = 3
_PAPERS_OF_CONTENT = 3
_ADDRESS = re.compile(
    r"(?:https?:/)?/[^\s/]|[^\s/:]+(?:/[^\s/]+)*\.(?:pdf|docx?|rtf|xlsx?|html?|php|aspx)(?:$|[?#])"
)
_PAPER = re.compile(r"\.(?:pdf|docx?|rtf|xlsx?)(?:$|[?#])", re.IGNORECASE)
_HEADING_UP_TO = 250  # characters
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_a-zA-Z]+")
_SPACES = re.compile(r"\s+")


class Spot(NamedTuple):
    """One link and where its words stand."""

    element: Element
    href: str
    start: int
    end: int


class Heading(NamedTuple):
    """One heading, or what serves as one, and where it stands."""

    start: int
    end: int
    level: int


class Outline:
    """The visible words of a page in order, and the places of its parts in them."""

    def __init__(self, root: Element) -> None:
        self._pieces: list[str] = []
        self._at = 0
        self.spans: dict[Element, tuple[int, int]] = {}
        self.spots: list[Spot] = []
        self.headings: list[Heading] = []
        self._run_starts: list[int] = []
        self._run_owners: list[Element] = []
        self._menu_like: list[Element] = []
        self._rows: list[int] = []
        self._papers: list[int] = []  # where links to documents stand
        self._first_headings: list[int] = []
        self._lay(root)
        self.text = "".join(self._pieces)
        self.headings.sort()
        self.menus = self._menus()
        self._menu_starts = [start for start, _ in self.menus]
        self._heading_starts = [heading.start for heading in self.headings]

    # ---- laying out ----------------------------------------------------------------------------------

    def _lay(self, root: Element) -> None:
        starts: dict[Element, int] = {}
        skipped = None
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            tag = element.tag
            if event == "start":
                if tag in _SKIPPED or (tag == "select" and not _leads_somewhere(element)):
                    walk.skip_subtree()
                    skipped = element
                    continue
                self._break(tag)
                starts[element] = self._at
                self._opened(tag, element)
                if element.text:
                    self._say(element.text, element)
                continue
            if element is not skipped:
                self._closed(tag, element, starts.pop(element))
                self._break(tag)
            if element.tail and element is not root:
                self._say(element.tail, element.getparent())

    def _break(self, tag: str) -> None:
        if tag in _BLOCKS:
            if self._pieces and self._pieces[-1] != "\n":
                self._pieces.append("\n")
                self._at += 1
        elif tag in _CELLS:
            self._pieces.append("\t")
            self._at += 1

    def _say(self, words: str, owner: Element) -> None:
        plain = _SPACES.sub(" ", words)
        if plain[:1].isupper() and self._pieces and _ends_a_word(self._pieces[-1]):
            plain = f" {plain}"  # set apart by styles, as in 07|Oct|Committee
        if plain == " ":
            if self._pieces and self._pieces[-1][-1] not in " \n\t":
                self._pieces.append(" ")
                self._at += 1
            return
        self._run_starts.append(self._at)
        self._run_owners.append(owner)
        self._pieces.append(plain)
        self._at += len(plain)

    def _opened(self, tag: str, element: Element) -> None:
        if tag == "tr":
            self._rows.append(self._at)
        elif tag == "h1":
            self._first_headings.append(self._at)
        if tag in _MENU_TAGS or (tag not in _NEVER_MENU and _looks_like_menu(tag, element)):
            self._menu_like.append(element)

    def _closed(self, tag: str, element: Element, start: int) -> None:
        self.spans[element] = (start, self._at)
        if tag in _LINKS:
            href = _address_of(element) if tag == "option" else element.get("href")
            if href:
                self.spots.append(Spot(element, href, start, self._at))
                if _PAPER.search(href):
                    self._papers.append(start)
            return
        level = _HEADINGS.get(tag) or _soft_heading(tag, element)
        if level and 0 < self._at - start <= _HEADING_UP_TO:
            self.headings.append(Heading(start, self._at, level))

    def _menus(self) -> list[tuple[int, int]]:
        """Keep of the menu-like parts those that hold neither the page's table nor its main heading."""
        kept: list[tuple[int, int]] = []
        for element in self._menu_like:
            start, end = self.spans[element]
            if element.tag not in _MENU_TAGS and self._holds_content(start, end):
                continue
            kept.append((start, end))
        return _joined(kept)

    def _holds_content(self, start: int, end: int) -> bool:
        """A menu by name only: it holds the page's table, its main heading, its papers or most of its words."""
        rows = bisect_left(self._rows, end) - bisect_left(self._rows, start)
        papers = bisect_left(self._papers, end) - bisect_left(self._papers, start)
        has_title = any(start <= place < end for place in self._first_headings)
        most = end - start > _MENU_SHARE * len(self.text)
        return has_title or most or rows >= _ROWS_OF_CONTENT or papers >= _PAPERS_OF_CONTENT

    # ---- asking --------------------------------------------------------------------------------------

    def in_menu(self, start: int) -> bool:
        """Say whether the words at *start* are navigation."""
        place = bisect_right(self._menu_starts, start) - 1
        return place >= 0 and start < self.menus[place][1]

    def owner(self, start: int) -> Element:
        """Give the element whose words stand at *start*."""
        return self._run_owners[max(0, bisect_right(self._run_starts, start) - 1)]

    def runs(self) -> Iterator[tuple[int, int, Element]]:
        """Give each piece of text with the element it stands in."""
        ends = [*self._run_starts[1:], len(self.text)]
        return zip(self._run_starts, ends, self._run_owners, strict=True)

    def line(self, start: int) -> tuple[int, int]:
        """Give where the line around *start* begins and ends."""
        end = self.text.find("\n", start)
        return self.text.rfind("\n", 0, start) + 1, len(self.text) if end < 0 else end

    def above(self, start: int, *, most: int = 3) -> list[Heading]:
        """Give the headings that *start* stands under, the nearest first."""
        place = bisect_left(self._heading_starts, start) - 1
        below = self.level_at(start) or _ANY_LEVEL
        found: list[Heading] = []
        while place >= 0 and len(found) < most:
            heading = self.headings[place]
            if heading.end <= start and heading.level < below:
                found.append(heading)
                below = heading.level
                if heading.level == 1:
                    break
            place -= 1
        return found

    def heading_after(self, start: int, end: int, level: int) -> int:
        """Give where between *start* and *end* the next heading of *level* or above stands, else *end*."""
        for heading in itertools.islice(self.headings, bisect_left(self._heading_starts, start), None):
            if heading.start >= end:
                break
            if heading.level <= level:
                return heading.start
        return end

    def level_at(self, start: int) -> int | None:
        """Give the level of the heading whose words include *start*; None outside headings."""
        place = bisect_right(self._heading_starts, start) - 1
        for heading in reversed(self.headings[max(0, place - 2) : place + 1]):
            if heading.start <= start < heading.end:
                return heading.level
        return None

    def said(self, start: int, end: int) -> str:
        """Give the words from *start* to *end*, spaces folded."""
        return _SPACES.sub(" ", self.text[start:end]).strip()

    @cached_property
    def main_text(self) -> str:
        """The words outside menus, line by line."""
        kept, at = [], 0
        for start, end in self.menus:
            kept.append(self.text[at:start])
            at = max(at, end)
        kept.append(self.text[at:])
        lines = (_SPACES.sub(" ", line).strip() for line in "\n".join(kept).split("\n"))
        return "\n".join(line for line in lines if line)


@lru_cache(maxsize=4096)
def name_parts(name: str) -> frozenset[str]:
    """Give the words of a class, id or file name: split at marks, digits and humps."""
    return frozenset(part.lower() for part in _PARTS.findall(name))


@lru_cache(maxsize=4096)
def _named_like_menu(names: str) -> bool:
    return bool(name_parts(names) & folded("words", "menu_marks"))


def _looks_like_menu(tag: str, element: Element) -> bool:
    if element.get("role") in _MENU_ROLES:
        return True
    if tag == "header":  # of the site; an article has one of its own
        return next(element.iterancestors("article", "main", "section", "li"), None) is None
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return names != " " and _named_like_menu(names)


@lru_cache(maxsize=4096)
def _named_like_heading(names: str) -> bool:
    return bool(name_parts(names) & {"title", "heading"})


def _soft_heading(tag: str, element: Element) -> int:
    """Say whether an element serves as a heading without being one."""
    if tag in {"strong", "b"}:
        parent = element.getparent()
        alone = (
            parent is not None and parent.tag in {"p", "div", "li", "td"} and not (parent.text or "").strip()
        )
        return _SOFT_HEADING if alone and not (element.tail or "").strip() else 0
    if tag == "button":
        return _SOFT_HEADING if element.get("aria-controls") or element.get("aria-expanded") else 0
    if element.get("role") in {"heading", "tab"}:
        return _SOFT_HEADING
    if tag in {"div", "p", "span"}:
        names = element.get("class")
        return _SOFT_HEADING if names and _named_like_heading(names) else 0
    return 0


def _ends_a_word(piece: str) -> bool:
    return piece[-1:].islower()


def _address_of(option: Element) -> str:
    """Give where choosing *option* leads, if it leads anywhere: lists that jump on a change are menus of papers."""
    for name in _ADDRESSES_OF_OPTIONS:
        written = (option.get(name) or "").strip()
        if written and _ADDRESS.match(written):
            return str(written)
    return ""


def _leads_somewhere(chooser: Element) -> bool:
    return any(_address_of(option) for option in chooser.iter("option"))


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif end > start:
            joined.append((start, end))
    return joined
