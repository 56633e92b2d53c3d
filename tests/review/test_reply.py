"""A city replies, its link is checked, an assessor answers, and the public sees the numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from custody.canonical import digest
from models.archive import Archive
from models.base import now
from models.custody import LogEntry, Submission
from models.facts import Answer, Evidence
from models.findings import Answered, record_answers
from models.judging import Assessment, Finding
from models.people import Person
from models.replies import keep_checked, repeat_finding, said_of_reply
from models.replying import Reply
from models.reviewing import Item, Round
from models.store import Store
from models.submissions import visit_for
from models.vocabulary import LogKind, Reason, ReplyState, Role, Verdict
from review.guarding import LARGEST_BODY
from review.replying import today
from review.sniffing import LARGEST_FILE
from review.speech import Speech
from tests.review.conftest import TestClient, form_token

SignInAs = Callable[[str], Any]
CITY, ROUND = "yasnohirsk", "2026-11"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer <<>>\n%%EOF\n"
LINK = "https://yasnohirsk.test/pasporty-2026"


@pytest.fixture
def archive(settled_round: Path, tmp_path: Path) -> Archive:
    """An archive of this test's own: here it is written to."""
    del settled_round
    return Archive(tmp_path / "archive")


@pytest.fixture(autouse=True)
def officials(store: Store) -> None:
    """An official of each of two cities, and a window that is open."""
    with store.writing() as db:
        for login, city in (("official", CITY), ("stranger", "verbopil")):
            db.add(
                Person(
                    login=login,
                    name=f"Посадовець {login}",
                    organisation="Міська рада",
                    role=Role.OFFICIAL,
                    region=None,
                    city=city,
                    password_hash="",
                    active=True,
                    created_at=now(),
                )
            )
    move_window(store, -3, 4)


def move_window(store: Store, begins: int, ends: int) -> None:
    """Let cities reply from so many days from today to so many."""
    with store.writing() as db:
        of_round = db.get_one(Round, ROUND)
        of_round.reply_from = today() + timedelta(days=begins)
        of_round.reply_until = today() + timedelta(days=ends)


def item(store: Store, indicator: str = "BUDG-04") -> Item:
    """An item of the city that waits."""
    with store.reading() as db:
        return db.scalars(
            select(Item).where(Item.city == CITY, Item.round == ROUND, Item.indicator == indicator)
        ).one()


def send(
    client: Any,  # noqa: ANN401  # a test client
    finding_id: int,
    file: tuple[str, bytes] | None = None,
    **fields: str,
) -> Any:  # noqa: ANN401  # its answer
    """Send the form of a reply."""
    said = {
        "token": form_token(client.get("/reply").text),
        "note": "Паспорти є в розділі «Бюджет».",
        **fields,
    }
    return client.post(f"/reply/{finding_id}/submissions", data=said, files={"file": file} if file else None)


def only(store: Store) -> Reply:
    """The one reply there is."""
    with store.reading() as db:
        return db.scalars(select(Reply)).one()


def check(store: Store, *, finds: bool = False) -> None:
    """Have the machine look at the one reply: it finds nothing new, or that the question is met."""
    with store.writing() as db:
        row = only(store)
        visit, standing = visit_for(db, row.city, row.round), db.get_one(Finding, row.finding_id)
        db.flush()
        repeated = None if finds else repeat_finding(db, visit, standing, {"changes": 0}).id
    found = repeated or met(store, visit.id, standing)
    with store.writing() as db:
        keep_checked(db.get_one(Reply, row.id), found)


def met(store: Store, visit_id: int, standing: Finding) -> int:
    """A finding of what was brought: the question is met by it."""
    shown = Evidence(LINK, "Паспорти бюджетних програм на 2026 рік", "c")
    said = Answer(Verdict.MET, Reason.DOCUMENT_FOUND, 0.9, (shown,), detail={"changes": 1})
    [found] = record_answers(
        store,
        visit_id,
        [Answered(standing.indicator, said, standing.rule_version)],
        methodology=standing.methodology,
        methodology_version=standing.methodology_version,
        reader_version=standing.reader_version,
    )
    return found


