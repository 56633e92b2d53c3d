"""A second visit asks for what may have changed, and takes the rest as it was only where that is honest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from crawlers.choosing import BYTES, FEW, IN_TURN, SHARE, SURE, validators_of
from crawlers.revisiting import Memory
from fixtures.councils.differences import differences
from fixtures.councils.hits import Hit
from fixtures.councils.server import PretendWeb
from fixtures.councils.site import address_key
from models.crawling import Capture, Reading
from models.ledger import Planned
from models.remembering import Remembered
from models.vocabulary import AddressState, Reason, VisitState
from tests.crawlers.small_web import Says, SmallWeb, page
from tests.crawlers.world import QUICK, TODAY, World, world_at
from tests.factories import MOMENT, make_capture

COUNCIL = "kamianobridsk"
MINUTES = "biloberih"  # it publishes minutes as files
MOST_REQUESTS, MOST_BYTES = 0.30, 0.05


def known(path: str, **changes: Any) -> Remembered:  # noqa: ANN401  # any field
    """What is remembered of one address of city.test."""
    url = f"http://city.test{path}"
    capture = make_capture(1, url, headers=changes.pop("headers", [["ETag", '"one"']]))
    fields: dict[str, Any] = {
        "key": f"city.test{path}",
        "state": AddressState.FETCHED,
        "reason": None,
        "capture": capture,
        "headers": capture.headers,
        "found_on": "city.test/list",
        "anchor": "",
        "looks": 1,
        "changes": 0,
        "unasked": 0,
        "leads_to": 0,
        "is_evidence": False,
        "score": 20.0,
        "place": 0,
        "siblings": 1,
    }
    return Remembered(**{**fields, **changes})


def memory(*every: Remembered) -> Memory:
    """A memory of these addresses."""
    return Memory({one.key: one for one in every}, date(2026, 11, 20))


def plan(path: str, **changes: Any) -> Planned:  # noqa: ANN401  # any field
    """One address of city.test, planned."""
    return Planned(**{"key": f"city.test{path}", "url": f"http://city.test{path}", **changes})


def asked_again(remembered: Memory, every: list[Remembered]) -> list[str]:
    """Which of *every* are asked for again, in full."""
    plans = {one.key: plan(one.key.removeprefix("city.test")) for one in every}
    return [key for key, one in plans.items() if remembered.kept(one) is None and not remembered.by_head(one)]


LIST = known("/list", leads_to=40, score=100.0, found_on=None)
PAPERS = [known(f"/papers/{name}", place=place, siblings=40) for place, name in enumerate("abcdefghij" * 4)]
PAPERS = [
    replace(one, key=f"city.test/papers/{place:02}x{one.key[-1]}") for place, one in enumerate(PAPERS, 1)
]


def test_a_first_visit_asks_for_everything() -> None:
    """Without a memory nothing is kept and no request is conditional."""
    nothing = memory()

    assert not nothing
    assert nothing.kept(plan("/list")) is None
    assert nothing.validators(plan("/list")) == {}


def test_only_a_share_is_asked_again_and_the_lists_first() -> None:
    """Of forty papers and their list a share is asked for, the list among them."""
    every = [LIST, *PAPERS]

    again = asked_again(memory(*every), every)

    assert "city.test/list" in again
    assert len(again) <= max(SHARE * len(every) + 1, FEW)


def test_of_a_small_site_all_is_asked_again() -> None:
    """Where a share would spare nobody anything, nothing is left to chance."""
    every = [LIST, *PAPERS[: FEW - 1]]

    assert len(asked_again(memory(*every), every)) == FEW


@pytest.mark.parametrize(
    "likelier", [{"is_evidence": True}, {"changes": 5, "looks": 6}, {"unasked": 7}, {"anchor": "18.11.2026"}]
)
def test_the_likeliest_to_matter_is_asked_again(likelier: dict[str, Any]) -> None:
    """Evidence, what changes often, what nobody asked for long and what is new go before an equal neighbour."""
    plain = [replace(one, place=20, anchor="18.11.2019", siblings=40) for one in PAPERS]
    plain[0] = replace(plain[0], **likelier)

    assert plain[0].key in asked_again(memory(LIST, *plain), plain)


def confirmed(one: Remembered) -> Capture:
    """What the site answers where nothing has changed."""
    return make_capture(1, one.capture.requested_url, headers=one.headers, confirms_id="one")


def later(every: list[Remembered], again: set[str]) -> list[Remembered]:
    """What is remembered after one more visit that found nothing changed."""
    return [
        replace(one, looks=one.looks + 1, unasked=0, capture=confirmed(one))
        if one.key in again
        else replace(one, unasked=one.unasked + 1)
        for one in every
    ]


def test_everything_has_its_turn() -> None:
    """Within thirty visits each of forty papers and six lists has been asked for, whatever it is worth."""
    lists = [known(f"/list-{n}", leads_to=n, score=98.0, found_on="city.test/list") for n in range(6)]
    every = [LIST, *lists, *PAPERS]
    asked: set[str] = set()
    for _ in range(30):
        again = set(asked_again(memory(*every), every))
        asked |= again
        every = later(every, again)

    assert asked == {one.key for one in every}


def test_the_newest_file_of_every_list_is_asked_at_every_visit() -> None:
    """Beside a list whose papers are all evidence, the newest of the others are not forgotten."""
    lists = [known(f"/list-{n}", leads_to=9, score=98.0, found_on="city.test/list") for n in range(4)]
    papers = [
        known(
            f"/files/{'abcd'[n]}-{'abcdefghijkl'[place]}.pdf",
            found_on=f"city.test/list-{n}",
            place=place,
            is_evidence=n == 0,
        )
        for n in range(4)
        for place in range(12)
    ]
    every = [LIST, *lists, *papers]
    newest = {one.key for one in papers if one.place == 0}
    for _ in range(8):
        again = set(asked_again(memory(*every), every))

        assert again >= newest
        every = later(every, again)


def test_the_newest_file_of_the_best_lists_goes_before_evidence_of_the_poorest() -> None:
    """Of sixty lists with a file each the best are asked for theirs, though findings rest on the poorer half."""
    lists = [
        known(f"/list-{n:02}x", leads_to=1, score=98.0 - n / 10, found_on="city.test/list") for n in range(60)
    ]
    files = [known(f"/get/{n:02}x.pdf", found_on=one.key, is_evidence=n >= 30) for n, one in enumerate(lists)]
    every = [LIST, *lists, *files]

    asked = [one.key in asked_again(memory(*every), every) for one in files]

    assert all(asked[:12])
    assert sum(asked[30:]) <= IN_TURN * SHARE * len(every) + 1


def test_a_list_that_has_changed_goes_before_its_like() -> None:
    """One in the middle of sixty equal lists is asked for where it had changed between the last visits."""
    lists = [known(f"/list-{n:02}x", leads_to=3, score=90.0, found_on="city.test/list") for n in range(60)]
    before = asked_again(memory(LIST, *lists), lists)

    changed = [*lists[:40], replace(lists[40], looks=2, changes=1), *lists[41:]]

    assert lists[40].key not in before
    assert lists[40].key in asked_again(memory(LIST, *changed), changed)


def test_a_file_that_was_replaced_is_not_too_dear_to_ask_again() -> None:
    """It came whole last time because it was another: with its validators it is asked for in full once more."""
    large = known("/files/a.pdf", looks=3, changes=1)
    large.capture.body_bytes = 900_000

    assert asked_again(memory(LIST, large, *PAPERS), [large]) == [large.key]


def test_a_file_whose_head_is_asked_every_time_comes_whole_in_its_turn() -> None:
    """The dearest of a hundred files, the newest of its list, is not left to its head for ever."""
    dear = sized("/get/dear.pdf", place=0)
    dear.capture.body_bytes = 30_000
    dear = replace(dear, unasked=40)
    remembered = memory(LIST, dear, *SIZED)
    fresh = memory(LIST, replace(dear, unasked=0), *SIZED)

    assert asked_again(remembered, [dear]) == [dear.key]
    assert fresh.by_head(plan("/get/dear.pdf"))


def test_the_newest_of_a_list_stays_the_first_however_often_it_was_found_unchanged() -> None:
    """Of twenty lists with three files each the best are asked for their newest at every one of nine visits."""
    lists = [
        known(f"/list-{'abcdefghijklmnopqrst'[n]}", leads_to=3, score=98.0 - n, found_on="city.test/list")
        for n in range(20)
    ]
    files = [
        known(f"{one.key.removeprefix('city.test')}/{name}.pdf", found_on=one.key, place=place)
        for one in lists
        for place, name in enumerate("zyx")
    ]
    every = [LIST, *lists, *files]
    newest = {one.key for one in files[:18] if one.place == 0}
    for _ in range(9):
        again = set(asked_again(memory(*every), every))

        assert again >= newest
        every = later(every, again)


def test_what_a_further_page_shows_comes_after_the_list_itself() -> None:
    """The first file of a list's second page is no newer than the last of its first."""
    turned = known("/list?page=2", leads_to=30, found_on="city.test/list", place=30)
    names = "abcdefghijklmnopqrstuvwxyzабвгд"
    first = [known(f"/get/z{names[n]}.pdf", place=n) for n in range(30)]
    second = [known(f"/get/a{names[n]}.pdf", place=n, found_on=turned.key) for n in range(30)]
    every = [replace(LIST, leads_to=30), turned, *first, *second]

    again = set(asked_again(memory(*every), every))

    assert again >= {one.key for one in first[:10]}
    assert sum(one.key in again for one in second) <= IN_TURN * SHARE * len(every) + 1


