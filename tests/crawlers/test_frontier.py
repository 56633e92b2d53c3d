"""What is asked, when, and how much: hours, budget, depth, the site's own search, and maps that robots.txt names."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest

from crawlers.job import Start
from models.base import now
from models.facts import CityCard
from models.runs import KYIV, open_run
from models.vocabulary import AddressState, Reason, VisitState
from tests.crawlers.small_web import Says, SmallWeb, page
from tests.crawlers.world import QUICK, World, world_at

pytestmark = pytest.mark.crawl
ROBOTS = "User-agent: *\nDisallow:\nSitemap: http://small.test/maps/all.xml\n"
MAP = (
    "<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
    "<url><loc>http://small.test/skhovane</loc></url></urlset>"
)
SEARCH = "<form action='/poshuk' method='get'><input type='search' name='q'><button>Пошук</button></form>"


@pytest.fixture
def web() -> Iterator[SmallWeb]:
    """A home page with a search form, two pages, and one that only the site map names."""
    home = page("Міська рада", ("/rishennia", "Рішення міської ради"), ("/novyny", "Новини"))
    answers = {
        "/robots.txt": Says(ROBOTS, "text/plain"),
        "/maps/all.xml": Says(MAP, "application/xml"),
        "/": Says(home.replace("</body>", SEARCH + "</body>")),
        "/rishennia": Says(page("Рішення міської ради")),
        "/novyny": Says(page("Новини")),
        "/skhovane": Says(page("Сховане")),
    }
    with SmallWeb(answers) as running:
        yield running


@pytest.fixture
def world(tmp_path: Path, web: SmallWeb) -> Iterator[World]:
    """A world that looks at it."""
    with world_at(tmp_path, web.port) as made:
        yield made


def hours(first: int, last: int) -> str:
    """Crawl hours that begin and end so many hours from now, in Kyiv."""
    begin, end = (now().astimezone(KYIV) + timedelta(hours=ahead) for ahead in (first, last))
    return f"{begin:%H:%M}-{end:%H:%M}"


def test_outside_its_hours_a_city_is_left_alone_and_later_gone_on_with(world: World, web: SmallWeb) -> None:
    """Nothing is asked, one sentence says why, and the same visit is completed within the hours."""
    run_id = open_run(world.store, round_id="2026-11", name="small")

    closed = world.visit(manners=replace(QUICK, hours=hours(2, 4)), run_id=run_id)
    asked_then = web.paths()
    opened = world.visit(manners=replace(QUICK, hours=hours(-2, 2)), run_id=run_id)

    assert asked_then == []
    assert closed.state is VisitState.BROKEN
    assert closed.failure is not None
    assert "crawl hours" in closed.failure
    assert (opened.visit_id, opened.state) == (closed.visit_id, VisitState.COMPLETE)


def test_maps_that_robots_txt_names_are_planned(world: World) -> None:
    """A page that no link names is found by the map that robots.txt names."""
    rows = world.rows(world.visit().visit_id)

    assert rows["small.test/maps/all.xml"].state is AddressState.FETCHED
    assert rows["small.test/skhovane"].state is AddressState.FETCHED


def test_the_sites_own_search_is_asked_last_and_each_question_once(world: World, web: SmallWeb) -> None:
    """When all links were followed, the site is asked for what none of them named."""
    world.visit()

    paths = web.paths()
    questions = [place for place, path in enumerate(paths) if path.startswith("/poshuk?")]
    assert questions
    assert min(questions) > max(paths.index(path) for path in ("/rishennia", "/novyny", "/skhovane"))
    assert max(Counter(paths[place] for place in questions).values()) == 1


def test_the_budget_ends_what_it_did_not_reach(world: World, web: SmallWeb) -> None:
    """No more answers than it allows, and every row that it cut off says so."""
    outcome = world.visit(manners=replace(QUICK, max_pages=2, connections=1))

    cut = [row for row in world.rows(outcome.visit_id).values() if row.reason is Reason.BUDGET]
    assert outcome.state is VisitState.COMPLETE
    assert cut
    assert all(row.state is AddressState.SKIPPED for row in cut)
    assert sum(came.status == 200 for came in web.came if came.path != "/robots.txt") <= 2


def test_robots_txt_is_held_against_the_budget(world: World, web: SmallWeb) -> None:
    """Of four answers that a visit may ask for, robots.txt is one: it costs its server as much as a page."""
    world.visit(manners=replace(QUICK, max_pages=4, connections=1))

    answered = [came.path for came in web.came if came.status == 200]
    assert len(answered) == 4
    assert "/robots.txt" in answered


def test_what_lies_too_deep_leaves_a_row(world: World, web: SmallWeb) -> None:
    """An address beyond the depth is never asked for, and the ledger says that it is there."""
    web.answers["/rishennia"] = Says(page("Рішення", ("/rishennia/2026", "Рішення 2026 року")))

    rows = world.rows(world.visit(manners=replace(QUICK, max_depth=1)).visit_id)

    deep = rows["small.test/rishennia/2026"]
    assert (deep.state, deep.reason) == (AddressState.SKIPPED, Reason.BUDGET)
    assert "/rishennia/2026" not in web.paths()


def test_a_better_link_is_written_to_the_row_that_waits(world: World, web: SmallWeb) -> None:
    """A row planned for a word that says nothing is worth what a later link promises, in the ledger too."""
    web.answers["/"] = Says(page("Міська рада", ("/rishennia", "Рішення міської ради"), ("/x1", "читати")))
    web.answers["/rishennia"] = Says(page("Рішення", ("/x1", "Рішення виконавчого комітету")))
    web.answers["/x1"] = Says(page("Виконком"))

    row = world.rows(world.visit(manners=replace(QUICK, connections=1)).visit_id)["small.test/x1"]

    assert row.score > 50.0  # as words promise, not as a bare address


def recorded(url: str, status: str, body: bytes) -> bytes:
    """One answer as a WARC file holds it."""
    answer = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-11-20T10:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:{uuid5(NAMESPACE_URL, url)}>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + answer + b"\r\n\r\n")


def test_a_recorded_304_troubles_nobody(world: World) -> None:
    """A recording may hold an answer that confirms what it does not hold: no content, no load, no crash."""
    home = page("Рада", ("/rishennia", "Рішення міської ради")).encode()
    file = world.folder / "site.warc.gz"
    file.write_bytes(
        recorded("http://city.example/", "200 OK", home)
        + recorded("http://city.example/rishennia", "304 Not Modified", b"")
    )
    card = CityCard("recorded", "Місто", "City", ("city.example",))

    outcome = world.visit(card, (Start("http://city.example/"),), replay=file)

    row = world.rows(outcome.visit_id)["city.example/rishennia"]
    assert (outcome.state, outcome.failure) == (VisitState.COMPLETE, None)
    assert (row.state, row.capture_id) == (AddressState.FAILED, None)
