"""What rests on a stored body: asked before it is erased, and made to forget it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.crawling import Address, Capture, Picture, Reading, Visit
from models.custody import Erasure, Spot
from models.judging import Finding
from models.store import Store

T = TypeVar("T", int, str)
_AT_ONCE = 500  # in one question; databases limit its length


@dataclass(frozen=True, slots=True)
class Resting:
    """What rests on one stored body.

    ``bodies`` is what goes with it, itself first: what a browser made of the page, and the pictures of both.
    ``findings`` quote one of the ``captures``. ``elsewhere`` are other bodies from the same addresses: they may say
    the same, and stay.
    """

    bodies: tuple[str, ...]
    captures: tuple[str, ...]
    addresses: tuple[str, ...]
    cities: tuple[str, ...]
    findings: tuple[Finding, ...]
    elsewhere: tuple[str, ...]


def resting_on(db: Session, body: str) -> Resting:
    """All that rests on *body*; of a body that no capture and no picture holds there are no ``bodies``."""
    captures = _captures_with(db, body)
    made = _made_of(db, captures)
    bodies = [one.body_sha256 for one in made] + _pictures_of(db, [one.id for one in made])
    if not captures:
        bodies = [body] if _is_picture(db, body) else []
    addresses = sorted({one.final_url for one in captures})
    ids = tuple(one.id for one in made)
    return Resting(
        bodies=tuple(dict.fromkeys(bodies)),
        captures=ids,
        addresses=tuple(addresses),
        cities=tuple(sorted(_cities(db, {one.visit_id for one in made}))),
        findings=tuple(_findings_on(db, ids)),
        elsewhere=tuple(sorted(_bodies_from(db, addresses) - set(bodies))),
    )


def erasure_of(db: Session, body: str) -> Erasure | None:
    """The last decision by which *body* was erased; None where there was none."""
    return db.scalar(select(Erasure).where(Erasure.body_sha256 == body).order_by(Erasure.id.desc()).limit(1))


def forget(db: Session, captures: Iterable[str]) -> None:
    """Delete what was read from *captures*: facts and spots repeat their words, and could not be made again."""
    if db.get_bind().dialect.name == "sqlite":
        db.connection().exec_driver_sql(
            "PRAGMA secure_delete=ON"
        )  # or the words stay in the file's free pages
    for some in _parts(list(captures)):
        db.execute(delete(Reading).where(Reading.capture_id.in_(some)))
        db.execute(delete(Spot).where(Spot.capture_id.in_(some)))


def empty_journal(store: Store) -> None:
    """Have SQLite's journal, which repeats what was deleted, written off now if nobody is reading, else soon."""
    if store.is_sqlite:
        with closing(store.engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _captures_with(db: Session, body: str) -> list[Capture]:
    return list(db.scalars(select(Capture).where(Capture.body_sha256 == body).order_by(Capture.id)))


def _made_of(db: Session, captures: list[Capture]) -> list[Capture]:
    """*captures*, and what a browser made of them."""
    rendered: list[Capture] = []
    for some in _parts([one.id for one in captures]):
        rendered += db.scalars(select(Capture).where(Capture.rendered_from_id.in_(some)).order_by(Capture.id))
    return list({one.id: one for one in (*captures, *rendered)}.values())


def _pictures_of(db: Session, captures: list[str]) -> list[str]:
    found: list[str] = []
    for some in _parts(captures):
        for picture in db.scalars(select(Picture).where(Picture.capture_id.in_(some)).order_by(Picture.id)):
            found += filter(None, (picture.sha256, picture.crop_sha256))
    return found


def _is_picture(db: Session, body: str) -> bool:
    of_it = (Picture.sha256 == body) | (Picture.crop_sha256 == body)
    return db.scalar(select(Picture.id).where(of_it).limit(1)) is not None


def _cities(db: Session, visits: Iterable[int]) -> set[str]:
    return {
        city
        for some in _parts(list(visits))
        for city in db.scalars(select(Visit.city).where(Visit.id.in_(some)))
    }


def _findings_on(db: Session, captures: tuple[str, ...]) -> list[Finding]:
    """The findings whose evidence is one of *captures*, of this visit or of one that took it over."""
    visits: set[int] = set()
    for some in _parts(list(captures)):
        visits |= set(db.scalars(select(Capture.visit_id).where(Capture.id.in_(some))))
        visits |= set(db.scalars(select(Address.visit_id).where(Address.capture_id.in_(some))))
    wanted, found = set(captures), list[Finding]()
    for part in _parts(sorted(visits)):
        for finding in db.scalars(select(Finding).where(Finding.visit_id.in_(part)).order_by(Finding.id)):
            if any(item.get("capture") in wanted for item in finding.evidence):
                found.append(finding)
    return found


def _bodies_from(db: Session, addresses: list[str]) -> set[str]:
    found: set[str] = set()
    for some in _parts(addresses):
        found |= set(db.scalars(select(Capture.body_sha256).where(Capture.final_url.in_(some))))
    return found


def _parts(values: list[T]) -> list[list[T]]:
    return [values[place : place + _AT_ONCE] for place in range(0, len(values), _AT_ONCE)]
