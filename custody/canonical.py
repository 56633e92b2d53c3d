"""One spelling of a thing, so that its SHA-256 means the thing and not how somebody happened to write it."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from enum import Enum

from sqlalchemy import inspect

from models.base import Base


def canonical(value: object) -> bytes:
    """*value* as JSON in UTF-8: keys in order, no spaces, times in UTC to the microsecond."""
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_plain
    )
    return text.encode()


def digest(value: object) -> str:
    """The SHA-256 of *value* in its one spelling, in hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def row_of(row: Base) -> dict[str, object]:
    """The columns of a stored *row* by name: all that its digest speaks for."""
    return {column.key: getattr(row, column.key) for column in inspect(type(row)).column_attrs}


def row_digest(row: Base) -> str:
    """The SHA-256 of a stored *row*: every edit of any of its columns changes it."""
    return digest({"table": row.__tablename__, **row_of(row)})


def _plain(value: object) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    raise TypeError(f"no canonical spelling for {type(value).__name__}")
