"""Time-stamps: an answer of an authority holds for its own line alone, and what waits is tried again in time."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography import x509
from sqlalchemy import select

from custody.der import in_order
from custody.log import append
from custody.stamps import (
    MOST_TRIES,
    Stamped,
    StampError,
    due,
    load_roots,
    queue_stamp,
    record_token,
    record_trouble,
    request_for,
    unstamped_head,
    verify,
)
from fixtures.authority import PretendAuthority
from models.base import now
from models.custody import LogEntry, Stamp
from models.store import Store
from models.vocabulary import LogKind, StampState
from tests.custody.pretend_run import flipped

AUTHORITIES = ("http://one.example/", "http://two.example/")


@pytest.fixture(scope="module")
def authority() -> Iterator[PretendAuthority]:
    """An authority of our own."""
    with PretendAuthority() as ready:
        yield ready


@pytest.fixture
def roots(authority: PretendAuthority) -> tuple[x509.Certificate, ...]:
    """The certificate it stands under."""
    return (x509.load_pem_x509_certificate(authority.root.read_bytes()),)


@pytest.fixture
def line(store: Store) -> LogEntry:
    """A line of the log."""
    with store.writing() as db:
        return append(db, LogKind.MANIFEST, "2026-11-west-1", "ab" * 32)


def test_an_answer_holds_for_its_line(
    authority: PretendAuthority, roots: tuple[x509.Certificate, ...], line: LogEntry
) -> None:
    """Within a minute of now, by the authority's own name; what it stamped is the line's own hash."""
    query = request_for(line)

    stamped = verify(authority.stamp(query.as_bytes())[1], line.hash, roots, nonce=query.nonce)

    assert abs(stamped.at - now()) < timedelta(minutes=1)
    assert stamped.by == "CN=pretend authority stamps,O=Pretend Time"
    assert (stamped.policy, stamped.serial > 0) == ("1.2.3.4.1", True)


def test_anybody_can_check_an_answer_with_openssl(authority: PretendAuthority, line: LogEntry) -> None:
    """The hash of a line and the authority's root are all it takes."""
    (authority.home / "token.tsr").write_bytes(authority.stamp(request_for(line).as_bytes())[1])
    asked = ["openssl", "ts", "-verify", "-in", "token.tsr", "-CAfile", "root.pem", "-digest"]

    right = subprocess.run([*asked, line.hash], cwd=authority.home, capture_output=True, check=False)
    wrong = subprocess.run([*asked, "ab" * 32], cwd=authority.home, capture_output=True, check=False)

    assert (right.returncode, wrong.returncode) == (0, 1)


def test_an_answer_to_another_question_does_not_hold(
    authority: PretendAuthority, roots: tuple[x509.Certificate, ...], line: LogEntry
) -> None:
    """Neither another line's nor an earlier answer, nor one of an authority nobody knows, nor one without roots."""
    query = request_for(line)
    token = authority.stamp(query.as_bytes())[1]
    assert query.nonce is not None

    for head_hash, under, nonce, why in (
        ("cd" * 32, roots, query.nonce, "Mismatch between messages"),
        (line.hash, roots, query.nonce + 1, "Nonce mismatch"),
        (line.hash, _roots_of_a_stranger(), query.nonce, "verifying certificates"),
        (line.hash, (), query.nonce, "no certificate is there"),
    ):
        with pytest.raises(StampError, match=why):
            verify(token, head_hash, under, nonce=nonce)


def _roots_of_a_stranger() -> tuple[x509.Certificate, ...]:
    with PretendAuthority("stranger") as other:
        return (x509.load_pem_x509_certificate(other.root.read_bytes()),)


@pytest.mark.parametrize(
    "answer", [b"", b"\x30", b"\x30\x84\xff\xff\xff\xff", b"<html>busy</html>", b"\x30\x80" * 40]
)
def test_what_is_no_answer_is_said_to_be_none(answer: bytes, roots: tuple[x509.Certificate, ...]) -> None:
    """One sentence, and no crash."""
    with pytest.raises(StampError, match="the answer is no time-stamp"):
        verify(answer, "ab" * 32, roots)


def test_a_refusal_is_told_in_the_authoritys_words(
    authority: PretendAuthority, roots: tuple[x509.Certificate, ...], line: LogEntry
) -> None:
    """A query it cannot read is answered with why."""
    query = request_for(line).as_bytes()
    rejected = authority.stamp(
        query.replace(b"\x60\x86\x48\x01\x65\x03\x04\x02\x01", b"\x60\x86\x48\x01\x65\x03\x04\x02\x03")
    )[1]

    with pytest.raises(StampError, match="the authority refused: "):
        verify(rejected, line.hash, roots)


