"""A city that does it well, to show others how."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from models.crawling import City
from models.judging import Finding
from models.reviewing import Item
from models.vocabulary import ItemState, Verdict

LOOKED_AT = 8
_EXAMPLES = (
    select(Finding.evidence, City)
    .join(Item, Item.finding_id == Finding.id)
    .join(City, City.slug == Item.city)
    .where(
        Item.indicator == bindparam("indicator"),
        Item.methodology == bindparam("methodology"),
        Item.city != bindparam("city"),
        Finding.verdict == Verdict.MET,
        (Item.state == ItemState.WAITING) | (Item.settled_verdict == Verdict.MET),
    )
    .order_by(Item.round.desc(), Item.settled_verdict.is_(None), Item.confidence.desc(), Item.finding_id)
    .limit(LOOKED_AT)
)


@dataclass(frozen=True, slots=True)
class Example:
    """A page where another city publishes it."""

    city: City
    url: str


def example_of(db: Session, finding: Finding) -> Example | None:
    """A page of another city that meets the same indicator: confirmed by people if there is one, else the surest.

    Of the newest round that has any; what people have begun to doubt is no example.
    """
    rows = db.execute(
        _EXAMPLES,
        {"indicator": finding.indicator, "methodology": finding.methodology, "city": finding.city},
    )
    return next((Example(city, evidence[0]["url"]) for evidence, city in rows if evidence), None)
