"""Where on its page a link stands, told by what it stands in; each part of a page is asked about once."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from crawlers.glances.things import Place
from crawlers.pages.lexicon import folded
from crawlers.pages.outline import name_parts

Element = Any  # lxml ships no types

_BY_TAG = {"footer": Place.FOOT, "tr": Place.LIST, "li": Place.LIST, "dl": Place.LIST}
_ROWS = frozenset({"li", "tr"})
_BY_ROLE = {
    "navigation": Place.MENU,
    "menu": Place.MENU,
    "menubar": Place.MENU,
    "banner": Place.MENU,
    "search": Place.MENU,
    "contentinfo": Place.FOOT,
}
_NEVER_NAMED = frozenset({"html", "body", "main", "article", "form", "table", "tbody", "tr", "td", "h1", "a"})
_ROWS_OF_CONTENT = 3
_PAPERS_OF_CONTENT = 3
_PAPER = re.compile(r"\.(?:pdf|docx?|rtf|xlsx?)(?:$|[?#])", re.IGNORECASE)


class Places:
    """The parts of one page, remembered."""

    def __init__(self) -> None:
        self._known: dict[Element, Place] = {}
        self.frames: list[Element] = []  # the outermost parts that repeat on every page

    def of(self, element: Element | None) -> Place:
        """Give the place of what stands in *element*: the outermost frame, else the innermost list."""
        known = self._known
        if element in known:
            return known[element]
        climbed = []
        while element is not None and element not in known:
            climbed.append(element)
            element = element.getparent()
        place = Place.BODY if element is None else known[element]
        for inner in reversed(climbed):
            if not (place.repeats or place is Place.PAGING):
                own = _own(inner)
                if own is not None:
                    place = own
                    if own.repeats:
                        self.frames.append(inner)
            elif place is Place.MENU and (named := _within_menu(inner)) is not None:
                place = named  # the trail is often inside the header
            known[inner] = place
        return place


def _own(element: Element) -> Place | None:
    """What *element* makes of the things inside it; None where it makes no difference."""
    tag = element.tag
    if tag in _ROWS and not element.keys():  # most of what links stand in
        return Place.LIST
    place, doubtful = _marked(tag, element.get("class"), element.get("id"), element.get("role"))
    if tag == "header" and place is None:  # of the site; an article has one of its own
        inner = next(element.iterancestors("article", "main", "section", "li"), None) is not None
        place, doubtful = (None, False) if inner else (Place.MENU, True)
    return None if doubtful and _holds_content(element) else place


def _within_menu(element: Element) -> Place | None:
    place, _ = _marked("", element.get("class"), element.get("id"), None)
    return place if place in {Place.TRAIL, Place.PAGING} else None


@lru_cache(maxsize=16_384)
def _marked(tag: str, css: str | None, id_: str | None, role: str | None) -> tuple[Place | None, bool]:
    """What tag, role and names say of an element, and whether its content may prove that wrong."""
    named = _named(f"{css or ''} {id_ or ''}") if (css or id_) and tag not in _NEVER_NAMED else None
    if tag == "nav":
        return named or Place.MENU, False
    place = _BY_ROLE.get(role or "") or named or _BY_TAG.get(tag)
    return place, place in {Place.MENU, Place.FOOT} and tag != "footer"


def _named(names: str) -> Place | None:
    parts = name_parts(names)
    if parts & folded("ways", "trail_marks"):
        return Place.TRAIL
    if parts & folded("ways", "paging_marks"):
        return Place.PAGING
    if parts & folded("words", "menu_marks"):
        return Place.FOOT if parts & folded("ways", "foot_marks") else Place.MENU
    return None


def _holds_content(element: Element) -> bool:
    """A menu by name only: it holds the page's main heading, its table or its papers."""
    if next(element.iter("h1", "main", "article"), None) is not None:
        return True
    rows = sum(1 for _ in element.iter("tr"))
    if rows >= _ROWS_OF_CONTENT:
        return True
    papers = sum(1 for link in element.iter("a") if _PAPER.search(link.get("href") or ""))
    return papers >= _PAPERS_OF_CONTENT
