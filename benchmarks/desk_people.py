"""Who works at the desk of a benchmark: twenty organisations with an assessor each, and those who lead them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from models.base import now
from models.crawling import City
from models.people import Conflict, Organisation, Person
from models.store import Store
from models.vocabulary import Role

ASSESSORS = 20
_NAMES = "Олена Андрій Марія Ігор Наталія Тарас Софія Юрій Катерина Богдан".split()
_FAMILIES = "Гречко Лозинська Верба Оскіл Лиман Ярема Степова Черга Дуб Калина Мороз".split()


def settle_people(store: Store, cities: Sequence[City]) -> None:
    """Four assessors, a second assessor and a coordinator for each of five regions, and one of each other role.

    Nobody can sign in with a password. One assessor of each region has declared a stake in a city of their region.
    """
    regions = [*dict.fromkeys(city.region for city in cities)]
    with store.writing() as db:
        for number in range(ASSESSORS):
            db.add(Organisation(name=f"ГО «Громада {number + 1}»", region=None, created_at=now()))
        people = [*_people(regions)]
        db.add_all(people)
        db.flush()
        for person in people[: len(regions)]:
            theirs = next(city for city in cities if city.region == person.region)
            db.add(Conflict(person_id=person.id, city=theirs.slug, said="працюю там", declared_at=now()))


def _people(regions: Sequence[str]) -> Iterator[Person]:
    for number in range(ASSESSORS):
        yield _person(f"assessor-{number + 1}", Role.ASSESSOR, number, regions[number % len(regions)])
    for number, region in enumerate(regions):
        yield _person(f"second-{region}", Role.SECOND_ASSESSOR, number + 3, region)
        yield _person(f"coordinator-{region}", Role.COORDINATOR, number + 7, region)
    for number, role in enumerate((Role.CHIEF, Role.ANALYST, Role.OPERATOR, Role.READER)):
        yield _person(role.value, role, number + 5, None)


def _person(login: str, role: Role, number: int, region: str | None) -> Person:
    return Person(
        login=login,
        name=f"{_NAMES[number % len(_NAMES)]} {_FAMILIES[number % len(_FAMILIES)]}",
        organisation=f"ГО «Громада {number % ASSESSORS + 1}»",
        role=role,
        region=region,
        password_hash="!",  # noqa: S106  # no password has this hash
        active=True,
        created_at=now(),
    )
