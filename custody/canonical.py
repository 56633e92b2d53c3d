"""One spelling of a thing, so that its SHA-256 means the thing and not how somebody happened to write it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Any

from sqlalchemy import inspect

from models.base import Base


def canonical(value: object) -> bytes:
    """*value* as JSON in UTF-8: keys in order, no spaces, times in UTC to the microsecond."""
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_plain
    )
    return text.encode(errors="surrogatepass")


def plain(value: object) -> Any:  # noqa: ANN401  # any JSON value
    """*value* as it is read back from its one spelling: text, numbers, lists and objects alone."""
    return json.loads(canonical(value))


def digest(value: object) -> str:
    """The SHA-256 of *value* in its one spelling, in hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def row_of(row: Base) -> dict[str, object]:
    """The columns of a stored *row* by name: all that its digest speaks for."""
    return {name: getattr(row, name) for name in _columns(type(row))}


def row_digest(row: Base, columns: Iterable[str] | None = None) -> str:
    """The SHA-256 of a stored *row*: every edit of any of its columns changes it.

    Of *columns* alone where a row is held against a digest made before its table had others.
    """
    values = row_of(row)
    return values_digest(row.__tablename__, {name: values[name] for name in columns or values})


def values_digest(table: str, values: Mapping[str, object]) -> str:
    """The digest of the row of *table* that holds *values*."""
    return digest({"table": table, **values})


@cache
def _columns(table: type[Base]) -> tuple[str, ...]:
    return tuple(column.key for column in inspect(table).column_attrs)


def _plain(value: object) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no canonical spelling for {type(value).__name__}")
