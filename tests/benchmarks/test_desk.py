"""The world on which the desk is measured is one the house could have made, and its client reads our pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from benchmarks.desk_client import Answer, form_of
from benchmarks.desk_people import ASSESSORS
from benchmarks.desk_world import make
from custody.log import all_entries, check_chain
from models.archive import Archive
from models.judging import Assessment, Finding
from models.looks import looks_at
from models.people import Person
from models.progress import progress
from models.renewing import renew_round
from models.reviewing import Item, Review, Round
from models.store import Store, open_store
from models.vocabulary import ItemState, Role
from review.access import COOKIE
from review.app import create_app
from review.sessions import begin
from tests.review.conftest import ORIGIN, TestClient

pytestmark = pytest.mark.long

CITIES, DONE = 2, 1


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world of two cities, one round that is done and one in progress."""
    folder = tmp_path_factory.mktemp("world")
    store = open_store(f"sqlite:///{folder / 'monitor.db'}")
    make(store, Archive(folder / "archive"), cities=CITIES, rounds=DONE)
    store.close()
    return folder


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    """The database of that world."""
    opened = open_store(f"sqlite:///{folder / 'monitor.db'}")
    yield opened
    opened.close()


def test_items_stand_where_their_looks_put_them(store: Store) -> None:
    """Every item is in the state that the house's own reckoning gives for the looks in the tables."""
    with store.reading() as db:
        for item in db.scalars(select(Item)):
            told = looks_at(db, item.round, item.city, item.methodology, item.indicator)[item.indicator]
            standing = progress(
                (one.look for one in told), machine=item.verdict, needs_second=item.needs_second
            )

            assert (standing.state, standing.verdict, standing.assessment_id, standing.first_person_id) == (
                item.state,
                item.settled_verdict,
                item.assessment_id,
                item.first_person_id,
            )


def test_renewing_the_items_again_changes_nothing(store: Store) -> None:
    """The house finds nothing to mend in the items of either round."""
    with store.reading() as db:
        rounds = list(db.scalars(select(Round.id)))

    changed = [renew_round(store, one) for one in rounds]

    assert changed == [0] * (DONE + 1)


def test_a_round_that_is_done_was_looked_at_twice(store: Store) -> None:
    """Every item of the done round is settled by two looks or more; of the open one some are settled and some wait."""
    with store.reading() as db:
        states = Counter(db.execute(select(Item.round, Item.state)).tuples())
        looks = db.scalars(
            select(func.count(Review.assessment_id))
            .select_from(Item)
            .outerjoin(Review, Review.item_id == Item.id)
            .where(Item.round == min(one for one, _ in states))
            .group_by(Item.id)
        ).all()
    done, open_round = sorted({one for one, _ in states})

    assert {state for one, state in states if one == done} == {ItemState.SETTLED}
    assert min(looks) >= 2
    assert states[open_round, ItemState.WAITING] > states[open_round, ItemState.SETTLED] > 0


def test_the_log_of_the_world_is_whole(store: Store) -> None:
    """Each assessment has its line, and every line carries the one before it."""
    with store.reading() as db:
        entries = list(all_entries(db))
        assessments = db.scalar(select(func.count()).select_from(Assessment))

    assert check_chain(entries, whole=True) is None
    assert sum(entry.subject.startswith("assessment ") for entry in entries) == assessments


def test_the_same_world_comes_of_every_making(folder: Path, store: Store, tmp_path: Path) -> None:
    """Two makings say the same of every question, and people said the same to it."""
    said = (
        select(
            Finding.run_id, Finding.city, Finding.indicator, Finding.verdict, Finding.confidence, Item.state
        )
        .join(Item, Item.finding_id == Finding.id)
        .order_by(Finding.run_id, Finding.city, Finding.indicator)
    )
    other = open_store(f"sqlite:///{tmp_path / 'monitor.db'}")
    make(other, Archive(tmp_path / "archive"), cities=CITIES, rounds=DONE)

    with store.reading() as db, other.reading() as again:
        one, two = db.execute(said).all(), again.execute(said).all()
    other.close()

    assert one == two
    assert len(one) == CITIES * (DONE + 1) * 142


def test_the_client_reads_the_decision_form_of_our_pages(folder: Path, store: Store) -> None:
    """From the page of an item that waits the client takes the form with its token, its verdicts, and what it shows."""
    with store.writing() as db:
        people = list(db.scalars(select(Person).where(Person.role == Role.ASSESSOR).order_by(Person.id)))
        item = db.scalars(select(Item).where(Item.state == ItemState.WAITING, Item.probe.is_(None))).first()
        assert item is not None
        token = begin(db, next(one.id for one in people if one.id == item.person_id))
    browser = TestClient(
        create_app(store, Archive(folder / "archive")), base_url="http://localhost", headers=ORIGIN
    )
    browser.cookies.set(COOKIE, token, domain="localhost.local")

    page = browser.get(f"/findings/{item.finding_id}")
    form = form_of(Answer(page.status_code, "", page.content, 0.0))

    assert page.status_code == 200
    assert form is not None
    assert form.hidden["token"]
    assert form.can_confirm
    assert len(form.verdicts) >= 5
    assert len(people) == ASSESSORS
