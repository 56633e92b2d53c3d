"""How far first and second looks agree: by question, by area, by round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import ColumnElement, exists, select, true
from sqlalchemy.orm import Session

from models.accuracy import Interval
from models.agreement import agreed, cohen_kappa, kappa_interval, krippendorff_alpha
from models.judging import Assessment
from models.reviewing import Item, Review, Withdrawal
from models.vocabulary import Passing, Probe, Verdict

ENOUGH = 20  # pairs; with fewer, one more disagreement would tell another story
RELIABLE, TENTATIVE = 0.8, 0.667  # Krippendorff's own bounds: for conclusions, and for tentative ones


@dataclass(frozen=True, slots=True)
class Pair:
    """One item at which two people looked; ``by_lot`` unless something they or we did had it looked at twice."""

    round: str
    methodology: str
    indicator: str
    area: str
    first: Verdict
    second: Verdict
    by_lot: bool


@dataclass
class Row:
    """The agreement on one question, in one area or round, or on everything. Only items drawn by lot count."""

    key: tuple[str, ...] = ()
    pairs: list[Pair] = field(default_factory=list)

    @property
    def looked(self) -> int:
        """How many items two people looked at, for whatever reason."""
        return len(self.pairs)

    @cached_property
    def said(self) -> list[tuple[Hashable, Hashable]]:
        """First and second verdict of each item that was drawn by lot."""
        return [(pair.first, pair.second) for pair in self.pairs if pair.by_lot]

    @cached_property
    def agreed(self) -> tuple[int, int]:
        """On how many of these both said the same, of how many."""
        return agreed(self.said)

    @property
    def share(self) -> float | None:
        """The share on which both said the same."""
        same, of = self.agreed
        return same / of if of else None

    @cached_property
    def kappa(self) -> float | None:
        """Cohen's κ."""
        return cohen_kappa(self.said)

    @cached_property
    def interval(self) -> Interval | None:
        """Where κ lies; none of a few pairs, for which it would be nearly all there is."""
        return kappa_interval(self.said) if self.is_enough else None

    @cached_property
    def alpha(self) -> float | None:
        """Krippendorff's α."""
        return krippendorff_alpha(self.said)

    @property
    def is_enough(self) -> bool:
        """Whether there are pairs enough to speak of."""
        return self.agreed[1] >= ENOUGH

    @property
    def reading(self) -> str:
        """The word for how to read these figures; its text is called ``agreement.read.<word>``."""
        if not self.said:
            return "none"
        if self.kappa is None:
            return "one-category"
        if not self.is_enough:
            return "too-few"
        if self.kappa >= RELIABLE:
            return "reliable"
        if self.kappa >= TENTATIVE:
            return "tentative"
        return "unreliable" if self.kappa > 0 else "chance"


def pairs_of(db: Session, *, round_id: str | None = None, region: str | None = None) -> list[Pair]:
    """Every second look with the first look it followed, in *round_id* and *region*, or in all of them.

    What was taken back counts no more. Where the first one was shown a wrong verdict, or a correction of theirs
    brought the second look about, the two are no fair sample of how far people agree, and are not ``by_lot``.
    """
    rows = db.execute(
        select(Item, Review.passing, Assessment.verdict)
        .join(Review, Review.item_id == Item.id)
        .join(Assessment, Assessment.id == Review.assessment_id)
        .where(
            _of_round(round_id),
            Item.region == region if region is not None else true(),
            Item.id.in_(select(Review.item_id).where(Review.passing == Passing.SECOND)),
            Review.passing != Passing.ADJUDICATION,
            ~exists().where(Withdrawal.assessment_id == Review.assessment_id),
        )
        .order_by(Item.id, Review.assessment_id)
    )
    found: list[Pair] = []
    first: dict[int, Verdict] = {}
    for item, passing, verdict in rows:
        if passing is Passing.FIRST:
            first[item.id] = verdict
        elif item.id in first:
            found.append(_pair(item, first[item.id], verdict))
    return found


def grouped(pairs: Iterable[Pair], by: str) -> list[Row]:
    """*pairs* by ``indicator``, ``area`` or ``round``."""
    rows: defaultdict[tuple[str, ...], Row] = defaultdict(Row)
    for pair in pairs:
        key = _key(pair, by)
        rows[key].key = key
        rows[key].pairs.append(pair)
    return list(rows.values())


def ordered(rows: Iterable[Row], sort: str, *, reverse: bool = False) -> list[Row]:
    """*rows* by what a column shows, the least first; those that show nothing come last either way."""

    def shows(row: Row) -> float | None:
        return {"looked": row.looked, "agreed": row.share, "kappa": row.kappa, "alpha": row.alpha}[sort]

    in_turn = sorted(rows, key=lambda row: row.key)
    if sort == "name":
        return in_turn[::-1] if reverse else in_turn
    known = [(value, row) for row in in_turn if (value := shows(row)) is not None]
    known.sort(key=lambda one: one[0], reverse=reverse)
    return [row for _, row in known] + [row for row in in_turn if shows(row) is None]


def rounds_with_pairs(db: Session, region: str | None) -> Sequence[str]:
    """The rounds in which somebody looked a second time, the newest first."""
    query = (
        select(Item.round)
        .join(Review, Review.item_id == Item.id)
        .where(Review.passing == Passing.SECOND, Item.region == region if region is not None else true())
        .distinct()
    )
    return db.scalars(query.order_by(Item.round.desc())).all()


def _pair(item: Item, first: Verdict, second: Verdict) -> Pair:
    by_lot = item.needs_second and item.probe is not Probe.PLANTED
    return Pair(item.round, item.methodology, item.indicator, item.area, first, second, by_lot)


def _key(pair: Pair, by: str) -> tuple[str, ...]:
    match by:
        case "indicator":
            return pair.methodology, pair.indicator
        case "area":
            return pair.methodology, pair.area
    return (pair.round,)


def _of_round(round_id: str | None) -> ColumnElement[bool]:
    return Item.round == round_id if round_id is not None else true()
