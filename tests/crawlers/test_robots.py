"""What a site's owner asks is kept; no answer is not a yes."""

import gzip
import time

import pytest

from crawlers.robots import read_robots
from models.vocabulary import Reason

AGENT = "TransparentCitiesMonitor/0.1 (+https://example.org)"
RULES = b"User-agent: *\nDisallow: /private/\nCrawl-delay: 2\n"


def test_rules_are_kept() -> None:
    """A disallowed path is refused, others pass, and the pause is known."""
    permission = read_robots(200, RULES)

    assert not permission.allows("http://city.test/private/a", AGENT)
    assert permission.allows("http://city.test/budget", AGENT)
    assert permission.delay(AGENT) == 2


def test_rules_for_us_by_name_go_first() -> None:
    """A group that names us outweighs the one for all."""
    body = b"User-agent: *\nDisallow:\n\nUser-agent: TransparentCitiesMonitor\nDisallow: /\n"

    assert not read_robots(200, body).allows("http://city.test/", AGENT)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_no_robots_file_means_no_rules(status: int) -> None:
    """RFC 9309: an unavailable file allows everything."""
    assert read_robots(status, b"").allows("http://city.test/", AGENT)


@pytest.mark.parametrize(
    ("status", "reason"), [(500, Reason.HTTP_5XX), (503, Reason.HTTP_5XX), (429, Reason.HTTP_429)]
)
def test_an_unreachable_robots_file_closes_the_site_for_now(status: int, reason: Reason) -> None:
    """RFC 9309: a server error means no; Scrapy reads it as yes."""
    permission = read_robots(status, b"")

    assert not permission.allows("http://city.test/", AGENT)
    assert permission.closed is reason


def test_an_html_page_in_its_place_gives_no_rules() -> None:
    """A soft 404 served as robots.txt forbids nothing."""
    page = "<!doctype html><html><body><p>Сторінку не знайдено</p></body></html>".encode()

    assert read_robots(200, page).allows("http://city.test/budget", AGENT)


def test_a_byte_order_mark_does_not_hide_the_first_line() -> None:
    """Files saved by Windows editors are read like others."""
    assert not read_robots(200, b"\xef\xbb\xbf" + RULES).allows("http://city.test/private/", AGENT)


def test_a_packed_file_is_read() -> None:
    """Servers gzip robots.txt too."""
    assert not read_robots(200, gzip.compress(RULES), "gzip").allows("http://city.test/private/", AGENT)


def test_a_huge_file_is_cut_and_quick() -> None:
    """A hundred thousand rules cost a moment, not the visit."""
    body = b"User-agent: *\n" + b"".join(b"Disallow: /a%d*b$\n" % number for number in range(100_000))
    began = time.process_time()

    permission = read_robots(200, body)
    permission.allows("http://city.test/budget/2026/decision", AGENT)

    assert time.process_time() - began < 5
