"""Rows of the database as lines of a file: the SHA-256 of a line is the digest that the manifest seals.

So anybody can check one with ``sha256sum``; and a row that is read back from its line has its columns as they were.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Enum

from custody.canonical import canonical, plain, row_of
from models import crawling, custody, judging
from models.base import Base, UtcTime

Row = dict[str, Any]  # the columns of a row as plain JSON values, and its table under "table"
Rows = dict[str, list[Row]]  # by table

TABLES: dict[str, type[Base]] = {
    table.__tablename__: table
    for table in (
        crawling.City,
        crawling.Run,
        crawling.Visit,
        crawling.Address,
        crawling.Capture,
        crawling.Picture,
        judging.Finding,
        judging.Assessment,
        custody.Spot,
        custody.LogEntry,
        custody.Stamp,
        custody.Erasure,
    )
}
"""What a capsule holds rows of."""


class RowError(ValueError):
    """A line is not the row of any table we know."""


def told(row: Base, columns: Iterable[str] | None = None) -> Row:
    """*row* as its line says it: all of it, or those *columns* that a manifest speaks for."""
    values = row_of(row)
    said: Row = plain({"table": row.__tablename__, **{name: values[name] for name in columns or values}})
    return said


def line(row: Row) -> bytes:
    """The line of *row*, without its end."""
    return canonical(row)


def digest_of(row: Row) -> str:
    """The digest that a manifest seals *row* by."""
    return sha256(line(row)).hexdigest()


def written(rows: Iterable[Row]) -> bytes:
    """*rows* as a file, one line each."""
    return b"".join(line(row) + b"\n" for row in rows)


def read(content: bytes, table: str) -> list[Row]:
    """The rows that ``written`` wrote; each is spelled in the one way there is, or RowError says which is not."""
    rows: list[Row] = []
    for number, text in enumerate(content.split(b"\n")[:-1], start=1):
        try:
            row = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise RowError(f"line {number} is no JSON") from error
        if not isinstance(row, dict) or row.get("table") != table:
            raise RowError(f"line {number} is no row of the table {table}")
        if line(row) != text:
            raise RowError(f"line {number} is not spelled as rows are")
        rows.append(row)
    if not content.endswith(b"\n") and content:
        raise RowError("the last line has no end")
    return rows


def revived(row: Mapping[str, Any]) -> Any:  # noqa: ANN401  # a row of whichever table it names
    """The row that *row* is told of; it belongs to no session. What a later version added is left out."""
    table = TABLES[row["table"]]
    values = {}
    for column in table.__table__.columns:
        if column.key not in row:
            continue
        value = row[column.key]
        if value is not None and isinstance(column.type, UtcTime):
            value = datetime.fromisoformat(value)
        elif value is not None and isinstance(column.type, Enum) and column.type.enum_class is not None:
            value = column.type.enum_class(value)
        values[column.key] = value
    return table(**values)