def test_an_official_sees_their_city_and_no_other(signed_in: SignInAs, store: Store) -> None:
    """All findings of the round by area, what each rests on, and how long replies are taken."""
    client = signed_in("official")

    page = client.get("/reply").text
    foreign = signed_in("stranger").get(f"/reply/{item(store).finding_id}")

    assert "Ясногірськ" in page
    assert "Про бюджет міської територіальної громади на 2026 рік" in page
    assert Speech("uk").count("reply.left", 5) in page
    assert foreign.status_code == 404


@pytest.mark.parametrize("path", ["/reply", "/reply/1"])
def test_only_officials_reply(path: str, signed_in: SignInAs, visitor: TestClient) -> None:
    """Assessors have pages of their own; a stranger signs in first."""
    assert signed_in("assessor").get(path).status_code == 403
    assert visitor.get(path).status_code == 303


def test_a_reply_with_a_link_waits_for_its_check(signed_in: SignInAs, store: Store) -> None:
    """Words and link are kept, the log has a line of its digest, the page looks again by itself."""
    client = signed_in("official")
    asked = item(store)

    answer = send(client, asked.finding_id, link=LINK)

    row = only(store)
    page = client.get(answer.headers["location"])
    still = client.get(f"/reply/{asked.finding_id}?still=1")
    with store.reading() as db:
        brought = db.scalars(select(Submission)).one()
        line = db.scalars(select(LogEntry).where(LogEntry.kind == LogKind.REPLY)).one()
        replied = db.get_one(Item, asked.id).replied
    assert (answer.status_code, row.state, row.submission_id) == (303, ReplyState.CHECKING, brought.id)
    assert (brought.url, replied) == (LINK, True)
    assert (line.subject, line.digest) == (f"reply {row.id}", digest(said_of_reply(row)))
    assert page.headers["refresh"] == "3"
    assert "Перевіряємо." in page.text
    assert "refresh" not in still.headers


def test_words_alone_go_to_a_person(signed_in: SignInAs, store: Store) -> None:
    """A reply that brings nothing has nothing to be checked."""
    send(signed_in("official"), item(store).finding_id)

    assert only(store).state is ReplyState.CHECKED


def test_a_file_is_taken_in_with_the_reply(signed_in: SignInAs, store: Store, archive: Archive) -> None:
    """Its bytes are in the archive, and it waits for the machine to read it."""
    send(signed_in("official"), item(store).finding_id, ("Паспорт.pdf", PDF))

    row = only(store)
    with store.reading() as db:
        brought = db.get_one(Submission, row.submission_id)
    assert (row.state, brought.filename) == (ReplyState.CHECKING, "Паспорт.pdf")
    assert list(archive.root.rglob("*"))


def test_a_form_sent_twice_is_one_reply(signed_in: SignInAs, store: Store) -> None:
    """A line lost and tried again: one reply, one submission, one line of the log."""
    client = signed_in("official")

    for _ in range(2):
        send(client, item(store).finding_id, link=LINK)

    with store.reading() as db:
        lines = db.scalars(select(LogEntry).where(LogEntry.kind == LogKind.REPLY)).all()
        brought = db.scalars(select(Submission)).all()
    assert only(store).state is ReplyState.CHECKING
    assert (len(lines), len(brought)) == (1, 1)


@pytest.mark.parametrize(("begins", "ends"), [(-9, -1), (1, 9)])
def test_outside_the_window_the_day_is_named_and_the_words_are_kept(
    begins: int, ends: int, signed_in: SignInAs, store: Store
) -> None:
    """Said plainly with both days and whom to write to; nothing is written down, nothing is lost."""
    client = signed_in("official")
    move_window(store, begins, ends)

    answer = send(client, item(store).finding_id, link=LINK)

    with store.reading() as db:
        rows = [*db.scalars(select(Reply)), *db.scalars(select(Submission))]
    assert (answer.status_code, rows) == (422, [])
    assert Speech("uk").day(today() + timedelta(days=ends)) in answer.text
    assert "desk@city.test" in answer.text
    assert "Паспорти є в розділі «Бюджет»." in answer.text
    assert LINK in answer.text


