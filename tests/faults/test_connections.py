"""Rows N04, N11, R20 and R21: what happens on the connection itself, by crawls that use no proxy."""

import asyncio
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from crawlers.certificates import faults_of
from fixtures.hostile.certificates import KINDS, host_of, make_paper
from fixtures.hostile.server import HostileWeb
from models.vocabulary import AddressState, Reason
from tests.faults.crawling import HONEST, Visited, visit, visit_directly

pytestmark = pytest.mark.crawl
HERE, THERE = "127.0.0.1", "127.0.0.2"
STATES = {"good": "verified", "wrong-name": "name-mismatch", "weak-dh": "old-protocol"}


@pytest.fixture(scope="module")
def tls_web() -> Iterator[HostileWeb]:
    """The hostile web with every certificate that does not hold."""
    with HostileWeb(tls=True) as running:
        yield running


def _url(web: HostileWeb, kind: str, path: str = "/kontakty") -> str:
    return f"https://{host_of(kind)}:{web.tls[kind]}{path}"


@pytest.fixture(scope="module")
def visited(tls_web: HostileWeb, tmp_path_factory: pytest.TempPathFactory) -> Visited:
    """One crawl of a host per certificate, of names that change their addresses, and of plain http."""
    plain = f"http://plain.rada.example:{tls_web.port}/kontakty"
    rebinding = [f"http://rebinding.rada.example:{tls_web.port}{path}" for path in ("/kontakty", "/novyny")]
    paused = [f"http://robots-delay.rada.example:{tls_web.port}{path}" for path in ("/kontakty", "/novyny")]
    private = f"http://private.rada.example:{tls_web.port}/kontakty"
    unknown = f"http://unknown.rada.example:{tls_web.port}/kontakty"
    names = {host_of(kind): [[HERE]] for kind in KINDS}
    names |= {"plain.rada.example": [[HERE]], "rebinding.rada.example": [[HERE], ["10.0.0.1"]]}
    names |= {"robots-delay.rada.example": [[HERE]]}
    names |= {"private.rada.example": [[HERE, "10.0.0.1"]]}
    starts = [*(_url(tls_web, kind) for kind in KINDS), plain, *rebinding, private, unknown, *paused]
    return asyncio.run(
        visit_directly(
            tmp_path_factory.mktemp("direct"),
            starts,
            names=names,
            doors=[(HERE, port) for port in (tls_web.port, *tls_web.tls.values())],
            environment={"SSL_CERT_FILE": tls_web.authority},
        )
    )


def test_a_crawl_without_proxy_ends_every_row(visited: Visited) -> None:
    """N04, R20: bad certificates and changing names bring nothing down, and every row has its reason."""
    assert visited.ended


def test_a_name_that_changes_its_address_is_asked_at_the_first(tls_web: HostileWeb, visited: Visited) -> None:
    """N04: where the second answer of DNS is private, every request still goes to the judged address."""
    rows = [row for row in visited.rows if "//rebinding." in row.url]

    assert {row.state for row in rows} == {AddressState.FETCHED}
    assert {visited.captures[row.capture_id or ""].ip for row in rows} == {HERE}
    assert tls_web.asked("rebinding.rada.example")["/novyny"] == 1


def test_a_name_half_private_is_asked_nothing(tls_web: HostileWeb, visited: Visited) -> None:
    """N05: the name with one private address is refused as a whole, in a real crawl too."""
    row = next(row for row in visited.rows if "//private." in row.url)

    assert (row.state, row.reason) == (AddressState.REFUSED, Reason.REFUSED_ADDRESS)
    assert not tls_web.asked("private.rada.example")


def test_a_name_that_nobody_knows_is_a_dns_failure(visited: Visited) -> None:
    """R17: a name without addresses ends as dns."""
    row = next(row for row in visited.rows if "//unknown." in row.url)

    assert (row.state, row.reason) == (AddressState.FAILED, Reason.DNS)


def test_a_pause_that_robots_asks_for_is_kept(tls_web: HostileWeb, visited: Visited) -> None:
    """R24: two requests to a host with Crawl-delay 2 are two seconds apart, beside faster ones to others."""
    times = [
        hit.at
        for hit in tls_web.hits
        if hit.host == "robots-delay.rada.example" and hit.path != "/robots.txt"
    ]

    assert len(times) >= 2
    assert min(after - before for before, after in pairwise(times)) > 1.95


