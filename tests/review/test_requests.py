"""Information requests on the desk: written from what the web left open, sent, answered, and kept in scope."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from custody.canonical import row_digest
from models.archive import Archive
from models.custody import LogEntry, Submission
from models.replying import InformationRequest, RequestAct
from models.requests import today
from models.store import Store
from models.vocabulary import LogKind, RequestState, SubmissionKind
from models.working_days import working_day_after
from review.letter import OPENING, Topic, council, first_draft
from tests.review.conftest import form_token

SignInAs = Callable[[str], Any]
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer <<>>\n%%EOF\n"
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def archive(settled_round: Path, tmp_path: Path) -> Archive:
    """An archive of this test's own: here it is written to."""
    del settled_round
    return Archive(tmp_path / "archive")


def row_of(store: Store, city: str = "verbopil") -> InformationRequest:
    """The one request to the council of *city*."""
    with store.reading() as db:
        return db.scalars(select(InformationRequest).where(InformationRequest.city == city)).one()


def acts_of(store: Store, request_id: int) -> list[RequestAct]:
    """All that was done with a request, in order."""
    with store.reading() as db:
        chosen = select(RequestAct).where(RequestAct.request_id == request_id)
        return list(db.scalars(chosen.order_by(RequestAct.version)))


def write(client: Any, slug: str = "verbopil", **fields: Any) -> Any:  # noqa: ANN401  # a test client and its answer
    """Send the form of a new request, with all its questions unless others are given."""
    form = client.get(f"/requests/new?city={slug}").text
    ticked = re.findall(r'name="question" value="([^"]+)"', form)
    said = {"token": form_token(form), "city": slug, "reply_to": "koval@west.test", "question": ticked}
    return client.post("/requests", data=said | fields)


def act(client: Any, row: InformationRequest, path: str, version: int, **fields: Any) -> Any:  # noqa: ANN401
    """Send one of the forms of a request's page."""
    files = fields.pop("files", None)
    said = {"token": form_token(client.get("/").text), "version": str(version), **fields}
    return client.post(f"/requests/{row.id}{path}", data=said, files=files)


def words(row: InformationRequest, **changed: str) -> dict[str, str]:
    """The fields of a draft's form."""
    names = ("addressee", "reply_to", "subject", "body")
    return {name: getattr(row, name) for name in names} | changed


def sent(client: Any, store: Store, days_ago: int = 0) -> InformationRequest:  # noqa: ANN401
    """A request to Verbopil that was sent so many days ago."""
    write(client)
    row = row_of(store)
    day = (today() - timedelta(days=days_ago)).isoformat()
    assert act(client, row, "", 1, act="sent", day=day, **words(row)).status_code == 303
    return row_of(store)


def test_a_request_asks_what_the_web_left_open(signed_in: SignInAs, store: Store) -> None:
    """The draft is a letter to the right council, by law, with the questions in the methodology's words."""
    client = signed_in("assessor")

    answer = write(client)

    row = row_of(store)
    page = client.get(answer.headers["location"]).text
    assert (row.state, row.questions) == (RequestState.DRAFT, ["DATA-02", "PROC-01"])
    assert row.addressee == "Вербопільській міській раді"
    assert row.body.startswith(OPENING)
    assert "1. Кабінет розпорядника на data.gov.ua: прошу повідомити, чи має міська рада кабінет" in row.body
    assert "koval@west.test" in page
    assert "Марія Коваль" in page


def test_a_letter_is_numbered_through_its_areas() -> None:
    """Areas are headings, questions end as sentences."""
    topics = [Topic("Бюджет", "Паспорти", "Чи є паспорти?"), Topic("Житло", "Черга", "Яку чергу ведуть?")]

    body = first_draft("Умань", topics, "a@b.test").body

    assert (
        "Бюджет\n1. Паспорти: прошу повідомити, чи є паспорти.\n\nЖитло\n2. Черга: прошу повідомити, яку"
        in body
    )


@pytest.mark.parametrize(
    ("city", "addressee"),
    [
        ("Луцьк", "Луцькій міській раді"),
        ("Хмельницький", "Хмельницькій міській раді"),
        ("Київ", "Київській міській раді"),
        ("Кам’янське", "Кам’янській міській раді"),
        ("Ужгород", "Ужгородській міській раді"),
        ("Одеса", "Міській раді, м. Одеса"),
        ("Стрий", "Міській раді, м. Стрий"),
        ("Кривий Ріг", "Міській раді, м. Кривий Ріг"),
    ],
)
def test_a_council_is_named_correctly_or_plainly(city: str, addressee: str) -> None:
    """An adjective is formed where it has no exceptions; elsewhere the city stands beside the council."""
    assert council(city) == addressee


