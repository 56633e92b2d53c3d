"""What a page offers people with impaired sight: a version of its own, a switch, a ready-made widget."""

import re
from collections.abc import Iterator
from functools import cache

from lxml import etree

from crawlers.pages.base import Page
from crawlers.pages.lexicon import LexiconError, any_of, phrases, table, words
from models.matching import stems

VERSION, SWITCH = "version", "switch"
"""An address that opens a version for impaired sight; words that offer one."""

_SAID_UP_TO = 80  # characters
_BESIDE = 2  # words that may stand with the phrase: "Версія сайту для …", "Увімкнути …"
_SCRIPT_UP_TO = 1_500  # characters of a script in the page: loaders are short, libraries are not
_SPEAKING = ("a", "button", "img", "input")
_SAYING = ("title", "aria-label", "alt", "value")
_LINE_ENDS = re.compile(r"[\n\t]")
_NAMES = tuple(etree.XPath(path, smart_strings=False) for path in ("//@class", "//@id"))


def aids(page: Page) -> tuple[str, ...]:
    """Give the aids that a page offers, by name: ``version``, ``switch``, and the names of widgets."""
    found = set(_widgets(page))
    opens = _version().search
    if any("?" in spot.href and opens(spot.href) for spot in page.outline.spots):
        found.add(VERSION)
    if any(map(_offers, _said(page))):
        found.add(SWITCH)
    return tuple(sorted(found))


def _widgets(page: Page) -> Iterator[str]:
    """By the names of what the page loads and of its parts; words of its text prove nothing."""
    named = {name for asked in _NAMES for name in asked(page.root)}
    for loaded in page.root.iter("script", "link"):
        named.add(loaded.get("src") or loaded.get("href") or "")
        if loaded.text and len(loaded.text) <= _SCRIPT_UP_TO:
            named.add(loaded.text)
    names = "\n".join(named).lower()
    for widget, marks in _known_widgets():
        if any(mark in names for mark in marks):
            yield widget


@cache
def _known_widgets() -> tuple[tuple[str, tuple[str, ...]], ...]:
    known = table("aids").get("widgets")
    if not isinstance(known, dict) or not all(isinstance(marks, list) for marks in known.values()):
        raise LexiconError("aids.yaml: 'widgets' must be a table of lists")
    return tuple((str(name), tuple(map(str, marks))) for name, marks in sorted(known.items()))


@cache
def _version() -> re.Pattern[str]:
    """Give the parameters of an address that open a version for impaired sight."""
    parameters, values = (any_of(words("aids", key)) for key in ("parameters", "values"))
    return re.compile(rf"[?&](?:{parameters}(?=[=&]|$)|[^?&=]{{1,40}}={values}(?=&|$))", re.IGNORECASE)


def _said(page: Page) -> Iterator[str]:
    """What the page says line by line, and what its parts say to those who listen, where it may offer one."""
    parts = page.root.iter(*_SPEAKING)
    attributes = [said for part in parts for name in _SAYING if (said := part.get(name))]
    whole = "\n".join((page.outline.text, *attributes)).lower()
    for start in words("aids", "beginnings"):
        if start in whole:
            yield from (
                line for line in _LINE_ENDS.split(whole) if start in line and len(line) <= _SAID_UP_TO
            )


def _offers(said: str) -> bool:
    """Say whether *said* offers a version and is not, as a headline, about people who need one."""
    given = stems(said)
    told = phrases("aids", "switch").among(given)
    return bool(told) and len(given) <= max(end - start for start, end in told) + _BESIDE
