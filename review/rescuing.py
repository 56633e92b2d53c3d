"""What somebody wrote in a form that was too large to be taken: it is given back to them."""

from __future__ import annotations

import re
from email.message import Message
from urllib.parse import parse_qsl

from review.wording import storable

WRITTEN = frozenset(
    {"body", "comment", "note", "said", "words"}
)  # fields in which people write more than a line
_NAME = re.compile(rb'; name="(\w+)"')


def words_in(content_type: str, body: bytes) -> str:
    """The words in *body*, of which the middle may be missing; nothing of its files."""
    told = Message()
    told["content-type"] = content_type
    boundary = told.get_boundary()
    if told.get_content_type() == "multipart/form-data" and boundary:
        fields = [_field(part) for part in body.split(b"--" + boundary.encode("latin-1", "replace"))]
    else:
        fields = parse_qsl(body.decode("latin-1"), encoding="utf-8", errors="replace")
    return storable("\n\n".join(said.strip() for name, said in fields if name in WRITTEN and said.strip()))


def _field(part: bytes) -> tuple[str, str]:
    """Name and words of one part of a form; a file has neither."""
    head, _, said = part.partition(b"\r\n\r\n")
    named = _NAME.search(head)
    if named is None or b"filename" in head:
        return "", ""
    return named[1].decode("ascii"), said.removesuffix(b"\r\n").decode("utf-8", "replace")
