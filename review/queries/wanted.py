"""Which items of the queue somebody means, as the database is asked for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, exists, literal, select, true
from sqlalchemy.orm import Session

from models.reviewing import Item, Round
from models.vocabulary import ItemState, Probe, Verdict
from review.scope import Reach, Scope, asked_within, scope

HIGH, LOW = 0.9, 0.7  # where the words for confidence begin and end
ITEMS_WITHIN = asked_within(Item.city, Item.region)  # what ``within_reach`` says, in a question made once


class Order(StrEnum):
    """What comes first."""

    VALUE = "value"  # the most for a person's minute
    CITY = "city"
    AREA = "area"


class Band(StrEnum):
    """How sure the machine is, in words."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Part(StrEnum):
    """Which items are meant, where not all that wait."""

    CHANGED = "changed"  # the machine says otherwise than what stood before
    REPLIED = "replied"  # the city has replied


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the queue somebody works through, and in which order.

    ``reach`` and ``conflicts`` are the person's own and never come from a form. ``places`` says which city or area
    comes before which, where the order is theirs.
    """

    reach: Reach = None
    conflicts: frozenset[str] = frozenset()
    person_id: int | None = None  # whose work alone
    city: str | None = None
    area: str | None = None
    indicator: str | None = None
    verdict: Verdict | None = None
    band: Band | None = None
    part: Part | None = None
    order: Order = Order.VALUE
    places: Mapping[str, int] | None = None


_NEWEST_ROUND = (
    select(Round.id)
    .where(
        Round.closed_at.is_(None),
        exists(select(literal(1)).where(Item.round == Round.id, ITEMS_WITHIN).correlate(Round)),
    )
    .order_by(Round.id.desc())
    .limit(1)
)


def newest_round(db: Session, reach: Reach) -> str | None:
    """The last open round in which there is work in *reach*; asked once in a session, for pages need it often."""
    known: dict[Scope, str | None] = db.info.setdefault("newest round", {})
    here = scope(reach)
    if here not in known:
        known[here] = db.scalar(_NEWEST_ROUND, here.asked())
    return known[here]


def within_reach(reach: Reach) -> ColumnElement[bool]:
    """Items of the cities that somebody may see."""
    seen = scope(reach)
    if seen.city is not None:
        return Item.city == seen.city
    return Item.region == seen.region if seen.region is not None else true()


def shown() -> ColumnElement[Verdict | None]:
    """What a list shows as the machine's verdict before the first look: probes do not give themselves away."""
    return case(
        (Item.probe == Probe.PLANTED, Item.planted),
        (Item.probe == Probe.HIDDEN, None),
        else_=Item.verdict,
    )


def in_reach(db: Session, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Items of the newest round in reach, but of cities the person has a stake in."""
    parts = [Item.round == newest_round(db, wanted.reach), within_reach(wanted.reach)]
    if wanted.conflicts:
        parts.append(Item.city.not_in(wanted.conflicts))
    return parts


def chosen(db: Session, wanted: Wanted) -> list[ColumnElement[bool]]:
    """What is asked of items in this part of the queue."""
    parts = in_reach(db, wanted)
    parts.append(Item.replied.is_(True) if wanted.part is Part.REPLIED else Item.state == ItemState.WAITING)
    if wanted.part is Part.CHANGED:
        parts.append(Item.changed.is_(True))
    if wanted.band is not None:
        parts += [_in_band(wanted.band), shown().in_([verdict for verdict in Verdict if verdict.counts])]
    if wanted.verdict is not None:
        parts.append(shown() == wanted.verdict)
    for column, value in (
        (Item.person_id, wanted.person_id),
        (Item.city, wanted.city),
        (Item.area, wanted.area),
        (Item.indicator, wanted.indicator),
    ):
        if value is not None:
            parts.append(column == value)
    return parts


def _in_band(band: Band) -> ColumnElement[bool]:
    match band:
        case Band.HIGH:
            return Item.confidence >= HIGH
        case Band.MEDIUM:
            return and_(Item.confidence >= LOW, Item.confidence < HIGH)
    return Item.confidence < LOW