def test_what_is_asked_already_is_not_ticked_again(signed_in: SignInAs) -> None:
    """The pretend round has a draft about DATA-02 of Yasnohirsk."""
    page = signed_in("assessor").get("/requests/new?city=yasnohirsk").text

    assert re.findall(r'value="([A-Z]+-\d+)" checked', page) == ["PROC-01"]


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"question": []}, "questions"),
        ({"reply_to": " "}, "reply_to"),
        ({"question": ["BUDG-01"]}, "questions"),
    ],
)
def test_a_refused_form_keeps_what_was_ticked(
    fields: dict[str, Any], fault: str, signed_in: SignInAs, store: Store
) -> None:
    """Nothing is written, and the form says what it lacks."""
    answer = write(signed_in("assessor"), **fields)

    assert answer.status_code == 422
    assert answer.context["choice"].fault == f"requests.fault.{fault}"
    with store.reading() as db:
        assert db.scalar(select(func.count()).select_from(InformationRequest)) == 1


def test_sending_keeps_the_whole_letter_and_starts_the_clock(signed_in: SignInAs, store: Store) -> None:
    """Words changed in the same form are sent as changed; after that they stand for good."""
    client = signed_in("assessor")
    write(client)
    row = row_of(store)

    act(client, row, "", 1, act="sent", day=today().isoformat(), **words(row, body=f"Прошу. {HOSTILE}"))

    row, told = row_of(store), acts_of(store, row.id)
    page = client.get(f"/requests/{row.id}").text
    assert [one.act for one in told] == ["draft", "revised", "sent"]
    assert told[-1].words.startswith("Кому: Вербопільській міській раді\nВід кого: Марія Коваль")
    assert row.due_on == working_day_after(today(), 5)
    assert HOSTILE not in page
    assert client.get(f"/requests/{row.id}/letter.txt").text == f"{told[-1].words}\n"
    assert act(client, row, "", 3, act="revised", **words(row, body="інше")).status_code == 422


def test_the_list_begins_with_what_is_overdue(signed_in: SignInAs, store: Store) -> None:
    """A request sent a month ago stands above a draft, and is counted."""
    client = signed_in("assessor")
    row = sent(client, store)
    with store.writing() as db:
        late = db.get_one(InformationRequest, row.id)
        late.sent_on, late.due_on = today() - timedelta(days=30), today() - timedelta(days=20)

    page = client.get("/requests")

    assert [one.city.slug for one in page.context["lines"]] == ["verbopil", "yasnohirsk"]
    assert page.context["overdue"] == 1
    assert [one.request.id for one in client.get("/requests?which=overdue").context["lines"]] == [row.id]


def test_an_answer_is_evidence_to_every_question(signed_in: SignInAs, store: Store) -> None:
    """The council's file is brought to the finding of each question; twice the same form is once."""
    client = signed_in("assessor")
    row = sent(client, store)
    fields = {"day": today().isoformat(), "words": "Відповіли повністю", "files": {"file": ("v.pdf", PDF)}}

    answers = [act(client, row, "/submissions", 2, **dict(fields)) for _ in range(2)]

    row = row_of(store)
    with store.reading() as db:
        brought = db.scalars(select(Submission).order_by(Submission.id)).all()
    assert [one.status_code for one in answers] == [303, 303]
    assert (row.state, row.submission_id) == (RequestState.ANSWERED, brought[0].id)
    assert [(one.indicator, one.kind) for one in brought] == [
        ("DATA-02", SubmissionKind.ANSWER),
        ("PROC-01", SubmissionKind.ANSWER),
    ]
    assert "v.pdf" in client.get(f"/findings/{brought[0].finding_id}").text


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        (None, "requests.fault.file"),
        (("v.exe", b"MZ\x00\x00"), "submit.fault.kind"),
        (("v.pdf", b""), "submit.fault.empty"),
    ],
)
def test_a_bad_answer_leaves_the_request_waiting(
    file: tuple[str, bytes] | None, fault: str, signed_in: SignInAs, store: Store
) -> None:
    """It says what is the matter and keeps the words; nothing is stored."""
    client = signed_in("assessor")
    row = sent(client, store)

    answer = act(
        client,
        row,
        "/submissions",
        2,
        day=today().isoformat(),
        words="моє слово",
        files={"file": file} if file else None,
    )

    assert (answer.status_code, answer.context["left"].fault) == (422, fault)
    assert "моє слово" in answer.text
    assert row_of(store).state is RequestState.SENT


def test_two_people_on_one_draft_lose_nothing(signed_in: SignInAs, store: Store) -> None:
    """Who was slower is shown both texts, and may send again."""
    quick, slow = signed_in("second"), signed_in("assessor")
    write(slow)
    row = row_of(store)

    act(quick, row, "", 1, act="revised", **words(row, body="Текст Тараса"))
    answer = act(slow, row, "", 1, act="revised", **words(row, body="Текст Марії"))

    assert answer.status_code == 409
    assert "Текст Тараса" in answer.text
    assert "Текст Марії" in answer.text
    assert row_of(store).body == "Текст Тараса"


