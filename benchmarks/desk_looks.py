"""What people did in the rounds of a desk's benchmark: work given out, looks taken, a line of the log for each."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from custody.canonical import row_digest
from custody.log import BEGINNING, hash_of, last_entry
from models.assigning import assign
from models.custody import LogEntry
from models.judging import Assessment
from models.people import Conflict, Person
from models.progress import Look, progress
from models.reviewing import Item, Review, Round
from models.store import Store
from models.vocabulary import ItemState, LogKind, Passing, Role, Verdict

PROGRESS = 0.4  # of the round that is in progress
CORRECTED, DISAGREED, LOOKED_AGAIN = 0.1, 0.08, 0.5
_CORRECTIONS = (Verdict.MET, Verdict.PARTLY_MET, Verdict.NOT_MET, Verdict.NOT_OBSERVABLE)
_COMMENT = "На сторінці є лише скан без тексту, а документа за цей рік немає."


@dataclass(frozen=True, slots=True)
class Taken:
    """One look that somebody takes at an item."""

    passing: Passing
    person_id: int
    verdict: Verdict


Team = Mapping[Role, int]  # who looks first, second, and settles disputes, in one region


def give_out(store: Store, round_id: str, began: datetime, *, is_closed: bool) -> None:
    """Close a round that is done; give the open one's areas to assessors, in turn, but none where they have a stake."""
    with store.writing() as db:
        people = list(db.scalars(select(Person).order_by(Person.id)))
        chief = next(person.id for person in people if person.role is Role.CHIEF)
        of_round = db.get_one(Round, round_id)
        of_round.opened_by = chief
        of_round.due_on = (began + timedelta(days=40)).date()
        if is_closed:
            of_round.closed_at, of_round.closed_by = began + timedelta(days=60), chief
            return
        stakes = set(db.execute(select(Conflict.person_id, Conflict.city)).tuples())
        parts = db.execute(select(Item.region, Item.city, Item.area).where(Item.round == round_id).distinct())
        able: dict[tuple[str, str], int | None] = {}
        for number, (region, city, area) in enumerate(sorted(parts.tuples())):
            theirs = [
                one.id
                for one in people
                if (one.role, one.region) == (Role.ASSESSOR, region) and (one.id, city) not in stakes
            ]
            able[city, area] = theirs[number % len(theirs)]
        assign(db, round_id, able, due_on=of_round.due_on, by=chief)


def look(store: Store, round_id: str, began: datetime, *, share: float) -> None:
    """Have people look at *share* of a round's items: at all of them twice where that is the whole of it."""
    with store.reading() as db:
        teams = _teams(db)
        cities = list(
            db.scalars(select(Item.city).where(Item.round == round_id).distinct().order_by(Item.city))
        )
    for number, city in enumerate(cities):
        dice = random.Random(f"looks at {city} in {round_id}")  # noqa: S311  # pretend people
        with store.writing() as db:
            items = db.scalars(
                select(Item).where(Item.round == round_id, Item.city == city).order_by(Item.indicator)
            )
            chosen = [item for item in items if dice.random() < share]
            taken = [
                (item, one)
                for item in chosen
                for one in _looks(item, teams[item.region], dice, all_twice=share >= 1)
            ]
            _write(db, taken, began + timedelta(hours=8 * number))


def _teams(db: Session) -> dict[str, Team]:
    teams: defaultdict[str, dict[Role, int]] = defaultdict(dict)
    for person in db.scalars(select(Person).where(Person.region.is_not(None)).order_by(Person.id)):
        teams[person.region or ""].setdefault(person.role, person.id)
    return dict(teams)


def _looks(item: Item, team: Team, dice: random.Random, *, all_twice: bool) -> Iterator[Taken]:
    """The looks at one item in turn, as its state asks for them."""
    first = Taken(
        Passing.FIRST, item.person_id or team[Role.ASSESSOR], _another(item.verdict, dice, CORRECTED)
    )
    yield first
    before = _standing(item, [first])
    if not all_twice and (before is ItemState.SETTLED or dice.random() >= LOOKED_AGAIN):
        return
    second = Taken(Passing.SECOND, team[Role.SECOND_ASSESSOR], _another(first.verdict, dice, DISAGREED))
    yield second
    if all_twice and _standing(item, [first, second]) is ItemState.DISPUTED:
        yield Taken(Passing.ADJUDICATION, team[Role.COORDINATOR], first.verdict)


def _another(verdict: Verdict, dice: random.Random, share: float) -> Verdict:
    """*verdict*, or in *share* of cases another one."""
    if dice.random() >= share:
        return verdict
    return dice.choice([one for one in _CORRECTIONS if one is not verdict])


def _standing(item: Item, looks: Iterable[Taken]) -> ItemState:
    told = [Look(0, one.person_id, one.passing, one.verdict) for one in looks]
    return progress(told, machine=item.verdict, needs_second=item.needs_second).state


def _write(db: Session, taken: list[tuple[Item, Taken]], moment: datetime) -> None:
    """The rows of these looks, a line of the log for each, and where the items then stand."""
    looks: defaultdict[int, list[tuple[Taken, Assessment]]] = defaultdict(list)
    for number, (item, one) in enumerate(taken):
        made_at = moment + timedelta(seconds=40 * number)
        looks[item.id].append((one, _assessment(item, one, len(looks[item.id]) + 1, made_at)))
    db.add_all(row for of_item in looks.values() for _, row in of_item)
    db.flush()
    items = {item.id: item for item, _ in taken}
    for item_id, of_item in looks.items():
        db.add_all(_review(items[item_id], one, row) for one, row in of_item)
        _settle(items[item_id], of_item)
    db.add_all(_lines(db, (row for of_item in looks.values() for _, row in of_item)))


def _assessment(item: Item, taken: Taken, version: int, moment: datetime) -> Assessment:
    confirms = taken.verdict is item.verdict
    return Assessment(
        finding_id=item.finding_id,
        person_id=taken.person_id,
        version=version,
        act="confirm" if confirms else "correct",
        verdict=taken.verdict,
        comment="" if confirms else _COMMENT,
        created_at=moment,
    )


def _review(item: Item, taken: Taken, assessment: Assessment) -> Review:
    return Review(
        assessment_id=assessment.id,
        item_id=item.id,
        person_id=taken.person_id,
        passing=taken.passing,
        shown=item.verdict if taken.passing is Passing.FIRST and item.probe is None else None,
        probe=item.probe,
        seconds=24.0,
        in_bulk=False,
    )


def _settle(item: Item, looks: Iterable[tuple[Taken, Assessment]]) -> None:
    told = [Look(row.id, one.person_id, one.passing, one.verdict) for one, row in looks]
    standing = progress(told, machine=item.verdict, needs_second=item.needs_second)
    item.state, item.settled_verdict = standing.state, standing.verdict
    item.assessment_id, item.first_person_id = standing.assessment_id, standing.first_person_id
    item.version += len(told)
    item.changed_at = max(row.created_at for _, row in looks)


def _lines(db: Session, assessments: Iterable[Assessment]) -> Iterator[LogEntry]:
    """A line of the log for each, chained to the last that stands."""
    last = last_entry(db)
    previous = last.hash if last else BEGINNING
    for seq, row in enumerate(assessments, start=last.seq + 1 if last else 1):
        entry = LogEntry(
            seq=seq,
            at=row.created_at,
            kind=LogKind.ASSESSMENT,
            subject=f"assessment {row.id}",
            digest=row_digest(row),
            body={},
            person_id=row.person_id,
            previous=previous,
        )
        entry.hash = previous = hash_of(entry)
        yield entry
