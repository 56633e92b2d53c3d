"""Content-Encoding undone, within limits, and with certainty that nothing was cut off."""

from __future__ import annotations

import zlib

import zstandard

from models.vocabulary import Reason

ACCEPTED = "gzip, deflate"  # what we ask for: only what we can prove to be whole
MOST_LAYERS = 2
MOST_MEMBERS = 500  # streams one after the other in one body: each costs a copy of the rest
PIECE = 2**20  # bytes unpacked at a time
PIECE_IN = 128  # bytes of zstd taken at a time: every four of them may hold 128 KiB
ZSTD_WINDOW = 2**23  # what RFC 9659 lets a server ask of us
SMALL = 4 * 2**20  # bytes; below this a body may be as monotonous as it likes
MOST_GROWTH = 200  # times; pages and tables stay below a hundred


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
                return _unpack_zstd(body, largest)
            case _:  # br among them: nobody was asked for it, and its end cannot be proven
                raise PackedWrongError(Reason.BAD_ENCODING)
    except (zlib.error, zstandard.ZstdError) as error:
        raise PackedWrongError(Reason.BAD_ENCODING) from error


def _inflate(body: bytes, window: int, largest: int) -> bytes:
    """All members of the stream; a missing end is TRUNCATED."""
    grown = _Grown(largest)
    rest = body
    for _ in range(MOST_MEMBERS):
        if not rest.strip(b"\0"):
            return grown.whole()
        member = zlib.decompressobj(window)
        while not member.eof:
            part = member.decompress(rest, PIECE)
            rest = member.unconsumed_tail
            if not part and not rest and not member.eof:
                raise PackedWrongError(Reason.TRUNCATED)
            grown.add(part, taken=len(body) - len(rest))
        rest = member.unused_data
    raise PackedWrongError(Reason.BAD_ENCODING)


def _unpack_zstd(body: bytes, largest: int) -> bytes:
    """All frames of the stream; a missing end is TRUNCATED."""
    grown = _Grown(largest)
    rest = body
    for _ in range(MOST_MEMBERS):
        if not rest:
            return grown.whole()
        frame = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj(write_size=PIECE)
        for start in range(0, len(rest), PIECE_IN):
            piece = rest[start : start + PIECE_IN]
            grown.add(frame.decompress(piece), taken=len(body) - len(rest) + start + len(piece))
            if frame.eof:
                rest = frame.unused_data + rest[start + PIECE_IN :]
                break
        else:
            raise PackedWrongError(Reason.TRUNCATED)
    raise PackedWrongError(Reason.BAD_ENCODING)


class _Grown:
    """What comes out of a packed body, until it is too much."""

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, part: bytes, *, taken: int) -> None:
        """Take *part*; raises where it is more than may be, or than text can make of *taken* bytes."""
        self._size += len(part)
        if self._size > min(self._largest, max(SMALL, MOST_GROWTH * taken)):
            raise PackedWrongError(Reason.TOO_LARGE)
        self._parts.append(part)

    def whole(self) -> bytes:
        """All of it."""
        return self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
