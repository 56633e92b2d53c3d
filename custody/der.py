"""Certificates of a time-stamp token, put in the order that DER wants of a set.

Common authorities, ``openssl ts`` among them, send them as they come, and rfc3161-client then refuses the whole
answer (InvalidSetOrdering). No signature speaks for their order, so putting it right takes nothing away.
"""

from __future__ import annotations

from typing import NamedTuple

_SEQUENCE, _TAGGED = 0x30, 0xA0
_LONG = 0x80


class _Part(NamedTuple):
    """One value within the bytes: its tag, where it begins, where its content does, and where both end."""

    tag: int
    begin: int
    content: int
    end: int


def in_order(answer: bytes) -> bytes:
    """*answer*, a TimeStampResp, with its certificates in order; as it is where it is made otherwise."""
    try:
        token = _inside(answer, _only(answer, 0, len(answer), _SEQUENCE))[1]
        explicit = _inside(answer, token)[1]
        signed = _only(answer, explicit.content, explicit.end, _SEQUENCE)
        certificates = next(part for part in _inside(answer, signed) if part.tag == _TAGGED)
        ordered = sorted(answer[part.begin : part.end] for part in _inside(answer, certificates))
    except (IndexError, StopIteration, ValueError):
        return answer
    return answer[: certificates.content] + b"".join(ordered) + answer[certificates.end :]


def _only(data: bytes, begin: int, end: int, tag: int) -> _Part:
    part = _part(data, begin, end)
    if part.tag != tag or part.end != end:
        raise ValueError("not what was looked for")
    return part


def _inside(data: bytes, whole: _Part) -> list[_Part]:
    parts, place = [], whole.content
    while place < whole.end:
        parts.append(_part(data, place, whole.end))
        place = parts[-1].end
    return parts


def _part(data: bytes, begin: int, limit: int) -> _Part:
    length, content = data[begin + 1], begin + 2
    if length & _LONG:
        size = length & ~_LONG
        length, content = int.from_bytes(data[content : content + size]), content + size
    if content + length > limit:
        raise ValueError("longer than what it stands in")
    return _Part(data[begin], begin, content, content + length)
