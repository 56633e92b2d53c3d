"""What we asked of other people's servers, as the public page asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, get_args
from urllib.parse import urlencode

from models.loads import HostLoad

AT_ONCE = 100  # rows of one page
Period = Literal["7", "30", "365", "all"]
Sort = Literal["day", "host", "requests", "bytes"]
PERIODS: tuple[Period, ...] = get_args(Period)
SORTS: tuple[Sort, ...] = get_args(Sort)
LATER_FIRST = frozenset({"day", "requests", "bytes"})  # what is read from its large end


@dataclass(frozen=True, slots=True)
class HostDay:
    """All that was asked of one host on one day, whichever runs asked it."""

    day: date
    host: str
    city: str
    runs: tuple[str, ...]
    requests: int
    bytes: int
    not_modified: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """The part of the account somebody chose, as the address says it."""

    period: Period = "30"
    host: str = ""
    sort: Sort = "day"
    reverse: bool = False  # against the order that this column has by itself
    page: int = 1

    def since(self, today: date) -> date | None:
        """The first day of the period that ends *today*."""
        return None if self.period == "all" else today - timedelta(days=int(self.period) - 1)

    def query(self, **other: Any) -> str:  # noqa: ANN401  # whatever a field of ours holds
        """The end of an address that says this choice with *other* changes; what goes without saying is left out."""
        usual = Wanted()
        fields = {"period": self.period, "host": self.host, "sort": self.sort, "reverse": self.reverse}
        chosen = {**fields, **other}
        said = {name: value for name, value in chosen.items() if value != getattr(usual, name, None)}
        return f"?{urlencode({**said, 'reverse': 1} if said.get('reverse') else said)}" if said else ""

    @property
    def descends(self) -> bool:
        """Whether the largest, or latest, comes first."""
        return (self.sort in LATER_FIRST) is not self.reverse


def by_day(loads: Iterable[HostLoad]) -> list[HostDay]:
    """*loads* with the runs of one day taken together, in their order."""
    found: dict[tuple[date, str], HostDay] = {}
    for one in loads:
        before = found.get((one.day, one.host))
        found[one.day, one.host] = HostDay(
            one.day,
            one.host,
            one.city,
            (*(before.runs if before else ()), one.run),
            one.requests + (before.requests if before else 0),
            one.bytes + (before.bytes if before else 0),
            one.not_modified + (before.not_modified if before else 0),
        )
    return list(found.values())


def ordered(rows: Iterable[HostDay], wanted: Wanted) -> list[HostDay]:
    """*rows* as *wanted* says; what is alike there, the newest day first and by host."""
    keys: dict[str, Callable[[HostDay], Any]] = {
        "day": lambda row: row.day,
        "host": lambda row: row.host,
        "requests": lambda row: row.requests,
        "bytes": lambda row: row.bytes,
    }
    usual = sorted(rows, key=lambda row: (-row.day.toordinal(), row.host))
    return sorted(usual, key=keys[wanted.sort], reverse=wanted.descends)
