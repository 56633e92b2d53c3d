"""Stamps are sent through the gate, with patience, and no authority's fault ever fails a run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

import flows.stamping
from crawlers.gate import Gate
from custody.log import all_entries, append, check_chain
from custody.manifests import manifest_of
from fixtures.authority import PretendAuthority
from fixtures.councils.server import PretendWeb
from flows.sealing import seal, seal_missing
from flows.stamp_log import stamp
from flows.stamping import LARGEST, queue_head, sealed_and_stamped, send_stamps
from flows.visiting import Desk, open_desk
from models.base import now
from models.crawling import Run
from models.custody import LogEntry, Stamp
from models.environment import settings
from models.runs import open_run
from models.vocabulary import LogKind, StampState
from tests.custody.pretend_run import crawl_run

NAME = "time.example"
Answer = Callable[[bytes], tuple[int, bytes]]


@pytest.fixture(scope="module")
def shared() -> Iterator[PretendAuthority]:
    """An authority of our own."""
    with PretendAuthority() as ready:
        yield ready


@pytest.fixture
def authority(shared: PretendAuthority) -> PretendAuthority:
    """It answers well, and nobody has asked it yet."""
    shared.answers, shared.asked = shared.stamp, 0
    return shared


@pytest.fixture
def desk(tmp_path: Path, authority: PretendAuthority, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """An installation that asks the authority by a name, and knows its root."""
    monkeypatch.setenv("TCM_HOME", str(tmp_path))
    for name in ("TCM_DATABASE_URL", "TCM_ARCHIVE", "TCM_CUSTODY", "TCM_STAMP_ROOTS", "TCM_PRETEND_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TCM_STAMP_AUTHORITIES", f"http://{NAME}:{authority.port}/")
    roots = tmp_path / "custody" / "roots"
    roots.mkdir(parents=True)
    (roots / "authority.pem").write_bytes(authority.root.read_bytes())
    opened = open_desk(settings())
    yield opened
    opened.store.close()


def gate(authority: PretendAuthority, *addresses: str) -> Gate:
    """A gate that knows one name, and a door to the authority."""
    return Gate(
        resolve=lambda _: list(addresses or ("127.0.0.1",)), doors=frozenset({("127.0.0.1", authority.port)})
    )


def ask(desk: Desk) -> LogEntry:
    """Append a line and queue its stamps."""
    with desk.store.writing() as db:
        line = append(db, LogKind.MANIFEST, "2026-11-west-1", "ab" * 32)
    queue_head(desk)
    return line


def stamps(desk: Desk) -> list[Stamp]:
    """All stamps there are, in the order they were asked for."""
    with desk.store.reading() as db:
        return list(db.scalars(select(Stamp).order_by(Stamp.id)))


def hurry(desk: Desk) -> None:
    """Let the next try be now."""
    with desk.store.writing() as db:
        for one in db.scalars(select(Stamp)):
            one.next_try_at = now()


def test_a_stamp_is_had_kept_and_logged(desk: Desk, authority: PretendAuthority) -> None:
    """The whole answer stands in the archive under the SHA-256 that the log names."""
    line = ask(desk)

    sent = asyncio.run(send_stamps(desk, gate(authority)))

    (had,) = stamps(desk)
    with desk.store.reading() as db:
        lines = list(all_entries(db))
    assert (sent.stamped, sent.trouble) == (1, "")
    assert (had.state, had.head_hash, had.attempts) == (StampState.STAMPED, line.hash, 1)
    assert had.token_sha256 is not None
    assert lines[-1].digest == had.token_sha256
    assert desk.archive.get(had.token_sha256)
    assert check_chain(lines, whole=True) is None
    assert asyncio.run(send_stamps(desk, gate(authority))).sentence.startswith("0 stamped")
    assert authority.asked == 1


def test_one_authority_that_is_down_keeps_no_other_from_stamping(
    desk: Desk, authority: PretendAuthority
) -> None:
    """V06: the one is stamped, the other waits with its reason, and gets its turn again."""
    down = f"http://down.example:{authority.port}/"
    desk = replace(
        desk, settings=replace(desk.settings, stamp_authorities=(down, *desk.settings.stamp_authorities))
    )
    ask(desk)
    authority.answers = lambda query: (503, b"busy") if authority.asked == 1 else authority.stamp(query)

    sent = asyncio.run(send_stamps(desk, gate(authority)))

    failed, had = stamps(desk)
    assert (sent.stamped, sent.waiting) == (1, 1)
    assert sent.trouble == f"{down}: it answered with status 503"
    assert (had.state, failed.state, failed.trouble) == (
        StampState.STAMPED,
        StampState.WAITING,
        "it answered with status 503",
    )
    assert asyncio.run(send_stamps(desk, gate(authority))).stamped == 0  # not before its time
    hurry(desk)
    assert asyncio.run(send_stamps(desk, gate(authority))).stamped == 1
    assert [one.state for one in stamps(desk)] == [StampState.STAMPED] * 2


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (lambda _: (302, b""), "status 302"),
        (lambda _: (200, b"<html>captcha</html>"), "the answer is no time-stamp"),
        (lambda _: (200, b""), "the answer is no time-stamp"),
        (lambda _: (200, b"0" * (LARGEST + 1)), f"longer than {LARGEST} bytes"),
    ],
)
def test_odd_answers_are_troubles_of_that_authority(
    desk: Desk, authority: PretendAuthority, answer: Answer, why: str
) -> None:
    """V06: nothing is raised, nothing is stored, and it is tried again."""
    ask(desk)
    authority.answers = answer

    sent = asyncio.run(send_stamps(desk, gate(authority)))

    (waiting,) = stamps(desk)
    assert (sent.waiting, waiting.state, waiting.attempts) == (1, StampState.WAITING, 1)
    assert why in waiting.trouble


def test_an_authority_that_says_nothing_is_waited_for_only_so_long(
    desk: Desk, authority: PretendAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """V06: the whole exchange has one limit, however slowly it goes on."""
    ask(desk)
    monkeypatch.setattr(flows.stamping, "SECONDS", 0.5)
    authority.answers = _after_two_seconds
    began = time.monotonic()

    sent = asyncio.run(send_stamps(desk, gate(authority)))

    assert time.monotonic() - began < 1.9
    assert "no whole answer within" in sent.trouble


def _after_two_seconds(_query: bytes) -> tuple[int, bytes]:
    time.sleep(2)
    return 200, b""


def test_a_port_that_nobody_answers_at_is_a_trouble(desk: Desk, authority: PretendAuthority) -> None:
    """V06: as are a name without an address, and roots that are missing or broken."""
    ask(desk)
    closed = Gate(resolve=lambda _: ["127.0.0.1"], doors=frozenset({("127.0.0.1", authority.port)}))
    nameless = replace(closed, resolve=lambda _: [])
    with PretendAuthority("gone") as gone:
        port = gone.port
    with desk.store.writing() as db:
        db.scalars(select(Stamp)).one().authority = f"http://{NAME}:{port}/"
    refusing = Gate(resolve=lambda _: ["127.0.0.1"], doors=frozenset({("127.0.0.1", port)}))

    assert asyncio.run(send_stamps(desk, refusing)).waiting == 1
    hurry(desk)
    assert "no address" in asyncio.run(send_stamps(desk, replace(nameless, doors=refusing.doors))).trouble
    (desk.settings.stamp_roots / "broken.pem").write_text("nothing")
    hurry(desk)
    assert "broken.pem holds no certificate" in asyncio.run(send_stamps(desk, refusing)).trouble
    for file in desk.settings.stamp_roots.iterdir():
        file.unlink()
    hurry(desk)
    assert "no root certificate (PEM) stands in" in asyncio.run(send_stamps(desk, refusing)).trouble


def test_an_authority_nobody_knows_is_not_believed(desk: Desk, authority: PretendAuthority) -> None:
    """V06: a well-made answer by another key is refused."""
    ask(desk)
    with PretendAuthority("stranger") as stranger:
        authority.answers = stranger.stamp
        sent = asyncio.run(send_stamps(desk, gate(authority)))

    assert "the token does not hold" in sent.trouble


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "http://[::1]:{port}/",
        "file:///etc/passwd",
        "http://2130706433:{port}/",
        "no address",
    ],
)
def test_own_network_is_not_asked(desk: Desk, authority: PretendAuthority, url: str) -> None:
    """An authority's address is judged like any other: the real gate lets none of ours pass."""
    ask(desk)
    with desk.store.writing() as db:
        db.scalars(select(Stamp)).one().authority = url.format(port=authority.port)

    sent = asyncio.run(send_stamps(desk))

    assert (sent.waiting, authority.asked) == (1, 0)


