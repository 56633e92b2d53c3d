"""The demo's round in progress shows everything that the desk is for, and comes out the same every time."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Select, func, select

from console.stage_councils import ADDRESS
from console.stage_round import stage_round
from models.archive import Archive
from models.assigning import given
from models.base import now
from models.custody import LogEntry
from models.judging import Assessment
from models.people import Person
from models.replying import InformationRequest, Reply
from models.reviewing import Item, Review, Round
from models.store import Store
from models.vocabulary import ItemState, LogKind, Passing, ReplyState, RequestState, Role

EXTRA = (
    ("twice", "Ганна Повторна", Role.SECOND_ASSESSOR, None),
    ("council", "Петро Радний", Role.OFFICIAL, "duby"),
)


@pytest.fixture
def staged(store: Store, archive: Archive) -> Store:
    """The pretend round after the demo's people have worked in it."""
    with store.writing() as db:
        db.add_all(
            Person(
                login=login,
                name=name,
                organisation="ГО «Відкрита громада»",
                role=role,
                region=None,
                city=city,
                password_hash="nobody signs in by it",
                active=True,
                created_at=now(),
            )
            for login, name, role, city in EXTRA
        )
    stage_round(stage_of(store, archive))
    return store


def stage_of(store: Store, archive: Archive) -> Any:  # noqa: ANN401  # of a stage only these two are asked for
    """The desk of a stage, without all that runs beside it."""
    return SimpleNamespace(desk=SimpleNamespace(store=store, archive=archive))


def standing(store: Store) -> list[tuple[str, str, ItemState, str | None]]:
    """Every item of the round, and how far it is."""
    with store.reading() as db:
        items = db.scalars(select(Item).where(Item.round == "2026-11").order_by(Item.city, Item.indicator))
        return [(one.city, one.indicator, one.state, one.settled_verdict) for one in items]


def ours() -> Select[tuple[InformationRequest]]:
    """The requests that the demo made."""
    return select(InformationRequest).where(InformationRequest.reply_to == ADDRESS)


def test_a_good_part_of_the_round_is_done_by_people(staged: Store) -> None:
    """Work is given out with its day, some is settled, and something waits for every role."""
    with staged.reading() as db:
        parts = given(db, "2026-11")
        passings = set(db.scalars(select(Review.passing).distinct()))
        found = db.get_one(Round, "2026-11")
    states = {state for _, _, state, _ in standing(staged)}

    assert len({city for city, _ in parts}) == 3  # the pretend round has a coordinator in the west alone
    assert all(row.due_on for row in parts.values())
    assert {ItemState.WAITING, ItemState.SETTLED} <= states
    assert {Passing.FIRST, Passing.SECOND} <= passings
    assert found.opened_by is not None
    assert found.reply_until is not None


def test_every_look_of_theirs_is_a_line_of_the_log(staged: Store) -> None:
    """The demo cheats at nothing: each assessment it makes is logged as one made on a page."""
    with staged.reading() as db:
        reviewed = set(db.scalars(select(Review.assessment_id)))
        lines = set(db.scalars(select(LogEntry.subject).where(LogEntry.kind == LogKind.ASSESSMENT)))
        silent = db.scalars(
            select(Assessment).where(Assessment.act == "correct", Assessment.comment == "")
        ).all()

    assert reviewed
    assert {f"assessment {number}" for number in reviewed} <= lines
    assert not silent


def test_a_city_replies_and_councils_are_asked(staged: Store) -> None:
    """One reply is accepted and one waits; of two requests the older one is past its day."""
    with staged.reading() as db:
        replies = db.scalars(select(Reply.state).join(Person).where(Person.login == "council")).all()
        requests = db.scalars(ours().order_by(InformationRequest.id)).all()

    assert sorted(state for state in replies) == [ReplyState.ACCEPTED, ReplyState.CHECKING]
    assert [one.state for one in requests] == [RequestState.SENT, RequestState.SENT]
    assert requests[0].due_on is not None
    assert requests[0].due_on < now().date()


def test_a_second_demo_over_the_same_data_adds_nothing_twice(staged: Store, archive: Archive) -> None:
    """Who starts the demo again finds the round as it was, not twice the work."""
    with staged.reading() as db:
        before = db.scalar(select(func.count()).where(Review.passing == Passing.FIRST))

    stage_round(stage_of(staged, archive))

    with staged.reading() as db:
        assert db.scalar(select(func.count()).where(Review.passing == Passing.FIRST)) == before
        assert len(db.scalars(ours()).all()) == 2
        assert len(db.scalars(select(Reply.id).join(Person).where(Person.login == "council")).all()) == 2
