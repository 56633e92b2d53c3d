"""The page on which a finding is settled."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from models.archive import Archive
from models.base import now
from models.crawling import Address, Capture, Picture
from models.facts import PageFacts
from models.facts_json import pack
from models.judging import Assessment, Finding
from models.people import Person, SignIn
from models.store import Store
from models.vocabulary import PageKind, Verdict
from review.decisions import Decision, Overtaken, Recorded, decide
from review.rendering import outside
from review.sessions import SignedIn, begin, resume
from tests.review.conftest import form_token

SignInAs = Callable[[str], Any]

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus=alert(1) x='",
    "</textarea><svg/onload=alert(1)>",
    "{{ 7*7 }}{% raw %}",
    '<a href="javascript:alert(1)">так</a>',
    "\u202e<b>перевернуто</b>",
)


def waiting_in(store: Store, city: str, indicator: str) -> Finding:
    """The newest finding about one question of one city."""
    with store.reading() as db:
        found = db.scalars(
            select(Finding)
            .where(Finding.city == city, Finding.indicator == indicator)
            .order_by(Finding.id.desc())
        ).first()
    assert found
    return found


def assessments_of(store: Store, finding: Finding) -> list[Assessment]:
    """What people decided about it, in order."""
    with store.reading() as db:
        return list(
            db.scalars(
                select(Assessment).where(Assessment.finding_id == finding.id).order_by(Assessment.version)
            )
        )


def send(client: Any, finding: Finding, **fields: str) -> Any:  # noqa: ANN401  # a test client and its answer
    """Send the decision form of *finding* as *client*'s page would."""
    token = form_token(client.get("/").text)
    return client.post(f"/findings/{finding.id}/assessments", data={"token": token, "version": "0", **fields})


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
    assert assessor.get(following).context["settled"][0].id == finding.id


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


def test_racing_decisions_are_never_lost_silently(store: Store) -> None:
    """Of many who decide at once one is recorded, and each of the others is told."""
    finding = waiting_in(store, "yasnohirsk", "INFO-08")
    with store.writing() as db:
        ids = list(
            db.scalars(select(Person.id).where(Person.login.in_(["assessor", "second", "west", "chief"])))
        )
        tokens = [begin(db, person) for person in ids]
    people: list[SignedIn] = [who for token in tokens if (who := resume(store, token))]

    def decides(who: SignedIn) -> object:
        return decide(store, who, finding.id, Decision("correct", Verdict.MET, f"Я {who.person_id}", 0))

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(decides, people))

    assert len([one for one in outcomes if isinstance(one, Recorded)]) == 1
    assert len([one for one in outcomes if isinstance(one, Overtaken)]) == 3
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


def test_the_click_path_starts_at_the_home_page(signed_in: SignInAs, store: Store) -> None:
    """A person can walk to the evidence as the crawler did, by the same words."""
    finding = waiting_in(store, "yasnohirsk", "BUDG-01")

    path = signed_in("assessor").get(f"/findings/{finding.id}").context["path"]

    assert [(step.url, step.anchor) for step in path] == [
        ("https://yasnohirsk.test/", ""),
        ("https://yasnohirsk.test/biudzhet/", "Бюджет"),
    ]


def test_a_ring_in_the_ledger_ends(signed_in: SignInAs, store: Store) -> None:
    """Pages that led to each other do not hang the page."""
    finding = waiting_in(store, "yasnohirsk", "BUDG-01")
    with store.writing() as db:
        of_visit = update(Address).where(Address.visit_id == finding.visit_id)
        db.execute(
            of_visit.where(Address.key == "https://yasnohirsk.test/").values(
                found_on="https://yasnohirsk.test/biudzhet/"
            )
        )

    path = signed_in("assessor").get(f"/findings/{finding.id}").context["path"]

    assert len(path) == 2


def test_the_quote_is_shown_in_its_place(signed_in: SignInAs, store: Store) -> None:
    """The words around the quotation are there, and what the reader took them for."""
    finding = waiting_in(store, "yasnohirsk", "BUDG-01")

    [shown] = signed_in("assessor").get(f"/findings/{finding.id}").context["shown"]

    assert shown.excerpt.quote == finding.evidence[0]["quote"]
    assert shown.excerpt.before.endswith("життя громади. ")
    assert shown.recognised.href == "https://yasnohirsk.test/biudzhet/doc.pdf"


def test_an_absence_shows_the_nearest_miss_and_why(signed_in: SignInAs, store: Store) -> None:
    """Whoever judges a "not met" sees what the machine nearly took."""
    finding = waiting_in(store, "yasnohirsk", "INFO-08")

    page = signed_in("assessor").get(f"/findings/{finding.id}")

    assert page.context["shown"][0].evidence["quote"] == "Протокол засідання виконавчого комітету № 31"
    assert "це документ іншого органу" in page.text
    assert "Знімка цієї сторінки немає" in page.text


