"""Sites of votes with all in the query, ``/?id=<n>&p=<section>&sp=single``; ``sp=print_pdf`` is the same on paper."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from crawlers.pages import generic
from crawlers.pages.base import Page, some
from crawlers.pages.parts import form_of, links_to
from models.facts import DocumentLink, PageFacts
from models.vocabulary import LinkKind

_SINGLE, _PRINT = "single", "print_pdf"
_LINK = form_of(r"/?(?:index\.php)?\?[^\"'\s>]*\bsp=(?:single|print_pdf)\b", "sp=single", "sp=print_pdf")
_LINKS = "//a[contains(@href, 'sp=')]"


def recognise(page: Page) -> bool:
    """Know it by the names in its query, or in those of its links."""
    asked = _asked(page.url)
    return bool(asked.get("p") and asked.get("sp")) or links_to(page, _LINK)


def read(page: Page) -> PageFacts:
    """Give the paper version of a thing the kind and day of that thing."""
    facts = generic.read(page)
    if not facts.complete:
        return facts
    if generic.misses_papers(facts) and _asked(page.url).get("p") and not _asked(page.url).get("sp"):
        some(page.root, _LINKS)
    things = {_thing(link): link for link in facts.links if _asked(link.href).get("sp") == _SINGLE}
    return replace(facts, links=tuple(_as_its_thing(link, things) for link in facts.links))


def _as_its_thing(link: DocumentLink, things: dict[tuple[str, str], DocumentLink]) -> DocumentLink:
    if _asked(link.href).get("sp") != _PRINT:
        return link
    thing = things.get(_thing(link))
    if thing is None:
        return link
    kind = thing.kind if link.kind is LinkKind.OTHER else link.kind
    return replace(
        link,
        kind=kind,
        date=link.date or thing.date,
        event_date=link.event_date or thing.event_date,
        title=thing.title or thing.text,
        why="the same on paper",
    )


def _thing(link: DocumentLink) -> tuple[str, str]:
    asked = _asked(link.href)
    return asked.get("p", ""), asked.get("id", "")


def _asked(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
