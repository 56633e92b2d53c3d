"""What a methodology is made of, once read: indicators and the words they look for."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Literal

from checks.calibration import NOT_CALIBRATED, Calibration, Counted
from checks.marks import Mark
from models.facts import Term
from models.vocabulary import LinkKind, Verdict

Setting = str | int | float | bool | list[str] | dict[str, list[str]] | dict[str, int]
DecidedBy = Literal["machine", "assisted", "human"]
PlainNo = Literal["", "json", "any"]
"""A 404 may be a broken link (""), a portal's "no such organisation" ("json"), or a plain answer ("any")."""


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same words in Ukrainian and in English."""

    uk: str
    en: str

    def said_in(self, language: str) -> str:
        """The words in *language*; Ukrainian where we do not speak it."""
        return self.en if language == "en" else self.uk


@dataclass(frozen=True, slots=True)
class LooksAt:
    """What belongs to an indicator.

    A link of one of ``kinds`` belongs unless its words or its page say otherwise; any other one only when its
    words carry a term. ``negatives`` cancel wherever they stand; ``elsewhere`` names other bodies and other
    lists, and cancels only where it names the paper or its page, not where a decision is about them.
    """

    kinds: frozenset[LinkKind] = frozenset()
    terms: tuple[str, ...] = ()
    negatives: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    sessions_from: tuple[str, ...] = ()  # indicators whose papers tell when the body sat
    sources: tuple[str, ...] = ()  # kinds of source in the registry that are known to serve it
    plain_no: PlainNo = ""  # whether "not found" from an address that serves it is itself the answer
    drafts: bool = False  # drafts are what is looked for: agendas, texts to discuss, projects
    only_named: bool = False  # a kind that several bodies share counts only where it is said whose it is


@dataclass(frozen=True, slots=True, eq=False)
class Indicator:
    """One machine-verifiable question of a methodology."""

    id: str
    area: str
    name: Bilingual
    question: Bilingual
    class_: DecidedBy
    weight: float
    legal_basis: Bilingual
    deadline: Bilingual | None
    deadline_confirmed: bool  # an unconfirmed deadline is shown, and never lowers a verdict
    looks_at: LooksAt
    rule: str | None  # none where only people can decide
    settings: Mapping[str, Setting]
    judge: Bilingual  # how a person should decide it
    evidence: Bilingual  # what proves it
    publish: Bilingual | None = None  # what a council should publish to meet it
    since: date | None = None  # when the duty began, where known
    sure_from: Mapping[Verdict, float] = field(default_factory=dict)
    """How sure the machine must be to say a verdict by itself; below that a person decides."""


@dataclass(frozen=True, slots=True, eq=False)
class Methodology:
    """A pack of indicators with a version, and what all of them share."""

    name: str
    version: str
    title: Bilingual
    effective: date
    languages: tuple[str, ...]
    areas: Mapping[str, Bilingual]
    indicators: tuple[Indicator, ...]
    portals: tuple[str, ...] = ()  # hosts where a council's own documents may lawfully live
    elsewhere: tuple[str, ...] = ()  # bodies that are nobody's council here
    parts: tuple[str, ...] = ()  # how menus name the parts of a site in which indicators are decided
    subject_begins: tuple[str, ...] = ()  # "про": what follows is what a decision is about
    other_council: str = ""  # pattern whose first group is the name of the council that speaks
    not_adopted: tuple[str, ...] = ()  # words that take a document back: not adopted, only a draft
    draft_marks: tuple[str, ...] = ()  # words that do so only where they open the title
    meetings: tuple[str, ...] = ()  # words that name a meeting, where it has no papers to show it was one
    never_services: tuple[
        str, ...
    ] = ()  # hosts of laws and of networks, where no service of a council stands
    marks: Mapping[str, Mark] = field(default_factory=dict, repr=False)
    """What a text may hold, by name: a phone, a person, the hours of reception."""
    maximum: float = 0  # what all weights add up to; nought where nobody counts points
    calibration: Calibration = NOT_CALIBRATED
    measured: Mapping[tuple[str, Verdict], Counted] = field(default_factory=dict, repr=False)
    """How often each verdict of each indicator is right, on the labelled set ``calibration.gold``."""
    by_id: Mapping[str, Indicator] = field(default_factory=dict, repr=False)

    def measured_rows(self) -> list[dict[str, object]]:
        """What was measured, as rows of the table of accuracies."""
        return [
            {"indicator": indicator, "verdict": verdict, **asdict(counted)}
            for (indicator, verdict), counted in self.measured.items()
        ]

    def terms_of(self, indicator: Indicator) -> tuple[Term, ...]:
        """The words of *indicator* as the crawler and the rules compare them."""
        looks = indicator.looks_at
        wrong = dict.fromkeys((*looks.negatives, *looks.elsewhere))
        return (*map(Term, looks.terms), *(Term(text, negative=True) for text in wrong))
