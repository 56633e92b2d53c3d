"""Captures of an earlier visit taken up again: their bytes, and what a 304 says of them."""

from __future__ import annotations

import hashlib
from typing import Any

from scrapy.http import Response

from crawlers.capturing import Asked, capture_of
from crawlers.unpacking import PackedWrongError, unpack
from models.archive import Archive
from models.base import now
from models.crawling import Capture
from models.vocabulary import Reason

LARGEST = 2**26  # bytes of one body, unpacked
_OF_THE_BODY = (
    "media_type charset_declared body_sha256 body_bytes decoded_bytes content_encoding complete reason"
).split()


def header_of(capture: Capture, name: str) -> str:
    """One header of a stored answer; empty when it had none of that name."""
    return next((str(value) for key, value in capture.headers if key.lower() == name.lower()), "")


def unpacked_of(capture: Capture, archive: Archive) -> bytes | None:
    """The unpacked bytes of a stored answer; None where they do not unpack."""
    try:
        return unpack(archive.get(capture.body_sha256), capture.content_encoding, largest=LARGEST)
    except PackedWrongError:
        return None


def body_of(capture: Capture, archive: Archive) -> bytes:
    """The same, empty where they do not unpack."""
    return unpacked_of(capture, archive) or b""


def confirmation_of(response: Response, known: Capture, archive: Archive, asked: Asked) -> Capture:
    """A capture of its own for a 304: when and how it was said, with the bytes that it speaks of.

    It confirms the answer that brought those bytes, however often that was confirmed before.
    """
    capture, _ = capture_of(response, archive, asked, largest=LARGEST)
    body: dict[str, Any] = {name: getattr(known, name) for name in _OF_THE_BODY}
    for name, value in body.items():
        setattr(capture, name, value)
    capture.confirms_id = known.confirms_id or known.id
    capture.id = hashlib.sha256(f"{capture.id}\n{known.id}".encode()).hexdigest()[:32]
    return capture


def rendering_of(capture: Capture, html: bytes, reason: Reason | None, archive: Archive) -> Capture:
    """A capture of its own for what a browser made of *capture*: UTF-8 whatever it says, whole unless *reason*."""
    digest = archive.stage(html)
    made = {name: getattr(capture, name) for name in Capture.__table__.columns.keys()}  # noqa: SIM118  # no dict
    made |= {
        "id": hashlib.sha256(f"{capture.id}\nrendered\n{digest}".encode()).hexdigest()[:32],
        "headers": [],  # they speak of other bytes: no validator may be taken from them
        "media_type": "text/html",
        "charset_declared": "utf-8",
        "body_sha256": digest,
        "body_bytes": len(html),
        "decoded_bytes": len(html),
        "content_encoding": "",
        "complete": "no" if reason is not None else "yes",
        "reason": reason,
        "attempt": capture.attempt + 1,
        "ended_at": now(),
        "rendered_from_id": capture.id,
    }
    return Capture(**made)
