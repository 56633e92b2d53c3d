"""A recorded site answers as it was recorded, and a cut recording says so."""

import gzip
import random
from pathlib import Path

import pytest

from crawlers.recording import Recording, RecordingError

PAGES = {
    f"https://council.test/?year={year}": random.Random(year).randbytes(4 * year)  # noqa: S311  # only bytes that do not pack
    for year in range(2020, 2026)
}


def record(url: str, body: bytes) -> bytes:
    """One WARC record, as a recorder writes it."""
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    head = (
        f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-08-20T00:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


@pytest.fixture
def warc(tmp_path: Path) -> Path:
    """Six recorded pages, gzip per record."""
    path = tmp_path / "council.warc.gz"
    path.write_bytes(b"".join(gzip.compress(record(url, body)) for url, body in PAGES.items()))
    return path


def test_recorded_pages_come_back(warc: Path) -> None:
    """Every recorded address gives its own bytes and status; another gives nothing."""
    recording = Recording.open(warc)

    for url, body in PAGES.items():
        answer = recording.answer(url)
        assert answer is not None
        assert (answer.status, answer.body) == (200, body)
    assert recording.answer("https://council.test/?year=1999") is None
    assert recording.recorded_at is not None


@pytest.mark.parametrize("share", [0.3, 0.5, 0.8, 0.97])
def test_a_cut_recording_is_refused_with_what_to_do(warc: Path, share: float) -> None:
    """Half a file is not taken for a whole site."""
    whole = warc.read_bytes()
    warc.write_bytes(whole[: int(len(whole) * share)])

    with pytest.raises(RecordingError, match=r"cut off after \d whole records.*--accept-cut"):
        Recording.open(warc)


def test_a_cut_recording_can_be_taken_knowingly(warc: Path) -> None:
    """What is there is used, and the recording remembers that it is not all."""
    whole = warc.read_bytes()
    warc.write_bytes(whole[: len(whole) // 2])

    recording = Recording.open(warc, accept_cut=True)

    assert recording.cut
    assert 0 < len(recording.addresses) < len(PAGES)


@pytest.mark.parametrize("content", [b"", b"not a warc at all\n" * 50, b"\x1f\x8b\x08\x00garbage"])
def test_a_file_that_is_no_recording_is_refused(tmp_path: Path, content: bytes) -> None:
    """One sentence names the file."""
    path = tmp_path / "odd.warc.gz"
    path.write_bytes(content)

    with pytest.raises(RecordingError, match=r"odd\.warc\.gz"):
        Recording.open(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A typing mistake in the path is told as one."""
    with pytest.raises(RecordingError, match="No such file"):
        Recording.open(tmp_path / "none.warc.gz")
