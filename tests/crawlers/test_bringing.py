"""Lists that come by script are seen whole or said not to have been seen; never taken for empty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crawlers.job import Start
from fixtures import scripted
from fixtures.councils.profile import load
from fixtures.councils.server import PretendWeb
from models.environment import settings
from models.facts import CityCard
from models.loads import loads_of
from models.vocabulary import AddressState, Reason, Verdict, VisitState
from tests.crawlers.browsing.canary import Canary
from tests.crawlers.small_web import Says, SmallWeb, page
from tests.crawlers.world import PACK, QUICK, TODAY, World, world_at

pytestmark = pytest.mark.crawl
CARD = CityCard("scripted", "Скриптове", "Scripted", (scripted.HOST,))
START = (Start(scripted.ADDRESS, ("INFO-04",)),)
PAGE, DATA = f"{scripted.HOST}/documents", f"{scripted.HOST}/api/documents"
RULES = "User-agent: *\nDisallow: /closed\n"


def site(content: bytes, **more: Says) -> dict[str, Says]:
    """The pretend site behind *content*."""
    answers = {
        "/" + url.split("/", 3)[3]: Says(text, media) for url, (media, text) in scripted.ANSWERS.items()
    }
    given = {"/" + name: says for name, says in more.items()}
    return {"/robots.txt": Says(RULES, "text/plain"), "/documents": Says(content), **answers, **given}


@pytest.fixture
def web() -> Iterator[SmallWeb]:
    """The site, whose one page needs its scripts run."""
    with SmallWeb(site(scripted.BY_LIBRARY)) as running:
        yield running


@pytest.fixture
def world(tmp_path: Path, web: SmallWeb) -> Iterator[World]:
    """A world that looks at it."""
    with world_at(tmp_path, web.port) as made:
        yield made


@pytest.mark.parametrize("slug", ["apart/skryptove", "apart/tablynohirka"])
@pytest.mark.parametrize("down", [False, True])
def test_scripted_lists_are_found_or_not_observable(tmp_path: Path, slug: str, down: bool) -> None:  # noqa: FBT001
    """The planted verdicts where the data answers; where it does not, nothing is said to be unpublished."""
    fault = "data-down" if down else None
    with (
        PretendWeb(today=TODAY, cities=[slug], faults={slug: fault}) as councils,
        world_at(tmp_path, councils.port) as made,
    ):
        outcome = made.visit_council(slug, manners=replace(QUICK, retries=0), browser=str(tmp_path / "none"))
        verdicts = made.judge_council(slug, outcome.visit_id)

    planted = {name: expected.verdict for name, expected in load(slug).expect.items()}
    assert (outcome.state, outcome.failure) == (VisitState.COMPLETE, None)
    if down:
        elsewhere = {indicator.id for indicator in PACK.indicators if indicator.looks_at.sources}
        missing = {name for name, verdict in verdicts.items() if verdict is Verdict.NOT_MET}
        assert missing <= elsewhere, "only what is looked for on the data portal, which answers, is missing"
        assert verdicts["INFO-03"] is Verdict.NOT_OBSERVABLE
    else:
        assert {name: verdicts[name] for name in planted} == planted


def test_a_menu_that_comes_by_script_is_not_taken_for_the_list(tmp_path: Path) -> None:
    """Where one address of a page's data answers and another does not, the page has not been seen."""
    content = scripted.page(
        "fetch('/api/menu').then((a) => a.json()).then(draw);"
        "fetch('/api/acts').then((a) => a.json()).then(draw); document.querySelector('#list')"
    )
    answers = site(content) | {"/api/menu": Says(scripted.LIST, "application/json")}
    with SmallWeb(answers) as web, world_at(tmp_path, web.port) as made:
        outcome = made.visit(CARD, START, browser=str(tmp_path / "none"))
        rows = made.rows(outcome.visit_id)

    assert {"/api/menu", "/api/acts"} <= set(web.paths())
    assert (rows[PAGE].state, rows[PAGE].reason) == (AddressState.FAILED, Reason.EMPTY_SHELL)


