"""Files that would come whole again are asked for their head, which tells of most changes and costs no bytes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapy.http import Response

from crawlers.heads import tells_of_change
from models.vocabulary import AddressState, Reason, VisitState
from tests.crawlers.small_web import Says, SmallWeb, page
from tests.crawlers.world import World, world_at
from tests.factories import make_capture

FILES = [f"/get/{name}" for name in "abcdefgh"]
PDF = "application/pdf"
SIZE = 20_000


def paper(size: int = SIZE) -> Says:
    """A file that a script serves: neither tag nor date."""
    return Says(b"%PDF-1.4\n" + b"x" * (size - 9), PDF)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[tuple[World, SmallWeb]]:
    """A world that looks at a list of eight such files."""
    listed = [(path, f"Рішення міської ради № {number}") for number, path in enumerate(FILES)]
    pages = {
        "/robots.txt": Says("User-agent: *\nDisallow:\n", "text/plain"),
        "/": Says(page("Міська рада", ("/rishennia", "Рішення міської ради"))),
        "/rishennia": Says(page("Рішення міської ради", *listed)),
        **{path: paper() for path in FILES},
    }
    with SmallWeb(pages) as running, world_at(tmp_path, running.port) as made:
        yield made, running


def asked(web: SmallWeb, since: int) -> dict[str, list[str]]:
    """By which methods each file was asked for, from request number *since* on."""
    found: dict[str, list[str]] = {path: [] for path in FILES}
    for came in web.came[since:]:
        if came.path in found:
            found[came.path].append(came.method)
    return found


@pytest.mark.crawl
def test_a_head_that_says_nothing_new_leaves_all_as_it_was(small: tuple[World, SmallWeb]) -> None:
    """Every file was looked at, none came whole, and every row points at the first visit's capture."""
    world, web = small
    first = world.visit()
    before = len(web.came)

    second = world.visit()

    assert set(map(tuple, asked(web, before).values())) == {("HEAD",)}
    assert (second.state, second.failure) == (VisitState.COMPLETE, None)
    rows, earlier = world.rows(second.visit_id), world.rows(first.visit_id)
    keys = [f"small.test{path}" for path in FILES]
    assert [rows[key].capture_id for key in keys] == [earlier[key].capture_id for key in keys]
    assert second.stats["ways"]["heads"] == len(FILES)


@pytest.mark.crawl
def test_a_replaced_and_a_lost_file_are_noticed_by_their_heads(small: tuple[World, SmallWeb]) -> None:
    """Another length is followed by the file itself, a 404 by a 404 with a capture of its own."""
    world, web = small
    world.visit()
    web.answers[FILES[2]] = paper(SIZE + 1)
    web.answers[FILES[5]] = Says("Немає такої сторінки", status=404)
    before = len(web.came)

    second = world.visit()

    methods, rows = asked(web, before), world.rows(second.visit_id)
    replaced, lost = rows[f"small.test{FILES[2]}"], rows[f"small.test{FILES[5]}"]
    assert methods[FILES[2]] == methods[FILES[5]] == ["HEAD", "GET"]
    assert world.captures()[replaced.capture_id or ""].body_bytes == SIZE + 1
    assert (lost.state, lost.reason) == (AddressState.FAILED, Reason.HTTP_4XX)


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (200, {"Content-Length": "1000"}, False),
        (200, {"Content-Length": "1001"}, True),
        (200, {"Content-Length": "0"}, False),  # what Scrapy says where the server said nothing
        (200, {}, False),
        (200, {"Content-Length": "many"}, False),
        (200, {"Content-Length": "600", "Content-Encoding": "gzip"}, False),
        (404, {}, True),
        (410, {}, True),
        (302, {"Location": "/login"}, True),
        (405, {"Content-Length": "17"}, False),
        (501, {"Content-Length": "17"}, False),
        (403, {}, False),
    ],
)
def test_what_a_head_tells(status: int, headers: dict[str, str], expected: bool) -> None:  # noqa: FBT001
    """Gone, moved or of another length; a server that knows no heads tells nothing."""
    known = make_capture(1, "http://small.test/get/a")
    known.body_bytes, known.content_encoding = 1000, ""
    response = Response("http://small.test/get/a", status=status, headers=headers)

    assert tells_of_change(response, known) is expected
