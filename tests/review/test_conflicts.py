"""Nobody acts on an item of a city they have a stake in, whichever form they send."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from models.base import now
from models.custody import Submission
from models.judging import Assessment
from models.people import Conflict, Person
from models.replies import add_reply
from models.reviewing import Draft, Item, Presence
from models.store import Store
from models.vocabulary import ItemState
from tests.factories import make_person
from tests.review.conftest import form_token

SignInAs = Callable[[str], Any]
CITY = "yasnohirsk"
WORDS = "Я про це знаю."
TABLES = (Assessment, Draft, Presence, Submission)


@pytest.fixture
def item(store: Store) -> Item:
    """A waiting item of the city in which the chief has declared a stake, and a reply to it."""
    with store.writing() as db:
        chief = db.scalars(select(Person.id).where(Person.login == "chief")).one()
        db.add(Conflict(person_id=chief, city=CITY, said="Там працює брат.", declared_at=now()))
        official = make_person("official", city=CITY)
        db.add(official)
        db.flush()
        here = (Item.city == CITY, Item.round == "2026-11", Item.indicator == "INFO-08")
        found = db.scalars(select(Item).where(*here)).one()
        add_reply(db, found, person_id=official.id, note="Ось протоколи.", submission=None)
    return found


def rows(store: Store) -> list[int]:
    """How many rows there are of all that an act leaves."""
    with store.reading() as db:
        return [db.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES]


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/findings/{finding}/assessments", {"act": "correct", "verdict": "met", "comment": WORDS}),
        ("/findings/{finding}/submissions", {"kind": "link", "link": "https://a.test/", "note": WORDS}),
        ("/items/{item}/draft", {"comment": WORDS}),
        ("/items/{item}/presence", {}),
        ("/disputes/{item}", {"verdict": "met", "comment": WORDS, "version": "1"}),
        ("/replies/1/answer", {"act": "decline", "words": WORDS}),
    ],
)
def test_no_act_is_taken_from_who_has_a_stake(
    path: str, fields: dict[str, str], item: Item, signed_in: SignInAs, store: Store
) -> None:
    """Refused, and nothing of it is written; the forms that stay on the page keep the words."""
    client, before = signed_in("chief"), rows(store)
    if path.startswith("/disputes"):
        with store.writing() as db:
            db.get_one(Item, item.id).state = ItemState.DISPUTED
    said = {"token": form_token(client.get("/").text), **fields}

    answer = client.post(path.format(finding=item.finding_id, item=item.id), data=said)

    assert answer.status_code in {403, 404, 422}
    assert rows(store) == before
    if path.startswith("/findings"):
        assert (answer.context["fault"] or answer.context["refused"]) == "decide.fault.conflict"
    if path.endswith("submissions"):
        assert answer.context["offered"].note == WORDS
