"""Rows N01 to N10 and N12: no address that is not the public internet is ever asked, whoever names it."""

import asyncio
import ipaddress
from dataclasses import replace
from pathlib import Path

import pytest

from crawlers.doors import PinnedResolver, Pins
from crawlers.failures import RefusedRequest
from crawlers.gate import Gate, RefusedAddressError
from fixtures.hostile.addresses import hostile, ordinary
from fixtures.hostile.server import HostileWeb
from fixtures.hostile.walls import REDIRECTS
from models.vocabulary import AddressState, Reason
from tests.faults.crawling import HONEST, HOST, QUICK, Visited, crawl, reasons, says_not_met

PUBLIC, OTHER, PRIVATE = "93.184.216.34", "8.8.8.8", "127.0.0.1"
REFUSED = [
    f"/hop/{name}"
    for name in "loopback metadata private decimal file ftp data gopher script port user bad-port".split()
]


@pytest.fixture(scope="module")
def visited(web: HostileWeb, tmp_path_factory: pytest.TempPathFactory) -> Visited:
    """One crawl of every redirect, and of pages that name hostile addresses."""
    paths = [path for path in REDIRECTS if path != "/hop/bad-bracket"]
    return crawl(web, tmp_path_factory.mktemp("hops"), [*HONEST, *paths])


@pytest.mark.crawl
def test_a_redirect_to_an_address_of_our_own_is_not_followed(web: HostileWeb, visited: Visited) -> None:
    """N01: a redirect to loopback, a private network or a cloud's metadata ends refused, its hop stored."""
    paths = ["/hop/loopback", "/hop/metadata", "/hop/private"]

    assert visited.ended
    assert set(reasons(visited, paths).values()) == {Reason.REFUSED_ADDRESS}
    assert web.knocks == 0
    for path in paths:
        assert visited.capture(path).status == 302
        assert "Location" in dict(visited.capture(path).headers)
        assert not says_not_met(visited.alone(path))


def test_every_spelling_of_a_closed_address_is_refused() -> None:
    """N02: more than a thousand hostile spellings are refused, and no ordinary address of a council is."""
    gate = Gate()
    passed = [url for url in set(hostile()) if _passes(gate, url)]
    refused = [url for url in set(ordinary()) if not _passes(gate, url)]

    assert len(set(hostile())) >= 1000
    assert len(set(ordinary())) >= 500
    assert (passed, refused) == ([], [])


@pytest.mark.parametrize("shape", ["::{0}", "::ffff:{0}", "::ffff:0:{0}", "64:ff9b::{0}", "64:ff9b:1::{0}"])
def test_an_ipv4_address_inside_ipv6_is_refused(shape: str) -> None:
    """N03: loopback is loopback in every IPv6 address that carries it, literal or looked up."""
    text = str(ipaddress.ip_address(shape.format(PRIVATE)))

    assert not _passes(Gate(), f"http://[{text}]/")
    with pytest.raises(RefusedAddressError):
        Gate(resolve=lambda _: [text]).addresses("rada.gov.ua")


@pytest.mark.parametrize(
    "text", ["2002:7f00:1::1", "2001:0:7f00:1::1", "fe80::5efe:7f00:1", "fd00::1", "::1"]
)
def test_tunnels_to_ipv4_are_refused(text: str) -> None:
    """N03: 6to4, Teredo and ISATAP addresses lead to IPv4 and are refused too."""
    with pytest.raises(RefusedAddressError):
        Gate(resolve=lambda _: [text]).addresses("rada.gov.ua")


def test_a_name_is_looked_up_once() -> None:
    """N04: after the judged answer a resolver has no second say: connections go to what was judged."""
    answers = iter([[PUBLIC], [PRIVATE]])
    pins = Pins(Gate(resolve=lambda _: next(answers)))

    asyncio.run(pins.pin("rada.gov.ua"))
    asyncio.run(pins.pin("rada.gov.ua"))

    assert _handed_out(pins, "rada.gov.ua") == [PUBLIC]
    assert next(answers) == [PRIVATE]  # nobody asked for it