def test_a_file_on_a_page_of_its_own_stands_under_the_list() -> None:
    """The file of the newest paper is asked for, though the list leads to it by a page, and that of the oldest not."""
    names = "zyxwvutsrqponmlkjihgfedcbaЯЮЭЬ"
    pages = [known(f"/act/{n}x", found_on="city.test/list", place=n) for n in range(30)]
    files = [known(f"/get/{names[n]}.pdf", found_on=one.key) for n, one in enumerate(pages)]
    every = [LIST, *pages, *files]

    again = asked_again(memory(*every), every)

    assert {one.key for one in files[:6]} <= set(again)
    assert not {one.key for one in files[20:]} & set(again)


def test_a_map_of_the_site_brings_news_and_a_filter_of_a_list_does_not() -> None:
    """What dates all pages at once is asked for, and no section stands back behind the years of another."""
    site_map = known("/sitemap.xml", leads_to=3, found_on=None, score=999.0)
    years = [
        known(f"/list?rik={year}", leads_to=9, score=98.0, found_on="city.test/list")
        for year in range(2010, 2026)
    ]
    sections = [known(f"/section-{n}", leads_to=1, score=90.0, found_on="city.test/list") for n in range(5)]
    every = [LIST, site_map, *years, *sections, *PAPERS]

    again = set(asked_again(memory(*every), every))

    assert again >= {one.key for one in (LIST, site_map, *sections)}


