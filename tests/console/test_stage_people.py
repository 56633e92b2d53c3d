"""The people of the demo: twenty organisations in five regions, of whom a few can sign in."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from console.stage import _people
from crawlers.registry import load_regions
from fixtures.councils.profile import slugs
from fixtures.people import ORGANISATIONS, PEOPLE
from flows.visiting import open_desk
from models.environment import Settings
from models.people import Organisation, Person
from models.vocabulary import Role
from review import sessions


def _settings(home: Path) -> Settings:
    return Settings(
        home=home,
        database_url=f"sqlite:///{home / 'desk.db'}",
        archive=home / "archive",
        chromium=None,
        contact="",
        pretend_proxy=None,
        prefect_api=None,
    )


def test_everybody_of_the_demo_works_somewhere_that_is_there() -> None:
    """Twenty organisations in the five regions, a coordinator and assessors for each, officials of pretend councils."""
    regions = {region.id for region in load_regions()}
    roles = Counter(person.role for person in PEOPLE)

    assert set(ORGANISATIONS) == regions
    assert len({name for names in ORGANISATIONS.values() for name in names}) == 20
    assert len({person.login for person in PEOPLE}) == len(PEOPLE) == len({one.name for one in PEOPLE})
    assert {one.region for one in PEOPLE if one.role is Role.COORDINATOR} == regions
    assert {one.region for one in PEOPLE if one.role is Role.ASSESSOR} == regions | {None}
    assert {one.city for one in PEOPLE if one.role is Role.OFFICIAL} <= set(slugs())
    assert roles[Role.ASSESSOR] == 26
    assert set(roles) == set(Role)


@pytest.mark.long
def test_only_those_who_are_told_a_password_can_sign_in(tmp_path: Path) -> None:
    """One of each role can; nobody else, by any password; a second demo in the same place tells new ones."""
    desk = open_desk(_settings(tmp_path))

    first, second = _people(desk), _people(desk)

    with desk.store.reading() as db:
        people = db.scalars(select(Person)).all()
        organisations = set(db.scalars(select(Organisation.name)))
    without = {person.login for person in people if not person.password_hash}
    assert {person.login for person in people} == {one.login for one in PEOPLE}
    assert without == {one.login for one in PEOPLE} - set(first)
    assert {one.organisation for one in PEOPLE} <= organisations
    assert sessions.sign_in(desk.store, login="chief", password=second["chief"], address="x")
    assert sessions.sign_in(desk.store, login="chief", password=first["chief"], address="x") is None
    assert sessions.sign_in(desk.store, login="assessor-west-2", password="", address="x") is None
    desk.store.close()
