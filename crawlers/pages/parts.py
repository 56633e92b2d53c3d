"""What the readers of families share: whose marks a page bears, what stands beside its content, what its labels say."""

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from crawlers.pages.base import Page, absolute, maybe, text
from crawlers.pages.dates import first_date
from crawlers.pages.lexicon import phrases
from models.facts import PageFacts
from models.vocabulary import LinkKind

Element = Any  # lxml ships no types

_BOXES = frozenset(
    {"div", "section", "aside", "ul", "ol", "p", "span", "header", "marquee", "table", "center"}
)
_CARD_LABELS = ("number", "adopted", "type", "issuer")
_LABEL_UP_TO = 60  # characters
_VALUE_UP_TO = 200
_PIECES_OF_A_VALUE = 12  # of text
_PAIR = 2
_PRINT_VIEW = "print view of a page"


def generator(page: Page) -> str:
    """Give what the page says it was made with; empty if it does not say."""
    for one in page.root.iter("meta"):
        if (one.get("name") or "").lower() == "generator" and (said := (one.get("content") or "").strip()):
            return str(said)
    return ""


class Form(NamedTuple):
    """How addresses of an engine look in a page's source, and pieces of text without which there are none."""

    pattern: re.Pattern[str]
    pieces: tuple[str, ...]


def form_of(path: str, *pieces: str) -> Form:
    """Give the form of links whose address begins, after the host, with *path*; one of *pieces* is in each."""
    pattern = rf"href\s*=\s*[\"']?(?:https?://(?P<host>[^/\"'\s>]+))?(?:{path})"
    return Form(re.compile(pattern, re.IGNORECASE), pieces)


def links_to(page: Page, form: Form) -> bool:
    """Say whether the page links to an address of this form on its own host."""
    return any(piece in page.source for piece in form.pieces) and any(
        not found["host"] or found["host"].lower() == page.host
        for found in form.pattern.finditer(page.source)
    )


def has_class(*names: str) -> str:
    """Give a condition for elements that bear one of these classes."""
    return " or ".join(f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')" for name in names)


def set_aside(page: Page, xpath: str) -> None:
    """Make navigation of what *xpath* finds, before the page is laid out; never of what holds its heading."""
    for element in page.root.xpath(xpath):
        if element.tag in _BOXES and next(element.iter("h1", "main", "article"), None) is None:
            element.tag = "nav"


def forget_names(page: Page, word: str) -> None:
    """Take a word out of the names of all parts, before the page is laid out: the engine says it of everything."""
    for element in page.root.xpath(f"//*[contains(@class, '{word}')]"):
        element.set("class", " ".join(name for name in element.get("class").split() if word not in name))


def days_beside(page: Page, items: Iterable[Element], *, link: str, day: str) -> dict[str, date]:
    """Give the day that each item prints, by the address its link leads to."""
    days: dict[str, date] = {}
    for item in items:
        found, stamp = maybe(item, link), maybe(item, day)
        href = absolute(page.base, found.get("href")) if found is not None else None
        if href and stamp is not None:
            told = first_date(stamp.get("datetime") or text(stamp)) or first_date(text(stamp))
            if told:
                days[href] = told
    return days


def without_prints(facts: PageFacts, form: re.Pattern[str]) -> PageFacts:
    """Say of links to the print view of a page that they lead to no paper of their own."""
    links = tuple(
        replace(link, kind=LinkKind.OTHER, confidence=0.9, why=_PRINT_VIEW)
        if form.search(link.href)
        else link
        for link in facts.links
    )
    return replace(facts, links=links)


def card(page: Page) -> dict[str, str]:
    """Give the values of the page's labels by what they mean for an act: type, number, adopted, issuer, published."""
    found: dict[str, str] = {}
    for label, value in labelled(page.root):
        for meaning, known in (("published", "dates"), *((name, "card") for name in _CARD_LABELS)):
            if meaning not in found and phrases(known, meaning).within(label):
                found[meaning] = value.strip(" №")
                break
    return found


def labelled(root: Element) -> Iterator[tuple[str, str]]:
    """Give the labels of a page with their values: two cells of a row, term and definition, two boxes of one."""
    for row in root.iter("tr", "dl", "li", "div"):
        parts = [child for child in row if isinstance(child.tag, str) and child.tag not in {"br", "hr"}]
        for label, value in _pairs(row.tag, parts):
            words = few_words(label, _LABEL_UP_TO).rstrip(": ")
            if words and (said := few_words(value, _VALUE_UP_TO)):
                yield words, said


def few_words(element: Element, most: int) -> str:
    """Give the words of *element* if they are few; nothing of what holds a whole part of the page."""
    pieces = list(itertools.islice(element.itertext(), _PIECES_OF_A_VALUE + 1))
    words = " ".join("".join(pieces).split())
    return words if len(pieces) <= _PIECES_OF_A_VALUE and len(words) <= most else ""


def _pairs(tag: str, parts: list[Element]) -> Iterator[tuple[Element, Element]]:
    if tag == "dl":
        yield from (
            (one, two) for one, two in itertools.pairwise(parts) if (one.tag, two.tag) == ("dt", "dd")
        )
    elif len(parts) == _PAIR and next(parts[0].iter("a", "table"), None) is None:
        yield parts[0], parts[1]
