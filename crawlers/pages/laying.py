"""The walk over a page's tree that lays it out: words in order, and where its parts begin and end in them."""

import re
from functools import lru_cache
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
_BREAKS = _BLOCKS | _CELLS
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
_SOFT_HEADING = 7  # a bold paragraph, the button of a panel, a card's title
_SOFT_TAGS = frozenset({"strong", "b", "button", "div", "p", "span"})
_NAMED_LIKE_HEADINGS = frozenset({"div", "p", "span"})
_MENU_ROLES = frozenset({"navigation", "menu", "menubar", "contentinfo", "banner", "search"})
_NEVER_MENU = frozenset({"html", "body", "main", "article", "form", "table", "tbody", "tr", "td", "h1", "a"})
_TRAIL_MARKS = ("breadcrumb", "pathway")
_ADDRESS = re.compile(
    r"\A(?:(?:https?:/)?/[^\s/]|[^\s/:]+(?:/[^\s/]+)*\.(?:pdf|docx?|rtf|xlsx?|html?|php|aspx)(?:$|[?#]))"
)
_PAPER = re.compile(r"\.(?:pdf|docx?|rtf|xlsx?)(?:$|[?#])", re.IGNORECASE)
_HEADING_UP_TO = 250  # characters
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_a-zA-Z]+")
MENU_TAGS = frozenset({"nav", "footer"})


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


class Layout:
    """What one walk over a tree finds, in the order of the page."""

    def __init__(self, root: Element) -> None:
        self.pieces: list[str] = []
        self.spans: dict[Element, tuple[int, int]] = {}
        self.spots: list[Spot] = []
        self.headings: list[Heading] = []
        self.run_starts: list[int] = []
        self.run_owners: list[Element] = []
        self.menu_like: list[Element] = []
        self.trails: list[Element] = []  # breadcrumbs
        self.rows: list[int] = []
        self.papers: list[int] = []  # where links to documents stand
        self.first_headings: list[int] = []
        self._at = 0
        self._last = "\n"  # the character before the place where the walk stands
        self._walk(root)

    def _walk(self, root: Element) -> None:
        starts: list[int] = []
        skipped = None
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            tag = element.tag
            if event == "start":
                if tag in _SKIPPED or (tag == "select" and not _leads_somewhere(element)):
                    walk.skip_subtree()
                    skipped = element
                    continue
                if tag in _BREAKS:
                    self._break(tag)
                starts.append(self._at)
                self._open(tag, element)
                if words := element.text:
                    self._say(words, element)
                continue
            if element is not skipped:
                self._close(tag, element, starts.pop())
                if tag in _BREAKS:
                    self._break(tag)
            if (words := element.tail) and element is not root:
                self._say(words, element.getparent())

    def _break(self, tag: str) -> None:
        if tag in _CELLS:
            self._add("\t")
        elif self._last != "\n" and self.pieces:
            self._add("\n")

    def _add(self, piece: str) -> None:
        self.pieces.append(piece)
        self._last = piece[-1]
        self._at += len(piece)

    def _say(self, words: str, owner: Element) -> None:
        plain = " ".join(words.split())
        if not plain:
            if self.pieces and self._last not in " \n\t":
                self._add(" ")
            return
        self.run_starts.append(self._at)
        self.run_owners.append(owner)
        if words[0].isspace() or (plain[0].isupper() and self.pieces and self._last.islower()):
            plain = f" {plain}"  # the latter are set apart by styles, as in 07|Oct|Committee
        self._add(f"{plain} " if words[-1].isspace() else plain)

    def _open(self, tag: str, element: Element) -> None:
        if tag == "tr":
            self.rows.append(self._at)
        elif tag == "h1":
            self.first_headings.append(self._at)
        if tag in MENU_TAGS:
            self.menu_like.append(element)
        names = element.get("class")
        if tag not in _NEVER_MENU and tag not in MENU_TAGS and _looks_like_menu(tag, element, names):
            self.menu_like.append(element)
        if (names and any(mark in names for mark in _TRAIL_MARKS)) or element.get(
            "typeof"
        ) == "BreadcrumbList":
            self.trails.append(element)

    def _close(self, tag: str, element: Element, start: int) -> None:
        self.spans[element] = (start, self._at)
        if tag in _LINKS:
            href = _address_of(element) if tag == "option" else element.get("href")
            if href:
                self.spots.append(Spot(element, href, start, self._at))
                if _PAPER.search(href):
                    self.papers.append(start)
            return
        if not 0 < self._at - start <= _HEADING_UP_TO:
            return
        if level := _HEADINGS.get(tag) or _soft_heading(tag, element):
            self.headings.append(Heading(start, self._at, level))


@lru_cache(maxsize=4096)
def name_parts(name: str) -> frozenset[str]:
    """Give the words of a class, id or file name: split at marks, digits and humps."""
    return frozenset(part.lower() for part in _PARTS.findall(name))


@lru_cache(maxsize=4096)
def _named_like_menu(names: str) -> bool:
    return bool(name_parts(names) & folded("words", "menu_marks"))


def _looks_like_menu(tag: str, element: Element, names: str | None) -> bool:
    if element.get("role") in _MENU_ROLES:
        return True
    if tag == "header":  # of the site; an article has one of its own
        return next(element.iterancestors("article", "main", "section", "li"), None) is None
    own = element.get("id")
    return bool((names or own) and _named_like_menu(f"{names or ''} {own or ''}"))


def named_like_heading(element: Element) -> bool:
    """Say whether the class of *element* calls it a title or a heading."""
    names = element.get("class")
    return bool(names) and _named_like_heading(names)


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
        return _SOFT_HEADING if named_like_heading(element) else 0
    return 0


def _address_of(option: Element) -> str:
    """Give where choosing *option* leads, if it leads anywhere: lists that jump on a change are menus of papers."""
    for name in _ADDRESSES_OF_OPTIONS:
        written = (option.get(name) or "").strip()
        if written and _ADDRESS.match(written):
            return str(written)
    return ""


def _leads_somewhere(chooser: Element) -> bool:
    return any(_address_of(option) for option in chooser.iter("option"))