def sized(path: str, **changes: Any) -> Remembered:  # noqa: ANN401  # any field
    """A thousand bytes of which the server says nothing by which to ask for a change."""
    one = known(path, headers=[], **changes)
    one.capture.body_bytes = 1000
    return one


SIZED = [sized(f"/file-{n}.pdf", place=n, siblings=100) for n in range(100)]


def test_what_comes_whole_again_has_a_room_of_bytes() -> None:
    """Of a hundred files without validators no more are asked for than a twenty-fifth of all bytes."""
    lists = [
        replace(sized(f"/list-{n}", leads_to=9, found_on=None), capture=SIZED[0].capture) for n in range(2)
    ]
    every = [*lists, *SIZED]

    again = asked_again(memory(*every), every)

    assert {one.key for one in lists} <= set(again)
    assert sum(one.capture.body_bytes for one in every if one.key in again) <= BYTES * 1000 * len(every)


def test_the_best_lists_are_asked_whatever_they_cost() -> None:
    """A site of large lists without validators still shows its news."""
    lists = [sized(f"/list-{n}", leads_to=9 - n, found_on="city.test/") for n in range(9)]
    for one in lists:
        one.capture.body_bytes = 900_000

    assert asked_again(memory(*lists, *SIZED), lists) == [one.key for one in lists[:SURE]]