def test_the_last_day_counts_to_its_end(signed_in: SignInAs, store: Store) -> None:
    """A window that ends today is open."""
    move_window(store, -9, 0)

    assert send(signed_in("official"), item(store).finding_id).status_code == 303


@pytest.mark.parametrize(
    ("fields", "file", "fault"),
    [
        ({"note": " "}, None, "reply.fault.words"),
        ({"note": "x" * 4001}, None, "reply.fault.long"),
        ({"link": LINK}, ("a.pdf", PDF), "reply.fault.both"),
        ({"link": "javascript:alert(1)"}, None, "submit.fault.link"),
        ({"link": "http://127.0.0.1 /"}, None, "submit.fault.link"),
        ({}, ("a.zip", b"PK\x03\x04 and no more"), "submit.fault.broken"),
        ({}, ("a.exe", b"MZ\x90\x00\x03"), "submit.fault.kind"),
        ({}, ("a.pdf", b""), "submit.fault.empty"),
    ],
)
def test_what_is_refused_is_told_in_one_sentence(
    fields: dict[str, str],
    file: tuple[str, bytes] | None,
    fault: str,
    signed_in: SignInAs,
    store: Store,
) -> None:
    """422, the reason, and the words still in the form."""
    answer = send(signed_in("official"), item(store).finding_id, file, **fields)

    with store.reading() as db:
        assert db.scalars(select(Reply)).all() == []
    assert answer.status_code == 422
    assert Speech("uk")(fault).split("&")[0][:30] in answer.text
    assert fields.get("link", "") in answer.text


def test_w16_a_flood_ends_at_the_limit(signed_in: SignInAs, store: Store, visitor: TestClient) -> None:
    """W16: too large a file is refused before it is read, for strangers at the limit of a plain form."""
    asked = item(store).finding_id

    flood = send(signed_in("official"), asked, ("a.pdf", PDF + bytes(LARGEST_FILE + LARGEST_BODY)))
    stranger = visitor.post(f"/reply/{asked}/submissions", content=bytes(LARGEST_BODY + 1))

    assert (flood.status_code, stranger.status_code) == (413, 413)


def test_what_is_met_needs_no_reply(signed_in: SignInAs, store: Store) -> None:
    """No form is offered, and none is taken."""
    client = signed_in("official")
    asked = item(store, "BUDG-01").finding_id

    page = client.get(f"/reply/{asked}").text
    answer = send(client, asked)

    assert 'name="note"' not in page
    assert answer.status_code == 422


def test_the_check_is_told_as_before_and_after(signed_in: SignInAs, store: Store) -> None:
    """Both sides see the verdict before and after and the new words it rests on."""
    client = signed_in("official")
    send(client, item(store).finding_id, link=LINK)
    check(store, finds=True)

    theirs = client.get(f"/reply/{item(store).finding_id}")
    ours = signed_in("assessor").get(f"/replies/{only(store).id}").text

    assert "refresh" not in theirs.headers
    for page in (theirs.text, ours):
        assert "Паспорти бюджетних програм на 2026 рік" in page
        assert page.index("is-not-met") < page.index("is-met")
    assert "Марія Коваль" not in theirs.text


def test_a_recheck_takes_the_place_of_nothing(signed_in: SignInAs, store: Store) -> None:
    """The city's page and the comparison of runs speak of visits, and of no reply."""
    before = signed_in("assessor").get(f"/cities/{CITY}").text.count("/findings/")
    send(signed_in("official"), item(store).finding_id, link=LINK)
    check(store, finds=True)

    page = signed_in("assessor").get(f"/cities/{CITY}").text
    drift = signed_in("chief").get("/drift").text

    assert page.count("/findings/") == before
    assert "submitted" not in drift


def answering(client: Any, reply_id: int, **fields: str) -> Any:  # noqa: ANN401  # a test client and its answer
    """Send the form that answers a reply."""
    said = {
        "token": form_token(client.get("/replies/waiting").text),
        "words": "Бачимо, дякуємо.",
        "version": "0",
        **fields,
    }
    return client.post(f"/replies/{reply_id}/answer", data=said)