def test_where_we_could_not_look_is_said_and_offered(signed_in: SignInAs, store: Store) -> None:
    """A failure of ours is no verdict on the city; the person gets the address to open."""
    finding = waiting_in(store, "yasnohirsk", "DATA-02")

    page = signed_in("assessor").get(f"/findings/{finding.id}")

    assert (
        'href="https://yasnohirsk.test/nabory/" rel="noopener noreferrer" target="_blank" data-key="o"'
        in page.text
    )
    assert "машина не бере на себе висновку" in page.text


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_inert(words: str, signed_in: SignInAs, store: Store, archive: Archive) -> None:
    """Quotes, titles, anchors and addresses of a captured page are text and nothing else."""
    del archive
    finding = waiting_in(store, "yasnohirsk", "BUDG-01")
    capture_id = finding.evidence[0]["capture"]
    hostile = {
        "url": f"javascript:alert(1)//{words}",
        "quote": words,
        "capture": capture_id,
        "title": words,
        "date": None,
    }
    facts = PageFacts(
        url="https://x.test/", title=words, language=None, kind=PageKind.LIST, complete=True, text=words
    )
    fields = {column.name: getattr(finding, column.name) for column in Finding.__table__.columns}
    fields |= {"id": None, "evaluation": 2, "evidence": [hostile], "detail": {"title": words}}
    with store.writing() as db:
        db.execute(
            update(Address).where(Address.capture_id == capture_id).values(anchor=words, url=hostile["url"])
        )
        db.connection().exec_driver_sql(
            "UPDATE readings SET facts = ? WHERE capture_id = ?", (pack(facts), capture_id)
        )
        again = Finding(**fields)
        db.add(again)
    client = signed_in("assessor")
    send(client, again, act="correct", verdict="not-met", comment=words)

    pages = [
        client.get(f"/findings/{again.id}"),
        client.get(f"/captures/{capture_id}"),
        client.get("/cities/yasnohirsk"),
    ]

    for page in pages:
        assert page.status_code == 200
        if "<" in words:
            assert words not in page.text
        assert 'href="javascript:' not in page.text
        assert "onfocus=alert(1) x=''" not in page.text
        assert " onerror=alert(1)>" not in page.text.replace("onerror=alert(1)&gt;", "")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//evil.test",
        "http:///x",
        "https://",
        "file:///etc/passwd",
        "http://a\u202eb.test/",
        "http://[",
        "",
    ],
)
def test_only_web_addresses_are_links(url: str) -> None:
    """A captured address of any other kind is shown as text."""
    assert outside(url) is None
    assert outside("https://city.test/а") == "https://city.test/а"


def test_captured_bytes_are_only_ever_a_download(signed_in: SignInAs, store: Store) -> None:
    """The stored page comes as received, under a name of ours, and can run nothing here."""
    finding = waiting_in(store, "yasnohirsk", "BUDG-01")
    capture_id = finding.evidence[0]["capture"]

    answer = signed_in("assessor").get(f"/captures/{capture_id}/body")

    assert b"<script>alert(1)</script>" in answer.content
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_picture_is_served_as_a_picture(signed_in: SignInAs, store: Store) -> None:
    """Found by its digest, which is also what a browser may keep it under."""
    with store.reading() as db:
        picture = db.scalars(
            select(Picture).join(Capture).where(Capture.requested_url.contains("duby"))
        ).first()
    assert picture

    answer = signed_in("assessor").get(f"/pictures/{picture.sha256}.png")

    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "path",
    [
        "/pictures/..%2f..%2fdesk.db.png",
        "/pictures/0.png",
        "/captures/..%2f..%2fdesk.db/body",
        "/captures/1'%20OR%201=1--",
        "/static/..%2fapp.py",
        "/static/../app.py",
        "/findings/-1",
        "/findings/99999999999999999999",
        "/queue/next?after=99999999999999999999",
    ],
)
def test_names_are_never_paths(path: str, signed_in: SignInAs) -> None:
    """What is not a known id does not exist."""
    assert signed_in("chief").get(path).status_code == 404


def test_earlier_rounds_decisions_are_at_hand(signed_in: SignInAs, store: Store) -> None:
    """What was decided last time, by whom and why, stands on the page."""
    finding = waiting_in(store, "yasnohirsk", "INFO-08")

    told = signed_in("assessor").get(f"/findings/{finding.id}").context["told"]

    assert [(one.assessment.comment, one.person.login) for one in told] == [
        ("Результати є, але лише сканами без тексту.", "assessor")
    ]


def test_an_old_finding_points_to_the_newer_one(signed_in: SignInAs, store: Store) -> None:
    """Nobody settles a question that has been asked again since."""
    newest = waiting_in(store, "yasnohirsk", "INFO-08")
    with store.reading() as db:
        older = db.scalars(
            select(Finding.id).where(Finding.city == newest.city, Finding.indicator == newest.indicator)
        ).first()

    client = signed_in("assessor")

    assert client.get(f"/findings/{older}").context["newer"] == newest.id
    assert client.get(f"/findings/{newest.id}").context["newer"] is None
