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
    permission = read_robots(200, RULES, agent=AGENT)

    assert not permission.allows("http://city.test/private/a", AGENT)
    assert permission.allows("http://city.test/budget", AGENT)
    assert permission.delay(AGENT) == 2


def test_rules_for_us_by_name_go_first() -> None:
    """A group that names us outweighs the one for all."""
    body = b"User-agent: *\nDisallow:\n\nUser-agent: TransparentCitiesMonitor\nDisallow: /\n"

    assert not read_robots(200, body, agent=AGENT).allows("http://city.test/", AGENT)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_no_robots_file_means_no_rules(status: int) -> None:
    """RFC 9309: an unavailable file allows everything."""
    assert read_robots(status, b"", agent=AGENT).allows("http://city.test/", AGENT)


@pytest.mark.parametrize(
    ("status", "reason"), [(500, Reason.HTTP_5XX), (503, Reason.HTTP_5XX), (429, Reason.HTTP_429)]
)
def test_an_unreachable_robots_file_closes_the_site_for_now(status: int, reason: Reason) -> None:
    """RFC 9309: a server error means no; Scrapy reads it as yes."""
    permission = read_robots(status, b"", agent=AGENT)

    assert not permission.allows("http://city.test/", AGENT)
    assert permission.closed is reason


def test_an_html_page_in_its_place_gives_no_rules() -> None:
    """A soft 404 served as robots.txt forbids nothing."""
    page = "<!doctype html><html><body><p>Сторінку не знайдено</p></body></html>".encode()

    assert read_robots(200, page, agent=AGENT).allows("http://city.test/budget", AGENT)


def test_a_byte_order_mark_does_not_hide_the_first_line() -> None:
    """Files saved by Windows editors are read like others."""
    assert not read_robots(200, b"\xef\xbb\xbf" + RULES, agent=AGENT).allows(
        "http://city.test/private/", AGENT
    )


def test_a_packed_file_is_read() -> None:
    """Servers gzip robots.txt too."""
    assert not read_robots(200, gzip.compress(RULES), "gzip", agent=AGENT).allows(
        "http://city.test/private/", AGENT
    )


@pytest.mark.long
def test_a_huge_file_is_cut_and_quick() -> None:
    """A hundred thousand rules cost a moment, not the visit."""
    body = b"User-agent: *\n" + b"".join(b"Disallow: /a%d*b$\n" % number for number in range(100_000))
    began = time.process_time()

    permission = read_robots(200, body, agent=AGENT)
    permission.allows("http://city.test/budget/2026/decision", AGENT)

    assert time.process_time() - began < 5


def test_many_names_over_many_rules_are_quick() -> None:
    """Five thousand names that share twenty thousand rules are read in a moment, and ours among them is found."""
    others = b"".join(b"User-agent: bot%d\n" % number for number in range(5000))
    rules = b"".join(b"Disallow: /x%d\n" % number for number in range(20_000))
    began = time.process_time()

    permission = read_robots(200, others + b"User-agent: *\n" + rules, agent=AGENT)

    assert time.process_time() - began < 5
    assert not permission.allows("http://city.test/x77", AGENT)
    assert permission.allows("http://city.test/y", AGENT)


def test_rules_of_others_are_not_ours() -> None:
    """Groups stay apart: what another crawler may not do says nothing of us."""
    body = b"User-agent: OtherBot # a comment\nDisallow: /\n\nUser agent *\nDisallow: /private/\n"

    permission = read_robots(200, body, agent=AGENT)

    assert permission.allows("http://city.test/budget", AGENT)
    assert not permission.allows("http://city.test/private/", AGENT)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_a_file_of_two_bytes_a_letter_is_read(encoding: str) -> None:
    """Notepad's "Unicode" is a robots.txt too."""
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""

    permission = read_robots(200, mark + RULES.decode().encode(encoding), agent=AGENT)

    assert not permission.allows("http://city.test/private/", AGENT)


def test_site_maps_are_handed_on() -> None:
    """The addresses of its site maps are known, once each and not without end."""
    lines = "".join(f"Sitemap: http://city.test/{number}.xml\n" for number in [*range(80), 1, 2])

    named = read_robots(200, lines.encode(), agent=AGENT).sitemaps

    assert named == tuple(f"http://city.test/{number}.xml" for number in range(50))


def test_the_beginning_of_an_endless_file_counts() -> None:
    """Of a file that we stopped hearing, packed or not, the first rules are kept."""
    endless = RULES + b"# and so on\n" * 100_000

    for body, encoding in ((endless, ""), (gzip.compress(endless)[:-500], "gzip")):
        permission = read_robots(200, body, encoding, agent=AGENT, cut=True)
        assert not permission.allows("http://city.test/private/", AGENT)


def test_a_file_cut_off_on_its_way_closes_the_site_for_now() -> None:
    """Half of somebody's rules are not their rules."""
    permission = read_robots(200, gzip.compress(RULES)[:-9], "gzip", agent=AGENT)

    assert permission.closed is Reason.TRUNCATED
