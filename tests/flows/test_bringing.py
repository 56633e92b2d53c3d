"""Links that people submit, fetched by real processes from a web on loopback."""

from __future__ import annotations

import asyncio
import fcntl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crawlers.manners import ON_LOOPBACK
from crawlers.registry import Registry
from custody.manifests import check_manifest, manifest_of
from flows.bringing import Brought, bring
from flows.visiting import Desk
from models.crawling import Address, Capture, Run, Visit
from models.custody import LogEntry, Submission
from models.submissions import Brought as Offered
from models.submissions import submit, submitted_runs
from models.vocabulary import LogKind, Reason, SubmissionKind, SubmissionState, VisitState
from tests.crawlers.small_web import Says, SmallWeb
from tests.factories import make_city, make_person
from tests.flows.installing import installed

pytestmark = pytest.mark.crawl

PAGE = "<title>Звіт</title><h1>Звіт про бюджет</h1><p>" + "Видатки громади за 2026 рік. " * 20


@pytest.fixture
def web() -> Iterator[SmallWeb]:
    """A web on loopback."""
    with SmallWeb(
        {
            "/zvit": Says(PAGE),
            "/old": Says("", status=301, headers={"Location": "/zvit"}),
            "/loop": Says("", status=302, headers={"Location": "/loop"}),
            "/inside": Says("", status=302, headers={"Location": "http://127.0.0.1:22/"}),
            "/closed/page": Says(PAGE),
            "/robots.txt": Says("User-agent: *\nDisallow: /closed/\n", media="text/plain"),
            "/menu": Says(f'{PAGE}<a href="/further">Рішення сесії</a>'),
        }
    ) as served:
        yield served


@pytest.fixture
def desk(tmp_path: Path, web: SmallWeb) -> Iterator[Desk]:
    """An installation with one city, one person, and the web on loopback."""
    opened = replace(
        installed(tmp_path, web.port), manners=replace(ON_LOOPBACK, retry_wait=0.05, timeout=3.0, retries=1)
    )
    with opened.store.writing() as db:
        db.add(make_city("small", hosts=["small.test"], site="http://small.test/"))
        db.add(make_person())
    yield opened
    opened.reading.close()
    opened.store.close()


def offer(desk: Desk, *urls: str) -> list[int]:
    """Submit links about the city."""
    with desk.store.writing() as db:
        return [submit(db, Offered("small", "BUDG-01", None, 1, SubmissionKind.LINK, url)).id for url in urls]


def go(desk: Desk) -> Brought:
    """One round of bringing."""
    return asyncio.run(bring(desk, Registry([], [])))


def state_of(desk: Desk, submission: int) -> tuple[SubmissionState, Reason | None]:
    """Where a submission stands."""
    with desk.store.reading() as db:
        row = db.get_one(Submission, submission)
        return row.state, row.reason


def test_a_link_becomes_a_capture_that_is_sealed_and_logged(desk: Desk, web: SmallWeb) -> None:
    """What somebody brought stands like any capture: bytes, row, line of the log, manifest that holds."""
    [brought] = offer(desk, "http://small.test/zvit")

    done = go(desk)

    assert done == Brought(captured=1)
    with desk.store.reading() as db:
        row = db.get_one(Submission, brought)
        capture = db.get_one(Capture, row.capture_id)
        visit = db.get_one(Visit, capture.visit_id)
        run = db.get_one(Run, visit.run_id)
        logged = [line.kind for line in db.query(LogEntry).order_by(LogEntry.seq)]
    assert desk.archive.get(capture.body_sha256).decode() == PAGE
    assert (run.source, capture.robots) == ("submitted", "allowed: robots.txt 200")
    assert visit.state is VisitState.COMPLETE  # no crawl takes it for one that broke off
    assert logged == [LogKind.SUBMISSION, LogKind.MANIFEST]
    sealed = manifest_of(desk.store, desk.archive, run.id)
    assert sealed is not None
    assert f"capture {capture.id}" in sealed.places
    assert list(check_manifest(sealed, desk.store, desk.archive)) == []
    assert all(came.headers["User-Agent"].startswith("TransparentCitiesMonitor/") for came in web.came)


def test_what_cannot_be_captured_says_why(desk: Desk, web: SmallWeb) -> None:
    """A link ends in a reason and never in silence; the gate is the crawl's own, for hostile links too."""
    expected = {
        "http://small.test/nothing": Reason.HTTP_4XX,
        "http://small.test/closed/page": Reason.ROBOTS,
        "http://small.test/loop": Reason.REDIRECT_LOOP,
        "http://small.test/inside": Reason.REFUSED_ADDRESS,
        "http://127.0.0.1:22/": Reason.REFUSED_ADDRESS,
        "http://169.254.169.254/latest/meta-data": Reason.REFUSED_ADDRESS,
        "http://[::ffff:127.0.0.1]/": Reason.REFUSED_ADDRESS,
        "http://0x7f000001/": Reason.REFUSED_ADDRESS,
        "http://real-host.example/": Reason.REFUSED_ADDRESS,
    }
    brought = offer(desk, *expected)

    done = go(desk)

    assert done == Brought(failed=len(expected))
    assert dict(zip(expected, (state_of(desk, one)[1] for one in brought), strict=True)) == expected
    assert {came.path for came in web.came} == {"/robots.txt", "/nothing", "/loop", "/inside"}


def test_redirects_are_rows_and_hops(desk: Desk) -> None:
    """The capture tells by which way it was reached."""
    [brought] = offer(desk, "http://small.test/old")

    go(desk)

    with desk.store.reading() as db:
        capture = db.get_one(Capture, db.get_one(Submission, brought).capture_id)
        ledger = {row.url: row.found_on for row in db.query(Address)}
    assert capture.requested_url == "http://small.test/zvit"
    assert [hop["from"] for hop in capture.hops] == ["http://small.test/old"]
    assert len(ledger) == 2


def test_no_link_of_a_brought_page_is_followed(desk: Desk, web: SmallWeb) -> None:
    """Somebody named one page: one page is asked for, besides robots.txt."""
    offer(desk, "http://small.test/menu")

    go(desk)

    assert [came.path for came in web.came] == ["/robots.txt", "/menu"]


def test_the_same_link_brought_twice_is_captured_twice(desk: Desk, web: SmallWeb) -> None:
    """A page that has changed since is a capture of its own; the older one stays."""
    [first] = offer(desk, "http://small.test/zvit")
    go(desk)
    web.answers["/zvit"] = Says(PAGE + "<p>доповнено")
    [second] = offer(desk, "http://small.test/zvit")

    go(desk)

    with desk.store.reading() as db:
        captures = [db.get_one(Capture, db.get_one(Submission, one).capture_id) for one in (first, second)]
        runs = submitted_runs(db)
    assert [capture.attempt for capture in captures] == [1, 2]
    assert captures[0].body_sha256 != captures[1].body_sha256
    assert len(runs) == 1
    sealed = manifest_of(desk.store, desk.archive, runs[0])
    assert sealed is not None
    assert sealed.number == 2


def test_two_bring_at_once_and_one_does_it(desk: Desk) -> None:
    """A second process on the machine leaves it to the first."""
    [brought] = offer(desk, "http://small.test/zvit")

    with (desk.settings.home / "bringing.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        idle = go(desk)

    assert idle == Brought()
    assert state_of(desk, brought) == (SubmissionState.WAITING, None)
