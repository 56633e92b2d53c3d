"""What earlier visits saw is handed on as they left it, and only where one may lean on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from models.base import now
from models.crawling import Capture, Visit
from models.findings import Answered, record_answers
from models.ledger import Ended, Ledger, Planned
from models.remembering import OLDEST, VISITS, Remembered, remembered, templates_of
from models.runs import open_run
from models.store import Store
from models.submissions import visit_for
from models.visits import close_visit, open_visit
from models.vocabulary import AddressState, Reason
from tests.factories import make_answer, make_capture

HOME = Planned("city.test/", "http://city.test/", score=1000.0)
LIST = Planned("city.test/list", "http://city.test/list", HOME.key, "Рішення", 1, 90.0, ("INFO-03",))
FIRST, SECOND, THIRD = (
    Planned(f"city.test/{number}", f"http://city.test/{number}", LIST.key, f"№ {number}", 2, 20.0)
    for number in (1, 2, 3)
)
ALL = (HOME, LIST, FIRST, SECOND, THIRD)


class City:
    """One city that is visited round after round."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._rounds: Iterator[int] = iter(range(1, 99))

    def begin(self) -> int:
        """A visit in a round of its own; its id."""
        run = open_run(self.store, round_id=f"2026-{next(self._rounds):02}", name="lviv")
        return open_visit(self.store, run, "lviv").id

    def visit(
        self, ends: dict[str, Ended] | None = None, stats: dict[str, Any] | None = None, *, close: bool = True
    ) -> int:
        """Visit every address; each is fetched unless *ends* says otherwise."""
        visit_id = self.begin()
        ended = [
            (ends or {}).get(plan.key)
            or Ended(plan.key, AddressState.FETCHED, capture=make_capture(visit_id, plan.url))
            for plan in ALL
        ]
        Ledger(self.store, visit_id).record(ended, list(ALL))
        if close:
            close_visit(self.store, visit_id, stats=stats or {})
        return visit_id

    def known(self) -> dict[str, Remembered]:
        """What the next visit may lean on."""
        return remembered(self.store, self.begin())


@pytest.fixture
def city(store: Store) -> City:
    """A city never visited."""
    return City(store)


def kept(visit_id: int, plan: Planned) -> dict[str, Ended]:
    """*plan* as an earlier visit left it."""
    capture = make_capture(visit_id, plan.url)
    return {plan.key: Ended(plan.key, AddressState.FETCHED, attempts=0, kept=capture.id)}


def test_a_city_never_visited_is_not_known(city: City) -> None:
    """A first visit leans on nothing and knows no templates."""
    visit_id = city.begin()

    assert remembered(city.store, visit_id) == {}
    assert templates_of(city.store, visit_id) == {}


def test_every_address_is_known_as_it_was_left(city: City) -> None:
    """Each address comes with its capture, where it was found, its place there, and how much it led to."""
    first = city.visit()

    known = city.known()

    assert set(known) == {plan.key for plan in ALL}
    assert known[SECOND.key].capture.id == make_capture(first, SECOND.url).id
    assert (known[SECOND.key].place, known[SECOND.key].siblings) == (1, 3)
    assert (known[LIST.key].leads_to, known[LIST.key].score, known[LIST.key].anchor) == (3, 90.0, "Рішення")
    assert (known[HOME.key].found_on, known[HOME.key].leads_to) == (None, 1)


def test_changes_are_counted_over_visits(city: City) -> None:
    """An address whose bytes differed once in three looks has changed once; its neighbour never has."""
    city.visit()
    for body in ("a" * 64, "a" * 64):
        changed = Ended(FIRST.key, AddressState.FETCHED)
        visit_id = city.begin()
        captures = {plan.key: make_capture(visit_id, plan.url) for plan in ALL}
        captures[FIRST.key].body_sha256 = body
        Ledger(city.store, visit_id).record(
            [replace(changed, key=key, capture=capture) for key, capture in captures.items()], list(ALL)
        )
        close_visit(city.store, visit_id, stats={})

    known = city.known()

    assert (known[FIRST.key].looks, known[FIRST.key].changes) == (3, 1)
    assert known[SECOND.key].changes == 0


def test_what_a_browser_made_of_a_page_is_no_change_of_it(city: City) -> None:
    """An answer and its rendering are one look; only a rendering unlike the last one is a change."""
    for _ in range(3):
        visit_id = city.begin()
        answer = make_capture(visit_id, HOME.url)
        rendering = make_capture(
            visit_id, HOME.url, attempt=2, rendered_from_id=answer.id, body_sha256="b" * 64
        )
        end = Ended(HOME.key, AddressState.FETCHED, capture=rendering, before=answer)
        Ledger(city.store, visit_id).record([end], [HOME])
        close_visit(city.store, visit_id, stats={})

    known = city.known()[HOME.key]

    assert (known.looks, known.changes) == (3, 0)


def test_visits_without_asking_are_counted(city: City) -> None:
    """What was kept twice has been unasked twice, and still points at the first capture."""
    first = city.visit()
    city.visit(kept(first, FIRST))
    city.visit(kept(first, FIRST))

    known = city.known()

    assert (known[FIRST.key].unasked, known[SECOND.key].unasked) == (2, 0)
    assert known[FIRST.key].capture.visit_id == first


