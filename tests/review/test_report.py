"""The report of a city: everything that stands, in words, small enough for a poor line, and blind where it must be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models.accuracy import record_accuracy
from models.base import now
from models.items import item_of
from models.judging import Assessment
from models.people import Person
from models.replying import Reply
from models.store import Store
from models.vocabulary import ReplyState, Verdict
from tests.review.asking import waiting_in

SignInAs = Callable[[str], Any]


def rows(page: Any) -> dict[str, Any]:  # noqa: ANN401  # a test client's answer
    """The rows of a report by indicator."""
    return {row.question.id: row for area in page.context["areas"] for row in area.rows}


@pytest.mark.parametrize("language", ["uk", "en"])
def test_a_report_holds_every_question(language: str, signed_in: SignInAs) -> None:
    """Each with its verdict in words, its reason and where it was seen; well under 150 KB."""
    page = signed_in("analyst").get(f"/cities/duby/report?lang={language}")

    assert page.status_code == 200
    assert len(rows(page)) == 12
    assert len(page.content) < 150_000
    assert "https://duby.test/biudzhet/" in page.text
    assert ("Бюджет", "Budget")[language == "en"] in page.text


def test_what_people_said_stands_before_the_machine(signed_in: SignInAs) -> None:
    """What a person confirmed is theirs, what waits is the machine's, with what to publish where something lacks."""
    found = rows(signed_in("analyst").get("/cities/duby/report"))

    confirmed, waiting = found["INFO-01"], found["BUDG-04"]
    assert confirmed.settled
    assert (confirmed.verdict, confirmed.settled.act) == (Verdict.PARTLY_MET, "confirm")
    assert (waiting.verdict, waiting.settled) == (Verdict.NOT_MET, None)
    assert waiting.publish


@pytest.mark.parametrize("login", ["assessor", "second"])
def test_a_report_is_blind_to_those_who_still_decide(login: str, signed_in: SignInAs) -> None:
    """Of an open question they learn neither the verdict nor why."""
    found = rows(signed_in(login).get("/cities/yasnohirsk/report"))

    assert {row.verdict for row in found.values()} == {None}
    assert not [row for row in found.values() if row.publish or row.accuracy]


def test_replies_stand_beside_what_they_answer(signed_in: SignInAs, store: Store) -> None:
    """The city's words, what became of them, and no script of theirs."""
    finding = waiting_in(store, "duby", "BUDG-04")
    with store.writing() as db:
        item = item_of(db, finding.id)
        assert item
        db.add(
            Reply(
                round=item.round,
                item_id=item.id,
                finding_id=finding.id,
                city="duby",
                indicator="BUDG-04",
                person_id=db.query(Person).filter(Person.login == "chief").one().id,
                note="Паспорти тут <script>alert(1)</script>",
                state=ReplyState.DECLINED,
                created_at=now(),
                outcome="Це за 2024 рік",
            )
        )

    page = signed_in("analyst").get("/cities/duby/report").text

    assert "Паспорти тут &lt;script&gt;" in page
    assert "Це за 2024 рік" in page


def test_how_often_a_check_is_right_is_said(signed_in: SignInAs, store: Store) -> None:
    """Beside a machine's verdict stands its measurement, with its numbers."""
    measured = {
        "indicator": "BUDG-04",
        "verdict": Verdict.NOT_MET,
        "said": 35,
        "right": 34,
        "there": 36,
        "left": 1,
    }
    record_accuracy(store, "transparent-cities", "2026.1", "gold", [measured])

    row = rows(signed_in("analyst").get("/cities/duby/report"))["BUDG-04"]

    assert (row.accuracy.right, row.accuracy.said) == (34, 35)


def test_another_regions_report_is_not_there(signed_in: SignInAs) -> None:
    """404, as for every page of that city."""
    assert signed_in("center").get("/cities/duby/report").status_code == 404


def test_names_of_assessors_are_not_in_a_report(signed_in: SignInAs, store: Store) -> None:
    """It may go to the city: whose verdict it is stays with the monitor."""
    page = signed_in("analyst").get("/cities/duby/report").text

    with store.reading() as db:
        assert db.query(Assessment).count()
    assert "Марія" not in page