def test_what_has_no_validators_has_its_turn_all_the_same() -> None:
    """Within sixty visits each of a hundred files was asked for, one larger than all room among them."""
    every = [replace(one) for one in SIZED]
    every[50] = sized("/large.pdf", place=50)
    every[50].capture.body_bytes = 50_000
    asked: set[str] = set()
    for _ in range(60):
        again = set(asked_again(memory(*every), every))
        asked |= again
        every = [replace(one, unasked=0 if one.key in again else one.unasked + 1) for one in every]

    assert asked == {one.key for one in every}


def test_validators_that_proved_false_are_not_leaned_on() -> None:
    """Once the same bytes came whole, though asked for other ones only, the rest of that branch costs its size."""
    every = [known(f"/get/file-{n}.pdf", place=n) for n in range(100)]
    for one in every:
        one.capture.body_bytes = 1000
    remembered = memory(*every)
    before = asked_again(remembered, every)

    remembered.came(plan("/get/file-0.pdf"), every[0].capture)

    assert len(before) == SHARE * len(every)
    assert len(asked_again(remembered, every)) == int(BYTES * len(every))


def test_one_site_map_that_dates_everything_anew_is_not_believed() -> None:
    """Where all is said to have changed today, a few more are asked for, not all."""
    remembered = memory(LIST, *PAPERS)
    before = asked_again(remembered, PAPERS)

    for one in PAPERS:
        remembered.heard(one.key, MOMENT + timedelta(days=1))

    assert len(asked_again(remembered, PAPERS)) <= len(before) + FEW < len(PAPERS)


def test_a_retry_is_never_kept() -> None:
    """What is being asked for is not answered from memory when the first try fails."""
    remembered = memory(LIST, *PAPERS)
    resting = next(one for one in PAPERS if remembered.kept(plan(one.key.removeprefix("city.test"))))
    path = resting.key.removeprefix("city.test")

    assert remembered.kept(plan(path, attempts=1)) is None


def test_what_the_site_says_has_changed_is_asked_for() -> None:
    """A site map's date after our last look wins; one before it changes nothing."""
    remembered = memory(LIST, *PAPERS)
    first, second = [
        one for one in PAPERS if remembered.kept(plan(one.key.removeprefix("city.test"))) is not None
    ][:2]

    remembered.heard(first.key, MOMENT + timedelta(days=1))
    remembered.heard(second.key, MOMENT - timedelta(days=1))
    remembered.heard("city.test/unknown", datetime(2030, 1, 1, tzinfo=UTC))

    assert asked_again(remembered, [first, second]) == [first.key]


def test_only_a_host_that_answered_is_leaned_on() -> None:
    """What was known of a silent host says nothing now; with or without www it is one host."""
    remembered = memory(LIST)

    before = remembered.is_there("http://city.test/list")
    remembered.answered("http://www.city.test/")

    assert not before
    assert remembered.is_there("http://city.test/list")
    assert not remembered.is_there("http://other.test/")


def test_what_lost_its_bytes_is_forgotten() -> None:
    """Nothing is kept, and no condition set, where the bytes to stand in for an answer are gone."""
    remembered = memory(LIST, *PAPERS)

    for one in PAPERS:
        remembered.forget(one.key)

    assert len(asked_again(remembered, PAPERS)) == len(PAPERS)
    assert all(remembered.validators(plan(one.key.removeprefix("city.test"))) == {} for one in PAPERS)


@pytest.mark.parametrize(
    "unfit", [{"state": AddressState.FAILED, "reason": Reason.HTTP_4XX}, {"capture": None}, {"headers": []}]
)
def test_no_condition_is_set_that_a_304_could_not_fulfil(unfit: dict[str, Any]) -> None:
    """A 404, a redirect and a rendering have no body that 'nothing has changed' could speak of."""
    if "capture" in unfit:
        unfit = {"capture": make_capture(1, "http://city.test/list", status=301)}

    assert memory(replace(LIST, **unfit)).validators(plan("/list")) == {}


