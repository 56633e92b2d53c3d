"""Messages between a confined child and its parent: a mark, a few values in JSON, a body in bytes."""

import json
import struct
from typing import IO, Any, NamedTuple

_HEAD = struct.Struct("!cII")  # mark, length of the values, length of the body

READY = b"W"  # child: I stand inside my walls; the values name them
TASK = b"T"  # parent: do this
ASK = b"A"  # child: I need a tool for this body
ANSWER = b"B"  # parent: here is what the tool made of it
DONE = b"D"  # child: the result
FAILED = b"F"  # child: I ran out of something; the values say of what


class Frame(NamedTuple):
    """One message."""

    mark: bytes
    values: dict[str, Any]
    body: bytes = b""


class FrameError(Exception):
    """The other side is gone, or says more or other things than it may."""


class TooMuchError(FrameError):
    """The other side says more than it may."""


def send(stream: IO[bytes], frame: Frame) -> None:
    """Write *frame* whole."""
    values = json.dumps(frame.values, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
    stream.write(_HEAD.pack(frame.mark, len(values), len(frame.body)) + values)
    if frame.body:
        stream.write(frame.body)
    stream.flush()


def receive(stream: IO[bytes], *, at_most: int) -> Frame:
    """Read one frame; more than *at_most* bytes are refused before they are read."""
    mark, of_values, of_body = _HEAD.unpack(_exactly(stream, _HEAD.size))
    if of_values + of_body > at_most:
        raise TooMuchError(f"{of_values + of_body} bytes, at most {at_most} are taken")
    try:
        values = json.loads(_exactly(stream, of_values))
    except (ValueError, RecursionError) as error:
        raise FrameError("the values are no JSON") from error
    if not isinstance(values, dict):
        raise FrameError("the values are no table")
    return Frame(mark, values, _exactly(stream, of_body))


def _exactly(stream: IO[bytes], length: int) -> bytes:
    got = stream.read(length)
    if len(got) < length:
        raise FrameError("the other side is gone")
    return got
