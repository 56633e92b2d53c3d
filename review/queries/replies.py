"""What cities reply, as officials, assessors and the public see it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median
from typing import Any

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.orm import Session, aliased, load_only

from models.crawling import Capture, City
from models.custody import Submission
from models.items import item_of
from models.judging import Assessment, Finding
from models.people import Person
from models.replies import UNANSWERED, Window, WindowState, window_of
from models.replying import Reply
from models.reviewing import Item, Round
from models.vocabulary import ReplyState, Verdict
from review.queries.findings import finding_in, last_of
from review.scope import Scope

AT_ONCE = 100
_SHOWN = (
    Finding.verdict,
    Finding.reason,
    Finding.confidence,
    Finding.detail,
    Finding.evidence,
    Finding.methodology,
    Finding.indicator,
    Finding.created_at,
)
_STANDING, _RECHECKED = aliased(Finding), aliased(Finding)  # made once: every finding's page asks for replies


@dataclass(frozen=True, slots=True)
class Answerable:
    """One finding that an official's city may reply to: what the machine says, what people said, what was replied."""

    item: Item
    finding: Finding
    reply: ReplyState | None  # of the last reply

    @property
    def standing(self) -> Verdict:
        """What counts now: what people settled, or else what the machine proposes."""
        return self.item.settled_verdict or self.finding.proposed


@dataclass(frozen=True, slots=True)
class Replied:
    """One reply with all that came of it."""

    reply: Reply
    person: Person
    submission: Submission | None
    capture: Capture | None
    standing: Finding  # what it answers
    rechecked: Finding | None
    decided: Assessment | None

    @property
    def changes(self) -> bool:
        """Whether the machine says more for the city with what was brought."""
        return bool(self.rechecked is not None and self.rechecked.detail.get("changes"))

    @property
    def fresh(self) -> list[dict[str, Any]]:
        """The evidence that was not there before."""
        if self.rechecked is None:
            return []
        known = [(one["url"], one["quote"]) for one in self.standing.evidence]
        return [one for one in self.rechecked.evidence if (one["url"], one["quote"]) not in known]