def test_address_that_was_judged_is_the_one_that_is_asked(desk: Desk, authority: PretendAuthority) -> None:
    """The name is resolved once; a second answer, of our own network, would never be seen."""
    ask(desk)
    asked: list[str] = []

    def rebinding(host: str) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    pinned = replace(gate(authority), resolve=rebinding)

    assert asyncio.run(send_stamps(desk, pinned)).stamped == 1
    assert asked == [NAME]


def test_a_run_is_sealed_whatever_its_authorities_do(desk: Desk, authority: PretendAuthority) -> None:
    """Sealed and queued; the refusal is told and raises nothing, for the real gate lets no loopback pass."""
    run_id = crawl_run(desk.store, desk.archive)

    sentence = asyncio.run(sealed_and_stamped(desk, run_id))

    assert "0 stamped, 1 to be tried again" in sentence
    assert manifest_of(desk.store, desk.archive, run_id) is not None
    assert authority.asked == 0


def test_what_a_kill_left_unsealed_is_sealed_by_the_hourly_flow(
    desk: Desk, authority: PretendAuthority
) -> None:
    """A run that ended without its manifest gets it; one that is sealed is let be; the head is queued on demand."""
    first = crawl_run(desk.store, desk.archive)
    seal(desk, first)
    with desk.store.writing() as db:
        append(db, LogKind.ASSESSMENT, "assessment 1", "ab" * 32)

    state = asyncio.run(stamp.fn(head=True))
    again = seal_missing(desk)

    assert state.is_completed()
    assert state.message is not None
    assert state.message.startswith("0 runs sealed; 0 stamped, 2 to be tried again")
    assert again == []
    assert [one.head_seq for one in stamps(desk)] == [1, 2]