def test_every_act_is_a_line_of_the_log(signed_in: SignInAs, store: Store) -> None:
    """The log speaks for each act and tells nothing of its words."""
    client = signed_in("assessor")
    row = sent(client, store)
    act(client, row, "/acts", 2, act="refused", day=today().isoformat(), words="конфіденційно")

    with store.reading() as db:
        lines = db.scalars(
            select(LogEntry).where(LogEntry.kind == LogKind.REQUEST).order_by(LogEntry.seq)
        ).all()

    told = acts_of(store, row.id)
    assert [line.digest for line in lines] == [row_digest(one) for one in told]
    assert "конфіденційно" not in str([line.body for line in lines])


@pytest.mark.parametrize("path", ["", "/letter.txt"])
def test_another_regions_request_is_not_there(path: str, signed_in: SignInAs, store: Store) -> None:
    """Scope is part of the question to the database: 404, and nothing is listed."""
    row = row_of(store, "yasnohirsk")
    client = signed_in("center")

    assert client.get(f"/requests/{row.id}{path}").status_code == 404
    assert client.get("/requests").context["lines"] == []
    assert client.get("/requests/new?city=yasnohirsk").status_code == 404
    assert act(client, row, "/acts", 1, act="withdrawn").status_code == 404
    assert write(client, "tykhopil", city="yasnohirsk").status_code == 404


def test_others_look_and_do_nothing(signed_in: SignInAs, store: Store) -> None:
    """An analyst sees the request without a form, and may not act."""
    row = row_of(store, "yasnohirsk")
    client = signed_in("analyst")

    page = client.get(f"/requests/{row.id}").text

    assert "<textarea" not in page
    assert act(client, row, "/acts", 1, act="withdrawn").status_code == 403


def test_a_draft_is_made_to_ask_other_questions(signed_in: SignInAs, store: Store) -> None:
    """The ticks, the list in the letter and the record change together; sent twice it is one act."""
    client = signed_in("assessor")
    write(client)
    before = row_of(store)
    kept = before.questions[0]

    answers = [
        act(client, before, "", 1, act="asked", question=[kept, "WEB-99"], **words(before)) for _ in range(2)
    ]

    after = row_of(store)
    assert [one.status_code for one in answers] == [303, 303]
    assert (len(before.questions) > 1, after.questions) == (True, [kept])
    assert ("\n1. " in after.body, "\n2. " in after.body) == (True, False)
    assert after.body.startswith(OPENING)
    assert [one.act for one in acts_of(store, after.id)] == ["draft", "revised"]


def test_a_letter_in_somebodys_own_words_is_left_to_them(signed_in: SignInAs, store: Store) -> None:
    """A list that was rewritten is not guessed at: the questions change, the letter stays as it was written."""
    client = signed_in("assessor")
    write(client)
    row = row_of(store)

    said = words(row, body="Прошу все це надати.")
    act(client, row, "", 1, act="asked", question=row.questions[:1], **said)

    assert (row_of(store).body, row_of(store).questions) == ("Прошу все це надати.", row.questions[:1])


def test_a_draft_that_asks_nothing_is_refused_and_keeps_its_words(signed_in: SignInAs, store: Store) -> None:
    """No tick is no request; what was written in the letter meanwhile stands in the form."""
    client = signed_in("assessor")
    write(client)
    row = row_of(store)

    answer = act(client, row, "", 1, act="asked", **words(row, subject="Нова тема"))

    assert (answer.status_code, answer.context["left"].fault) == (422, "requests.fault.questions")
    assert 'value="Нова тема"' in answer.text
    assert row_of(store).questions == row.questions


@pytest.mark.parametrize("day", ["2026-02-31", "завтра", "20261301", "0"])
def test_a_day_that_is_in_no_calendar_is_refused(day: str, signed_in: SignInAs, store: Store) -> None:
    """31 February is neither a day of sending nor, silently, the latest that the law allows; words and day stay."""
    client = signed_in("assessor")
    write(client)
    row = row_of(store)
    unsent = act(client, row, "", 1, act="sent", day=day, **words(row))
    act(client, row, "", 1, act="sent", day=today().isoformat(), **words(row))

    put_off = act(client, row, "/acts", 2, act="extended", day=day, words="Багато паперів.")

    for answer in (unsent, put_off):
        assert (answer.status_code, answer.context["left"].fault) == (422, "requests.fault.day")
        assert f'value="{day}"' in answer.text
    assert "Багато паперів." in put_off.text
    assert [one.act for one in acts_of(store, row.id)] == ["draft", "sent"]
