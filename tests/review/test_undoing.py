"""Taking back what one has just decided: soon, by oneself, and only while nobody has built on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from custody.canonical import row_digest
from custody.log import all_entries, check_chain
from models.items import item_of
from models.judging import Finding
from models.reviewing import Draft, Round, Withdrawal
from models.store import Store
from models.vocabulary import ItemState, LogKind, Verdict
from review import undoing
from tests.review.asking import assessments_of, send, waiting_in
from tests.review.conftest import TestClient, form_token

SignInAs = Callable[[str], Any]
CORRECTED = {"act": "correct", "verdict": "met", "comment": "Протоколи є в архіві."}


def take_back(client: TestClient, finding: Finding) -> Any:  # noqa: ANN401  # a test client's answer
    """Send the form of the notice."""
    token = form_token(client.get("/queue").text)
    return client.post(f"/findings/{finding.id}/undo", data={"token": token})


def state_of(store: Store, finding: Finding) -> ItemState:
    """Where its item stands."""
    with store.reading() as db:
        item = item_of(db, finding.id)
    assert item
    return item.state


def test_a_decision_is_taken_back_and_its_words_come_back_as_a_draft(
    signed_in: SignInAs, store: Store
) -> None:
    """The row stays and stands no more; the item waits again; the log says who took it back."""
    client, finding = signed_in("assessor"), waiting_in(store, "yasnohirsk", "INFO-08")
    following = send(client, finding, **CORRECTED).headers["location"]
    offered = client.get(following).context["settled"].undoable

    answer = take_back(client, finding)

    page = client.get(answer.headers["location"])
    with store.reading() as db:
        [withdrawal] = db.scalars(select(Withdrawal)).all()
        lines = list(all_entries(db))
    assert offered.comment == CORRECTED["comment"]
    assert state_of(store, finding) is ItemState.WAITING
    assert len(assessments_of(store, finding)) == 1
    assert CORRECTED["comment"] in page.text
    assert page.context["told"][0].finding.id != finding.id
    assert check_chain(lines, whole=True) is None
    assert (lines[-1].kind, lines[-1].digest) == (LogKind.WITHDRAWAL, row_digest(withdrawal))


def test_taken_back_twice_is_once_and_it_can_be_decided_anew(signed_in: SignInAs, store: Store) -> None:
    """A double click loses nothing, and the next decision is a new row."""
    client, finding = signed_in("assessor"), waiting_in(store, "yasnohirsk", "INFO-08")
    send(client, finding, **CORRECTED)

    answers = [take_back(client, finding).status_code for _ in range(2)]
    send(client, finding, act="confirm", version="1")

    assert answers == [303, 303]
    assert [one.verdict for one in assessments_of(store, finding)] == [Verdict.MET, Verdict.NOT_MET]
    assert state_of(store, finding) is ItemState.SETTLED


def test_nobody_takes_back_what_another_decided(signed_in: SignInAs, store: Store) -> None:
    """Said plainly, and nothing changes."""
    finding = waiting_in(store, "yasnohirsk", "INFO-08")
    send(signed_in("assessor"), finding, act="confirm")

    answer = take_back(signed_in("second"), finding)

    assert (answer.status_code, answer.context["fault"]) == (409, "decide.fault.undo")
    assert state_of(store, finding) is ItemState.SETTLED


def test_what_somebody_has_built_on_stays(signed_in: SignInAs, store: Store) -> None:
    """A first look is not taken back from under a second one."""
    finding = waiting_in(store, "yasnohirsk", "INFO-08")
    first = signed_in("assessor")
    send(first, finding, **CORRECTED)
    send(signed_in("second"), finding, act="correct", verdict="met", comment="Бачу те саме.", version="1")

    assert take_back(first, finding).status_code == 409
    assert state_of(store, finding) is ItemState.SETTLED


def test_after_half_an_hour_it_stands(
    signed_in: SignInAs, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then it takes a new decision, not an undone one."""
    client, finding = signed_in("assessor"), waiting_in(store, "yasnohirsk", "INFO-08")
    send(client, finding, act="confirm")
    monkeypatch.setattr(undoing, "UNDO_WITHIN", timedelta(0))

    assert take_back(client, finding).status_code == 409
    with store.reading() as db:
        assert db.scalar(select(func.count()).select_from(Withdrawal)) == 0


def test_a_closed_round_is_neither_decided_nor_undone(signed_in: SignInAs, store: Store) -> None:
    """And what was written is shown, so that it is not lost."""
    client, finding = signed_in("assessor"), waiting_in(store, "yasnohirsk", "INFO-08")
    send(client, finding, act="confirm")
    with store.writing() as db:
        closed = db.get_one(Round, "2026-11")
        closed.closed_at = closed.opened_at

    late = send(client, finding, **CORRECTED, version="1")

    assert take_back(client, finding).status_code == 409
    assert (late.status_code, late.context["fault"]) == (403, "decide.fault.closed")
    assert CORRECTED["comment"] in late.text


def test_a_region_hides_what_may_be_undone(signed_in: SignInAs, store: Store) -> None:
    """Another region's finding is not there."""
    finding = waiting_in(store, "kalynodar", "INFO-08")

    assert take_back(signed_in("assessor"), finding).status_code == 404
    with store.reading() as db:
        assert db.scalar(select(func.count()).select_from(Draft)) == 0
