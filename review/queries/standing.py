"""Which findings stand: the last evaluation of the last run that judged a city by a methodology."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from time import monotonic
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Engine, and_, case, exists, false, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from models.crawling import SUBMITTED, City, Run
from models.judging import Assessment, Finding, of_pack_in_force
from models.reviewing import Item, Withdrawal
from models.vocabulary import ItemState
from review.scope import Reach, scope

RunKey = tuple[str, str, str]  # run, city, methodology

# Finding them walks an index over all findings. They are append-only, so that the newest id tells of most
# changes; on PostgreSQL an older id may be committed after it, hence the seconds.
_KNOWN: WeakKeyDictionary[Engine, tuple[int | None, float, list[RunKey]]] = WeakKeyDictionary()
_KNOWN_FOR = 10.0


def within(reach: Reach) -> ColumnElement[bool]:
    """Cities of *reach*: of a scope, or of a region; without either, all."""
    return scope(reach).cities()


def latest_runs(db: Session, reach: Reach) -> list[RunKey]:
    """The last run that judged each city of *reach*, by each methodology; at most ten seconds old."""
    engine, newest = db.get_bind().engine, db.scalar(select(func.max(Finding.id)))
    known = _KNOWN.get(engine)
    if known is None or known[0] != newest or monotonic() - known[1] > _KNOWN_FOR:
        known = _KNOWN[engine] = newest, monotonic(), _find_latest(db)
    cities = set(db.scalars(select(City.slug).where(within(reach))))
    return [key for key in known[2] if key[1] in cities]


def _find_latest(db: Session) -> list[RunKey]:
    keys = select(Finding.run_id, Finding.city, Finding.methodology).where(of_pack_in_force())
    judged = keys.distinct().subquery()
    age = func.row_number().over(
        partition_by=(judged.c.city, judged.c.methodology), order_by=(Run.started_at.desc(), Run.id.desc())
    )
    ranked = (
        select(judged.c.run_id, judged.c.city, judged.c.methodology, age.label("age"))
        .join(Run, Run.id == judged.c.run_id)
        .where(Run.source != SUBMITTED)  # a reply is rechecked there, one question at a time
        .subquery()
    )
    newest = select(ranked.c.run_id, ranked.c.city, ranked.c.methodology).where(ranked.c.age == 1)
    return [(run, city, methodology) for run, city, methodology in db.execute(newest)]


def in_runs(runs: Iterable[RunKey]) -> ColumnElement[bool]:
    """Findings of these runs. One term per run and methodology: each is a range of the unique index."""
    cities: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for run, city, methodology in runs:
        cities[run, methodology].append(city)
    return or_(
        false(),
        *(
            and_(Finding.run_id == run, Finding.methodology == methodology, Finding.city.in_(of_run))
            for (run, methodology), of_run in cities.items()
        ),
    )


def is_standing() -> ColumnElement[bool]:
    """No later evaluation of the same question in the same run."""
    later = aliased(Finding)
    return ~exists(
        select(literal(1)).where(
            later.run_id == Finding.run_id,
            later.city == Finding.city,
            later.methodology == Finding.methodology,
            later.indicator == Finding.indicator,
            later.evaluation == Finding.evaluation + 1,
        )
    )


def is_assessed() -> ColumnElement[bool]:
    """People have settled this finding: a question that waits for a second look, or is disputed, is not settled."""
    return _settled_by().is_not(None)


def last_assessment() -> ColumnElement[bool]:
    """How to join a finding to the assessment that stands: of what is settled the last one, of the rest none."""
    return Assessment.id == _settled_by()


def _settled_by() -> ColumnElement[int | None]:
    """The assessment by which a finding is settled, as its item says; one that no item shows speaks for itself."""
    item = select(Item.assessment_id).where(Item.finding_id == Finding.id, Item.state == ItemState.SETTLED)
    shown = exists(select(literal(1)).where(Item.finding_id == Finding.id))
    own = aliased(Assessment)
    taken_back = exists(select(literal(1)).where(Withdrawal.assessment_id == own.id))
    last = select(func.max(own.id)).where(own.finding_id == Finding.id, ~taken_back)
    return case(
        (shown, item.correlate(Finding).scalar_subquery()), else_=last.correlate(Finding).scalar_subquery()
    )
