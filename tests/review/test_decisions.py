"""Deciding: confirm, correct, and two who decide at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from models.base import now
from models.judging import Assessment
from models.people import SignIn
from models.store import Store
from models.vocabulary import Verdict
from tests.review.asking import assessments_of, send, waiting_in
from tests.review.conftest import form_token

SignInAs = Callable[[str], Any]


def test_an_assessor_confirms_and_goes_on_to_the_next(signed_in: SignInAs, store: Store) -> None:
    """Queue, finding, confirm: the main path in three requests."""
    assessor = signed_in("assessor")
    first = assessor.get("/queue/next").headers["location"]
    page = assessor.get(first)

    answer = assessor.post(
        f"{first}/assessments", data={"token": form_token(page.text), "act": "confirm", "version": "0"}
    )

    following = answer.headers["location"]
    finding = page.context["finding"]
    written = assessments_of(store, finding)
    assert answer.status_code == 303
    assert following.startswith("/findings/")
    assert [(one.act, one.verdict, one.version) for one in written] == [("confirm", finding.verdict, 1)]
    assert assessor.get(following).context["settled"].finding.id == finding.id


def test_the_chosen_part_of_the_queue_is_kept(signed_in: SignInAs, store: Store) -> None:
    """Whoever works through one city goes on with that city."""
    client = signed_in("assessor")
    finding = waiting_in(store, "verbopil", "INFO-08")

    answer = client.post(
        f"/findings/{finding.id}/assessments?city=verbopil",
        data={"token": form_token(client.get("/").text), "version": "0", "act": "confirm"},
    )

    following = client.get(answer.headers["location"])
    assert following.context["filters"].city == following.context["city"].slug == "verbopil"


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"verdict": "met", "comment": ""}, "decide.fault.comment"),
        ({"verdict": "met", "comment": "   "}, "decide.fault.comment"),
        ({"verdict": "", "comment": "бо так"}, "decide.fault.verdict"),
        ({"verdict": "not-met", "comment": "бо так"}, "decide.fault.same"),
        ({"verdict": "met", "comment": "я" * 4001}, "decide.fault.long"),
    ],
)
def test_a_correction_needs_a_verdict_and_a_reason(
    fields: dict[str, str], fault: str, signed_in: SignInAs, store: Store
) -> None:
    """What is missing is said, and what was written stays in the form."""
    finding = waiting_in(store, "yasnohirsk", "INFO-08")

    answer = send(signed_in("assessor"), finding, act="correct", **fields)

    assert answer.status_code == 422
    assert answer.context["fault"] == fault
    assert answer.context["written"].comment == fields["comment"]
    assert not assessments_of(store, finding)


def test_a_correction_stands_beside_the_machines_verdict(signed_in: SignInAs, store: Store) -> None:
    """The machine's row is not touched; the person's is a new one."""
    finding = waiting_in(store, "yasnohirsk", "INFO-08")

    send(signed_in("assessor"), finding, act="correct", verdict="met", comment=" Є в розділі «Архів». ")

    [written] = assessments_of(store, finding)
    assert (written.act, written.verdict, written.comment) == ("correct", Verdict.MET, "Є в розділі «Архів».")
    assert waiting_in(store, "yasnohirsk", "INFO-08").verdict is Verdict.NOT_MET


def test_the_slower_of_two_sees_both_texts(signed_in: SignInAs, store: Store) -> None:
    """Nothing is overwritten and nothing is lost; sending again adds a second assessment."""
    finding = waiting_in(store, "yasnohirsk", "INFO-08")
    quicker, slower = signed_in("assessor"), signed_in("second")
    send(quicker, finding, act="correct", verdict="met", comment="Бачу протоколи.")

    late = send(slower, finding, act="correct", verdict="partly-met", comment="Бачу лише половину.")
    again = send(
        slower, finding, act="correct", verdict="partly-met", comment="Бачу лише половину.", version="1"
    )

    assert late.status_code == 409
    assert "Бачу протоколи." in late.text
    assert "Бачу лише половину." in late.text
    assert 'name="version" value="1"' in late.text
    assert again.status_code == 303
    assert [one.comment for one in assessments_of(store, finding)] == [
        "Бачу протоколи.",
        "Бачу лише половину.",
    ]


def test_sent_twice_is_written_once(signed_in: SignInAs, store: Store) -> None:
    """A double click is no disagreement."""
    finding = waiting_in(store, "yasnohirsk", "INFO-08")
    client = signed_in("assessor")

    answers = [send(client, finding, act="confirm").status_code for _ in range(2)]

    assert answers == [303, 303]
    assert len(assessments_of(store, finding)) == 1


@pytest.mark.parametrize("change", [update(Assessment).values(comment="інше"), delete(Assessment)])
def test_assessments_are_append_only(change: Any, store: Store) -> None:  # noqa: ANN401  # two kinds of statement
    """No program error and no administrator rewrites what a person decided."""
    with pytest.raises(DatabaseError, match="append-only"), store.writing() as db:
        db.execute(change)


def test_words_survive_an_ended_sign_in(signed_in: SignInAs, store: Store) -> None:
    """Whoever wrote for half an hour gets the text back."""
    client = signed_in("assessor")
    finding = waiting_in(store, "yasnohirsk", "INFO-08")
    token = form_token(client.get("/").text)
    with store.writing() as db:
        db.scalars(select(SignIn)).one().ended_at = now()

    answer = client.post(
        f"/findings/{finding.id}/assessments",
        data={"token": token, "act": "correct", "verdict": "met", "comment": "Довгий текст", "version": "0"},
    )

    assert answer.status_code == 401
    assert answer.context["kept"] == "Довгий текст"
    assert f"/findings/{finding.id}" in answer.context["back"]
