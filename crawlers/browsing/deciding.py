"""What was learned of a site's templates: which pages come whole, by a plain address, or by a browser only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from crawlers.addresses import pattern_of
from crawlers.browsing.needing import needs_browser, plain_endpoints
from crawlers.pages.base import Page
from models.vocabulary import Reason

MOST_RENDERS = 150  # of one city in one visit
_ENOUGH_IN_VAIN = 2


class Way(StrEnum):
    """How the content of a page is had."""

    STATIC = "static"  # it is in the page, or nobody can bring it
    PLAIN = "plain"  # at an address of the site's own data, asked plainly
    BROWSER = "browser"


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with one page, and why, in English. ``reason`` says why it stays without its content."""

    way: Way
    why: str
    endpoints: tuple[str, ...] = ()  # to be tried, for the plain way
    reason: Reason | None = None


class Decisions:
    """The memory of one city, by host and template of address; kept with a visit and handed to the next."""

    def __init__(self, known: dict[str, Any] | None = None, *, most: int = MOST_RENDERS) -> None:
        """Begin with what ``as_json`` of the last visit gave, and allow *most* renders in this one."""
        self._ways: dict[str, tuple[Way, str]] = {
            template: (Way(way), str(why)) for template, (way, why) in (known or {}).items()
        }
        self._in_vain: dict[str, int] = {}
        self._left = most

    def as_json(self) -> dict[str, list[str]]:
        """What the next visit should know. Templates no browser could help are tried anew: sites are mended."""
        return {
            template: [way.value, why]
            for template, (way, why) in sorted(self._ways.items())
            if way is not Way.STATIC
        }

    def decide(self, page: Page) -> Decision:
        """What to do with *page*: by the page itself, and by what its template was found to need."""
        needed = needs_browser(page)
        if needed is None:
            return Decision(Way.STATIC, "it holds its content")
        way, why = self._ways.get(pattern_of(page.url), (None, needed))
        if way is Way.STATIC:
            return Decision(Way.STATIC, why, reason=Reason.EMPTY_SHELL)
        if way is not Way.BROWSER and (endpoints := plain_endpoints(page)):
            return Decision(Way.PLAIN, why, endpoints)
        return self.to_render(why)

    def to_render(self, why: str) -> Decision:
        """The browser, because of *why*, while the city's renders last; asked again when plain addresses failed."""
        if self._left <= 0:
            return Decision(Way.STATIC, f"{why}; the renders of this visit are used up", reason=Reason.BUDGET)
        return Decision(Way.BROWSER, why)

    def came_plainly(self, url: str, endpoint: str) -> None:
        """The content of *url* was had from *endpoint*."""
        self._ways[pattern_of(url)] = (Way.PLAIN, f"its list comes from {pattern_of(endpoint)}")

    def was_rendered(self, url: str, *, brought: bool) -> None:
        """Count one render of *url*; after some that *brought* nothing its template is left alone."""
        self._left -= 1
        template = pattern_of(url)
        if brought:
            self._ways[template] = (Way.BROWSER, "the browser brought the content of another page like it")
            return
        self._in_vain[template] = self._in_vain.get(template, 0) + 1
        if (
            self._in_vain[template] >= _ENOUGH_IN_VAIN
            and self._ways.get(template, (None,))[0] is not Way.BROWSER
        ):
            self._ways[template] = (Way.STATIC, "a browser brought nothing on other pages like it")
