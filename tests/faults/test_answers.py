"""Rows R01 to R16: answers that are bombs, cut, slow, malformed, or that stand in place of content."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from email.utils import format_datetime

import pytest

from crawlers.failures import asked_to_wait
from crawlers.glancing import glance
from crawlers.strangers import alike, probe_address
from crawlers.unpacking import PackedWrongError, unpack
from fixtures.hostile.bombs import BOMBS, tower
from fixtures.hostile.broken import CUT, MALFORMED, SMUGGLED
from fixtures.hostile.honest import honest
from fixtures.hostile.server import HostileWeb
from fixtures.hostile.walls import CHALLENGES, FORBIDDEN, WAIT, WALLS
from fixtures.watching import watch
from models.vocabulary import AddressState, Reason
from tests.faults.crawling import HONEST, HOST, QUICK, Visited, crawl, reasons, says_not_met, visit

pytestmark = pytest.mark.crawl
SLOW = [path for path in CUT if path.startswith("/slow/")]
AGAIN = "again.test"
DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def bombed(web: HostileWeb, tmp_path_factory: pytest.TempPathFactory) -> tuple[Visited, float]:
    """One crawl of every bomb, one after the other, and the most memory its process held."""
    manners = replace(QUICK, connections=1, timeout=15.0)

    async def both() -> tuple[Visited, float]:
        task = asyncio.create_task(
            visit(web, tmp_path_factory.mktemp("bombs"), [*HONEST, *BOMBS], manners=manners)
        )
        peak = await watch(b"crawlers.process", task)
        return await task, peak

    return asyncio.run(both())


@pytest.fixture(scope="module")
def visited(web: HostileWeb, tmp_path_factory: pytest.TempPathFactory) -> Visited:
    """One crawl of every cut, malformed and walled answer that comes at once."""
    paths = [*(path for path in CUT if path not in SLOW), *MALFORMED, *SMUGGLED, *WALLS]
    return crawl(web, tmp_path_factory.mktemp("answers"), [*HONEST, *paths], manners=QUICK)


@pytest.fixture(scope="module")
def persistent(web: HostileWeb, tmp_path_factory: pytest.TempPathFactory) -> Visited:
    """One crawl that tries again."""
    manners = replace(QUICK, retries=2, retry_wait=0.05, longest_wait=5.0, timeout=5.0)
    paths = ["/cut/short-body", "/wait/seconds", "/wait/date"]
    return crawl(web, tmp_path_factory.mktemp("again"), paths, manners=manners, host=AGAIN)


@pytest.mark.parametrize("kind", ["gzip", "deflate", "zstd"])
def test_a_bomb_is_refused_near_the_limit(bombed: tuple[Visited, float], kind: str) -> None:
    """R01: two gigabytes in two megabytes end as too-large, kept as received, and support no absence."""
    visited, _ = bombed
    path = f"/bomb/{kind}"

    assert visited.row(path).reason is Reason.TOO_LARGE
    assert visited.capture(path).complete == "no"
    assert not says_not_met(visited.alone(path))


def test_a_coding_nobody_asked_for_is_named(web: HostileWeb, bombed: tuple[Visited, float]) -> None:
    """R01: we ask for gzip and deflate only; a brotli bomb sent all the same ends as bad-encoding, unopened."""
    visited, _ = bombed

    assert visited.row("/bomb/br").reason is Reason.BAD_ENCODING
    assert {hit.headers["accept-encoding"] for hit in web.hits if hit.host == HOST} == {"gzip, deflate"}


def test_no_bomb_fills_the_memory(bombed: tuple[Visited, float]) -> None:
    """R01, R02: the process that met every bomb held less than 250 MB, its own 115 MB included, and lived."""
    visited, peak = bombed

    assert visited.ended
    assert 50 < peak < 250


def test_towers_of_codings_are_refused(bombed: tuple[Visited, float]) -> None:
    """R03: more than two layers are refused, said or unsaid, and the second of two is held to the limit too."""
    visited, _ = bombed

    assert visited.row("/bomb/layers").reason is Reason.BAD_ENCODING
    assert visited.row("/bomb/twice").reason is Reason.TOO_LARGE
    with pytest.raises(PackedWrongError):
        unpack(tower(3), "gzip, gzip, gzip", largest=2**20)
    for path in ("/bomb/layers", "/bomb/twice"):
        assert not says_not_met(visited.alone(path))


def test_what_is_still_packed_is_no_page(bombed: tuple[Visited, float]) -> None:
    """R03: a page of which one layer of two hundred was undone is binary, and supports no absence."""
    assert not says_not_met(bombed[0].alone("/bomb/layers-unsaid"))


@pytest.mark.parametrize("path", ["/bomb/endless", "/bomb/says-huge", "/bomb/endless-head"])
def test_answers_without_end_are_cut(bombed: tuple[Visited, float], path: str) -> None:
    """R04: endless chunks, a stated terabyte and endless headers end as too-large."""
    visited, _ = bombed

    assert visited.row(path).reason is Reason.TOO_LARGE
    assert not says_not_met(visited.alone(path))


def test_drips_and_silence_end_in_time(web: HostileWeb, tmp_path_factory: pytest.TempPathFactory) -> None:
    """R05: a body or a head that drips, and no answer at all, end when the time for one answer is over."""
    visited = crawl(web, tmp_path_factory.mktemp("slow"), SLOW, manners=replace(QUICK, timeout=1.2))

    assert visited.ended
    assert set(reasons(visited, SLOW).values()) == {Reason.TIMEOUT}
    assert visited.outcome.stats["seconds"] < 20


@pytest.mark.parametrize("path", ["/cut/short-body", "/cut/broken-chunks"])
def test_a_body_that_stops_short_is_truncated(visited: Visited, path: str) -> None:
    """R06: fewer bytes than promised, and chunks that break off, are truncated and support no absence."""
    assert visited.ended
    assert visited.row(path).reason is Reason.TRUNCATED
    assert not says_not_met(visited.alone(path))


def test_a_cut_body_is_asked_for_again(web: HostileWeb, persistent: Visited) -> None:
    """R06: what was cut is tried as often as manners allow before its row ends."""
    assert persistent.row("/cut/short-body").attempts == 3
    assert web.asked(AGAIN)["/cut/short-body"] == 3


def test_half_a_gzip_of_the_right_length_is_truncated(visited: Visited) -> None:
    """R07: what Scrapy and browsers pass off as whole is truncated, kept, and supports no absence."""
    capture = visited.capture("/cut/half-gzip")

    assert (capture.complete, capture.reason) == ("no", Reason.TRUNCATED)
    assert not says_not_met(visited.alone("/cut/half-gzip"))


def test_a_body_that_ends_with_its_connection_may_be_half(visited: Visited) -> None:
    """R08: without a length the end proves nothing: the page is read, and supports no absence."""
    assert visited.row("/cut/until-close").state is AddressState.FETCHED
    assert visited.capture("/cut/until-close").complete == "unknown"
    assert not says_not_met(visited.alone("/cut/until-close"))


@pytest.mark.parametrize("path", ["/cut/plain-as-gzip", "/cut/unknown-coding"])
def test_a_lie_about_the_coding_is_told(visited: Visited, path: str) -> None:
    """R09: plain text labelled gzip and codings nobody knows end as bad-encoding, kept as received."""
    assert visited.row(path).reason is Reason.BAD_ENCODING
    assert visited.capture(path).body_bytes > 0
    assert not says_not_met(visited.alone(path))


@pytest.mark.parametrize("path", MALFORMED)
def test_malformed_answers_are_failures(visited: Visited, path: str) -> None:
    """R10: twelve kinds of malformed HTTP each end their row with a reason of the network, and nothing else."""
    assert visited.row(path).state is AddressState.FAILED
    assert visited.row(path).reason in {Reason.RESET, Reason.TRUNCATED}
    assert not says_not_met(visited.alone(path))


def test_two_ways_of_stating_a_length_are_doubted(visited: Visited) -> None:
    """R10: Content-Length beside chunks is read by the chunks, and supports no absence."""
    assert visited.row("/smuggle/length-and-chunks").state is AddressState.FETCHED
    assert visited.capture("/smuggle/length-and-chunks").complete == "unknown"
    assert not says_not_met(visited.alone("/smuggle/length-and-chunks"))


def test_many_headers_are_borne(visited: Visited) -> None:
    """R10: twenty thousand headers are a strange page, and a whole one."""
    assert visited.capture("/smuggle/many-headers").complete == "yes"


def test_two_lengths_are_refused(visited: Visited) -> None:
    """R11: an answer of two lengths is no answer."""
    assert visited.row("/smuggle/two-lengths").reason is Reason.RESET
    assert not says_not_met(visited.alone("/smuggle/two-lengths"))


def test_a_second_answer_is_credited_to_nobody(visited: Visited) -> None:
    """R11: what a server sends after its answer is not taken for the answer to the next request."""
    assert visited.capture("/smuggle/second-answer").complete == "yes"
    assert not any("canary" in page.facts.text for page in visited.sight.pages if page.facts)


@pytest.mark.parametrize("path", ["/wait/seconds", "/wait/date"])
def test_a_wait_that_is_asked_for_is_kept(web: HostileWeb, persistent: Visited, path: str) -> None:
    """R12: 429 and 503 with Retry-After, in seconds or as a date, are asked again no sooner, and then read."""
    times = [hit.at for hit in web.hits if (hit.host, hit.path) == (AGAIN, path)]

    assert persistent.row(path).state is AddressState.FETCHED
    assert len(times) == 2
    assert times[1] - times[0] >= WAIT


def test_a_host_that_asks_to_wait_is_left_alone(
    web: HostileWeb, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """R12: after 429 with Retry-After nothing else is asked of that host either, until the time is over."""
    manners = replace(QUICK, connections=1, retries=2, retry_wait=0.05)

    visited = crawl(web, tmp_path_factory.mktemp("busy"), HONEST, manners=manners, host="busy.test")

    times = [hit.at for hit in web.hits if hit.host == "busy.test"]
    assert visited.ended
    assert times[2] - times[1] >= WAIT


def test_a_wait_without_end_is_not_waited_for(visited: Visited) -> None:
    """R12: a host that asks for a day, or fails to the last try, ends as http-429 or http-5xx."""
    assert visited.row("/wait/for-ever").reason is Reason.HTTP_429
    assert visited.row("/status/500").reason is Reason.HTTP_5XX
    assert not says_not_met(visited.alone("/wait/for-ever"))
    assert not says_not_met(visited.alone("/status/500"))


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 7 ", 7),
        (format_datetime(datetime(2026, 11, 20, 12, 1, 30, tzinfo=UTC), usegmt=True), 90),
        (format_datetime(datetime(2026, 11, 20, 11, 0, tzinfo=UTC), usegmt=True), 0),
        ("9" * 400, 999_999_999),
        ("soon", 0),
        ("-5", 0),
        ("", 0),
        ("٣", 0),
    ],
)
def test_retry_after_is_read_in_both_forms(said: str, seconds: float) -> None:
    """R12: seconds and HTTP dates are understood, everything else asks for nothing."""
    assert asked_to_wait(said, datetime(2026, 11, 20, 12, tzinfo=UTC)) == seconds


@pytest.mark.parametrize("path", [*(f"/forbidden/{name}" for name in FORBIDDEN), "/forbidden/law"])
def test_a_block_by_country_or_firewall_is_a_shield(visited: Visited, path: str) -> None:
    """R13: 403 and 451 are geo-block, their words are kept, and they support no absence."""
    assert visited.row(path).reason is Reason.GEO_BLOCK
    assert visited.capture(path).body_bytes > 0
    assert not says_not_met(visited.alone(path))


@pytest.mark.parametrize("path", [f"/challenge/{name}" for name in CHALLENGES])
def test_a_challenge_with_200_is_a_shield(visited: Visited, path: str) -> None:
    """R14: a browser check that answers 200, in Ukrainian or English, is challenge and supports no absence."""
    assert visited.row(path).reason is Reason.CHALLENGE
    assert not says_not_met(visited.alone(path))


def test_a_polite_not_found_is_soft_404(visited: Visited) -> None:
    """R15: "not found" with 200 is soft-404 and supports no absence."""
    assert visited.row("/soft/not-found").reason is Reason.SOFT_404
    assert not says_not_met(visited.alone("/soft/not-found"))


def test_the_home_page_in_place_of_everything_is_told(
    web: HostileWeb, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """R15: on a host that answers its home page to any address, such answers are soft-404, its own pages are not."""
    visited = crawl(web, tmp_path_factory.mktemp("same"), [*HONEST, "/biudzhet-2026"], host="same.test")

    assert visited.row("/biudzhet-2026").reason is Reason.SOFT_404
    assert visited.row("/").reason is None
    assert visited.row("/kontakty").reason is None


def test_what_a_host_says_of_nothing_is_compared() -> None:
    """R15: the answer to an impossible address is alike to other answers of that sort, and to nothing else."""
    home, decisions = (
        glance((honest(path) or "").encode(), url="http://a.test/x") for path in ("/", "/rishennia")
    )

    assert alike(home, home)
    assert not alike(home, decisions)
    assert probe_address("http://a.test") != probe_address("http://b.test")
    assert probe_address("http://a.test/") == probe_address("http://a.test")


@pytest.mark.parametrize("path", ["/login/form", "/login/401"])
def test_a_login_wall_is_a_shield(visited: Visited, path: str) -> None:
    """R16: a sign-in form in place of content is login-wall and supports no absence."""
    assert visited.row(path).reason is Reason.LOGIN_WALL
    assert not says_not_met(visited.alone(path))


def test_an_empty_shell_is_told(visited: Visited) -> None:
    """R16: a page that only scripts would fill is empty-shell and supports no absence."""
    assert visited.row("/login/shell").reason is Reason.EMPTY_SHELL
    assert not says_not_met(visited.alone("/login/shell"))