def test_a_peer_that_nobody_judged_is_asked_nothing() -> None:
    """N04: the other end of a connection is compared with the judged addresses before a word is sent."""
    pins = Pins(Gate(resolve=lambda _: [PUBLIC]))
    asyncio.run(pins.pin("rada.gov.ua"))

    assert pins.hold("http://rada.gov.ua/x", PUBLIC)
    assert not pins.hold("http://rada.gov.ua/x", PRIVATE)
    assert not pins.hold("http://rada.gov.ua/x", OTHER)
    assert not pins.hold("http://unasked.gov.ua/x", PUBLIC)


def test_what_was_not_judged_is_unknown_to_the_resolver() -> None:
    """N04: a name that did not pass the gate has no address at all, whatever the system's resolver says."""
    assert _handed_out(Pins(Gate()), "localhost") == []


@pytest.mark.parametrize(
    "mixed", [[PUBLIC, PRIVATE], [PRIVATE, PUBLIC], [PUBLIC, "::1"], [OTHER, PUBLIC, "10.0.0.1"]]
)
def test_a_name_with_one_closed_address_is_refused(mixed: list[str]) -> None:
    """N05: one private address among public ones refuses the whole name."""
    pins = Pins(Gate(resolve=lambda _: mixed))

    with pytest.raises(RefusedRequest) as refused:
        asyncio.run(pins.pin("rada.gov.ua"))

    assert refused.value.reason is Reason.REFUSED_ADDRESS
    assert _handed_out(pins, "rada.gov.ua") == []


def test_a_name_of_ipv6_alone_is_reachable() -> None:
    """N05: a council that has only IPv6 is asked there, and both its families are handed out."""
    six = "2a00:1450:401b:810::200e"
    pins = Pins(Gate(resolve=lambda host: [six] if host.startswith("six") else [PUBLIC, six]))
    asyncio.run(pins.pin("six.gov.ua"))
    asyncio.run(pins.pin("both.gov.ua"))

    assert _handed_out(pins, "six.gov.ua") == [six]
    assert _handed_out(pins, "both.gov.ua") == [PUBLIC, six]


def test_a_name_is_one_name_in_both_spellings() -> None:
    """N08: a Cyrillic name and what goes over the wire for it share their judged addresses."""
    pins = Pins(Gate(resolve=lambda _: [PUBLIC]))
    place = pins.gate.require("http://сумщина.укр/")
    asyncio.run(pins.pin(place.host))

    assert _handed_out(pins, "сумщина.укр") == _handed_out(pins, place.host) == [PUBLIC]


@pytest.mark.crawl
def test_no_other_scheme_is_followed(visited: Visited) -> None:
    """N06: file, ftp, data, gopher and script targets end refused, and no file's words are stored."""
    paths = [f"/hop/{name}" for name in ("file", "ftp", "data", "gopher", "script")]

    assert set(reasons(visited, paths).values()) == {Reason.REFUSED_ADDRESS}
    assert not any("root:" in page.facts.text for page in visited.sight.pages if page.facts)
    assert not any(says_not_met(visited.alone(path)) for path in paths)


@pytest.mark.crawl
def test_a_meta_refresh_is_not_obeyed(web: HostileWeb, visited: Visited) -> None:
    """N06: a page that sends browsers to loopback sends us nowhere."""
    assert visited.row("/hop/refresh").state.is_terminal
    assert web.knocks == 0


@pytest.mark.crawl
def test_a_page_that_only_sends_elsewhere_is_no_content(visited: Visited) -> None:
    """N06: an empty page with a meta refresh supports no absence: what it stands for was not seen."""
    assert not says_not_met(visited.alone("/hop/refresh"))


@pytest.mark.crawl
def test_an_unusual_port_is_refused(visited: Visited) -> None:
    """N07: port 22 of a public host is no website; only 80, 443, 8080 and 8443 are asked."""
    assert visited.row("/hop/port").reason is Reason.REFUSED_ADDRESS
    for port in (22, 25, 3306, 6379, 9200):
        assert not _passes(Gate(), f"http://rada.gov.ua:{port}/")
    for port in (80, 443, 8080, 8443):
        assert _passes(Gate(), f"http://rada.gov.ua:{port}/")


