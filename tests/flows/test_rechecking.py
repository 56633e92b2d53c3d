"""What a city replies with, fetched from a web on loopback, read in the confined child and judged by the real rule."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from checks.catalog import load
from checks.evaluate import evaluate, rule_version
from crawlers.reading_room import reader_version
from crawlers.registry import Registry
from custody.log import all_entries, check_chain
from fixtures.councils.documents import make
from flows.bringing import bring
from flows.visiting import Desk, today_in_kyiv
from models.crawling import SUBMITTED, Run
from models.custody import Submission
from models.findings import Answered, record_answers
from models.judging import Finding
from models.people import Person
from models.replying import Reply
from models.reviewing import Item, Round
from models.runs import current_round, open_run
from models.seen import sight_of
from models.vocabulary import Reason, ReplyState, Role, Verdict
from review.queries.replies import Replied
from review.rendering import ENVIRONMENT
from review.replying import Written, reply
from review.sessions import SignedIn
from review.speech import Speech
from tests.crawlers.small_web import Says, SmallWeb
from tests.crawlers.small_web import page as small_page
from tests.crawlers.world import QUICK, SMALL, World
from tests.factories import make_city, make_person
from tests.flows.installing import installed

pytestmark = pytest.mark.crawl

PACK = load("transparent-cities")
YEAR = today_in_kyiv().year
WORDS = "Видатки громади за рік. " * 20
TITLE = f"Рішення про бюджет міської територіальної громади на {YEAR} рік"
SITE = "http://small.test"
FILLED = small_page("Бюджет", *((f"/{n}", f"Розділ {n}") for n in range(8)), text=WORDS).replace(
    "</body>",
    "<table id=list><tbody></tbody></table><script>fetch('/api').then(fill('#list'))</script></body>",
)


def page(title: str, *links: tuple[str, str]) -> Says:
    """A page of the council."""
    return Says(small_page(title, *links, text=WORDS))


def budget(form: str, media: str) -> Says:
    """The budget as a file of this form."""
    rows = [["Код", "Назва", "Сума"], ["10000000", "Податки", "12"]]
    return Says(make(form, TITLE, [TITLE, WORDS], rows), media=media)


@pytest.fixture
def web() -> Iterator[SmallWeb]:
    """A council that leads to none of what it has published on this year's budget."""
    answers = {
        "/": page("Мале", ("/novyny", "Новини"), ("/mistse", "Про місто")),
        "/novyny": page("Новини"),
        "/mistse": page("Про місто"),
        "/biudzhet": page("Бюджет", ("/b.xlsx", f"{TITLE} (XLSX)")),
        "/b.xlsx": budget("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        "/b.pdf": budget("pdf", "application/pdf"),
        "/park": page("Парк відпочинку"),
        "/shell": Says(
            "<!doctype html><title>Бюджет</title><div id=root></div><script src=/app.js></script>"
        ),
        "/filled": Says(FILLED),
    }
    with SmallWeb(answers) as served:
        yield served


@pytest.fixture
def desk(tmp_path: Path, web: SmallWeb) -> Iterator[Desk]:
    """An installation that has visited the council and judged it, in a round that takes replies."""
    opened = replace(installed(tmp_path, web.port), manners=replace(QUICK, retries=0))
    with opened.store.writing() as db:
        db.add(make_city("small", hosts=list(SMALL.hosts), region="west"))
        db.add(make_person("official", role=Role.OFFICIAL, city="small"))
    run_id = open_run(opened.store, round_id=current_round(), region="west")
    world = World(tmp_path, web.port, opened.store, opened.archive, opened.reading)
    judge(opened, world.visit(run_id=run_id).visit_id)
    with opened.store.writing() as db:
        of_round = db.get_one(Round, current_round())
        of_round.reply_from = of_round.reply_until = today_in_kyiv()
        of_round.reply_until += timedelta(days=1)
    web.came.clear()
    yield opened
    opened.reading.close()
    opened.store.close()


def judge(desk: Desk, visit_id: int) -> None:
    """The machine's findings of one visit."""
    desk.reading.read(desk.store, desk.archive, visit_id, today=today_in_kyiv())
    sight = sight_of(desk.store, visit_id, SMALL, reader_version=reader_version())
    record_answers(
        desk.store,
        visit_id,
        [Answered(one.id, answer, rule_version(one)) for one, answer in evaluate(PACK, sight)],
        methodology=PACK.name,
        methodology_version=PACK.version,
        reader_version=reader_version(),
    )


def question(desk: Desk) -> tuple[Item, SignedIn]:
    """The item of this year's budget, and the official who replies to it."""
    with desk.store.reading() as db:
        asked = db.scalars(select(Item).where(Item.indicator == "BUDG-01")).one()
        person = db.scalars(select(Person)).one()
    return asked, SignedIn(person.id, person.name, "", Role.OFFICIAL, None, "", "", city="small")


def replied(desk: Desk, **brings: str | bytes) -> tuple[Reply, Finding | None, Finding]:
    """A reply about this year's budget after its check: the reply, what the check said, and what it answers."""
    asked, who = question(desk)
    written = Written("Бюджет є ось тут.", **brings)  # type: ignore[arg-type]  # link, or filename and body
    sent = reply(desk.store, desk.archive, who, asked.finding_id, written)
    assert isinstance(sent, Reply)
    asyncio.run(bring(desk, Registry([], [])))
    with desk.store.reading() as db:
        row = db.get_one(Reply, sent.id)
        found = db.get(Finding, row.rechecked_id) if row.rechecked_id else None
        return row, found, db.get_one(Finding, row.finding_id)


def test_a_page_that_no_link_leads_to_is_found_at_once(desk: Desk, web: SmallWeb) -> None:
    """From not met to met by the same rule, with the words and the capture that show it; the log's chain holds."""
    row, found, standing = replied(desk, link=f"{SITE}/biudzhet")

    assert found is not None
    with desk.store.reading() as db:
        source = db.get_one(Run, found.run_id).source
        shown = db.scalars(select(Item).where(Item.indicator == "BUDG-01")).one().finding_id
        trouble = check_chain(all_entries(db), whole=True)
    assert (standing.proposed, found.proposed, row.state) == (
        Verdict.NOT_MET,
        Verdict.MET,
        ReplyState.CHECKED,
    )
    assert (found.evidence[0]["url"], found.evidence[0]["title"]) == (f"{SITE}/biudzhet", f"{SITE}/b.xlsx")
    assert TITLE in found.evidence[0]["quote"]
    assert (found.rule_version, found.detail["changes"]) == (standing.rule_version, 1)
    assert (source, shown) == (SUBMITTED, standing.id)  # what is brought takes nobody's place
    assert trouble is None
    assert [came.path for came in web.came] == ["/robots.txt", "/biudzhet"]


@pytest.mark.parametrize(("path", "verdict"), [("/b.xlsx", Verdict.MET), ("/b.pdf", Verdict.PARTLY_MET)])
def test_a_document_counts_by_its_own_title(path: str, verdict: Verdict, desk: Desk) -> None:
    """A file on the council's host is judged by what it says it is: tables meet the question, a PDF partly."""
    _, found, _ = replied(desk, link=SITE + path)

    assert found is not None
    assert found.proposed is verdict
    assert found.evidence[0]["url"] == SITE + path
    assert "elsewhere" not in found.detail


def test_another_host_is_left_to_a_person(desk: Desk) -> None:
    """The machine says what the page shows, and that it does not know whose host it is."""
    _, found, _ = replied(desk, link="http://cloud.test/b.xlsx")

    assert found is not None
    assert (found.verdict, found.reason, found.leaning) == (
        Verdict.NOT_OBSERVABLE,
        Reason.NEEDS_PERSON,
        Verdict.MET,
    )
    assert found.detail["elsewhere"] == "cloud.test"


def test_a_file_that_was_sent_is_read_and_left_to_a_person(desk: Desk, web: SmallWeb) -> None:
    """It would answer the question; whether it is published it cannot show. Nobody is asked for anything."""
    body = web.answers["/b.xlsx"].body
    assert isinstance(body, bytes)

    _, found, _ = replied(desk, filename="byudzhet.xlsx", body=body)

    assert found is not None
    assert (found.reason, found.leaning) == (Reason.NEEDS_PERSON, Verdict.MET)
    assert found.evidence[0]["url"].startswith("submitted:")
    assert web.came == []


@pytest.mark.parametrize("path", ["/park", "/novyny"])
def test_what_shows_nothing_new_changes_nothing(path: str, desk: Desk) -> None:
    """What stands is repeated word for word, with the search record of the visit and no page more."""
    _, found, standing = replied(desk, link=SITE + path)

    assert found is not None
    assert (found.verdict, found.reason, found.evidence, found.search) == (
        standing.verdict,
        standing.reason,
        standing.evidence,
        standing.search,
    )
    assert found.detail["changes"] == 0


@pytest.mark.parametrize("path", ["/shell", "/filled"])
def test_a_page_that_scripts_fill_was_not_seen(path: str, desk: Desk) -> None:
    """Empty or with a menu alone: what stands is repeated, and nobody says that the page shows nothing new."""
    row, found, standing = replied(desk, link=SITE + path)

    assert found is not None
    told = _told(desk, row, found, standing)
    assert (found.detail["unread"], found.detail["changes"]) == (Reason.EMPTY_SHELL, 0)
    assert found.verdict is standing.verdict
    assert "Побачити це повністю ми не змогли" in told
    assert "нічого не змінилося" not in told


def _told(desk: Desk, row: Reply, found: Finding, standing: Finding) -> str:
    """What the official reads of a reply after its check."""
    with desk.store.reading() as db:
        person, own = db.get_one(Person, row.person_id), db.get_one(Submission, row.submission_id)
    one = Replied(row, person, own, None, standing, found, None)
    marks = ENVIRONMENT.get_template("marks.html").module
    template = ENVIRONMENT.get_template("reply/told.html")
    return template.render(t=Speech("uk"), marks=marks, one=one, names=True, shows_machine=True)


def test_w17_a_reply_is_no_way_into_the_network(desk: Desk, web: SmallWeb) -> None:
    """W17: the gate of the crawl judges where a link really leads; nothing is asked, and each reply says why."""
    inside = (
        "127.0.0.1:22",
        "169.254.169.254/latest/meta-data",
        "[::ffff:127.0.0.1]",
        "0x7f.0.0.1",
        "a:b@10.0.0.1",
    )
    asked, who = question(desk)

    for place in inside:
        reply(desk.store, desk.archive, who, asked.finding_id, Written("Ось.", f"http://{place}/"))
    asyncio.run(bring(desk, Registry([], [])))

    with desk.store.reading() as db:
        reasons = db.scalars(select(Submission.reason)).all()
        left = db.scalars(select(Reply).where(Reply.state == ReplyState.CHECKING)).all()
    assert len(reasons) >= len(inside) - 1  # one that has no host in it is refused before
    assert set(reasons) == {Reason.REFUSED_ADDRESS}
    assert left == []
    assert web.came == []


def test_a_link_that_is_not_there_ends_in_its_reason(desk: Desk) -> None:
    """The reply is checked, and there is nothing that was judged."""
    row, found, _ = replied(desk, link=f"{SITE}/nothing")

    assert (row.state, found) == (ReplyState.CHECKED, None)
