"""What one crawl process is told to do, as JSON on its way to it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from crawlers.manners import Manners
from models.facts import CityCard, Lexicon, Term


@dataclass(frozen=True, slots=True)
class Start:
    """An address that the registry names. ``serves``: the topics it is known to serve."""

    url: str
    serves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """One visit's work. ``replay`` is the path of a recording to crawl in place of the network."""

    visit_id: int
    city: CityCard
    starts: tuple[Start, ...]
    lexicon: Lexicon
    manners: Manners
    database_url: str
    archive: str
    user_agent: str
    stats_file: str
    today: str  # ISO date, in Kyiv
    vantage: str = "unstated"
    pretend_proxy: str | None = None
    replay: str | None = None
    accept_cut: bool = False
    browser: str | None = None  # the executable that the settings name
    browser_lock: str | None = None  # the file that crawls share so that one browser runs at a time
    parent: int = field(default=0)  # process id; the crawl ends when it is gone

    def to_json(self) -> str:
        """All of it as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Job:
        """The job that ``to_json`` wrote."""
        fields = json.loads(text)
        fields["city"] = CityCard(**{**fields["city"], "hosts": tuple(fields["city"]["hosts"])})
        fields["starts"] = tuple(Start(start["url"], tuple(start["serves"])) for start in fields["starts"])
        words = fields["lexicon"]
        fields["lexicon"] = Lexicon(
            topics={topic: tuple(Term(**term) for term in terms) for topic, terms in words["topics"].items()},
            sources={kind: tuple(topics) for kind, topics in words["sources"].items()},
        )
        fields["manners"] = Manners(**fields["manners"])
        return cls(**fields)
