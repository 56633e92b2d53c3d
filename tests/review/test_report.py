"""The report of a city: everything that stands, in words, small enough for a poor line, and blind where it must be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models.accuracy import record_accuracy
from models.base import now
from models.facts import Answer, Evidence, SearchRecord
from models.findings import Answered, record_answers
from models.items import item_of
from models.judging import Assessment, Finding
from models.people import Person
from models.replying import Reply
from models.store import Store
from models.vocabulary import Reason, ReplyState, Verdict
from review.questions import Questions
from review.views.report import ROOM, SHORTEST, longest
from tests.review.asking import waiting_in

SignInAs = Callable[[str], Any]
SEARCHED = SearchRecord(complete=True, looked_at=24)


def rows(page: Any) -> dict[str, Any]:  # noqa: ANN401  # a test client's answer
    """The rows of a report by indicator."""
    return {row.question.id: row for area in page.context["areas"] for row in area.rows}


def replied(store: Store, finding: Finding, note: str, outcome: str = "") -> None:
    """A reply of the city that was declined."""
    with store.writing() as db:
        item = item_of(db, finding.id)
        assert item
        db.add(
            Reply(
                round=item.round,
                item_id=item.id,
                finding_id=finding.id,
                city=item.city,
                indicator=item.indicator,
                person_id=db.query(Person).filter(Person.login == "chief").one().id,
                note=note,
                state=ReplyState.DECLINED,
                created_at=now(),
                outcome=outcome,
            )
        )


def answered(number: int, indicator: str) -> Answered:
    """What a check says of a middling council: of five questions two are lacking, two are there in part."""
    url = f"https://duby.test/publichna-informatsiia/dokumenty-miskoi-rady/rozdil-{number}/storinka"
    shown = Evidence(url, "Звіт про виконання бюджету громади", "c" * 32)
    match number % 5:
        case 0 | 1:
            detail: dict[str, Any] = {"looked_at": 24}
            said = Answer(Verdict.NOT_MET, Reason.NO_DOCUMENT, 0.9, (), SEARCHED, detail=detail)
        case 2 | 3:
            detail = {"found": number, "expected": 200, "missing": "2025-05-27, 2025-11-11, 2026-02-03"}
            said = Answer(Verdict.PARTLY_MET, Reason.INCOMPLETE_SERIES, 0.8, (shown,), detail=detail)
        case _:
            detail = {"title": f"Про бюджет громади на 2026 рік, частина {number}", "count": 8}
            said = Answer(Verdict.MET, Reason.DOCUMENT_FOUND, 0.9, (shown,), detail=detail)
    return Answered(indicator, said, "1")


def whole_council(store: Store) -> list[Finding]:
    """Have the whole methodology answered for Duby, each answer by a check that was measured."""
    pack = Questions().pack("transparent-cities")
    assert pack is not None
    asked = [one.id for one in pack.indicators]
    row = {"said": 52, "right": 50, "there": 52, "left": 2}
    measured = [{"indicator": one, "verdict": verdict, **row} for one in asked for verdict in Verdict]
    record_accuracy(store, "transparent-cities", "2026.1", "gold", measured)
    ids = record_answers(
        store,
        waiting_in(store, "duby", "BUDG-04").visit_id,
        [answered(number, indicator) for number, indicator in enumerate(asked)],
        methodology="transparent-cities",
        methodology_version="2026.1",
        reader_version="3",
    )
    with store.reading() as db:
        return [db.get_one(Finding, one) for one in ids]


@pytest.mark.parametrize("language", ["uk", "en"])
def test_a_report_of_a_whole_council_with_many_replies_is_small(
    language: str, signed_in: SignInAs, store: Store
) -> None:
    """142 questions and 40 long replies to them: under 120 KB, and the beginning of each reply is there."""
    findings = whole_council(store)
    for number, finding in enumerate(findings[:40]):
        replied(store, finding, f"Відповідь {number}. " + "Оприлюднили. " * 300, "Цього замало. " * 280)

    page = signed_in("analyst").get(f"/cities/duby/report?lang={language}")

    assert len(findings) == 142
    assert len(page.content) < 120_000
    assert all(f"Відповідь {number}. Оприлюднили" in page.text for number in range(40))


def test_however_much_people_write_a_report_stays_small(signed_in: SignInAs, store: Store) -> None:
    """Every question replied to five times, at the greatest length, in signs that take most room: under 150 KB."""
    findings = whole_council(store)
    for finding in findings:
        for number in range(5):
            replied(store, finding, f"{number}" + "<" * 3_999, "&" * 4_000)

    page = signed_in("analyst").get("/cities/duby/report")

    assert len(page.content) < 150_000
    assert page.text.count("Інших відповідей міста: 4") == 40
    assert page.text.count("Інших відповідей міста: 5") == 102


def test_what_is_short_is_told_whole(signed_in: SignInAs, store: Store) -> None:
    """A few long replies are not cut for the many there might be; what is cut says where the whole of it is."""
    finding = waiting_in(store, "duby", "BUDG-04")
    replied(store, finding, "Паспорти " * 300, "Це за 2024 рік")
    whole = signed_in("analyst").get("/cities/duby/report").text
    replied(store, finding, "Паспорти " * 3_000)
    cut = signed_in("analyst").get("/cities/duby/report").text

    assert ("Паспорти " * 300).strip() in whole
    assert f'<a href="/findings/{finding.id}">повністю</a>' not in whole
    assert f'<a href="/findings/{finding.id}">повністю</a>' in cut
    assert "Інших відповідей міста: 1" in cut


@pytest.mark.parametrize(
    ("lengths", "shown"),
    [
        ([], ROOM),
        ([ROOM - 10, 5, 5], ROOM),
        ([ROOM, 10], ROOM - 10),
        ([ROOM, ROOM, 0], ROOM // 2),
        ([4_000] * 1_000, SHORTEST),
    ],
)
def test_what_short_texts_leave_is_for_the_long_ones(lengths: list[int], shown: int) -> None:
    """All together have their room, and however many there are of each something is shown."""
    assert longest(lengths) == shown


def test_a_reason_that_several_share_is_told_once(signed_in: SignInAs, store: Store) -> None:
    """It stands above the questions of its area, under their verdict; a reason of one question stands with it."""
    whole_council(store)

    page = signed_in("analyst").get("/cities/duby/report")

    areas = page.context["areas"]
    nowhere = "Переглянуто всі заплановані сторінки (24); такого документа немає."
    lacking = [sum(row.reason == nowhere for row in area.rows) for area in areas]
    assert page.text.count(nowhere) == sum(bool(number) for number in lacking)
    assert max(lacking) > 1
    for area in areas:
        told = [row for _, _, rows in area.groups for row in rows]
        assert sorted(row.question.id for row in told) == sorted(row.question.id for row in area.rows)


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
    replied(
        store,
        waiting_in(store, "duby", "BUDG-04"),
        "Паспорти тут <script>alert(1)</script>",
        "Це за 2024 рік",
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
