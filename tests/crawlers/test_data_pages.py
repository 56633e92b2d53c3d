"""A list that comes as data is asked for to its last page, however its pages are told."""

import json

import pytest

from crawlers.data_pages import next_page

API = "http://city.test/api/acts"


@pytest.mark.parametrize(
    ("data", "url", "expected"),
    [
        ({"page": 1, "pages": 2, "items": []}, f"{API}?page=1", f"{API}?page=2"),
        ({"page": 9, "pages": 12}, f"{API}?per_page=50&page=9", f"{API}?per_page=50&page=10"),
        ({"page": 1, "pages": 2}, API, f"{API}?page=2"),
        ({"current_page": 2, "last_page": 3}, f"{API}?year=2&p=2", f"{API}?year=2&p=3"),
        ({"meta": {"pagination": 1, "currentPage": 0, "totalPages": 2}}, f"{API}?pg=0", f"{API}?pg=1"),
        ({"next": "/api/acts?cursor=b"}, API, f"{API}?cursor=b"),
        ({"links": {"next": f"{API}?page=3"}}, f"{API}?page=2", f"{API}?page=3"),
    ],
)
def test_the_next_page_is_told(data: object, url: str, expected: str) -> None:
    """By its address, or by counts beside the list."""
    assert next_page(json.dumps(data).encode(), url) == expected


@pytest.mark.parametrize(
    "body",
    [
        b'{"page": 2, "pages": 2}',
        b'{"page": 5, "pages": 9}',  # the address names no page 5: nothing is guessed
        b'{"page": true, "pages": 3}',
        b'{"next": null}',
        b'["page", 1]',
        b"no data",
        b"[" * 100_000,
    ],
)
def test_where_nothing_is_told_nothing_is_guessed(body: bytes) -> None:
    """The last page, a bare list and what is no data lead nowhere."""
    assert next_page(body, f"{API}?page=2") is None
