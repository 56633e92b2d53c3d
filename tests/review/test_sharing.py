"""Work is shared out so that everybody has about as much to do."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from models.assigning import Worker
from models.base import now
from models.people import Person
from models.vocabulary import Role
from review.sharing import Piece, Together, share_out


def worker(number: int, region: str | None = None, conflicts: frozenset[str] = frozenset()) -> Worker:
    """Somebody who can be given work."""
    person = Person(
        id=number,
        login=f"worker-{number}",
        name=f"Людина {number}",
        organisation="ГО",
        role=Role.ASSESSOR,
        region=region,
        password_hash="",
        active=True,
        created_at=now(),
    )
    return Worker(person, conflicts)


def pieces(cities: int, areas: int, seconds: float = 60.0) -> list[Piece]:
    """Cities × areas of one region, all alike."""
    return [Piece(f"city-{c}", f"AREA-{a}", "west", seconds) for c in range(cities) for a in range(areas)]


def test_equal_cities_are_shared_equally() -> None:
    """Six cities among three people are two for each, and no city is torn apart."""
    shared = share_out(pieces(6, 4), [worker(1), worker(2), worker(3)], {})

    cities: defaultdict[int, set[str]] = defaultdict(set)
    for (city, _), person in shared.items():
        cities[person].add(city)
    assert {len(theirs) for theirs in cities.values()} == {2}
    assert len(shared) == 24


def test_an_area_stays_whole_where_that_is_wished() -> None:
    """One person judges one area in all cities of the region alike."""
    shared = share_out(pieces(6, 4), [worker(1), worker(2)], {}, together=Together.AREA)

    assert all(len({person for (_, a), person in shared.items() if a == f"AREA-{n}"}) == 1 for n in range(4))


def test_whoever_has_much_to_do_gets_less() -> None:
    """Other work that people have counts."""
    shared = share_out(pieces(4, 1, 3600), [worker(1), worker(2)], {1: 4 * 3600.0})

    assert set(shared.values()) == {2}


def test_a_conflict_tears_only_what_it_must() -> None:
    """Where nobody may take a whole area, its cities go to those who may; what nobody may take is left."""
    torn = [worker(1, conflicts=frozenset({"city-0"})), worker(2, conflicts=frozenset({"city-1"}))]
    nobodys = [worker(1, conflicts=frozenset({"city-0"}))]

    assert share_out(pieces(2, 1), torn, {}, together=Together.AREA) == {
        ("city-0", "AREA-0"): 2,
        ("city-1", "AREA-0"): 1,
    }
    assert set(share_out(pieces(2, 1), nobodys, {})) == {("city-1", "AREA-0")}


def test_people_of_another_region_take_nothing() -> None:
    """A region's cities stay with the region's people."""
    assert share_out(pieces(2, 2), [worker(1, region="east")], {}) == {}


@given(st.lists(st.floats(1, 3600), min_size=1, max_size=30), st.integers(1, 6))
def test_no_two_differ_by_more_than_one_city(times: list[float], people: int) -> None:
    """Whoever has most has at most the largest city more than whoever has least; and always the same comes out."""
    given_out = [Piece(f"city-{n:02}", "BUDG", "west", seconds) for n, seconds in enumerate(times)]
    able = [worker(number) for number in range(1, people + 1)]

    shared = share_out(given_out, able, {})

    loads = {one.person.id: 0.0 for one in able}
    for piece in given_out:
        loads[shared[piece.part]] += piece.seconds
    assert max(loads.values()) - min(loads.values()) <= max(times) + 1e-6
    assert shared == share_out(list(reversed(given_out)), able, {})
