"""The card of an act in a database of acts: labels with their values, on one line or in boxes below one another."""

import re
from collections.abc import Iterator

from crawlers.pages.base import Page
from crawlers.pages.lexicon import phrases

_UP_TO = 5000  # characters
_LINE = re.compile(r"^[ \t]*([^\W\d]{1,30}(?: [^\W\d]{1,30}){0,3}) ?[:\t]\s*(.{1,80})$", re.MULTILINE)
_BOX = re.compile(r"^[ \t]*([^\W\d]{1,30}(?: [^\W\d]{1,30}){0,3}):?[ \t]*\n\s*(\S.{0,79})$", re.MULTILINE)
_LABELS = ("type", "number", "adopted", "issuer")


def card_of(page: Page) -> dict[str, str]:
    """Give the values of an act's card by what their labels mean: type, number, adopted, issuer."""
    found: dict[str, str] = {}
    top = page.outline.text[:_UP_TO]
    for label, value in (*_LINE.findall(top), *_boxes(top)):
        for meaning in _LABELS:
            if meaning not in found and phrases("card", meaning).within(label):
                found[meaning] = " ".join(value.split()).strip(" №")
    return found


def _boxes(top: str) -> Iterator[tuple[str, str]]:
    """Give labels and values that stand in boxes of their own, one below the other."""
    at = 0
    while found := _BOX.search(top, at):
        yield found[1], found[2]
        at = found.end(1)
