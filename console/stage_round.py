"""The demo's round in progress: given out, looked at, disputed, replied to and asked about, all by the desk's own acts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.stage import Stage
from fixtures.opinions import first_look, second_look, seconds_over
from models.assigning import workers
from models.judging import Assessment, Finding
from models.people import Conflict, Person
from models.replying import InformationRequest, Reply
from models.requests import today, version_of
from models.reviewing import Item, Round
from models.rounds import Plan
from models.store import Store
from models.vocabulary import ItemState, ReplyState, Role, Verdict
from review.adjudicating import Ruling, adjudicate
from review.blinding import sight_in
from review.decisions import Decision, decide
from review.queries.queue import newest_round
from review.queries.replies import last_version
from review.queries.second import disputes, second_looks
from review.questions import Questions
from review.replying import Answer, Written, answer, reply
from review.requesting import Done, letter_of, send, write
from review.rounding import Wish, give_out, open_round, propose
from review.sessions import SignedIn

DONE = 0.4  # of what each was given
TWICE = 0.6  # of what waits for a second look
RULINGS = 2  # disputes of a region that are settled
ASKED = 3  # questions of a request
LATE = timedelta(days=21)  # since the older of two requests was sent
DUE, WINDOW = timedelta(days=14), timedelta(days=21)


class _AtOnce(Store):
    """A store whose writing sessions are all one: acts of a demo are committed by the dozen, not one by one."""

    def __init__(self, db: Session) -> None:
        """Let everything be done in *db*."""
        self.db = db

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """The one session."""
        yield self.db

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """The one session, which sees what was just done."""
        yield self.db


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays in the demo's round."""

    chief: SignedIn
    coordinators: Sequence[SignedIn]
    officials: Sequence[SignedIn]
    seconders: Sequence[SignedIn]


def stage_round(stage: Stage) -> None:
    """Let pretend people work in the newest round for a while, and tell what came of it."""
    store = stage.desk.store
    with store.reading() as db:
        round_id = newest_round(db, None)
        cast = _cast(db)
    if round_id is None or cast is None:
        return
    _open(store, cast, round_id)
    for coordinator in cast.coordinators:
        _give_out(store, coordinator, round_id)
    for person in _assessors(store):
        _first_looks(store, person, round_id)
    for person in cast.seconders:
        _second_looks(store, person)
    for coordinator in cast.coordinators:
        _rule(store, coordinator)
    _replies(stage, cast, round_id)
    _requests(store, cast, round_id)
    _tell(store, round_id)


def _cast(db: Session) -> Cast | None:
    people = [_acting(db, one) for one in db.scalars(select(Person).where(Person.active).order_by(Person.id))]
    of = {role: [one for one in people if one.role is role] for role in Role}
    if not of[Role.CHIEF]:
        return None
    seconders = of[Role.SECOND_ASSESSOR] or of[Role.COORDINATOR]
    return Cast(of[Role.CHIEF][0], of[Role.COORDINATOR], of[Role.OFFICIAL], seconders)


def _acting(db: Session, person: Person) -> SignedIn:
    """*person* as the desk knows somebody who has signed in."""
    return SignedIn(
        person_id=person.id,
        name=person.name,
        organisation=person.organisation,
        role=person.role,
        region=person.region,
        form_token="",
        token_sha256="",
        city=person.city,
        conflicts=frozenset(db.scalars(select(Conflict.city).where(Conflict.person_id == person.id))),
    )


def _open(store: Store, cast: Cast, round_id: str) -> None:
    """The chief gives the round that its first run opened its days."""
    with store.reading() as db:
        if db.get_one(Round, round_id).opened_by is not None:
            return
    plan = Plan(due_on=today() + DUE, reply_from=today(), reply_until=today() + WINDOW)
    open_round(store, cast.chief, round_id, plan)


def _give_out(store: Store, coordinator: SignedIn, round_id: str) -> None:
    """Everything in the coordinator's region goes to its assessors, whole cities at a time."""
    with store.reading() as db:
        here = select(Item.city, Item.area).where(Item.round == round_id, Item.region == coordinator.region)
        parts = db.execute(here.distinct()).all()
        able = [one.person for one in workers(db, coordinator.region) if one.person.role is Role.ASSESSOR]
        if not parts or not able:
            return
        wish = Wish(
            cities=tuple(sorted({city for city, _ in parts})),
            areas=tuple(sorted({area for _, area in parts})),
            people=tuple(person.id for person in able),
            due_on=today() + DUE,
        )
        mark = propose(db, coordinator, round_id, wish).mark
    give_out(store, coordinator, round_id, wish, mark)


def _assessors(store: Store) -> list[SignedIn]:
    with store.reading() as db:
        people = db.scalars(
            select(Person).where(Person.active, Person.role == Role.ASSESSOR).order_by(Person.id)
        )
        return [_acting(db, person) for person in people]


