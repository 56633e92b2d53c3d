"""When a round will be done, by how much is left and how people got on in the last days. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median, stdev

FEWEST_TIMES = 10  # below this many timed looks the expected times stand as they are
FEWEST_DAYS = 2  # days with work in them, before a pace has a range
EIGHTY_PERCENT = 1.28  # standard errors on either side
FARTHEST = 730  # days; beyond this a date says nothing


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is left of a round, and when it ends at the present pace. Days are empty where nothing can be said.

    Between ``earliest`` and ``latest`` it ends in eight cases of ten, if people go on as in the days looked at;
    ``latest`` alone is empty where the slowest pace that is likely never ends.
    """

    looks: int
    hours: float
    pace: float  # looks a day
    finish: date | None = None
    earliest: date | None = None
    latest: date | None = None


def forecast(looks: int, seconds: float, by_day: Sequence[int], today: date) -> Forecast:
    """What *looks* of *seconds* in all come to, where *by_day* is how many were taken on each of the last days."""
    pace = sum(by_day) / len(by_day) if by_day else 0.0
    known = Forecast(looks=looks, hours=seconds / 3600, pace=pace)
    if not looks:
        return Forecast(0, 0.0, pace, finish=today, earliest=today, latest=today)
    finish = _day(today, looks, pace)
    if finish is None or sum(1 for number in by_day if number) < FEWEST_DAYS:
        return Forecast(known.looks, known.hours, pace, finish=finish)
    error = EIGHTY_PERCENT * stdev(by_day) / math.sqrt(len(by_day))
    return Forecast(
        looks=known.looks,
        hours=known.hours,
        pace=pace,
        finish=finish,
        earliest=_day(today, looks, pace + error),
        latest=_day(today, looks, pace - error),
    )


def learned(times: Sequence[tuple[float, float]]) -> float:
    """How much longer looks take than is expected, by the middle one of *times*: pairs of taken and expected."""
    shares = [taken / expected for taken, expected in times if expected > 0]
    return median(shares) if len(shares) >= FEWEST_TIMES else 1.0


def _day(today: date, looks: int, pace: float) -> date | None:
    days = math.ceil(looks / pace) if pace > 0 else FARTHEST + 1
    return today + timedelta(days=days) if days <= FARTHEST else None