def test_waiting_is_counted_without_limit_and_looks_are_not(city: City) -> None:
    """What waits for its turn grows older with every visit, while only the newest visits say how often it changes."""
    first = city.visit()
    for _ in range(VISITS + 2):
        city.visit(kept(first, FIRST))

    known = city.known()

    assert known[FIRST.key].unasked == VISITS + 2
    assert known[SECOND.key].looks == VISITS


def test_what_findings_rest_on_is_known_as_evidence(city: City) -> None:
    """Evidence is asked for before anything else of its kind."""
    visit_id = city.visit()
    evidence = make_answer().evidence[0]
    shown = replace(evidence, capture=make_capture(visit_id, FIRST.url).id)
    record_answers(
        city.store,
        visit_id,
        [Answered("INFO-03", make_answer(evidence=(shown,)), "1")],
        methodology="transparent-cities",
        methodology_version="1",
        reader_version="1",
    )

    known = city.known()

    assert [plan.key for plan in ALL if known[plan.key].is_evidence] == [FIRST.key]


@pytest.mark.parametrize(
    ("end", "may"),
    [
        ((AddressState.FAILED, Reason.HTTP_4XX, "yes"), True),
        ((AddressState.FAILED, Reason.SOFT_404, "yes"), True),
        ((AddressState.FAILED, Reason.HTTP_5XX, "yes"), False),
        ((AddressState.FAILED, Reason.CHALLENGE, "yes"), False),
        ((AddressState.FETCHED, None, "unknown"), False),
        ((AddressState.FETCHED, None, "yes"), True),
    ],
)
def test_only_whole_answers_and_plain_absence_are_leaned_on(
    city: City,
    end: tuple[AddressState, Reason | None, str],
    may: bool,  # noqa: FBT001  # the expected answer
) -> None:
    """A failure of then is never taken for a failure of now, nor half an answer for a whole one."""
    state, reason, complete = end
    visit_id = city.begin()
    capture = make_capture(visit_id, FIRST.url, complete=complete)
    home = Ended(HOME.key, AddressState.FETCHED, capture=make_capture(visit_id, HOME.url))
    Ledger(city.store, visit_id).record([home, Ended(FIRST.key, state, reason, 1, capture)], [HOME, FIRST])
    close_visit(city.store, visit_id, stats={})

    assert (FIRST.key in city.known()) is may


def test_a_broken_visit_is_not_leaned_on(city: City) -> None:
    """The last complete visit counts, not a newer one that stopped on its way."""
    first = city.visit()
    city.visit(close=False)

    assert {known.capture.visit_id for known in city.known().values()} == {first}


def test_what_people_brought_is_not_leaned_on(city: City) -> None:
    """A link that somebody submitted since is no visit of the site."""
    crawled = city.visit()
    with city.store.writing() as db:
        visit_for(db, "lviv", round_id="2026-12")

    assert {known.capture.visit_id for known in city.known().values()} == {crawled}


def test_an_old_visit_is_not_leaned_on(city: City) -> None:
    """After two months a site is looked at anew."""
    first = city.visit(stats={"templates": {"city.test/#": ["browser", "why"]}})
    with city.store.writing() as db:
        long_ago = now() - OLDEST - timedelta(hours=1)
        db.execute(update(Visit).where(Visit.id == first).values(started_at=long_ago))
    visit_id = city.begin()

    assert remembered(city.store, visit_id) == {}
    assert templates_of(city.store, visit_id) == {}


def test_templates_are_those_of_the_last_complete_visit(city: City) -> None:
    """What was learned of a site's templates is handed on."""
    city.visit(stats={"templates": {"city.test/#": ["plain", "then"]}})
    city.visit(stats={"templates": {"city.test/#": ["browser", "now"]}})

    assert templates_of(city.store, city.begin()) == {"city.test/#": ["browser", "now"]}


def test_validators_outlive_a_confirmation_without_any(city: City) -> None:
    """A 304 that repeats no tag leaves the tag of the answer it confirmed in force."""
    first = city.begin()
    tagged = make_capture(first, HOME.url, headers=[["ETag", '"one"'], ["Last-Modified", "then"]])
    Ledger(city.store, first).record([Ended(HOME.key, AddressState.FETCHED, capture=tagged)], [HOME])
    close_visit(city.store, first, stats={})
    second = city.begin()
    bare = make_capture(second, HOME.url, status=304, confirms_id=tagged.id, headers=[["ETag", '"two"']])
    Ledger(city.store, second).record([Ended(HOME.key, AddressState.FETCHED, capture=bare)], [HOME])
    close_visit(city.store, second, stats={})

    known = city.known()[HOME.key]

    assert known.capture.id == bare.id
    assert known.headers == [["ETag", '"one"'], ["Last-Modified", "then"], ["ETag", '"two"']]


def test_captures_of_a_visit_are_loaded_whole(city: City) -> None:
    """What is remembered can be used after the database was closed."""
    city.visit()
    known = city.known()
    city.store.close()

    assert isinstance(known[HOME.key].capture, Capture)
    assert known[HOME.key].capture.final_url == HOME.url
