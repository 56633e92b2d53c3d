"""Second looks that wait, and disputes: who finds what, and how a third person settles them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from models.base import now
from models.custody import LogEntry
from models.judging import Assessment
from models.people import Conflict
from models.reviewing import Item, Review, Round
from models.store import Store
from models.vocabulary import ItemState, Passing, Verdict
from tests.review.conftest import form_token
from tests.review.looking import ROUND, bend, item_in, look, person

SignInAs = Callable[[str], Any]


@pytest.fixture(autouse=True)
def _last_round_is_over(store: Store) -> None:
    """Corrections of the round before wait for nobody any more, and those of this one have had their second look."""
    with store.writing() as db:
        db.get_one(Round, "2026-10").closed_at = now()
        for item in db.scalars(select(Item).where(Item.round == ROUND, Item.state == ItemState.SECOND)):
            item.state, item.settled_verdict = ItemState.SETTLED, item.verdict


@pytest.fixture
def waiting(store: Store) -> Item:
    """An item that one person has assessed, and that waits for another."""
    item = bend(store, item_in(store, "yasnohirsk", "BUDG-01"), needs_second=True)
    return look(store, item, person(store, "assessor"), Verdict.MET, comment="Рішення від 20 грудня.")


@pytest.fixture
def disputed(store: Store, waiting: Item) -> Item:
    """An item on which two people differ."""
    second = person(store, "second")
    return look(store, waiting, second, Verdict.PARTLY_MET, passing=Passing.SECOND, comment="Додатків немає.")


def rows_of(answer: Any) -> list[int]:  # noqa: ANN401  # a test client's answer
    """The items on a page of second looks."""
    return [item.id for item, _, _ in answer.context["rows"]]


def rule(client: Any, item: Item, **fields: str) -> Any:  # noqa: ANN401  # a test client and its answer
    """Send the form of a dispute as *client*'s page would."""
    token = form_token(client.get("/disputes").text)
    return client.post(f"/disputes/{item.id}", data={"token": token, "version": str(item.version), **fields})


def test_the_list_is_for_everybody_but_the_first_one(signed_in: SignInAs, waiting: Item) -> None:
    """Within the region; a person never looks at their own item again."""
    assert rows_of(signed_in("second").get("/second")) == [waiting.id]
    assert rows_of(signed_in("chief").get("/second")) == [waiting.id]
    assert rows_of(signed_in("assessor").get("/second")) == []
    assert rows_of(signed_in("center").get("/second")) == []


def test_the_list_tells_nothing_of_the_first_look(signed_in: SignInAs, waiting: Item) -> None:
    """Neither who it was nor what they said, nor the machine's verdict."""
    text = signed_in("second").get("/second").text

    assert "Марія Коваль" not in text
    assert "Рішення від 20 грудня." not in text
    assert 'class="verdict' not in text


def test_a_city_of_ones_own_is_not_offered(signed_in: SignInAs, store: Store, waiting: Item) -> None:
    """Who has a stake in a city looks at nothing of it."""
    with store.writing() as db:
        db.add(
            Conflict(
                person_id=person(store, "second").id, city="yasnohirsk", said="Працюю там", declared_at=now()
            )
        )

    assert rows_of(signed_in("second").get("/second")) == []


def test_a_closed_round_is_over(signed_in: SignInAs, store: Store, waiting: Item) -> None:
    """Nobody is sent to look at what can no longer count."""
    with store.writing() as db:
        db.get_one(Round, ROUND).closed_at = now()

    assert rows_of(signed_in("second").get("/second")) == []


def test_next_goes_round_by_worth(signed_in: SignInAs, store: Store, waiting: Item) -> None:
    """The most valuable first, then the one after it, and from the last to the first again."""
    for indicator in ("BUDG-04", "BUDG-06"):
        item = bend(store, item_in(store, "yasnohirsk", indicator), needs_second=True)
        look(store, item, person(store, "assessor"), item.verdict)
    client = signed_in("second")
    order = [item.finding_id for item, _, _ in client.get("/second").context["rows"]]

    steps = [client.get("/second/next").headers["location"]]
    for after in order:
        steps.append(client.get(f"/second/next?after={after}").headers["location"])

    assert len(order) == 3
    assert steps == [f"/findings/{one}" for one in [*order, order[0]]]


def test_next_without_anything_waiting_is_the_list(signed_in: SignInAs) -> None:
    """The end of the work is a page that says so."""
    client = signed_in("second")

    assert client.get("/second/next").headers["location"] == "/second"
    assert client.get("/second").context["total"] == 0


def test_disputes_are_for_those_who_coordinate(signed_in: SignInAs, disputed: Item) -> None:
    """A coordinator of the region and the chief see the dispute; others are refused, other regions find nothing."""
    assert signed_in("west").get("/disputes").context["total"] == 1
    assert signed_in("chief").get(f"/disputes/{disputed.id}").status_code == 200
    assert signed_in("assessor").get("/disputes").status_code == 403