def test_a_spent_budget_leaves_a_page_incomplete_and_says_so(world: World, web: SmallWeb) -> None:
    """What a page's scripts would bring is not asked for beyond the budget, and its row says budget."""
    outcome = world.visit(CARD, START, manners=replace(QUICK, max_pages=2, connections=1))

    row = world.rows(outcome.visit_id)[PAGE]
    assert (row.state, row.reason) == (AddressState.FAILED, Reason.BUDGET)
    assert "/api/documents" not in web.paths()


def test_without_a_browser_the_row_says_so_and_the_crawl_goes_on(world: World, web: SmallWeb) -> None:
    """A page that only a browser can fill ends as an empty shell; its neighbours are seen."""
    web.answers["/"] = Says(page("Міська рада", ("/documents", "Рішення виконкому"), ("/news", "Новини")))
    web.answers["/news"] = Says(page("Новини"))
    home = (Start(f"http://{scripted.HOST}/"),)

    outcome = world.visit(CARD, home, browser=str(world.folder / "no-browser"))

    rows = world.rows(outcome.visit_id)
    assert (rows[PAGE].state, rows[PAGE].reason) == (AddressState.FAILED, Reason.EMPTY_SHELL)
    assert rows[f"{scripted.HOST}/news"].state is AddressState.FETCHED
    assert (outcome.state, outcome.failure) == (VisitState.COMPLETE, None)


@pytest.mark.browser
def test_a_rendering_is_a_capture_beside_the_answer_it_came_from(world: World, web: SmallWeb) -> None:
    """Both bodies are archived, what the scripts asked for has rows and is counted, and the list is followed."""
    outcome = world.visit(CARD, START, browser=settings().chromium)

    rows, captures = world.rows(outcome.visit_id), world.captures()
    rendering = captures[rows[PAGE].capture_id or ""]
    answer = captures[rendering.rendered_from_id or ""]
    assert world.archive.get(answer.body_sha256) == scripted.BY_LIBRARY
    assert b"/files/40.pdf" in world.archive.get(rendering.body_sha256)
    assert (rendering.complete, rendering.headers) == ("yes", [])
    assert {rows[key].state for key in (DATA, f"{scripted.HOST}/app.js")} == {AddressState.FETCHED}
    assert rows[DATA].found_on == PAGE
    assert any("/files/" in key for key in rows)
    with world.store.reading() as db:
        (load_of_host,) = loads_of(db)
    assert load_of_host.requests == len(web.came)
    assert web.paths().count("/documents") == 1


@pytest.mark.browser
def test_the_next_visit_knows_which_template_needed_a_browser(world: World, web: SmallWeb) -> None:
    """What was learned stands in the visit's statistics and is the next visit's beginning."""
    first = world.visit(CARD, START, browser=settings().chromium)
    web.answers["/documents"] = Says(scripted.BY_FETCH)  # its data could now be had plainly

    second = world.visit(CARD, START, browser=settings().chromium)

    assert [way for way, _ in first.stats["templates"].values()] == ["browser"]
    assert second.stats["templates"] == first.stats["templates"]
    capture = world.captures()[world.rows(second.visit_id)[PAGE].capture_id or ""]
    assert capture.rendered_from_id is not None


@pytest.mark.browser
def test_scripts_are_kept_to_robots_and_to_the_site(tmp_path: Path) -> None:
    """What robots.txt closes to us is closed to a page's scripts too, and nobody else is asked by the browser."""
    with Canary() as canary:
        calling = f"fetch('http://{canary.place}/out'); fetch('/closed/list').then((a) => a.text());"
        library = Says(calling + scripted.LIBRARY, "text/javascript")
        answers = site(scripted.BY_LIBRARY) | {"/app.js": library, "/closed/list": Says("таємне")}
        with SmallWeb(answers) as web, world_at(tmp_path, web.port) as made:
            outcome = made.visit(CARD, START, browser=settings().chromium)
            rows = made.rows(outcome.visit_id)

    closed = rows[f"{scripted.HOST}/closed/list"]
    assert (closed.state, closed.reason, closed.capture_id) == (AddressState.REFUSED, Reason.ROBOTS, None)
    assert "/closed/list" not in web.paths()
    assert canary.hits == []
    assert rows[PAGE].state is AddressState.FETCHED
