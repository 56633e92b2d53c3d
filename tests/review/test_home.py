"""The first page: each role finds there what is next for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from models.assigning import assign
from models.base import now
from models.crawling import Run, Visit
from models.people import Conflict, Person
from models.reviewing import Item, Round
from models.store import Store
from models.vocabulary import Role, VisitState
from review.queries.endings import Ending, endings
from review.sessions import begin
from review.views.rounds import today_in_kyiv

SignInAs = Callable[[str], Any]


def somebody(store: Store, role: Role, region: str | None = None, city: str | None = None) -> str:
    """The login of a new person of *role*."""
    with store.writing() as db:
        one = Person(
            login=f"new-{role.value}",
            name="Соломія Гнатюк",
            organisation="ГО «Відкрита громада»",
            role=role,
            password_hash="nobody signs in by it",
            active=True,
            created_at=now(),
            region=region,
            city=city,
        )
        db.add(one)
        db.flush()
        begin(db, one.id)
    return one.login


def test_an_assessor_begins_with_what_was_given_to_them(signed_in: SignInAs, store: Store) -> None:
    """Own work comes before what waits for anybody, with the day it is due."""
    with store.writing() as db:
        people = {person.login: person.id for person in db.scalars(select(Person))}
        parts = {("verbopil", "BUDG"): people["assessor"]}
        due_on = today_in_kyiv() + timedelta(days=3)
        assign(db, "2026-11", parts, due_on=due_on, by=people["chief"])

    page = signed_in("assessor").get("/")

    assert page.context["left"] == 3
    assert page.context["own"].next_due == due_on
    assert f'href="/rounds/2026-11/people/{people["assessor"]}"' in page.text


def test_a_city_in_which_somebody_has_a_stake_waits_for_others(signed_in: SignInAs, store: Store) -> None:
    """What a person may not assess is not counted as waiting for them."""
    before = signed_in("assessor").get("/").context["left"]
    with store.writing() as db:
        assessor = db.scalars(select(Person.id).where(Person.login == "assessor")).one()
        db.add(Conflict(person_id=assessor, city="verbopil", said="Там працює брат.", declared_at=now()))

    after = signed_in("assessor").get("/").context["left"]

    assert before - after == 12


def test_a_coordinator_sees_who_is_behind(signed_in: SignInAs, store: Store) -> None:
    """People with overdue work are named, those of another region are not."""
    with store.writing() as db:
        people = {person.login: person.id for person in db.scalars(select(Person))}
        parts = {("verbopil", "BUDG"): people["assessor"], ("kalynodar", "BUDG"): people["center"]}
        assign(db, "2026-11", parts, due_on=today_in_kyiv() - timedelta(days=1), by=people["chief"])

    west, chief = (signed_in(login).get("/") for login in ("west", "chief"))

    assert "Марія Коваль</a>: 3 питання прострочено" in west.text
    assert "Ніна Гайова" not in west.text
    assert "Ніна Гайова" in chief.text


@pytest.mark.parametrize("role", [Role.SECOND_ASSESSOR, Role.READER, Role.ANALYST, Role.OPERATOR])
def test_every_role_has_a_first_page(role: Role, signed_in: SignInAs, store: Store) -> None:
    """Nobody lands on an empty page, and nobody is offered what they may not open."""
    client = signed_in(somebody(store, role))

    page = client.get("/")
    links = {part.split('"')[0] for part in page.text.split('href="/')[1:]}

    assert page.status_code == 200
    assert page.context["cards"]
    refused = [link for link in links if client.get(f"/{link}".split("#", maxsplit=1)[0]).status_code == 403]
    assert not refused


def test_an_official_sees_the_own_city_alone(signed_in: SignInAs, store: Store) -> None:
    """The city's findings and the days for replies, and no other city's name."""
    with store.writing() as db:
        db.execute(
            update(Round)
            .where(Round.id == "2026-11")
            .values(reply_from=today_in_kyiv(), reply_until=today_in_kyiv() + timedelta(days=7))
        )

    page = signed_in(somebody(store, Role.OFFICIAL, city="duby")).get("/")

    assert page.context["cards"]["city"].total() == 12
    assert "Відповідати можна зараз" in page.text
    assert "Нові Дуби" in page.text
    assert not any(name in page.text for name in ("Ясногірськ", "Вербопіль", "Калинодар"))


def test_cities_stand_in_the_order_of_the_ukrainian_alphabet(signed_in: SignInAs) -> None:
    """Not in that of their Latin slugs."""
    page = signed_in("chief").get("/")

    names = [city.name_uk for city, _ in page.context["cities"]]
    assert names == ["Вербопіль", "Калинодар", "Мостище", "Нові Дуби", "Тихопіль", "Ясногірськ"]


def test_without_an_open_round_the_page_still_opens(signed_in: SignInAs, store: Store) -> None:
    """Between two rounds there is nothing to do, and the page says no more than that."""
    with store.writing() as db:
        db.execute(update(Round).values(closed_at=now()))

    page = signed_in("assessor").get("/")

    assert page.status_code == 200
    assert page.context["left"] == 0


@pytest.mark.parametrize(
    ("broken", "ended", "silent", "expected"),
    [
        (0, 1, 0, Ending.CLOSED),
        (1, 1, 0, Ending.TROUBLED),
        (0, 0, 0, Ending.OPEN),
        (0, 0, 1, Ending.BROKEN),
    ],
)
def test_a_run_is_called_done_only_if_it_is(
    broken: int, ended: int, silent: int, expected: Ending, store: Store
) -> None:
    """A city on which our own side failed, or a run that fell silent, is said; Prefect calls both failed."""
    moment = now() - timedelta(hours=2 * silent)
    with store.writing() as db:
        run = db.get_one(Run, "2026-11-west-1")
        run.started_at, run.ended_at = moment, moment if ended else None
        for place, visit in enumerate(db.scalars(select(Visit).where(Visit.run_id == run.id))):
            visit.state = VisitState.BROKEN if place < broken else VisitState.COMPLETE
            visit.ended_at = moment

    with store.reading() as db:
        found = endings(db, [db.get_one(Run, "2026-11-west-1")])

    assert found == {"2026-11-west-1": expected}


def test_items_of_the_round_are_all_counted(signed_in: SignInAs, store: Store) -> None:
    """The sums of the first page are those of the items."""
    with store.reading() as db:
        total = len(db.scalars(select(Item.id).where(Item.round == "2026-11")).all())

    assert signed_in("analyst").get("/").context["cards"]["standing"].total == total