@dataclass(frozen=True, slots=True)
class Overturned:
    """How often replies to one question changed its verdict."""

    methodology: str
    indicator: str
    accepted: int
    decided: int

    @property
    def share(self) -> float:
        """The share of replies answered that changed the verdict."""
        return self.accepted / self.decided


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What came of the replies of one round, in numbers alone."""

    states: Counter[ReplyState]
    cities: int
    checked: int  # links and files
    changing: int  # of those, by which the machine says more for the city
    median_seconds: float | None
    indicators: list[Overturned] = field(default_factory=list)

    @property
    def total(self) -> int:
        """All of them."""
        return self.states.total()

    @property
    def waiting(self) -> int:
        """Those that nobody has answered."""
        return sum(self.states[state] for state in UNANSWERED)


def rounds_of(db: Session, city: str) -> list[Round]:
    """The rounds in which something was found about *city*, the newest first."""
    ids = select(Item.round).where(Item.city == city).distinct()
    return list(db.scalars(select(Round).where(Round.id.in_(ids)).order_by(Round.id.desc())))


def round_to_reply(rounds: Sequence[Round], today: date) -> tuple[Round, Window] | None:
    """The round that takes replies on *today*; else the newest that will or did; else the newest."""
    told = [(one, window_of(one, today)) for one in rounds]
    for wanted in (WindowState.OPEN, WindowState.AHEAD, WindowState.OVER):
        for one, window in told:
            if window.state is wanted:
                return one, window
    return told[0] if told else None


def answerable(db: Session, city: str, round_id: str) -> list[Answerable]:
    """All findings of *city* that people are shown in a round, with the state of the last reply to each."""
    last = (
        select(Reply.item_id, func.max(Reply.id).label("id"))
        .where(Reply.city == city, Reply.round == round_id)
        .group_by(Reply.item_id)
        .subquery()
    )
    rows = db.execute(
        select(Item, Finding, Reply.state)
        .join(Finding, Finding.id == Item.finding_id)
        .outerjoin(last, last.c.item_id == Item.id)
        .outerjoin(Reply, Reply.id == last.c.id)
        .where(Item.city == city, Item.round == round_id)
        .options(load_only(*_SHOWN))
    )
    return [Answerable(item, finding, state) for item, finding, state in rows]


def item_in(db: Session, finding_id: int, scope: Scope) -> Item | None:
    """The item behind a finding, if it is about a city of *scope*."""
    found = finding_in(db, finding_id, scope)
    return item_of(db, found[0].id) if found is not None else None


def replies_about(db: Session, item: Item) -> list[Replied]:
    """All that a city has replied to one question in its round, the newest first."""
    rows = db.execute(_REPLIES_ABOUT, {"item": item.id})
    return [Replied(*row) for row in rows]


def reply_in(db: Session, reply_id: int, scope: Scope) -> tuple[Reply, Item] | None:
    """A reply and its item, if it is about a city of *scope*."""
    row = db.execute(
        select(Reply, Item)
        .join(Item, Item.id == Reply.item_id)
        .join(City, City.slug == Reply.city)
        .where(Reply.id == reply_id, scope.cities())
    ).one_or_none()
    return (row[0], row[1]) if row else None


def last_version(db: Session, finding_id: int) -> int:
    """The version of the last assessment of a finding; nought where nobody has decided."""
    last = last_of(db, finding_id)
    return last[0].version if last is not None else 0


def unanswered(db: Session, scope: Scope) -> list[tuple[Replied, City]]:
    """The replies of *scope* that wait for an answer, the oldest first."""
    rows = db.execute(
        _replied(City)
        .join(City, City.slug == Reply.city)
        .where(Reply.state.in_(UNANSWERED), scope.cities())
        .order_by(Reply.created_at, Reply.id)
        .limit(AT_ONCE)
    )
    return [(Replied(*row[:-1]), row[-1]) for row in rows]


def _replied(*more: Any) -> Any:  # noqa: ANN401  # SQLAlchemy has no name for so many columns
    """A reply with everything beside it, and *more*."""
    return (
        select(Reply, Person, Submission, Capture, _STANDING, _RECHECKED, Assessment, *more)
        .join(Person, Person.id == Reply.person_id)
        .join(_STANDING, _STANDING.id == Reply.finding_id)
        .outerjoin(Submission, Submission.id == Reply.submission_id)
        .outerjoin(Capture, Capture.id == Submission.capture_id)
        .outerjoin(_RECHECKED, _RECHECKED.id == Reply.rechecked_id)
        .outerjoin(Assessment, Assessment.id == Reply.assessment_id)
    )


_REPLIES_ABOUT = _replied().where(Reply.item_id == bindparam("item")).order_by(Reply.id.desc())


def rounds_with_replies(db: Session) -> list[str]:
    """The rounds in which cities replied, the newest first."""
    return list(db.scalars(select(Reply.round).distinct().order_by(Reply.round.desc())))


def outcomes(db: Session, round_id: str) -> Outcomes:
    """What came of the replies of one round; nothing in it tells of a person."""
    rows = db.execute(
        select(
            Reply.state, Reply.city, Reply.indicator, Reply.created_at, Reply.checked_at,
            Item.methodology, Finding.detail,
        )
        .join(Item, Item.id == Reply.item_id)
        .outerjoin(Finding, Finding.id == Reply.rechecked_id)
        .where(Reply.round == round_id)
    ).all()  # fmt: skip
    seconds = [took(row).total_seconds() for row in rows if row.checked_at is not None]
    return Outcomes(
        states=Counter(row.state for row in rows),
        cities=len({row.city for row in rows}),
        checked=len(seconds),
        changing=sum(bool((row.detail or {}).get("changes")) for row in rows),
        median_seconds=median(seconds) if seconds else None,
        indicators=_overturned(rows),
    )


def took(row: Row[Any] | Reply) -> timedelta:
    """How long a city waited for the check of what it brought."""
    return row.checked_at - row.created_at if row.checked_at is not None else timedelta()


def _overturned(rows: Sequence[Row[Any]]) -> list[Overturned]:
    said: defaultdict[tuple[str, str], Counter[ReplyState]] = defaultdict(Counter)
    for row in rows:
        if row.state not in UNANSWERED:
            said[row.methodology, row.indicator][row.state] += 1
    found = [
        Overturned(methodology, indicator, states[ReplyState.ACCEPTED], states.total())
        for (methodology, indicator), states in said.items()
    ]
    return sorted(found, key=lambda one: (-one.accepted, -one.decided, one.indicator))