def test_flips_that_no_signature_speaks_for_show_in_the_tokens_own_digest(
    authority: PretendAuthority, roots: tuple[x509.Certificate, ...], line: LogEntry
) -> None:
    """V05: of all bytes of a token some can be changed unseen by its signature; none without another SHA-256."""
    token = authority.stamp(request_for(line).as_bytes())[1]
    logged, unseen = hashlib.sha256(token).hexdigest(), 0

    for place in range(len(token)):
        other = flipped(token, place)
        assert hashlib.sha256(other).hexdigest() != logged
        try:
            verify(other, line.hash, roots)
        except StampError:
            continue
        unseen += 1

    assert 0 < unseen < len(token) / 20


def test_certificates_out_of_order_are_put_in_order(line: LogEntry) -> None:
    """An authority that sends its chain along breaks DER's order of sets; its answer holds under the root alone."""
    with PretendAuthority(chain=True) as careless:
        (root,) = load_roots_of(careless.root)
        token = careless.stamp(request_for(line).as_bytes())[1]

        assert in_order(token) != token
        assert in_order(in_order(token)) == in_order(token)
        assert isinstance(verify(token, line.hash, [root]), Stamped)


def load_roots_of(file: Path) -> tuple[x509.Certificate, ...]:
    """The certificates of one file."""
    return tuple(x509.load_pem_x509_certificates(file.read_bytes()))


def test_roots_are_the_pem_files_of_a_folder(authority: PretendAuthority, tmp_path: Path) -> None:
    """Each once, none where there is no folder; a file that holds none is named."""
    roots = tmp_path / "roots"
    assert load_roots(roots) == ()
    roots.mkdir()
    for name in ("one.pem", "again.pem"):
        (roots / name).write_bytes(authority.root.read_bytes())
    (roots / "readme.txt").write_text("not read")

    assert len(load_roots(roots)) == 1
    (roots / "broken.pem").write_text("-----BEGIN CERTIFICATE-----\nnothing\n")

    with pytest.raises(StampError, match=r"broken\.pem holds no certificate"):
        load_roots(roots)


def test_a_line_is_asked_for_once_of_each_authority(store: Store, line: LogEntry) -> None:
    """However often it is queued, and for authorities named twice."""
    for _ in range(2):
        with store.writing() as db:
            queue_stamp(db, line, (*AUTHORITIES, AUTHORITIES[0]))

    with store.reading() as db:
        waiting = due(db, now())
    assert [(stamp.authority, entry.hash) for stamp, entry in waiting] == [
        (one, line.hash) for one in AUTHORITIES
    ]


def test_the_head_is_stamped_when_something_new_was_said(store: Store, line: LogEntry) -> None:
    """A stamp that came in is no news: otherwise each would call for the next, for ever."""
    with store.writing() as db:
        head = unstamped_head(db)
        assert head is not None
        assert head.seq == line.seq
        queue_stamp(db, head, AUTHORITIES)
        assert unstamped_head(db) is None
        append(db, LogKind.STAMP, "line 1", "cd" * 32)
        assert unstamped_head(db) is None
        last = append(db, LogKind.ASSESSMENT, "assessment 1", "ef" * 32)

        assert unstamped_head(db) is last


def test_a_token_is_kept_once_and_is_a_line_of_the_log(store: Store, line: LogEntry) -> None:
    """The line speaks for the token's own SHA-256 (V05), and says whose it is and when."""
    stamped = Stamped(now(), "CN=somebody", 7, "1.2.3")
    with store.writing() as db:
        queue_stamp(db, line, AUTHORITIES[:1])
    with store.writing() as db:
        entry = record_token(db, 1, "cd" * 32, stamped)
        assert record_token(db, 1, "ef" * 32, stamped) is None

    assert entry is not None
    assert (entry.kind, entry.subject, entry.digest) == (LogKind.STAMP, "line 1", "cd" * 32)
    assert entry.body["authority"] == AUTHORITIES[0]
    assert entry.body["hash"] == line.hash
    with store.reading() as db:
        stamp = db.scalars(select(Stamp)).one()
        assert (stamp.state, stamp.token_sha256, stamp.stamped_at) == (
            StampState.STAMPED,
            "cd" * 32,
            stamped.at,
        )
        assert due(db, now() + timedelta(days=9)) == []


def test_what_failed_is_tried_again_ever_later_and_given_up_in_the_end(store: Store, line: LogEntry) -> None:
    """V06: each wait is twice the one before, up to a day; after the last try nobody is asked any more."""
    with store.writing() as db:
        queue_stamp(db, line, AUTHORITIES[:1])
    waits, states = [], []
    for _ in range(MOST_TRIES):
        with store.writing() as db:
            began = now()
            stamp = record_trouble(db, 1, "refused " * 90)
            waits.append(stamp.next_try_at - began)
            states.append(stamp.state)
            assert len(stamp.trouble) <= 300
            assert due(db, now()) == []

    assert states == [StampState.WAITING] * (MOST_TRIES - 1) + [StampState.GIVEN_UP]
    assert round(waits[0] / timedelta(minutes=1)) == 10
    assert all(later > earlier * 1.9 for earlier, later in pairwise(waits[:8]))
    assert max(waits) < timedelta(hours=24, minutes=1)
    with store.reading() as db:
        assert due(db, now() + timedelta(days=30)) == []