def _first_looks(store: Store, who: SignedIn, round_id: str) -> None:
    """Somebody works through the most valuable part of what they were given."""
    with store.writing() as db:
        mine = (Item.round == round_id, Item.person_id == who.person_id)
        given = db.scalar(select(func.count()).where(*mine)) or 0
        done = db.scalar(select(func.count()).where(*mine, Item.first_person_id.is_not(None))) or 0
        waiting = select(Item).where(*mine, Item.state == ItemState.WAITING)
        most = max(0, round(given * DONE) - done)
        for item in db.scalars(waiting.order_by(Item.worth.desc(), Item.id).limit(most)).all():
            sight = sight_in(db, who, db.get_one(Finding, item.finding_id))
            if sight is None:
                continue
            key = f"{item.city} {item.indicator}"
            says = first_look(key, item.verdict, sight.shown)
            act = "confirm" if says.verdict is None else "correct"
            took = seconds_over(key, item.seconds)
            decide(_AtOnce(db), who, item.finding_id, Decision(act, says.verdict, says.comment, 0, took))


def _second_looks(store: Store, who: SignedIn) -> None:
    """Somebody looks, blind, at a part of what waits for a second look."""
    with store.writing() as db:
        waiting = [item for item, _ in second_looks(db, who)]
        for item in waiting[: round(len(waiting) * TWICE)]:
            first = db.get_one(Assessment, item.assessment_id) if item.assessment_id else None
            if first is None:
                continue
            key = f"{item.city} {item.indicator}"
            says = second_look(key, item.verdict, first.verdict)
            seen, took = last_version(db, item.finding_id), seconds_over(key, item.seconds)
            decision = Decision("correct", says.verdict, says.comment, seen, took)
            decide(_AtOnce(db), who, item.finding_id, decision)


def _rule(store: Store, who: SignedIn) -> None:
    """A coordinator settles a few disputes."""
    with store.reading() as db:
        mine = [one.item for one in disputes(db, who) if one.mine_to_judge][:RULINGS]
    for item in mine:
        words = "Методика просить саме чинний документ; показане в доказах їй відповідає."
        adjudicate(store, who, item.id, Ruling(item.verdict, words, item.version))


def _replies(stage: Stage, cast: Cast, round_id: str) -> None:
    """The first city there is replies twice: one reply is accepted, the other waits for its link to be checked."""
    store = stage.desk.store
    with store.reading() as db:
        here = set(db.scalars(select(Item.city).where(Item.round == round_id).distinct()))
        official = next((one for one in cast.officials if one.city in here), None)
        if official is None:
            return
        unmet = (Item.round == round_id, Item.city == official.city, Item.verdict == Verdict.NOT_MET)
        items = db.scalars(
            select(Item).where(*unmet, Item.state == ItemState.WAITING).order_by(Item.worth.desc()).limit(2)
        ).all()
        region = items[0].region if items else None
        pages = [db.get_one(Finding, item.finding_id).search.get("near_miss") or {} for item in items]
    coordinator = next((one for one in cast.coordinators if one.region == region), cast.chief)
    for item, seen in zip(items[1:], pages[1:], strict=True):
        written = Written("Просимо перевірити: документ оприлюднено за цим посиланням.", seen.get("url", ""))
        reply(store, stage.desk.archive, official, item.finding_id, written)
    for item in items[:1]:
        written = Written("Документ оприлюднено в розділі «Публічна інформація» ще у вересні.")
        row = reply(store, stage.desk.archive, official, item.finding_id, written)
        if isinstance(row, Reply) and row.state is ReplyState.CHECKED:
            with store.reading() as db:
                seen_version = last_version(db, item.finding_id)
            words = "Так, документ є: перевірено за назвою розділу. Дякуємо."
            said = Answer(accepts=True, verdict=Verdict.MET, words=words, seen_version=seen_version)
            answer(store, coordinator, row.id, said)


def _requests(store: Store, cast: Cast, round_id: str) -> None:
    """Two councils are asked for what the web does not show; the older request is past its day."""
    with store.reading() as db:
        unseen = (Item.round == round_id, Item.verdict == Verdict.NOT_OBSERVABLE)
        rows = db.execute(
            select(Item.city, Item.region, Item.indicator).where(*unseen).order_by(Item.id)
        ).all()
    cities = list(dict.fromkeys(row.city for row in rows))[:2]
    for city, ago in zip(cities, (LATE, timedelta()), strict=False):
        region = next(row.region for row in rows if row.city == city)
        who = next((one for one in cast.coordinators if one.region == region), cast.chief)
        asked = [row.indicator for row in rows if row.city == city][:ASKED]
        done = write(store, who, Questions(), city, asked, "monitor@transparent-cities.example")
        if not isinstance(done, Done):
            continue
        with store.reading() as db:
            row = db.get_one(InformationRequest, done.request_id)
            seen = version_of(db, row)
        send(store, who, done.request_id, letter_of(row), seen, today() - ago)


def _tell(store: Store, round_id: str) -> None:
    with store.reading() as db:
        counted = select(Item.state, func.count()).where(Item.round == round_id).group_by(Item.state)
        states = dict(db.execute(counted).tuples().all())
    told = ", ".join(f"{states.get(state, 0)} {state.value}" for state in ItemState)
    print(f"Round {round_id} in progress: {told}.", flush=True)
