"""Captures as WARC records: one for the answer, with the raw body as received, one for how it was obtained.

A record is a function of the capture's row and its body alone, so a checker that has both makes it again and
compares every byte: the address and the time that a player shows are those that were sealed.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from uuid import NAMESPACE_URL, UUID, uuid5

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from custody.canonical import canonical
from custody.capsule.rows import Row

PART_BYTES = 2**22  # of one WARC file; the next record begins another
_VERSION = "WARC/1.1"
_HTTP = "application/http; msgtype=response"
_UNCHANGED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_NOT_REPLAYED = frozenset(
    {"transfer-encoding"}
)  # chunks were put together; the row has the header as it came
_CUSTODY = (
    "id requested_url final_url hops status body_sha256 body_bytes content_encoding complete reason ip tls robots"
    " attempt vantage tool_version clock_offset_s started_at ended_at confirms_id rendered_from_id"
).split()


@dataclass(frozen=True, slots=True)
class Record:
    """One record, not yet packed. ``replays`` is whether a player can show it."""

    kind: str
    capture: str
    data: bytes
    replays: bool = False


class _AsReceived(StatusAndHeaders):  # type: ignore[misc]  # warcio ships no types
    """A head of an answer whose bytes are written as they came, letters beyond ASCII too."""

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        del header_filter
        lines = [f"{self.protocol} {self.statusline}", *(f"{name}: {value}" for name, value in self.headers)]
        self.headers_buff = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", errors="replace")


def info_record(title: str, moment: str, software: str) -> Record:
    """What the file is, as its first record."""
    words = {"software": software, "format": "WARC File Format 1.1", "isPartOf": title}
    fields = "".join(f"{name}: {value}\r\n" for name, value in words.items()).encode()
    named = uuid5(NAMESPACE_URL, f"tcm:warcinfo:{title}:{moment}")
    return Record("warcinfo", "", _written("warcinfo", named, "", moment, fields, "application/warc-fields"))


def records_of(capture: Row, body: bytes | None) -> list[Record]:
    """The records of one capture: its answer, if the *body* is there, and its custody."""
    answer = [] if body is None else [_answer(capture, body)]
    told = canonical({name: capture[name] for name in _CUSTODY})
    named = uuid5(NAMESPACE_URL, f"tcm:custody:{capture['id']}")
    about = {"WARC-Refers-To": _urn(UUID(hex=capture["id"]))}
    data = _written("metadata", named, _url(capture), _at(capture), told, "application/json", about)
    return [*answer, Record("metadata", capture["id"], data)]


def body_in(record: bytes, capture: Row) -> bytes:
    """The body at the end of an answer's *record*; whether it is the right one its digest says."""
    size = int(capture["body_bytes"])
    return record[len(record) - 4 - size : len(record) - 4]


def packed(record: Record) -> bytes:
    """*record* as a gzip piece of its own, so that a player can take it out of the middle."""
    return zipped(record.data)


def zipped(data: bytes) -> bytes:
    """*data* as one gzip piece, without a date or a name."""
    zip_ = zlib.compressobj(6, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return zip_.compress(data) + zip_.flush()


def moment_of(capture: Row) -> str:
    """When the answer began to come, to the second: what a player calls the time of the page."""
    return _at(capture)


def _answer(capture: Row, body: bytes) -> Record:
    named, at = UUID(hex=capture["id"]), _at(capture)
    more = {"WARC-Payload-Digest": _spelled(bytes.fromhex(capture["body_sha256"]))}
    if capture["rendered_from_id"] is not None:  # no server sent these bytes: a browser made them
        more["WARC-Refers-To"] = _urn(UUID(hex=capture["rendered_from_id"]))
        data = _written("resource", named, _url(capture), at, body, "text/html; charset=utf-8", more)
        return Record("resource", capture["id"], data, replays=True)
    if capture["ip"] is not None:
        more["WARC-IP-Address"] = capture["ip"]
    if capture["confirms_id"] is not None:  # "nothing has changed": the bytes stand in the answer it confirms
        more |= {"WARC-Refers-To": _urn(UUID(hex=capture["confirms_id"])), "WARC-Profile": _UNCHANGED}
        data = _written("revisit", named, _url(capture), at, b"", _HTTP, more, http=_head(capture))
        return Record("revisit", capture["id"], data)
    data = _written("response", named, _url(capture), at, body, _HTTP, more, http=_head(capture))
    return Record("response", capture["id"], data, replays=True)


def _head(capture: Row) -> StatusAndHeaders:
    status = int(capture["status"])
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Unknown"
    kept = [
        ("X-Archive-Orig-" + name if name.lower() in _NOT_REPLAYED else name, value)
        for name, value in capture["headers"]
    ]
    return _AsReceived(f"{status} {phrase}", kept, protocol="HTTP/1.1")


def _written(
    kind: str,
    named: UUID,
    url: str,
    at: str,
    payload: bytes,
    content_type: str,
    more: dict[str, str] | None = None,
    http: StatusAndHeaders | None = None,
) -> bytes:
    out = BytesIO()
    writer = WARCWriter(out, gzip=False, warc_version=_VERSION)
    head = b""
    if http is not None:
        http.compute_headers_buffer()
        head = http.headers_buff
    heads = {"WARC-Type": kind, "WARC-Record-ID": _urn(named), "WARC-Date": at, **(more or {})}
    heads["WARC-Block-Digest"] = _sha256(head + payload)
    heads.setdefault("WARC-Payload-Digest", _sha256(payload))
    if kind == "warcinfo":
        del heads["WARC-Payload-Digest"]
    record = writer.create_warc_record(
        url, kind, BytesIO(payload), len(payload), content_type, heads, http_headers=http
    )
    writer.write_record(record)
    return out.getvalue()


def _url(capture: Row) -> str:
    return str(capture["final_url"])


def _at(capture: Row) -> str:
    return str(capture["started_at"])[:19] + "Z"


def _urn(named: UUID) -> str:
    return f"<urn:uuid:{named}>"


def _sha256(data: bytes) -> str:
    return _spelled(hashlib.sha256(data).digest())


def _spelled(digest: bytes) -> str:
    return "sha256:" + base64.b32encode(digest).decode()
