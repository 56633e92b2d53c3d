"""Databases of acts at ``/dt/<id>``: one act with its card of labels; today's date stands on top of every page."""

import re
from dataclasses import replace
from datetime import date

from crawlers.pages import generic
from crawlers.pages.acts import card_of, issuer_named, type_named
from crawlers.pages.base import LayoutChanged, Page
from crawlers.pages.dates import first_date
from crawlers.pages.parts import card
from models.facts import Act, PageFacts
from models.vocabulary import PageKind

_ADDRESS = re.compile(r"/(?:dt|ppddt)/\d+/?$")
_DRAFTS = "/ppddt/"


def recognise(page: Page) -> bool:
    """Know it by its address: a number under /dt/, or under /ppddt/ for drafts."""
    return bool(_ADDRESS.search(page.url))


def read(page: Page) -> PageFacts:
    """Give the act as its card describes it, whatever other days the page shows."""
    facts = generic.read(page)
    if not facts.complete:
        return facts
    labels = card(page) or card_of(page)
    if not labels and facts.act is None:
        raise LayoutChanged("there is neither a card of the act nor its head")
    act = Act(
        type="draft-decision" if _DRAFTS in page.url else type_named(labels.get("type", "")) or "decision",
        issuer=issuer_named(labels.get("issuer", "")) or (facts.act.issuer if facts.act else None),
        number=labels.get("number") or (facts.act.number if facts.act else None),
        date=_adopted(labels, facts),
    )
    return replace(facts, kind=PageKind.ACT, act=act, date=act.date)


def _adopted(labels: dict[str, str], facts: PageFacts) -> date | None:
    return first_date(labels.get("adopted", "")) or (facts.act.date if facts.act else None)
