"""A body is either whole or said not to be."""

import gzip
import time
import zlib

import pytest
import zstandard

from crawlers.unpacking import PackedWrongError, unpack
from models.vocabulary import Reason

TEXT = "Рішення міської ради про бюджет ".encode() * 3000
LARGEST = 10 * 2**20


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT)),
        ("GZIP", gzip.compress(TEXT)),
        ("gzip", gzip.compress(TEXT[:5000]) + gzip.compress(TEXT[5000:])),
        ("deflate", zlib.compress(TEXT)),
        ("gzip, gzip", gzip.compress(gzip.compress(TEXT))),
        ("zstd", zstandard.compress(TEXT)),
    ],
)
def test_whole_bodies_come_out_whole(coding: str, packed: bytes) -> None:
    """Every coding we ask for, and some we do not, is undone."""
    assert unpack(packed, coding, largest=LARGEST) == TEXT


def test_raw_deflate_is_understood() -> None:
    """Some servers send deflate without its wrapper."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    packed = packer.compress(TEXT) + packer.flush()

    assert unpack(packed, "deflate", largest=LARGEST) == TEXT


@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.9, 0.999])
def test_a_gzip_that_ends_early_is_truncated(share: float) -> None:
    """Scrapy hands out the half of it without a word; we must not."""
    packed = gzip.compress(TEXT)

    with pytest.raises(PackedWrongError) as wrong:
        unpack(packed[: int(len(packed) * share)], "gzip", largest=LARGEST)

    assert wrong.value.reason is Reason.TRUNCATED


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(bytes(20 * 2**20))),
        ("deflate", zlib.compress(bytes(20 * 2**20))),
        ("zstd", zstandard.compress(bytes(20 * 2**20))),
    ],
    ids=["gzip", "deflate", "zstd"],
)
def test_a_bomb_is_refused_at_the_limit(coding: str, packed: bytes) -> None:
    """What unpacks to more than the limit is not unpacked."""
    with pytest.raises(PackedWrongError) as wrong:
        unpack(packed, coding, largest=LARGEST)

    assert wrong.value.reason is Reason.TOO_LARGE


@pytest.mark.parametrize(("coding", "body"), [("gzip", TEXT), ("br", TEXT), ("gzip, gzip, gzip", TEXT)])
def test_a_lie_about_the_coding_is_told_apart(coding: str, body: bytes) -> None:
    """Plain text labelled gzip, codings we never asked for, and towers of them are bad encodings."""
    with pytest.raises(PackedWrongError) as wrong:
        unpack(body, coding, largest=LARGEST)

    assert wrong.value.reason is Reason.BAD_ENCODING


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_zstd_that_ends_early_is_truncated(share: float) -> None:
    """Nobody asked for zstd, but half of it is half of it all the same."""
    packed = zstandard.compress(TEXT)

    with pytest.raises(PackedWrongError) as wrong:
        unpack(packed[: int(len(packed) * share)], "zstd", largest=LARGEST)

    assert wrong.value.reason is Reason.TRUNCATED


def test_what_grows_beyond_any_text_is_refused_long_before_the_limit() -> None:
    """Eight megabytes out of eight thousand bytes is no page, wherever the limit stands."""
    with pytest.raises(PackedWrongError) as wrong:
        unpack(gzip.compress(bytes(8 * 2**20)), "gzip", largest=2**30)

    assert wrong.value.reason is Reason.TOO_LARGE


@pytest.mark.parametrize(
    ("coding", "member"), [("gzip", gzip.compress(b"a")), ("zstd", zstandard.compress(b"a"))]
)
def test_a_body_of_countless_streams_is_refused_at_once(coding: str, member: bytes) -> None:
    """A hundred thousand tiny streams in a row would cost the square of their number."""
    began = time.process_time()

    with pytest.raises(PackedWrongError) as wrong:
        unpack(member * 100_000, coding, largest=LARGEST)

    assert wrong.value.reason is Reason.BAD_ENCODING
    assert time.process_time() - began < 3
