"""How we behave at other people's doors: pace, hours, limits, patience."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from crawlers.city import City
from models.runs import KYIV

SHORTEST_DELAY = 1.0  # seconds between two requests to one host: no city's entry may ask for less
LONGEST_DELAY = 60.0
HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]|24(?=:00)):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Manners:
    """Pace and limits of one visit. The defaults are for real sites; loopback needs no patience."""

    delay: float = SHORTEST_DELAY  # seconds between two requests to one host
    hours: str = ""  # in Kyiv, such as 22:00-06:00: outside of them nothing is asked; empty: at any time
    connections: int = 1  # to one host at a time
    timeout: float = 60.0  # seconds for one whole answer
    largest: int = 32 * 2**20  # bytes of one answer, packed or unpacked
    retries: int = 2  # after the first try
    retry_wait: float = 20.0  # seconds before the first retry, doubled for the next
    longest_wait: float = 3600.0  # a Retry-After beyond this counts as this
    max_pages: int = 1500  # answers of one visit
    max_seconds: float = 4 * 3600.0
    max_depth: int = 8
    per_pattern: int = 120  # addresses alike but for numbers, unless the lexicon wants them
    per_wanted_pattern: int = 400
    dead_after: int = 10  # failures of the network in a row, before the rest of a host is given up


ON_LOOPBACK = Manners(
    delay=0.0,
    connections=4,
    timeout=10.0,
    retry_wait=0.3,
    longest_wait=2.0,
    max_pages=600,
    max_seconds=300.0,
    dead_after=6,
)


def manners_at(city: City, usual: Manners) -> Manners:
    """The *usual* manners with this city's own hours, and its own pace where that is slower."""
    return replace(usual, hours=city.hours or usual.hours, delay=max(usual.delay, city.delay or 0.0))


def hours_problem(hours: str) -> str | None:
    """What is wrong with crawl hours as somebody wrote them, in one sentence; None when nothing is."""
    if not HOURS.fullmatch(hours):
        return 'must be hours of the day in Kyiv, like "22:00-06:00"'
    begin, end = _window(hours)
    return "must begin and end at different times; leave it out for the whole day" if begin == end else None


def open_now(hours: str, moment: datetime) -> bool:
    """Whether a host with these crawl hours may be asked at *moment*; without hours it always may."""
    if not hours:
        return True
    begin, end = _window(hours)
    clock = moment.astimezone(KYIV).time()
    return begin <= clock < end if begin < end else clock >= begin or clock < end


def next_opening(hours: str, moment: datetime) -> datetime:
    """The first moment from *moment* on at which the host may be asked, in UTC: *moment* itself if it may be now."""
    if open_now(hours, moment):
        return moment.astimezone(UTC)
    begin, _ = _window(hours)
    today = moment.astimezone(KYIV).date()
    openings = (
        datetime.combine(today + timedelta(days=ahead), begin, KYIV).astimezone(UTC) for ahead in range(3)
    )
    return next(opening for opening in openings if opening > moment)


def _window(hours: str) -> tuple[time, time]:
    """Begin and end; an end of 24:00 is midnight."""
    found = HOURS.fullmatch(hours)
    if found is None:
        raise ValueError(f"no crawl hours: {hours!r}")
    begin_hour, begin_minute, end_hour, end_minute = map(int, found.groups())
    return time(begin_hour, begin_minute), time(end_hour % 24, end_minute)
