"""Rows R17 to R19 and R22 to R24: hosts that cannot be reached or die, and what robots.txt does to a visit."""

import socket
from dataclasses import replace
from pathlib import Path

import pytest
from scrapy.exceptions import DownloadTimeoutError
from twisted.internet import error as network
from twisted.python.failure import Failure
from twisted.web.client import ResponseNeverReceived

from crawlers.failures import reason_of
from crawlers.robots import read_robots
from fixtures.hostile.robots import ROBOTS
from fixtures.hostile.server import LAST_BREATH, HostileWeb
from models.vocabulary import AddressState, Reason, VisitState
from tests.faults.crawling import AGENT, HONEST, QUICK, Visited, crawl, says_not_met

pytestmark = pytest.mark.crawl
PATIENT = replace(QUICK, timeout=4.0)
CLOSED_BY_ROBOTS = {
    "500": Reason.HTTP_5XX,
    "503": Reason.HTTP_5XX,
    "429": Reason.HTTP_429,
    "drop": Reason.RESET,
    "hang": Reason.TIMEOUT,
    "moved-private": Reason.REFUSED_ADDRESS,
    "moved-file": Reason.REFUSED_ADDRESS,
}
OPEN_BY_ROBOTS = ("403", "404", "html", "moved-loop", "rules", "names", "bomb")
RULES_ARE_READ = ("bom", "disallow", "wild", "moved", "gigabyte", "endless")


@pytest.fixture(scope="module")
def robots(web: HostileWeb, tmp_path_factory: pytest.TempPathFactory) -> Visited:
    """One crawl of a page and a closed page on a host per kind of robots.txt."""
    hosts = [f"http://robots-{kind}.rada.test" for kind in ROBOTS if kind not in {"recovers", "delay"}]
    starts = [f"{host}{path}" for host in hosts for path in ("/kontakty", "/rishennia")]
    return crawl(web, tmp_path_factory.mktemp("robots"), starts, manners=PATIENT, host="rada.test")


def _outcome(robots: Visited, kind: str, path: str) -> tuple[AddressState, Reason | None]:
    row = robots.row(f"http://robots-{kind}.rada.test{path}")
    return row.state, row.reason


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (network.DNSLookupError(), Reason.DNS),
        (network.ConnectionRefusedError(), Reason.REFUSED),  # type: ignore[no-untyped-call]
        (network.TimeoutError(), Reason.TIMEOUT),  # type: ignore[no-untyped-call]
        (network.ConnectionLost(), Reason.RESET),
        (DownloadTimeoutError("Getting https://ssl-certificate.gov.ua took longer"), Reason.TIMEOUT),
        (ResponseNeverReceived([Failure(network.ConnectionLost())]), Reason.RESET),  # type: ignore[no-untyped-call]
        (ResponseNeverReceived([Failure(RuntimeError("?"))]), Reason.RESET),  # type: ignore[no-untyped-call]
        (RuntimeError("ssl"), Reason.CRAWLER_ERROR),
    ],
)
def test_every_failure_of_the_network_has_its_word(error: Exception, reason: Reason) -> None:
    """R17: failures are told by what they are and not by words in an address; unknown ones are our own."""
    assert reason_of(error) is reason


