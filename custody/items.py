"""What of a run is sealed: every row and every body under a name of its own, with the digest it stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Enum, Select, String, select, type_coerce
from sqlalchemy.orm import Session

from custody.canonical import digest, plain, values_digest
from models.base import Base
from models.crawling import Address, Capture, Picture, Run, Visit
from models.judging import Finding

Columns = Mapping[str, Sequence[str]]
SEALED: tuple[type[Base], ...] = (Run, Visit, Address, Capture, Finding, Picture)
UNREADABLE = ""  # the digest of a row that no program of ours wrote: it equals no other
_STRANGE = (ValueError, TypeError, LookupError)


def columns_now() -> dict[str, list[str]]:
    """By table, the columns that a digest made today speaks for; later versions may have more."""
    return {table.__tablename__: list(table.__table__.columns.keys()) for table in SEALED}


def run_row(db: Session, run_id: str, columns: Columns) -> dict[str, Any]:
    """The row of the run itself as plain JSON; empty where it is gone or unreadable."""
    try:
        row = db.execute(_chosen(Run, columns).where(Run.id == run_id)).mappings().first()
    except _STRANGE:
        return {}
    found: dict[str, Any] = plain(dict(row)) if row else {}
    return found


def items_of(db: Session, run_id: str, columns: Columns) -> dict[str, str]:
    """Name → digest of all that belongs to a run, in the order of names."""
    visits = select(Visit.id).where(Visit.run_id == run_id)
    captures = _captures(visits)
    items = dict(_rows(db, Visit, columns, Visit.run_id == run_id))
    items |= _ledgers(db, visits, columns)
    items |= _rows(db, Finding, columns, Finding.run_id == run_id)
    items |= _rows(db, Capture, columns, Capture.id.in_(captures), _body)
    items |= _rows(db, Picture, columns, Picture.capture_id.in_(captures), _pictures)
    return dict(sorted(items.items()))


def own_rows(db: Session, run_id: str) -> set[str]:
    """The names of rows that only this run can have: one of them that is not sealed was added since."""
    visits = select(Visit.id).where(Visit.run_id == run_id)
    asked: tuple[tuple[str, Select[Any]], ...] = (
        ("visit", visits),
        ("capture", select(Capture.id).where(Capture.visit_id.in_(visits))),
        ("finding", select(Finding.id).where(Finding.run_id == run_id)),
    )
    return {f"{kind} {key}" for kind, query in asked for key in db.scalars(query)}


def _captures(visits: Select[Any]) -> Select[Any]:
    """The ids of all that a run's visits received, or took over from earlier ones, and what that rests on."""
    taken_over = Address.visit_id.in_(visits), Address.capture_id.is_not(None)
    begun = (
        select(Capture.id.label("id"))
        .where(Capture.visit_id.in_(visits))
        .union(select(Address.capture_id).where(*taken_over))
        .subquery()
    )
    known = select(begun.c.id).cte("known", recursive=True)
    later, earlier = Capture.__table__.alias(), Capture.__table__.alias()
    rests_on = earlier.c.id.in_((later.c.confirms_id, later.c.rendered_from_id))
    known = known.union(
        select(earlier.c.id).select_from(known).join(later, later.c.id == known.c.id).join(earlier, rests_on)
    )
    return select(known.c.id)


def _ledgers(db: Session, visits: Select[Any], columns: Columns) -> dict[str, str]:
    """Of each visit one digest over its whole ledger, in the order it was written."""
    ledgers: dict[str, str] = {}
    for visit in db.scalars(visits.order_by(Visit.id)).all():
        query = _chosen(Address, columns).where(Address.visit_id == visit).order_by(Address.id)
        try:
            ledgers[f"address-ledger {visit}"] = ledger_digest(
                visit, [dict(row) for row in db.execute(query).mappings()]
            )
        except _STRANGE:
            ledgers[f"address-ledger {visit}"] = UNREADABLE
    return ledgers


def ledger_digest(visit_id: int, rows: Sequence[Mapping[str, Any]]) -> str:
    """The digest of a visit's ledger: its *rows* by id."""
    return digest({"table": Address.__tablename__, "visit_id": visit_id, "rows": list(rows)})


def _body(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield f"body {row['body_sha256']}", row["body_sha256"]


def _pictures(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("sha256", "crop_sha256"):
        if row[name]:
            yield f"picture-body {row[name]}", row[name]


def _none(_row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from ()


def _rows(
    db: Session,
    table: type[Base],
    columns: Columns,
    which: ColumnElement[bool],
    bodies: Callable[[Mapping[str, Any]], Iterator[tuple[str, str]]] = _none,
) -> dict[str, str]:
    """The digests of rows, and the *bodies* that each names; an unreadable row costs only its own."""
    kind, key = table.__tablename__.removesuffix("s"), table.__table__.columns["id"]
    items: dict[str, str] = {}

    def take(query: Select[Any]) -> None:
        for row in map(dict, db.execute(query).mappings()):
            items[f"{kind} {row['id']}"] = values_digest(table.__tablename__, row)
            items.update(bodies(row))

    query = _chosen(table, columns).where(which)
    try:
        take(query)
    except _STRANGE:
        for one in db.scalars(select(key).where(which)).all():
            try:
                take(query.where(key == one))
            except _STRANGE:
                items[f"{kind} {one}"] = UNREADABLE
    return items


def _chosen(table: type[Base], columns: Columns) -> Select[Any]:
    """A query for *columns* of *table*, its words as text, so that an invented word is read and not refused."""
    there = table.__table__.columns
    return select(
        *(
            type_coerce(there[name], String).label(name)
            if isinstance(there[name].type, Enum)
            else there[name]
            for name in columns[table.__tablename__]
        )
    )
