"""Drafts that two windows of one person send at the same moment, over PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select

from models.archive import Archive
from models.reviewing import Draft
from models.store import Store
from models.vocabulary import Verdict
from review.access import COOKIE
from review.app import create_app
from review.decisions import Decision, Recorded, decide
from review.drafting import keep
from review.origins import Sealing
from review.sessions import begin
from review.signing import Signer
from review.undoing import undo
from tests.review.conftest import ORIGIN, TestClient, form_token
from tests.review.racing import racers, waiting

pytestmark = pytest.mark.db

WINDOWS = 6


def browsers(store: Store, archive: Archive, person_id: int) -> list[Any]:
    """So many windows of one person, each with its own connection."""
    desk = create_app(store, archive, sealing=Sealing("http://stored.test", Signer(b"k" * 32)))
    with store.writing() as db:
        token = begin(db, person_id)
    opened = []
    for _ in range(WINDOWS):
        client = TestClient(desk, base_url="http://localhost", headers=ORIGIN, raise_server_exceptions=False)
        client.cookies.set(COOKIE, token, domain="localhost.local")
        opened.append(client)
    return opened


def test_drafts_that_come_at_once_are_all_taken(postgres: Store, archive: Archive) -> None:
    """None is answered that the desk is at fault, and what is kept is what one of them said."""
    [who] = racers(postgres)[:1]
    windows = browsers(postgres, archive, who.person_id)
    form = form_token(windows[0].get("/queue").text)
    with postgres.reading() as db:
        items = waiting(db, 12)
    start = Barrier(WINDOWS)

    def types(number: int) -> list[int]:
        told = []
        for item in items:
            start.wait(30)
            said = {"token": form, "comment": f"Вікно {number}", "verdict": "met"}
            told.append(windows[number].post(f"/items/{item.id}/draft", data=said).status_code)
        return told

    with ThreadPoolExecutor(WINDOWS) as pool:
        told = {code for codes in pool.map(types, range(WINDOWS)) for code in codes}
    with postgres.reading() as db:
        kept = db.scalars(select(Draft).order_by(Draft.item_id)).all()

    assert told == {204}
    assert [(one.person_id, one.item_id) for one in kept] == [(who.person_id, item.id) for item in items]
    assert {one.comment for one in kept} <= {f"Вікно {number}" for number in range(WINDOWS)}


def test_a_word_taken_back_while_another_window_types_loses_neither_the_undoing_nor_the_desk(
    postgres: Store,
) -> None:
    """The decision is undone whichever of the two drafts came last."""
    [who] = racers(postgres)[:1]
    with postgres.reading() as db:
        items = waiting(db, 12)
    for item in items:
        said = Decision("correct", Verdict.NOT_APPLICABLE, "Перша думка.", 0)
        assert isinstance(decide(postgres, who, item.finding_id, said), Recorded)
    start = Barrier(2)

    def undoes() -> list[bool]:
        done = []
        for item in items:
            start.wait(30)
            done.append(undo(postgres, who, item.finding_id))
        return done

    def types() -> None:
        for item in items:
            start.wait(30)
            keep(postgres, who.person_id, item.id, None, "Друга думка.")

    with ThreadPoolExecutor(2) as pool:
        undone, typed = pool.submit(undoes), pool.submit(types)
        typed.result()
    with postgres.reading() as db:
        kept = db.scalars(select(Draft.comment)).all()

    assert undone.result() == [True] * len(items)
    assert len(kept) == len(items)
    assert set(kept) <= {"Перша думка.", "Друга думка."}
