"""Content-Encoding undone, within limits, and with certainty that nothing was cut off."""

from __future__ import annotations

import zlib

import zstandard

from models.vocabulary import Reason

ACCEPTED = "gzip, deflate"  # what we ask for: only what we can prove to be whole
MOST_LAYERS = 2


class PackedWrongError(Exception):
    """The body cannot be unpacked; ``reason`` says which way."""

    def __init__(self, reason: Reason) -> None:
        """Carry the *reason* for the capture."""
        super().__init__(reason.value)
        self.reason = reason


def unpack(body: bytes, content_encoding: str, *, largest: int) -> bytes:
    """*body* without its codings, at most *largest* bytes.

    A gzip stream that ends early is TRUNCATED even where Content-Length agrees with it: Scrapy and browsers
    hand out the half of it as if it were whole.
    """
    codings = [word.strip().lower() for word in content_encoding.split(",") if word.strip()]
    codings = [coding for coding in codings if coding != "identity"]
    if len(codings) > MOST_LAYERS:
        raise PackedWrongError(Reason.BAD_ENCODING)
    for coding in reversed(codings):
        body = _undo(body, coding, largest)
    return body


def unpack_start(body: bytes, content_encoding: str, *, most: int) -> bytes:
    """The first *most* bytes of what *body* holds; for an answer that we ourselves stopped hearing."""
    coding = content_encoding.strip().lower()
    if coding in {"", "identity"}:
        return body[:most]
    if coding not in {"gzip", "x-gzip", "deflate"}:
        raise PackedWrongError(Reason.BAD_ENCODING)
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(body, most)
    except zlib.error as error:
        raise PackedWrongError(Reason.BAD_ENCODING) from error


def _undo(body: bytes, coding: str, largest: int) -> bytes:
    if not body:
        return body
    try:
        match coding:
            case "gzip" | "x-gzip":
                return _inflate(body, zlib.MAX_WBITS | 16, largest)
            case "deflate":
                try:
                    return _inflate(body, zlib.MAX_WBITS, largest)
                except zlib.error:
                    return _inflate(body, -zlib.MAX_WBITS, largest)
            case "zstd":
                unpacked = zstandard.ZstdDecompressor().stream_reader(body).read(largest + 1)
                if len(unpacked) > largest:
                    raise PackedWrongError(Reason.TOO_LARGE)
                return unpacked
            case _:
                raise PackedWrongError(Reason.BAD_ENCODING)
    except (zlib.error, zstandard.ZstdError) as error:
        raise PackedWrongError(Reason.BAD_ENCODING) from error


def _inflate(body: bytes, window: int, largest: int) -> bytes:
    """All members of the stream; a missing end is TRUNCATED."""
    parts: list[bytes] = []
    room = largest
    rest = body
    while rest.strip(b"\0"):
        member = zlib.decompressobj(window)
        part = member.decompress(rest, room + 1)
        room -= len(part)
        if room < 0:
            raise PackedWrongError(Reason.TOO_LARGE)
        if not member.eof:
            raise PackedWrongError(Reason.TRUNCATED)
        parts.append(part)
        rest = member.unused_data
    return b"".join(parts)
