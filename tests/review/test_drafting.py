"""Drafts that survive a lost line, and people who see each other on one item."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update

from models.base import now
from models.items import item_of
from models.judging import Finding
from models.reviewing import Draft, Item, Presence
from models.store import Store
from tests.review.asking import send, waiting_in
from tests.review.conftest import TestClient, form_token

SignInAs = Callable[[str], Any]


def item(store: Store, finding: Finding) -> Item:
    """The item of a finding."""
    with store.reading() as db:
        found = item_of(db, finding.id)
    assert found
    return found


def tell(client: TestClient, path: str, **fields: str) -> Any:  # noqa: ANN401  # a test client's answer
    """Send what the page's script would."""
    token = form_token(client.get("/queue").text)
    return client.post(path, data={"token": token, **fields})


def test_a_draft_is_there_on_another_machine(signed_in: SignInAs, store: Store) -> None:
    """What was typed here is in the form there, with the chosen verdict; nobody else sees it."""
    finding = waiting_in(store, "yasnohirsk", "INFO-08")
    path = f"/items/{item(store, finding).id}/draft"

    answer = tell(signed_in("assessor"), path, comment="Здається, є в архіві", verdict="met")

    here = signed_in("assessor").get(f"/findings/{finding.id}")
    other = signed_in("second").get(f"/findings/{finding.id}")
    assert answer.status_code == 204
    assert "Здається, є в архіві" in here.text
    assert 'value="met" data-digit="1" checked' in here.text
    assert "Здається" not in other.text


def test_a_draft_goes_once_it_is_sent_or_emptied(signed_in: SignInAs, store: Store) -> None:
    """No old words turn up beside a decision."""
    first, second = (waiting_in(store, "yasnohirsk", name) for name in ("INFO-08", "INFO-06"))
    client = signed_in("assessor")
    for finding in (first, second):
        tell(client, f"/items/{item(store, finding).id}/draft", comment="Думка")

    send(client, first, act="confirm")
    tell(client, f"/items/{item(store, second).id}/draft", comment="  ")

    with store.reading() as db:
        assert db.scalar(select(func.count()).select_from(Draft)) == 0


def test_a_refused_decision_keeps_the_draft(signed_in: SignInAs, store: Store) -> None:
    """What was not taken is not lost either."""
    finding = waiting_in(store, "yasnohirsk", "INFO-08")
    client = signed_in("assessor")
    tell(client, f"/items/{item(store, finding).id}/draft", comment="Думка")

    send(client, finding, act="correct", comment="Думка")

    assert "Думка" in client.get(f"/findings/{finding.id}").text


def test_another_regions_item_takes_neither_draft_nor_presence(signed_in: SignInAs, store: Store) -> None:
    """It is not there for them; and a form without its token does nothing at all."""
    there = item(store, waiting_in(store, "kalynodar", "INFO-08")).id
    client = signed_in("assessor")

    assert tell(client, f"/items/{there}/draft", comment="x").status_code == 404
    assert tell(client, f"/items/{there}/presence").status_code == 404
    assert client.post(f"/items/{there}/presence", data={"token": "other"}).status_code == 403


def test_two_on_one_item_see_each_other(signed_in: SignInAs, store: Store) -> None:
    """By name, while both have it open; whoever leaves, or falls silent, is not named."""
    finding = waiting_in(store, "yasnohirsk", "INFO-08")
    here, there = signed_in("assessor"), signed_in("second")
    path = f"/items/{item(store, finding).id}/presence"

    there.get(f"/findings/{finding.id}")
    seen = here.get(f"/findings/{finding.id}").context["others"]
    beat = tell(there, path).json()
    tell(here, path, left="1")
    gone = tell(there, path).json()
    with store.writing() as db:
        db.execute(update(Presence).values(seen_at=now() - timedelta(minutes=2)))
    silent = here.get(f"/findings/{finding.id}").context["others"]

    assert seen == ["Тарас Бойко"]
    assert beat == {"others": ["Марія Коваль"]}
    assert gone == {"others": []}
    assert silent == []


def test_a_second_look_tells_nobodys_name(signed_in: SignInAs, store: Store) -> None:
    """Who has a blind item open is not said, for it may be the first one."""
    finding = waiting_in(store, "yasnohirsk", "INFO-08")
    first, blind = signed_in("assessor"), signed_in("second")
    send(first, finding, act="correct", verdict="met", comment="Є в архіві.")
    with store.writing() as db:
        db.add(Presence(item_id=item(store, finding).id, person_id=3, seen_at=now()))

    page = blind.get(f"/findings/{finding.id}")

    assert not page.context["others"]
    assert tell(blind, f"/items/{item(store, finding).id}/presence").json() == {"others": []}
    assert "Є в архіві." not in page.text
