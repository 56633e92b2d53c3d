"""What a page is to those who visit it: can they write, can everybody use it, whom do its links let them reach?"""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote

from crawlers.pages.aids import aids
from crawlers.pages.barriers import barriers
from crawlers.pages.base import Page
from crawlers.pages.contact_forms import has_form
from models.facts import PageFacts
from models.vocabulary import PageKind

_IN_PLACE_OF_CONTENT = frozenset({PageKind.ERROR, PageKind.SHIELD})
_WAYS = frozenset({"mailto", "tel"})
_TEXT_UP_TO = 20_000  # characters, as facts carry them
_MOST_ADDRESSES = 100
_SCHEME = 12  # characters of a link among which a scheme ends
_LONGEST = 100  # characters of an address
_NO_DIGITS = re.compile(r"\D+")


def with_visitors(facts: PageFacts, page: Page) -> PageFacts:
    """Give *facts* with what the page is to its visitors; nothing of a page that stands in place of another.

    To be asked once the page has been read: readers may lay it out anew before they read.
    """
    if facts.kind in _IN_PLACE_OF_CONTENT:
        return facts
    return replace(
        facts,
        has_form=has_form(page),
        barriers=barriers(page),
        aids=aids(page),
        text=_with_addresses(facts.text, page),
    )


def _with_addresses(said: str, page: Page) -> str:
    """Add, as last lines, the e-mail addresses and numbers behind links that do not say them themselves.

    They stand there as the page writes them, ``mailto:`` or ``tel:`` included, so that who quotes one quotes
    the page. Those of menus and footers are left out, like all words of theirs.
    """
    added = "\n".join(dict.fromkeys(_behind_links(said, page)))
    if not added:
        return said
    return "\n".join(filter(None, (said[: _TEXT_UP_TO - len(added) - 1], added)))


def _behind_links(said: str, page: Page) -> Iterator[str]:
    spots = (spot for spot in page.outline.spots if ":" in spot.href[:_SCHEME])
    found = [(spot.start, *address) for spot in spots if (address := _address(spot.href))]
    if not found:
        return
    lowered, digits = said.lower(), _NO_DIGITS.sub("", said)
    for start, how, whom in found[:_MOST_ADDRESSES]:
        number = _NO_DIGITS.sub("", whom)
        is_said = whom.lower() in lowered if how == "mailto" else number in digits
        is_one = "@" in whom if how == "mailto" else bool(number)
        if is_one and not is_said and len(whom) <= _LONGEST and not page.outline.in_menu(start):
            yield f"{how}:{whom}"


def _address(href: str) -> tuple[str, str] | None:
    """Give the scheme and whom it leads to, without what a letter should say; None where it leads to a page."""
    how, _, whom = href.strip().partition(":")
    how = how.lower()
    return (how, unquote(whom.lstrip("/").partition("?")[0]).strip()) if how in _WAYS else None
