"""Where evidence that people bring stands in what a visit saw, so that the same rules can judge it.

A page is put beside the visit's own. A document counts only where some page leads to it: a list is made that calls it
by its own title and day and by nothing else, in markup that the crawl's reader reads like any. A file that somebody
sent stands on no site, and a page may lie on a host that nobody has confirmed to be the council's: both are judged as
though they stood with the council, and who asks is told so, for whose a place is only a person can say.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from checks.addresses import host_of, is_under
from crawlers.reading import read_page
from models.facts import Answer, Evidence, PageFacts, SeenPage, Sight
from models.vocabulary import PageKind

SENT = "sent.invalid"  # where a file stands that was sent to us: a name that no network knows
GIVEN = 200  # no server was asked for what was sent
_LIST = "list-of-"
_FIRST_WORDS = 200  # characters
_LED_TO = frozenset({PageKind.DOCUMENT, PageKind.OTHER})  # sections and acts speak for themselves


@dataclass(frozen=True, slots=True)
class Placed:
    """A sight with what was brought in it."""

    sight: Sight
    pages: tuple[SeenPage, ...]  # as they were brought

    def told(self, answer: Answer) -> Answer:
        """*answer* with evidence that names what was brought, and no list or place of our making."""
        return replace(answer, evidence=tuple(map(self._true, answer.evidence)))

    def _true(self, evidence: Evidence) -> Evidence:
        for page in self.pages:
            if evidence.capture in {page.capture, _LIST + page.capture}:
                title = page.url if evidence.title == address_of(page) else evidence.title
                return replace(evidence, url=page.url, capture=page.capture, title=title)
        return evidence


def placed(sight: Sight, portals: Sequence[str], brought: Sequence[SeenPage]) -> Placed:
    """*sight* with what was *brought* in it."""
    pages = [replace(page, url=address_of(page), status=page.status or GIVEN) for page in brought]
    strange = {host_of(page.url) for page in pages if is_elsewhere(sight, portals, page.url)}
    lists = (_list_of(page, sight.today) for page in pages if _needs_list(page))
    card = replace(sight.city, hosts=(*sight.city.hosts, *sorted(strange)))
    return Placed(replace(sight, city=card, pages=(*sight.pages, *pages, *lists)), tuple(brought))


def address_of(page: SeenPage) -> str:
    """The address at which a page is judged: its own, or one of our making for a file that was sent."""
    if host_of(page.url):
        return page.url
    known = page.facts.document if page.facts is not None else None
    return f"http://{SENT}/{page.capture}.{known.format}" if known else f"http://{SENT}/{page.capture}"


def is_elsewhere(sight: Sight, portals: Iterable[str], url: str) -> bool:
    """Whether *url* lies where no paper of the council is known to: on none of its hosts, nor where it may publish."""
    named = (host_of(row.url) for row in sight.ledger if row.depth == 0)
    return not is_under(host_of(url), (*sight.city.hosts, *portals, *dict.fromkeys(named)))


def _needs_list(page: SeenPage) -> bool:
    return page.facts is not None and page.facts.kind in _LED_TO and bool(page.facts.title.strip())


def _list_of(page: SeenPage, today: date) -> SeenPage:
    """The list on which a document stands that somebody named: its title, its day, and no more."""
    url, capture = f"http://{host_of(page.url)}/{_LIST}{page.capture}", _LIST + page.capture
    facts = read_page("".join(_markup(page)).encode(), url=url, charset="utf-8", today=today)
    return replace(page, capture=capture, url=url, media_type="text/html", facts=replace(facts, barriers=()))


def _called(facts: PageFacts) -> str:
    """What a document calls itself: by its title; where that is the name of a file or a sheet, by its first words."""
    title = facts.title.strip()
    words = next((line for line in map(str.strip, facts.text.splitlines()) if " " in line), "")
    return title if " " in title else f"{title} {words[:_FIRST_WORDS]}".strip()


def _markup(page: SeenPage) -> Iterator[str]:
    facts = page.facts
    if facts is None:
        return
    yield "<!doctype html><html><body><main><ul><li>"
    yield f'<a href="{html.escape(page.url)}">{html.escape(_called(facts))}</a>'
    if facts.date is not None:
        yield f" <time>{facts.date:%d.%m.%Y}</time>"
    yield "</li></ul></main></body></html>"
