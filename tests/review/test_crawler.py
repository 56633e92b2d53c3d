"""Who visits a site, why, and what it cost: told to everybody, and true."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select

from crawlers.manners import Manners
from models.base import now
from models.crawling import Visit
from models.loads import record_load
from models.runs import KYIV
from models.store import Store
from tests.review.conftest import TestClient

Add = Callable[..., None]


def day(ago: int = 0) -> date:
    """So many days before today in Kyiv."""
    return now().astimezone(KYIV).date() - timedelta(days=ago)


@pytest.fixture
def add(store: Store) -> Add:
    """Count requests of the first visit that the pretend round has."""

    def add(host: str, ago: int, requests: int, received: int, not_modified: int = 0, visit: int = 0) -> None:
        with store.writing() as db:
            visits = list(db.scalars(select(Visit.id).order_by(Visit.id)))
            what = {"requests": requests, "received": received, "not_modified": not_modified}
            record_load(db, visit_id=visits[visit], host=host, day=day(ago), **what)

    return add


def hosts(page: str) -> list[str]:
    """The hosts of the table, in its order."""
    return re.findall(r'<th scope="row"><a href="[^"]*">([^<]+)</a>', page)


def test_page_for_site_owners_says_what_the_crawler_does(visitor: TestClient) -> None:
    """Pace and limits are promises: they are those that the crawler keeps."""
    page, kept = visitor.get("/crawler?lang=en").text, Manners()

    assert (kept.delay, kept.connections) == (1.0, 1)
    assert f"{kept.max_pages} answers and {kept.max_seconds / 3600:.0f} hours" in page
    assert f"{kept.largest // 2**20} MiB" in page
    assert kept.dead_after == 10
    assert "TransparentCitiesMonitor/0.1" in page
    assert "User-agent: TransparentCitiesMonitor\nDisallow: /" in page
    assert 'href="mailto:desk@city.test"' in page


def test_regular_visits_come_at_night(visitor: TestClient) -> None:
    """The page says so, and every schedule of the deployments keeps it."""
    deployments = yaml.safe_load(Path("prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    planned = [one for deployment in deployments for one in deployment.get("schedules", ())]
    crawls = [one for one in planned if "region" in one["parameters"]]  # the others visit no city
    hours = [int(one["cron"].split()[1]) for one in crawls]

    assert "begins at night" in visitor.get("/crawler?lang=en").text
    assert hours
    assert all(hour >= 21 or hour < 6 for hour in hours)
    assert {one["timezone"] for one in crawls} == {"Europe/Kyiv"}


def test_old_address_leads_to_the_page(visitor: TestClient) -> None:
    """A user agent that names the address of before still explains itself."""
    answer = visitor.get("/about")

    assert (answer.status_code, answer.headers["location"]) == (308, "/crawler")


def test_page_tells_the_last_month(visitor: TestClient, add: Add) -> None:
    """What was asked in 30 days stands beside the contact; what is older does not."""
    assert "we troubled nobody" in visitor.get("/crawler?lang=en").text

    add("duby-rada.test", 1, 1200, 5 * 2**20, not_modified=900)
    add("duby-rada.test", 31, 7, 7)
    page = visitor.get("/crawler?lang=en").text

    assert "<dd>1\u202f200</dd>" in page
    assert "<dd>900</dd>" in page
    assert "<dd>5.0 MiB</dd>" in page


def test_account_adds_up(visitor: TestClient, add: Add) -> None:
    """A row per host and day with all its runs, and their sum below and above."""
    add("a.test", 0, 10, 1000, not_modified=5)
    add("a.test", 0, 2, 24, visit=-1)
    add("b.test", 2, 30, 2**20)

    page = visitor.get("/crawler/load?lang=en").text

    assert hosts(page) == ["a.test", "b.test"]
    assert page.count('<td class="number" data-name="Requests">12</td>') == 1
    assert page.count('<td class="number" data-name="Requests">42</td>') == 1
    assert "12% unchanged (304)" in page
    assert '<p class="figure">2</p>' in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["c.test", "a.test", "b.test"]),
        ("?reverse=1", ["b.test", "a.test", "c.test"]),
        ("?sort=host", ["a.test", "b.test", "c.test"]),
        ("?sort=host&reverse=1", ["c.test", "b.test", "a.test"]),
        ("?sort=requests", ["b.test", "c.test", "a.test"]),
        ("?sort=bytes", ["a.test", "c.test", "b.test"]),
        ("?sort=bytes&reverse=1", ["b.test", "c.test", "a.test"]),
        ("?host=A.test ", ["a.test"]),
        ("?period=7", ["c.test", "a.test"]),
        ("?period=nonsense&sort=nonsense&page=x&reverse=x", ["c.test", "a.test", "b.test"]),
        ("?page=9999999999", []),
    ],
)
def test_table_can_be_ordered_and_cut(query: str, expected: list[str], visitor: TestClient, add: Add) -> None:
    """By every column, either way; by host and period; words that mean nothing choose nothing."""
    add("a.test", 2, 1, 3000)
    add("b.test", 20, 9, 1000)
    add("c.test", 0, 5, 2000)

    assert hosts(visitor.get(f"/crawler/load{query}").text) == expected


def test_headings_say_how_the_table_is_ordered(visitor: TestClient, add: Add) -> None:
    """One column is marked for a screen reader, and its link turns the order round."""
    add("a.test", 0, 1, 1)

    page = visitor.get("/crawler/load?sort=bytes").text

    assert re.findall(r'aria-sort="(\w+)"><a href="([^"]+)"', page) == [
        ("descending", "/crawler/load?sort=bytes&amp;reverse=1")
    ]


def test_long_account_comes_in_pages(visitor: TestClient, add: Add) -> None:
    """A hundred rows at once; the totals are those of all."""
    for number in range(103):
        add(f"h{number:03}.test", 0, 1, 10)

    first, second = (visitor.get(f"/crawler/load?lang=en&page={page}").text for page in (1, 2))

    assert (len(hosts(first)), len(hosts(second))) == (100, 3)
    assert 'rel="next"' in first
    assert 'rel="prev"' in second
    assert all('data-name="Requests">103</td>' in page for page in (first, second))


def test_account_can_be_taken_away(visitor: TestClient, add: Add) -> None:
    """CSV and JSON hold the same rows, one for each run, cut as the page is."""
    add("a.test", 0, 10, 1000, not_modified=5)
    add("a.test", 0, 2, 24, visit=-1)
    add("b.test", 40, 1, 1)

    table = list(csv.DictReader(io.StringIO(visitor.get("/crawler/load.csv").text)))
    answer = visitor.get("/crawler/load.json")

    assert {row["run"] for row in table} == {"2026-10-west-1", "2026-11-center-1"}
    assert sorted(int(row["requests"]) for row in table) == [2, 10]
    assert [{name: str(value) for name, value in row.items()} for row in answer.json()["loads"]] == table
    assert answer.json()["total"] == {"hosts": 1, "requests": 12, "bytes": 1024, "not_modified": 5}
    assert "b.test" in visitor.get("/crawler/load.csv?period=all").text
    assert "attachment" in answer.headers["content-disposition"]


def test_hostile_host_is_inert(visitor: TestClient, add: Add) -> None:
    """Whatever a filter or a stored name holds is text and nothing else."""
    hostile = '"><script>alert(1)</script>'
    add(hostile, 0, 1, 1)

    pages: list[Any] = [visitor.get("/crawler/load"), visitor.get("/crawler/load", params={"host": hostile})]

    assert all("<script>alert" not in page.text for page in pages)
    assert "&lt;script&gt;" in pages[1].text


def test_search_engines_may_read_the_page(visitor: TestClient) -> None:
    """robots.txt of the desk opens what is meant for everybody."""
    assert "Allow: /crawler" in visitor.get("/robots.txt").text