def test_the_last_validators_given_are_those_sent() -> None:
    """A 304 may renew the tag; what it does not repeat stays in force."""
    headers = [["ETag", '"one"'], ["Last-Modified", "then"], ["etag", '"two"']]

    assert validators_of(headers) == {"If-None-Match": '"two"', "If-Modified-Since": "then"}


# ---- real visits -----------------------------------------------------------------------------------------


@pytest.fixture
def web() -> Iterator[PretendWeb]:
    """Councils that name an ETag for every page."""
    councils = (COUNCIL, MINUTES)
    with PretendWeb(today=TODAY, cities=councils, faults=dict.fromkeys(councils), variants={}) as running:
        yield running


@pytest.fixture
def world(tmp_path: Path, web: PretendWeb) -> Iterator[World]:
    """A world that looks at them."""
    with world_at(tmp_path, web.port) as made:
        yield made


@pytest.fixture
def small(tmp_path: Path) -> Iterator[tuple[World, SmallWeb]]:
    """A world that looks at a site of three pages."""
    pages = {
        "/robots.txt": Says("User-agent: *\nDisallow:\n", "text/plain"),
        "/": Says(
            page("Міська рада", ("/rishennia", "Рішення міської ради"), ("/biudzhet", "Бюджет")), tag='"h"'
        ),
        "/rishennia": Says(page("Рішення міської ради"), tag='"r"'),
        "/biudzhet": Says(page("Бюджет громади"), tag='"b"', repeats=False),
    }
    with SmallWeb(pages) as running, world_at(tmp_path, running.port) as made:
        yield made, running


def paths_of(hits: list[Hit]) -> set[str]:
    """The addresses that were asked for."""
    return {address_key(f"http://{hit.host}{hit.path}") for hit in hits}


@pytest.mark.crawl
def test_an_unchanged_city_costs_little_and_is_judged_the_same(world: World, web: PretendWeb) -> None:
    """Of requests and bytes only a share, the same verdicts, and every row points at the capture it rests on."""
    first = world.visit_council(COUNCIL)
    verdicts = world.judge_council(COUNCIL, first.visit_id)
    between = len(web.hits)

    second = world.visit_council(COUNCIL)

    asked, again = web.hits[:between], web.hits[between:]
    assert len(again) <= MOST_REQUESTS * len(asked)
    assert sum(hit.sent for hit in again) <= MOST_BYTES * sum(hit.sent for hit in asked)
    assert (second.state, second.fetched) == (VisitState.COMPLETE, first.fetched)
    assert world.judge_council(COUNCIL, second.visit_id) == verdicts
    captures = world.captures()
    for row in world.rows(second.visit_id).values():
        if row.capture_id is not None:
            of = captures[row.capture_id].visit_id
            assert of == (first.visit_id if row.attempts == 0 else second.visit_id), row.url


@pytest.mark.crawl
def test_new_and_replaced_papers_are_noticed(world: World, web: PretendWeb) -> None:
    """A decision published since, and the newest minutes with other bytes at the same address, are asked for."""
    first = world.visit_council(MINUTES)
    world.judge_council(MINUTES, first.visit_id)
    since: list[str] = []
    for name in ("new-decision", "minutes-replaced"):
        changed = differences(MINUTES, TODAY, [name], since=since, variants={})
        web.change(MINUTES, name)
        before = len(web.hits)

        again = world.visit_council(MINUTES)
        world.judge_council(MINUTES, again.visit_id)

        asked = paths_of(web.hits[before:])
        assert changed.new <= asked, name
        assert changed.all & asked, name
        since.append(name)


@pytest.mark.crawl
def test_a_city_that_is_down_is_unreachable_whatever_is_remembered(world: World, web: PretendWeb) -> None:
    """Nothing is kept of a host that does not answer this time."""
    world.visit_council(COUNCIL)
    web.fail(COUNCIL, "refuses")

    second = world.visit_council(COUNCIL)

    assert second.state is VisitState.UNREACHABLE
    assert second.stats["ways"].get("kept", 0) == 0