@pytest.mark.parametrize("kind", KINDS)
def test_each_certificate_is_told(tls_web: HostileWeb, visited: Visited, kind: str) -> None:
    """R20, R21: the page behind every certificate is fetched, its TLS state and fingerprint stored."""
    row = visited.row(_url(tls_web, kind))
    capture = visited.captures[row.capture_id or ""]

    assert (row.state, capture.status, capture.ip) == (AddressState.FETCHED, 200, HERE)
    assert capture.tls["state"] == STATES.get(kind, kind)
    assert len(capture.tls["certificate_sha256"]) == 64


def test_plain_http_is_told(visited: Visited) -> None:
    """R20: a page without any encryption says so."""
    row = next(row for row in visited.rows if "//plain." in row.url)

    assert visited.captures[row.capture_id or ""].tls == {"state": "plain-http"}


def test_no_cookie_goes_where_a_certificate_does_not_hold(tls_web: HostileWeb, visited: Visited) -> None:
    """R20: whoever listens on an unverified connection gets the request and our name, nothing more."""
    assert visited.outcome.failure is None
    for kind in KINDS:
        hits = [hit for hit in tls_web.hits if hit.host == host_of(kind)]
        assert hits
        assert not any({"cookie", "authorization", "referer"} & set(hit.headers) for hit in hits)


def test_an_unchecked_page_is_still_the_councils(visited: Visited) -> None:
    """R20, R21: a weak connection alone takes nothing from a page: it is read and may count."""
    assert {page.facts.title for page in visited.sight.pages if page.facts} >= {"Контакти"}


@pytest.mark.parametrize("kind", ["good", "expired", "self-signed", "wrong-name"])
def test_faults_are_seen_in_the_certificate_itself(kind: str, tmp_path: Path) -> None:
    """R20: what is wrong is told from the certificate and the day, not from an error's words."""
    paper = make_paper(kind, tmp_path)
    certificate = x509.load_pem_x509_certificate(Path(paper.chain).read_bytes())
    told = {"good": [], "wrong-name": ["name-mismatch"]}.get(kind, [kind])

    assert faults_of(certificate, host_of(kind), datetime.now(UTC)) == told
    assert "expired" in faults_of(certificate, host_of(kind), datetime.now(UTC) + timedelta(days=800))
    assert certificate.public_bytes(Encoding.DER)


def test_the_crawl_process_listens_nowhere(tls_web: HostileWeb, tmp_path: Path) -> None:
    """N11: while it crawls, the process has connections out and not one listening socket."""

    async def crawl_and_look() -> tuple[Visited, list[int], list[int]]:
        task = asyncio.create_task(visit(tls_web, tmp_path, HONEST, host="slow.test"))
        async with asyncio.timeout(30):
            while not tls_web.asked("slow.test")["/rishennia"]:  # noqa: ASYNC110  # another thread counts
                await asyncio.sleep(0.05)
        seen = _sockets(_crawl_process())
        return await task, seen[0], seen[1]

    visited, listening, connected = asyncio.run(crawl_and_look())

    assert visited.ended
    assert connected  # so that the look itself is proven
    assert listening == []


def test_listening_sockets_would_be_seen() -> None:
    """N11: the test above can fail: a process that listens is told."""
    with socket.create_server((HERE, 0)) as server:
        assert server.getsockname()[1] in _sockets(os.getpid())[0]


def _crawl_process() -> int:
    for place in Path("/proc").iterdir():
        if place.name.isdigit() and b"crawlers.process" in _read(place / "cmdline"):
            parent = int(_read(place / "stat").decode().rsplit(")", 1)[1].split()[1])
            if parent == os.getpid():
                return int(place.name)
    raise AssertionError("no crawl process is running")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _sockets(pid: int) -> tuple[list[int], list[int]]:
    """The local ports on which *pid* listens, and those of its connections."""
    held = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            held.add(entry.readlink().name)
        except OSError:
            continue
    listening: list[int] = []
    connected: list[int] = []
    for name in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/{pid}/net/{name}").read_text().splitlines()[1:]:
            fields = line.split()
            if f"socket:[{fields[9]}]" not in held:
                continue
            port = int(fields[1].rsplit(":", 1)[1], 16)
            is_open = name.startswith("udp") or fields[3] == "0A"
            (listening if is_open else connected).append(port)
    return listening, connected
