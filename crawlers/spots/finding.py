"""Captured bytes and quotes in, spots out: whatever holds the words, and the reason where nothing does."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import unquote

from crawlers.documents.contents import UnreadableError
from crawlers.documents.reading import read_document
from crawlers.spots import pdf_pages
from crawlers.spots.holdings import MALFORMED, Body, Holding, holdings_of
from crawlers.spots.wording import context, matches
from models.spots import Spotted
from models.vocabulary import Reason

__all__ = ["Body", "Finder", "Found", "find_spot"]

_UNSAFE = frozenset({Reason.DOC_UNSAFE, Reason.TOO_LARGE})


@dataclass(frozen=True, slots=True)
class Found:
    """A spot together with what holds it and the numbers of its texts there."""

    spot: Spotted
    holding: Holding | None = None
    numbers: tuple[int, ...] = ()


class Finder:
    """Finds quotes in one body, which is opened once for all of them."""

    def __init__(self, given: Body) -> None:
        """Open what *given* is; what stands in the way is the answer to every quote."""
        self._given = given
        self.trouble = ""
        self.holdings: list[Holding] = []
        try:
            self.holdings = holdings_of(given)
        except UnreadableError as error:
            self.trouble = "unsafe" if error.reason in _UNSAFE else "unreadable"
        except MALFORMED:
            self.trouble = "unreadable"

    def find(self, quote: str, *, leads_to: str = "") -> Found:
        """Where *quote* stands: in what the body says, in the names of its files, in its address."""
        for holding in self.holdings:
            found = _in_holding(holding, quote, leads_to)
            if found is not None:
                return found
        for holding in self.holdings:
            if holding.member and (hits := matches(holding.member, quote, at_most=1)):
                place = context(holding.member, hits[0].start, hits[0].end) | {"member": holding.member}
                return Found(Spotted(found=True, kind="name", place=place), holding)
        return self._by_name(quote) or Found(
            Spotted(found=False, kind="none", place={"reason": self.trouble or "absent"})
        )

    def _by_name(self, quote: str) -> Found | None:
        holding = self.holdings[0] if self.holdings else None
        given = self._given
        if _same_address(quote, given.url):
            return Found(Spotted(found=True, kind="address", place={"words": given.url}), holding)
        for kind, written in (("name", given.name), ("name", self._title()), ("address", unquote(given.url))):
            if written and (hits := matches(written, quote, at_most=1)):
                place = context(written, hits[0].start, hits[0].end)
                return Found(Spotted(found=True, kind=kind, place=place), holding)
        return None

    def _title(self) -> str:
        """What a file calls itself in its properties."""
        if not self.holdings or self.holdings[0].tree is not None:
            return ""
        given = self._given
        facts = read_document(
            given.body,
            url=given.url,
            media_type=given.media_type,
            file_name=given.file_name,
            charset=given.charset,
            today=date.min,
        )
        return facts.title


def find_spot(given: Body, quote: str, *, leads_to: str = "") -> Spotted:
    """Where *quote* stands in one body; for several quotes a ``Finder`` opens it once."""
    return Finder(given).find(quote, leads_to=leads_to).spot


def _in_holding(holding: Holding, quote: str, leads_to: str) -> Found | None:
    member = {"member": holding.member} if holding.member else {}
    if holding.tree is not None:
        spot = holding.tree.find(quote, leads_to=leads_to)
        return Found(_with(spot, member), holding) if spot else None
    if holding.units is None or (hit := holding.units.find(quote, leads_to=leads_to)) is None:
        return None
    spot, numbers = hit
    if holding.pdf is not None:
        unit = holding.units.all[numbers[0]]
        spot = replace(spot, place=pdf_pages.with_boxes(holding.pdf, spot.place, unit))
    return Found(_with(spot, member), holding, numbers)


def _with(spot: Spotted, more: dict[str, Any]) -> Spotted:
    return replace(spot, place=spot.place | more) if more else spot


def _same_address(quote: str, url: str) -> bool:
    return unquote(quote).rstrip("/") == unquote(url).rstrip("/")