def test_a_port_that_refuses_is_told(web: HostileWeb, tmp_path: Path) -> None:
    """R17: where nobody listens the row ends as refused after its tries, and the visit is unreachable."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = HostileWeb()
        closed.port = server.getsockname()[1]

    visited = crawl(closed, tmp_path, ["/"], manners=replace(QUICK, retries=2))

    assert (visited.row("/").reason, visited.row("/").attempts) == (Reason.REFUSED, 3)
    assert visited.outcome.state is VisitState.UNREACHABLE


def test_a_site_that_is_down_changes_no_score(web: HostileWeb, tmp_path: Path) -> None:
    """R18: where nothing answers the city is unreachable, with the reason, and no indicator is judged."""
    visited = crawl(web, tmp_path, HONEST, host="down.test")

    assert visited.outcome.state is VisitState.UNREACHABLE
    assert visited.outcome.failure is None
    assert visited.outcome.reason is Reason.RESET
    assert all(row.state.is_terminal for row in visited.rows)
    assert not says_not_met(visited.sight)


def test_a_site_that_dies_half_way_keeps_what_was_seen(web: HostileWeb, tmp_path: Path) -> None:
    """R19: pages fetched before stay, the rest is given up with a reason, and absence is said of nothing."""
    manners = replace(QUICK, connections=1, dead_after=3)

    visited = crawl(web, tmp_path, HONEST, manners=manners, host="dies.test")

    seen = [row for row in visited.rows if row.state is AddressState.FETCHED]
    lost = [row for row in visited.rows if row.state is not AddressState.FETCHED]
    assert 0 < len(seen) < LAST_BREATH + 1
    assert {row.reason for row in lost} == {Reason.RESET}
    assert visited.ended
    assert sum(web.asked("dies.test").values()) <= LAST_BREATH + 3 + 2
    assert not says_not_met(visited.sight)


def test_every_kind_of_robots_ends_in_rows(robots: Visited) -> None:
    """R22, R23, R24: no robots.txt brings the run down, and each row of each host has its end."""
    assert robots.ended


def test_what_robots_closes_is_not_asked_for(web: HostileWeb, robots: Visited) -> None:
    """R22: a disallowed page is refused with reason robots and never requested; the decision is stored."""
    assert _outcome(robots, "disallow", "/rishennia") == (AddressState.REFUSED, Reason.ROBOTS)
    assert not web.asked("robots-disallow.rada.test")["/rishennia"]
    assert _outcome(robots, "all", "/kontakty") == (AddressState.REFUSED, Reason.ROBOTS)
    capture = robots.capture("http://robots-disallow.rada.test/kontakty")
    assert capture.robots == "allowed: robots.txt 200"


def test_every_capture_holds_the_decision(robots: Visited) -> None:
    """R22: for each answer of a page it is stored what robots.txt had said."""
    assert robots.captures
    assert all(capture.robots.startswith("allowed:") for capture in robots.captures.values())


def test_a_page_that_robots_closes_is_no_absence(web: HostileWeb, tmp_path: Path) -> None:
    """R22: what we may not look at is blocked and never "not published"."""
    visited = crawl(web, tmp_path, HONEST, host="robots-disallow.test")

    assert visited.row("/rishennia").reason is Reason.ROBOTS
    assert not says_not_met(visited.sight)


@pytest.mark.parametrize("kind", CLOSED_BY_ROBOTS)
def test_no_answer_is_not_a_yes(web: HostileWeb, robots: Visited, kind: str) -> None:
    """R23: where robots.txt fails, drops, hangs or leads astray, no page is asked for; the reason says why."""
    host = f"robots-{kind}.rada.test"

    assert {_outcome(robots, kind, path)[1] for path in ("/kontakty", "/rishennia")} == {
        CLOSED_BY_ROBOTS[kind]
    }
    assert set(web.asked(host)) == {"/robots.txt"}
    assert web.knocks == 0


def test_a_robots_file_that_recovers_is_asked_again(web: HostileWeb, tmp_path: Path) -> None:
    """R23: closed for now is not closed for ever: after a wait it is asked again, and its rules then hold."""
    manners = replace(QUICK, retries=2, retry_wait=0.2)

    visited = crawl(web, tmp_path, ["/kontakty", "/rishennia"], manners=manners, host="robots-recovers.test")

    assert visited.row("/kontakty").state is AddressState.FETCHED
    assert visited.row("/rishennia").reason is Reason.ROBOTS
    assert web.asked("robots-recovers.test")["/robots.txt"] == 2


@pytest.mark.parametrize("kind", OPEN_BY_ROBOTS)
def test_no_rules_are_no_obstacle(robots: Visited, kind: str) -> None:
    """R24: an absent file, a web page in its place, a bomb and rules about other things leave the site open."""
    assert _outcome(robots, kind, "/kontakty") == (AddressState.FETCHED, None)
    assert _outcome(robots, kind, "/rishennia") == (AddressState.FETCHED, None)


@pytest.mark.parametrize("kind", RULES_ARE_READ)
def test_rules_are_read_however_they_come(robots: Visited, kind: str) -> None:
    """R24: behind a byte order mark, a redirect, wild patterns or at the top of a gigabyte, rules are kept."""
    assert _outcome(robots, kind, "/kontakty") == (AddressState.FETCHED, None)
    assert _outcome(robots, kind, "/rishennia") == (AddressState.REFUSED, Reason.ROBOTS)


def test_a_pause_that_the_owner_asks_for_is_kept(web: HostileWeb, tmp_path: Path) -> None:
    """R24: Crawl-delay is read from the file, and held to between nothing and half a minute."""
    for wanted, kept in (("2", 2.0), ("0.5", 0.5), ("86400", 30.0), ("-1", None), ("soon", None)):
        permission = read_robots(200, f"User-agent: *\nCrawl-delay: {wanted}\n".encode(), agent=AGENT)
        assert permission.delay(AGENT) == kept