def test_a_dispute_of_another_region_does_not_exist(signed_in: SignInAs, store: Store) -> None:
    """A foreign id is not found, to look at or to act on."""
    item = bend(store, item_in(store, "kalynodar", "BUDG-01"), needs_second=True)
    look(store, item, person(store, "center"), Verdict.MET)
    item = look(store, item, person(store, "chief"), Verdict.NOT_MET, passing=Passing.SECOND)
    client = signed_in("west")

    assert client.get(f"/disputes/{item.id}").status_code == 404
    assert rule(client, item, verdict="met", comment="так").status_code == 404


def test_a_dispute_shows_both_words_and_no_names(signed_in: SignInAs, disputed: Item) -> None:
    """What they said is weighed, not who said it."""
    page = signed_in("west").get(f"/disputes/{disputed.id}")

    assert "Рішення від 20 грудня." in page.text
    assert "Додатків немає." in page.text
    assert "Марія Коваль" not in page.text
    assert "Тарас Бойко" not in page.text
    assert [look.verdict for look in page.context["looks"]] == [Verdict.MET, Verdict.PARTLY_MET]


def test_a_third_person_settles_a_dispute(signed_in: SignInAs, store: Store, disputed: Item) -> None:
    """The ruling is a row of its own, in the log, and settles the item; both words before it stay."""
    answer = rule(signed_in("west"), disputed, verdict="partly-met", comment=" Бракує додатків. ")

    settled = item_in(store, "yasnohirsk", "BUDG-01")
    with store.reading() as db:
        told = db.scalars(
            select(Assessment)
            .where(Assessment.finding_id == disputed.finding_id)
            .order_by(Assessment.version)
        ).all()
        review = db.get_one(Review, told[-1].id)
        line = db.scalars(select(LogEntry).order_by(LogEntry.seq.desc())).first()
    assert answer.headers["location"] == "/disputes?settled=1"
    assert (settled.state, settled.settled_verdict) == (ItemState.SETTLED, Verdict.PARTLY_MET)
    assert [one.comment for one in told] == ["Рішення від 20 грудня.", "Додатків немає.", "Бракує додатків."]
    assert (review.passing, review.shown) == (Passing.ADJUDICATION, disputed.verdict)
    assert line is not None
    assert line.subject == f"assessment {told[-1].id}"


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"verdict": "", "comment": "бо так"}, "verdict"),
        ({"verdict": "краще", "comment": "бо так"}, "verdict"),
        ({"verdict": "met", "comment": "  "}, "comment"),
        ({"verdict": "met", "comment": "я" * 4001}, "long"),
    ],
)
def test_a_ruling_needs_a_verdict_and_a_reason(
    fields: dict[str, str], fault: str, signed_in: SignInAs, store: Store, disputed: Item
) -> None:
    """What lacks is said, what was written stays, and nothing is recorded."""
    answer = rule(signed_in("west"), disputed, **fields)

    assert answer.status_code == 422
    assert answer.context["fault"] == f"second.fault.{fault}"
    assert fields["comment"] in answer.text
    assert item_in(store, "yasnohirsk", "BUDG-01").state is ItemState.DISPUTED


def test_one_of_the_two_does_not_judge(signed_in: SignInAs, store: Store, waiting: Item) -> None:
    """A coordinator who looked second is told that somebody else decides."""
    item = look(store, waiting, person(store, "west"), Verdict.NOT_MET, passing=Passing.SECOND)
    client = signed_in("west")

    assert client.get("/disputes").context["rows"][0][0].mine_to_judge is False
    assert client.get(f"/disputes/{item.id}").status_code == 404
    assert rule(client, item, verdict="not-met", comment="я ж казав").status_code == 404
    assert item_in(store, "yasnohirsk", "BUDG-01").state is ItemState.DISPUTED


def test_a_ruling_on_what_has_changed_is_shown_again(signed_in: SignInAs, disputed: Item) -> None:
    """Who judged an older state of the item is told so, and keeps the text."""
    disputed.version -= 1

    answer = rule(signed_in("west"), disputed, verdict="met", comment="Мій довгий текст")

    assert answer.status_code == 409
    assert "Мій довгий текст" in answer.text


def test_of_two_rulings_one_stands(signed_in: SignInAs, store: Store, disputed: Item) -> None:
    """The second one overwrites nothing, is told so in one sentence, and gets the words back."""
    first = rule(signed_in("west"), disputed, verdict="met", comment="Перше")
    second = rule(signed_in("chief"), disputed, verdict="not-met", comment="Друге")
    again = rule(signed_in("west"), disputed, verdict="met", comment="Перше")

    assert (first.status_code, second.status_code, again.status_code) == (303, 409, 303)
    assert second.context["kept"] == "Друге"
    assert "Поки ви писали" in second.text
    assert item_in(store, "yasnohirsk", "BUDG-01").settled_verdict is Verdict.MET
