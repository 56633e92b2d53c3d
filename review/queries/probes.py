"""Whether people follow the machine blindly: what they said where its verdict was hidden, shown, or wrong on purpose.

Only the first word of each person on each item counts, taken back or not: later ones may know better.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median

from sqlalchemy import ColumnElement, Row, Select, func, select, true
from sqlalchemy.orm import Session

from models.accuracy import Interval
from models.agreement import difference_interval
from models.judging import Assessment, Finding
from models.people import Person
from models.reviewing import Item, Review
from models.vocabulary import Passing, Probe, Verdict

FEWEST_PEOPLE = 3  # behind an aggregate; fewer would tell of one of them

Counts = tuple[int, int]  # how many, of how many
Seen = tuple[int, Verdict | None, Probe | None, Verdict, Verdict | None, float | None]
_COUNTING = tuple(verdict for verdict in Verdict if verdict.counts)


@dataclass
class Probed:
    """What one person did, or several together."""

    people: set[int] = field(default_factory=set)
    planted: list[bool] = field(default_factory=list)  # followed?
    shown: list[bool] = field(default_factory=list)  # agreed with the machine?
    hidden: list[bool] = field(default_factory=list)
    seconds_shown: list[float] = field(default_factory=list)
    seconds_hidden: list[float] = field(default_factory=list)

    @property
    def followed(self) -> Counts:
        """How often a planted wrong verdict was followed, of how often one was shown and the item is settled."""
        return sum(self.planted), len(self.planted)

    @property
    def agreed_shown(self) -> Counts:
        """How often the machine was agreed with where its verdict was seen."""
        return sum(self.shown), len(self.shown)

    @property
    def agreed_hidden(self) -> Counts:
        """How often the machine was agreed with where its verdict was not seen."""
        return sum(self.hidden), len(self.hidden)

    @property
    def lean(self) -> float | None:
        """How much more often the machine is agreed with once its verdict is seen; a share of one."""
        (one, of), (other, of_other) = self.agreed_shown, self.agreed_hidden
        return one / of - other / of_other if of and of_other else None

    @property
    def lean_interval(self) -> Interval | None:
        """Where that difference lies with 95 % confidence."""
        return difference_interval(self.agreed_shown, self.agreed_hidden)

    @property
    def times(self) -> tuple[float, float] | None:
        """The middle seconds per look, with the machine's verdict seen and not; None unless both are known."""
        if not self.seconds_shown or not self.seconds_hidden:
            return None
        return median(self.seconds_shown), median(self.seconds_hidden)

    @property
    def tells_of_nobody(self) -> bool:
        """Whether so many people stand behind these figures that they betray none of them."""
        return len(self.people) >= FEWEST_PEOPLE


def probed_by_person(
    db: Session, *, round_id: str | None = None, region: str | None = None, person_id: int | None = None
) -> dict[int, Probed]:
    """Person → what they did, in *round_id* and *region*, or in all of them."""
    limits: tuple[ColumnElement[bool], ...] = (
        Item.round == round_id if round_id is not None else true(),
        Item.region == region if region is not None else true(),
        Review.person_id == person_id if person_id is not None else true(),
    )
    found: defaultdict[int, Probed] = defaultdict(Probed)
    for row in db.execute(_seen(limits)):
        _add_seen(found[row.person_id], row)
    for finding, person, verdict, seconds in db.execute(_unseen(limits)):
        if finding.proposed.counts:
            found[person].hidden.append(verdict is finding.proposed)
            found[person].seconds_hidden.extend([seconds] if seconds is not None else [])
    for number, one in found.items():
        one.people.add(number)
    return dict(found)


def together(probed: Iterable[Probed]) -> Probed:
    """The figures of several people as one."""
    found = Probed()
    for one in probed:
        found.people |= one.people
        for name in ("planted", "shown", "hidden", "seconds_shown", "seconds_hidden"):
            getattr(found, name).extend(getattr(one, name))
    return found


def names_of(db: Session, people: Iterable[int]) -> dict[int, Person]:
    """The people by their ids."""
    return {one.id: one for one in db.scalars(select(Person).where(Person.id.in_(list(people))))}


def _seen(limits: Iterable[ColumnElement[bool]]) -> Select[Seen]:
    """First words on items where a verdict was shown, the machine's or a planted one."""
    return (
        select(
            Review.person_id,
            Review.shown,
            Review.probe,
            Assessment.verdict,
            Item.settled_verdict,
            Review.seconds,
        )
        .join(Item, Item.id == Review.item_id)
        .join(Assessment, Assessment.id == Review.assessment_id)
        .where(*limits, *_first_words(), Review.shown.in_(_COUNTING))
    )


def _unseen(limits: Iterable[ColumnElement[bool]]) -> Select[tuple[Finding, int, Verdict, float | None]]:
    """First words on items where the machine's verdict was hidden."""
    return (
        select(Finding, Review.person_id, Assessment.verdict, Review.seconds)
        .join(Assessment, Assessment.finding_id == Finding.id)
        .join(Review, Review.assessment_id == Assessment.id)
        .join(Item, Item.id == Review.item_id)
        .where(*limits, *_first_words(), Review.probe == Probe.HIDDEN, Review.shown.is_(None))
    )


def _first_words() -> tuple[ColumnElement[bool], ...]:
    firsts = (
        select(func.min(Review.assessment_id))
        .where(Review.passing == Passing.FIRST)
        .group_by(Review.item_id, Review.person_id)
    )
    return Review.assessment_id.in_(firsts), ~Review.in_bulk


def _add_seen(found: Probed, row: Row[Seen]) -> None:
    if row.probe is Probe.PLANTED:
        if row.settled_verdict is not None and row.settled_verdict is not row.shown:
            found.planted.append(
                row.verdict is row.shown
            )  # where the plant proved right there was nothing to resist
    elif row.probe is None:
        found.shown.append(row.verdict is row.shown)
        found.seconds_shown.extend([row.seconds] if row.seconds is not None else [])