@pytest.mark.parametrize(
    "url",
    [
        "http://rada.gov.ua@evil.ua/",
        "http://rada.gov.ua\\@evil.ua/",
        "http://rada.gov.ua\t.evil.ua/",
        "http://rada.gov.ua\n.evil.ua/",
        "http:/rada.gov.ua/",
        "http://rada.gov.ua%00.evil.ua/",
    ],
)
def test_what_two_readers_read_in_two_ways_is_refused(url: str) -> None:
    """N08: user names, backslashes, tabs and what parsers disagree about are not guessed about."""
    assert not _passes(Gate(), url)


@pytest.mark.crawl
def test_a_redirect_without_an_address_brings_nothing_down(web: HostileWeb, tmp_path: Path) -> None:
    """N08: a Location that no parser can read ends its row; the visit goes on and ends in time."""
    quick = replace(QUICK, max_seconds=6.0)

    visited = crawl(web, tmp_path, ["/kontakty", "/hop/bad-bracket", "/hop/bad-port"], manners=quick)

    assert visited.ended
    assert visited.row("/hop/bad-bracket").reason is Reason.REFUSED_ADDRESS
    assert visited.row("/hop/bad-port").reason is Reason.REFUSED_ADDRESS


@pytest.mark.crawl
def test_a_location_in_cyrillic_is_followed(visited: Visited) -> None:
    """N08: raw UTF-8 in a Location, as many servers send it, is an ordinary address."""
    assert visited.row("/hop/cyrillic").state is AddressState.FETCHED
    assert visited.row("/hop/cyrillic").reason is None


@pytest.mark.crawl
def test_another_city_is_not_credited(web: HostileWeb, visited: Visited) -> None:
    """N09: a redirect to another city's site is stored as a hop and not visited, and decides nothing."""
    row = visited.row("/hop/elsewhere")

    assert (row.state, row.reason) == (AddressState.FAILED, Reason.OFFSITE)
    assert not web.asked("insha-rada.test")
    assert not says_not_met(visited.alone("/hop/elsewhere"))


@pytest.mark.crawl
def test_loops_and_endless_redirects_end(web: HostileWeb, visited: Visited) -> None:
    """N10: a circle and a chain without end stop at ten hops, with their reason."""
    loops = [row for row in visited.rows if row.reason is Reason.REDIRECT_LOOP]
    chain = [path for path in web.asked(HOST) if path.startswith("/hop/endless")]

    assert visited.row("/hop/self").reason is Reason.REDIRECT_LOOP
    assert {row.url.split("/hop/")[1].partition("?")[0] for row in loops} >= {"self", "endless"}
    assert len(chain) <= 11
    assert not says_not_met(visited.alone("/hop/self"))


@pytest.mark.crawl
def test_proxies_of_the_environment_are_ignored(
    web: HostileWeb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """N12: whoever sets proxy variables for our process reads nothing of what we ask."""
    before = web.knocks
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{web.canary}")

    visited = crawl(web, tmp_path, HONEST)

    assert visited.ended
    assert visited.outcome.fetched >= len(HONEST)
    assert web.knocks == before


@pytest.mark.parametrize("doors", [{("127.0.0.1", 80)}, {("10.0.0.1", 80)}])
def test_no_real_visit_can_have_a_door_to_loopback(doors: set[tuple[str, int]]) -> None:
    """N01: a gate with doors needs a resolver of its own, so it knows no real name; and only loopback has doors."""
    with pytest.raises(ValueError, match="loopback"):
        Gate(doors=frozenset(doors), resolve=None if ("127.0.0.1", 80) in doors else lambda _: [])


def _passes(gate: Gate, url: str) -> bool:
    try:
        gate.require(url)
    except RefusedAddressError:
        return False
    return True


class _Receiver:
    def __init__(self) -> None:
        self.found: list[str] = []

    def resolutionBegan(self, _resolution: object) -> None:  # noqa: N802  # Twisted's own
        pass

    def addressResolved(self, address: object) -> None:  # noqa: N802  # Twisted's own
        self.found.append(address.host)  # type: ignore[attr-defined]

    def resolutionComplete(self) -> None:  # noqa: N802  # Twisted's own
        pass


def _handed_out(pins: Pins, host: str) -> list[str]:
    """The addresses that the crawl's resolver gives for *host*."""
    receiver = _Receiver()
    PinnedResolver(None, pins).resolveHostName(receiver, host, 80)
    return receiver.found