@pytest.mark.crawl
def test_a_host_that_dies_is_kept_from_no_longer_than_it_takes_to_tell(world: World, web: PretendWeb) -> None:
    """Once it is given up all that was left has failed; what was kept before says when it was really seen."""
    first = world.visit_council(COUNCIL)
    fetched = first.fetched
    with PretendWeb(today=TODAY, cities=[COUNCIL], faults={COUNCIL: "dies"}, variants={}) as dying:
        world.port = dying.port
        second = world.visit_council(COUNCIL, manners=replace(QUICK, connections=1))

    captures = world.captures()
    rows = list(world.rows(second.visit_id).values())
    lost = [row for row in rows if row.state in {AddressState.FAILED, AddressState.SKIPPED}]
    kept = [row for row in rows if row.attempts == 0 and row.state is AddressState.FETCHED]
    assert any(row.reason in {Reason.RESET, Reason.REFUSED} for row in lost)
    assert second.fetched < fetched
    assert all(captures[row.capture_id or ""].visit_id == first.visit_id for row in kept)
    assert all(captures[row.capture_id or ""].ended_at < rows[0].planned_at for row in kept)


@pytest.mark.crawl
def test_confirmations_in_a_row_share_bytes_and_reading(small: tuple[World, SmallWeb]) -> None:
    """A third visit is confirmed too, where the second's 304 repeated no tag, and nothing is read again."""
    world, web = small
    outcomes = [world.visit() for _ in range(3)]
    for outcome in outcomes:
        world.reading.read(world.store, world.archive, outcome.visit_id, today=TODAY)

    captures = world.captures()
    first, *later = (
        captures[world.rows(outcome.visit_id)["small.test/biudzhet"].capture_id or ""] for outcome in outcomes
    )

    assert [came.status for came in web.came if came.path == "/biudzhet"] == [200, 304, 304]
    assert {one.confirms_id for one in later} == {first.id}
    assert {one.body_sha256 for one in later} == {first.body_sha256}
    with world.store.reading() as db:
        ids = [first.id, *(one.id for one in later)]
        readings = set(db.scalars(select(Reading.facts).where(Reading.capture_id.in_(ids))))
    assert len(readings) == 1
    assert outcomes[2].stats["ways"]["confirmed"] == 3


@pytest.mark.crawl
@pytest.mark.parametrize("second", [False, True])
def test_a_304_nobody_asked_for_is_no_content(small: tuple[World, SmallWeb], second: bool) -> None:  # noqa: FBT001
    """An answer without bytes to speak of ends the row in failure: on a first visit, or where a 404 is known."""
    world, web = small
    gone, unasked = Says("Немає такої сторінки", status=404), Says(status=304)
    if second:
        web.answers["/biudzhet"] = gone
        world.visit()
    web.answers["/biudzhet"] = unasked

    outcome = world.visit(manners=replace(QUICK, retries=0))

    row = world.rows(outcome.visit_id)["small.test/biudzhet"]
    assert (row.state, row.capture_id) == (AddressState.FAILED, None)
    assert outcome.failure is None


@pytest.mark.crawl
def test_what_the_archive_lost_is_asked_for_again(small: tuple[World, SmallWeb]) -> None:
    """A 304 that speaks of bytes we no longer have is followed by a request without conditions."""
    world, web = small
    world.visit()
    for file in (world.folder / "archive").rglob("*.sealed"):
        file.unlink()
    before = len(web.came)

    outcome = world.visit()

    asked = [(came.path, came.status) for came in web.came[before:]]
    assert (outcome.state, outcome.failure) == (VisitState.COMPLETE, None)
    assert [status for path, status in asked if path == "/rishennia"] == [304, 200]
    rows = world.rows(outcome.visit_id)
    pages = [rows[f"small.test{path}"] for path in ("/", "/rishennia", "/biudzhet")]
    assert {row.state for row in pages} == {AddressState.FETCHED}
