"""How far people agree beyond chance, and how sure that figure is. Pure: figures in, figures out.

Cohen's κ asks it of two people, Krippendorff's α of any number, with gaps. Both are 1 for full agreement, 0 for what
chance alone would give, and below 0 where people contradict each other. Neither exists where everything fell into
one category: there was nothing to tell apart, and chance would have agreed as well.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from random import Random

from models.accuracy import Interval, wilson

RESAMPLES = 600
SEED = 1960  # the year of Cohen's paper; any fixed number would do
OUTSIDE = 0.025  # of the resamples lie below a 95 % interval, and as many above it
ENOUGH = 0.5  # of the resamples at least must have a figure, or an interval would be of the lucky ones only

Category = Hashable
Pair = tuple[Category, Category]  # what the first and the second person said of one item
Unit = tuple[Category | None, ...]  # what each person said of one item; None where they did not look
Shares = tuple[float, float]  # agreed upon; agreed upon if everybody drew from the same hat
Counted = Mapping[tuple[Category | None, ...], int]  # what was said → of how many items


def agreed(pairs: Iterable[Pair]) -> tuple[int, int]:
    """How many of *pairs* say the same, of how many."""
    said = [one == other for one, other in pairs]
    return sum(said), len(said)


def cohen_kappa(pairs: Iterable[Pair]) -> float | None:
    """Cohen's κ (1960); None without pairs, and where both said one and the same thing throughout."""
    return _beyond_chance(_of_two(Counter(pairs)))


def krippendorff_alpha(units: Iterable[Sequence[Category | None]]) -> float | None:
    """Krippendorff's α for categories without order; None where nothing can be compared, or is of one category."""
    return _beyond_chance(_of_many(Counter(tuple(unit) for unit in units)))


def kappa_interval(pairs: Iterable[Pair]) -> Interval | None:
    """Where κ lies with 95 % confidence; None where too few resamples of *pairs* have a κ at all."""
    return _interval(_of_two, _in_order(Counter(pairs)))


def alpha_interval(units: Iterable[Sequence[Category | None]]) -> Interval | None:
    """Where α lies with 95 % confidence; None where too few resamples of *units* have an α at all."""
    comparable = (tuple(unit) for unit in units)
    return _interval(_of_many, _in_order(Counter(unit for unit in comparable if _present(unit).total() > 1)))


def difference_interval(one: tuple[int, int], other: tuple[int, int]) -> Interval | None:
    """Where the difference of two shares, each (how many, of how many), lies with 95 % confidence.

    By Newcombe (1998), method 10: it holds for few cases and for shares of nought and one. None where either is
    of no cases.
    """
    if not one[1] or not other[1]:
        return None
    (p, a), (q, b) = ((right / of, wilson(right, of)) for right, of in (one, other))
    below = math.hypot(p - a.low, b.high - q)
    above = math.hypot(a.high - p, q - b.low)
    return Interval(p - q - below, p - q + above)


def _of_two(said: Counted) -> Shares | None:
    """Agreement of two who each have a hat of their own."""
    items = sum(said.values())
    first: Counter[Category] = Counter()
    second: Counter[Category] = Counter()
    for (one, other), number in said.items():
        first[one] += number
        second[other] += number
    if not items:
        return None
    same = sum(number for (one, other), number in said.items() if one == other)
    return same / items, sum(first[category] * second[category] for category in first) / items**2


def _of_many(said: Counted) -> Shares | None:
    """Agreement of any number who draw from one hat; an item that fewer than two looked at says nothing."""
    values: Counter[Category] = Counter()
    same = 0.0
    for unit, number in said.items():
        present = _present(unit)
        lookers = present.total()
        if lookers > 1:
            same += number * sum(times * (times - 1) for times in present.values()) / (lookers - 1)
            for category, times in present.items():
                values[category] += number * times
    total = values.total()
    if not total:
        return None
    by_chance = sum(times * (times - 1) for times in values.values())
    return same / total, by_chance / (total * (total - 1))


def _present(unit: Iterable[Category | None]) -> Counter[Category]:
    return Counter(value for value in unit if value is not None)


def _beyond_chance(shares: Shares | None) -> float | None:
    if shares is None or shares[1] >= 1:
        return None
    observed, by_chance = shares
    return (observed - by_chance) / (1 - by_chance)


def _in_order(said: Counted) -> tuple[tuple[Unit, int], ...]:
    """*said* in an order of its own, so that the same pairs give the same interval however they came."""
    return tuple(sorted(said.items(), key=repr))


@lru_cache(maxsize=4096)
def _interval(
    shares_of: Callable[[Counted], Shares | None], said: tuple[tuple[Unit, int], ...]
) -> Interval | None:
    """The middle 95 % of what resamples of the items give.

    Items without one disagreement would be resampled to no doubt at all. There Wilson's interval of the raw
    agreement takes their place.
    """
    shares = shares_of(dict(said))
    if shares is None or _beyond_chance(shares) is None:
        return None
    items = sum(number for _, number in said)
    if math.isclose(shares[0], 1.0):
        low = _beyond_chance((wilson(items, items).low, shares[1]))
        return Interval(-1.0 if low is None else max(-1.0, low), 1.0)
    dice = Random(SEED)  # noqa: S311  # a fixed sample of samples, nothing secret
    units, weights = zip(*said, strict=True)
    drawn = (Counter(dice.choices(units, weights, k=items)) for _ in range(RESAMPLES))
    found = sorted(value for one in drawn if (value := _beyond_chance(shares_of(one))) is not None)
    if len(found) < ENOUGH * RESAMPLES:
        return None
    edge = int(OUTSIDE * len(found))
    return Interval(found[edge], found[-1 - edge])
