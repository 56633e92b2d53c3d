"""What passes between a crawl and its browser."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from models.vocabulary import Reason

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer to a request of a page, its body without any content encoding."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        """The header *name*, however it is spelled; empty if there is none."""
        return next((value for key, value in self.headers.items() if key.lower() == name), "")

    @property
    def media_type(self) -> str:
        """What the body is said to be, without parameters, in lower case."""
        return self.header("content-type").partition(";")[0].strip().lower()


Fetch = Callable[[str, str], Awaitable[Answered | None]]
"""Given an address and the kind of resource, the answer; None where the crawl refuses to ask."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One request a page made. ``status`` is 0 where it was refused."""

    url: str
    method: str
    resource_type: str
    status: int = 0
    media_type: str = ""
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page as its scripts left it.

    ``html`` is UTF-8 whatever it says of itself, and empty where the page did not live to be read.
    ``endpoints`` are the site's own addresses that gave data: the plain way to the same list next time.
    ``overlay`` says that something lay over the page, a consent wall for one; nothing was clicked.
    ``reason`` says why ``html`` is not the whole page, or why there is none.
    """

    html: bytes
    final_url: str
    requests: tuple[Seen, ...] = ()
    endpoints: tuple[str, ...] = ()
    overlay: bool = False
    reason: Reason | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What rendering may cost. Times are seconds, sizes bytes."""

    tabs: int = 4
    pages_per_browser: int = 50
    memory: int = 1024 * MIB  # of the whole browser; above it no new page, half above that it is ended
    memory_of_a_process: int = 768 * MIB  # kept by the kernel: a script that asks for more gets an error
    page: float = 20.0  # of the page's own time, when it waits for no answer of ours
    page_with_answers: float = 90.0  # all in all, when the crawl's pace makes answers slow
    settling: float = 5.0
    requests: int = 60  # answered, for one page
    foreign_scripts: int = 10
    navigations: int = 3  # begun by scripts of the page
    html: int = 16 * MIB
    scripts_remembered: int = 32 * MIB
    turn: float = 120.0  # waiting for the browser of another crawl on this machine
    rest: float = 5.0  # without a page, before the browser is closed and the turn given up