def test_an_unsealed_run_is_found(desk: Desk) -> None:
    """By name, once."""
    run_id = crawl_run(desk.store, desk.archive)

    assert seal_missing(desk) == [run_id]
    assert seal_missing(desk) == []


@pytest.mark.parametrize(("hours", "is_sealed"), [(1, False), (25, True)])
def test_a_run_that_was_killed_is_sealed_a_day_later(desk: Desk, hours: int, is_sealed: bool) -> None:  # noqa: FBT001
    """Until then it may be at work; what it stored is no less evidence."""
    run_id = open_run(desk.store, round_id="2026-11")
    with desk.store.writing() as db:
        db.get_one(Run, run_id).started_at = now() - timedelta(hours=hours)

    assert seal_missing(desk) == ([run_id] if is_sealed else [])


def test_the_demos_authority_answers_on_the_pretend_web(desk: Desk, authority: PretendAuthority) -> None:
    """There everything goes to the pretend web: its authority too, by a pretend host, and nothing is resolved."""
    with PretendWeb(today=date(2026, 11, 20), cities=[]) as web:
        web.services["time.test"] = authority.stamp
        there = replace(
            desk.settings,
            pretend_proxy=f"http://127.0.0.1:{web.port}",
            stamp_authorities=("http://time.test/",),
        )
        desk = replace(desk, settings=there)
        ask(desk)

        assert asyncio.run(send_stamps(desk)).stamped == 1
