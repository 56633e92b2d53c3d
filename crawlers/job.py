"""What one crawl process is told to do, as JSON on its way to it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from crawlers.manners import Manners
from models.facts import CityCard, Lexicon, Term

NO_ROOM = 3
"""Exit code of a crawl process that could store no more: a full disk may not even take its statistics."""


@dataclass(frozen=True, slots=True)
class Start:
    """An address that the registry names. ``serves``: the topics it is known to serve."""

    url: str
    serves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What to visit, and how. ``replay`` is the path of a recording to crawl in place of the network."""

    city: CityCard
    starts: tuple[Start, ...]
    lexicon: Lexicon
    manners: Manners
    user_agent: str
    today: str  # ISO date, in Kyiv
    vantage: str = "unstated"
    pretend_proxy: str | None = None
    replay: str | None = None
    accept_cut: bool = False
    browser: str | None = None  # the executable that the settings name
    browser_lock: Path | None = None  # the file that crawls share so that one browser runs at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Errand):
    """One errand as its process is sent on it: the visit it belongs to, and where what it finds is kept."""

    visit_id: int
    database_url: str
    archive: str
    stats_file: str
    parent: int = 0  # process id; the crawl ends when it is gone

    @classmethod
    def of(cls, errand: Errand, **own: Any) -> Job:  # noqa: ANN401  # the fields that an errand has not
        """The job that does *errand*."""
        return cls(**{one.name: getattr(errand, one.name) for one in fields(Errand)}, **own)

    def to_json(self) -> str:
        """All of it as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, default=str)

    @classmethod
    def from_json(cls, text: str) -> Job:
        """The job that ``to_json`` wrote."""
        told = json.loads(text)
        told["city"] = CityCard(**{**told["city"], "hosts": tuple(told["city"]["hosts"])})
        told["starts"] = tuple(Start(start["url"], tuple(start["serves"])) for start in told["starts"])
        words = told["lexicon"]
        told["lexicon"] = Lexicon(
            topics={topic: tuple(Term(**term) for term in terms) for topic, terms in words["topics"].items()},
            sources={kind: tuple(topics) for kind, topics in words["sources"].items()},
            parts=tuple(words["parts"]),
        )
        told["manners"] = Manners(**told["manners"])
        told["browser_lock"] = Path(told["browser_lock"]) if told["browser_lock"] else None
        return cls(**told)