def test_to_accept_is_to_assess(signed_in: SignInAs, store: Store) -> None:
    """The assessment has the words, the reply points at it, the official reads them without a name."""
    client = signed_in("official")
    send(client, item(store).finding_id, link=LINK)
    check(store, finds=True)

    answer = answering(signed_in("assessor"), only(store).id, act="accept", verdict="met")

    row = only(store)
    page = client.get(f"/reply/{item(store).finding_id}").text
    with store.reading() as db:
        made = db.get_one(Assessment, row.assessment_id)
        lines = db.scalars(select(LogEntry.kind).order_by(LogEntry.seq)).all()
    assert (answer.status_code, row.state, made.verdict) == (303, ReplyState.ACCEPTED, Verdict.MET)
    assert (made.comment, item(store).replied) == ("Бачимо, дякуємо.", False)
    assert lines[-2:] == [LogKind.ASSESSMENT, LogKind.REPLY]
    assert "Бачимо, дякуємо." in page
    assert "Марія Коваль" not in page


def test_to_decline_takes_words_and_changes_no_verdict(signed_in: SignInAs, store: Store) -> None:
    """Without words it is refused; with them the reply is declined, and no assessment is made."""
    send(signed_in("official"), item(store).finding_id)
    client = signed_in("assessor")
    before = item(store)

    refused = answering(client, only(store).id, act="decline", words=" ")
    answering(client, only(store).id, act="decline", words="Це документ за інший рік.")
    answering(client, only(store).id, act="decline", words="Це документ за інший рік.")

    row = only(store)
    assert (refused.status_code, row.state, row.assessment_id) == (422, ReplyState.DECLINED, None)
    assert (item(store).replied, item(store).state) == (False, before.state)


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"act": "accept"}, "reply.fault.verdict"),
        ({"act": "accept", "verdict": "not-met"}, "reply.fault.same"),
        ({"act": "accept", "verdict": "met", "words": ""}, "reply.fault.why"),
    ],
)
def test_an_answer_that_lacks_something_is_shown_again(
    fields: dict[str, str], fault: str, signed_in: SignInAs, store: Store
) -> None:
    """422, and why."""
    send(signed_in("official"), item(store).finding_id)

    answer = answering(signed_in("assessor"), only(store).id, **fields)

    assert answer.status_code == 422
    assert Speech("uk")(fault)[:25] in answer.text
    assert only(store).state is ReplyState.CHECKED


def test_nobody_answers_for_another_region(signed_in: SignInAs, store: Store) -> None:
    """404, and it is not in their list."""
    send(signed_in("official"), item(store).finding_id)
    client = signed_in("center")

    assert client.get(f"/replies/{only(store).id}").status_code == 404
    assert answering(client, only(store).id, act="decline").status_code == 404
    assert "Ясногірськ" not in client.get("/replies/waiting").text
    assert "Ясногірськ" in signed_in("assessor").get("/replies/waiting").text


def test_the_public_sees_numbers_and_nobody(signed_in: SignInAs, store: Store, visitor: TestClient) -> None:
    """Replies, checks, outcomes and how often a question was overturned; no name and no words."""
    send(signed_in("official"), item(store).finding_id, link=LINK)
    check(store, finds=True)
    answering(signed_in("assessor"), only(store).id, act="accept", verdict="met")

    page = visitor.get("/replies").text

    assert "BUDG-04" in page
    assert Speech("uk").percent(1.0) in page
    assert "Посадовець" not in page
    assert "Паспорти є в розділі" not in page


def test_before_anybody_replied_the_page_says_so(visitor: TestClient) -> None:
    """No table of noughts."""
    assert "Відповідей ще не було" in visitor.get("/replies").text


def test_what_an_official_writes_is_text(signed_in: SignInAs, store: Store) -> None:
    """Markup in a reply is shown and never run."""
    client = signed_in("official")

    send(client, item(store).finding_id, note="<script>alert(1)</script>")

    pages = (client.get(f"/reply/{item(store).finding_id}"), signed_in("assessor").get("/replies/waiting"))
    assert all("<script>alert" not in page.text for page in pages)
    assert all("&lt;script&gt;" in page.text for page in pages)
