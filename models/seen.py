"""From stored rows to the sight that checks judge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, Select, and_, insert, select

from models.crawling import Address, Capture, Reading, Visit
from models.facts import CityCard, PageFacts, PlannedAddress, SeenPage, Sight
from models.facts_json import pack, unpack
from models.runs import KYIV
from models.store import Store
from models.vocabulary import AddressState, Reason, VisitState

MOVED = range(300, 400)
_PLANNED = (
    Address.url,
    Address.state,
    Address.reason,
    Address.serves,
    Address.depth,
    Address.anchor,
    Address.found_on,
    Address.capture_id,
)
_ANSWERED = (
    Capture.id,
    Capture.final_url,
    Capture.status,
    Capture.media_type,
    Capture.complete,
    Capture.reason,
    Capture.confirms_id,
    Capture.ended_at,
    Reading.facts,
)
CONFIRMED = 200  # "nothing has changed" stands for the answer it confirms


def record_readings(store: Store, readings: list[tuple[str, PageFacts]], *, reader_version: str) -> None:
    """Keep what a reader found in some captures, so that judging again need not read again."""
    if not readings:
        return
    rows: list[dict[str, Any]] = [
        {"capture_id": capture, "reader_version": reader_version, "facts": pack(facts)}
        for capture, facts in readings
    ]
    with store.writing() as db:
        db.execute(insert(Reading), rows)


def unread(store: Store, visit_id: int, *, reader_version: str) -> list[Capture]:
    """The captures that the visit's rows point at and no reader of this version has read."""
    read = select(Reading.capture_id).where(Reading.reader_version == reader_version)
    with store.reading() as db:
        return list(
            db.scalars(
                select(Capture)
                .where(Capture.id.in_(_captures_of(visit_id)), Capture.id.not_in(read))
                .order_by(Capture.id)
            )
        )


def copy_confirmed(store: Store, visit_id: int, *, reader_version: str) -> None:
    """Where a server said that nothing has changed, what was read then has been read now.

    A scan is the exception: recognition may have been out of time then, and has another turn.
    """
    with store.writing() as db:
        confirmed = db.execute(
            select(Capture.id, Reading.facts)
            .join(Reading, Reading.capture_id == Capture.confirms_id)
            .where(
                Capture.id.in_(_captures_of(visit_id)),
                Reading.reader_version == reader_version,
                Capture.id.not_in(select(Reading.capture_id).where(Reading.reader_version == reader_version)),
            )
        ).all()
        rows = [
            {"capture_id": capture, "reader_version": reader_version, "facts": facts}
            for capture, facts in confirmed
            if Reason.DOC_SCAN_NO_TEXT not in unpack(facts).reasons
        ]
        if rows:
            db.execute(insert(Reading), rows)


def _captures_of(visit_id: int) -> Select[tuple[str | None]]:
    return select(Address.capture_id).where(Address.visit_id == visit_id, Address.capture_id.is_not(None))


def sight_of(store: Store, visit_id: int, card: CityCard, *, reader_version: str) -> Sight:
    """What the visit saw, as readers of *reader_version* understood it."""
    of_visit = Address.visit_id == visit_id
    read = and_(Reading.capture_id == Capture.id, Reading.reader_version == reader_version)
    with store.reading() as db:
        visit = db.execute(select(Visit.state, Visit.started_at).where(Visit.id == visit_id)).one()
        rows = db.execute(select(*_PLANNED).where(of_visit).order_by(Address.id)).all()
        wanted = Capture.id.in_(_captures_of(visit_id))
        answers = db.execute(select(*_ANSWERED).outerjoin(Reading, read).where(wanted)).all()
    facts = {answer.id: unpack(answer.facts) for answer in answers if answer.facts is not None}
    return sight_from(visit, rows, answers, facts, card)


def sight_from(
    visit: Row[Any] | Visit,
    rows: Iterable[Row[Any] | Address],
    answers: Iterable[Row[Any] | Capture],
    facts: Mapping[str, PageFacts],
    card: CityCard,
) -> Sight:
    """What a *visit* saw: the *rows* of its ledger in their order, their *answers*, and what was read in these."""
    captures = {answer.id: answer for answer in answers}
    pages, ledger = [], []
    for row in rows:
        answer = captures.get(row.capture_id or "")
        if answer is not None:
            if answer.status in MOVED and answer.confirms_id is None and row.state is AddressState.FETCHED:
                continue  # its target has a row of its own
            pages.append(_page(answer, facts.get(answer.id)))
        ledger.append(_planned(row))
    return Sight(
        city=card,
        pages=tuple(pages),
        ledger=tuple(ledger),
        visit_complete=visit.state in {VisitState.COMPLETE, VisitState.UNREACHABLE},
        today=visit.started_at.astimezone(KYIV).date(),
    )


def _page(capture: Row[Any] | Capture, facts: PageFacts | None) -> SeenPage:
    complete = capture.complete == "yes" and (facts is None or facts.complete)
    reason = capture.reason or (facts.reasons[0] if facts and facts.reasons else Reason.TRUNCATED)
    if facts is not None and capture.complete != "yes":
        facts = replace(facts, complete=False)
    return SeenPage(
        capture=capture.id,
        url=capture.final_url,
        status=capture.status if capture.confirms_id is None else CONFIRMED,
        fetched_at=capture.ended_at,
        media_type=capture.media_type,
        complete=complete,
        facts=facts,
        reason=None if complete else reason,
    )


def _planned(row: Row[Any] | Address) -> PlannedAddress:
    return PlannedAddress(
        url=row.url,
        state=row.state,
        reason=row.reason,
        serves=tuple(row.serves),
        depth=row.depth,
        anchor=row.anchor,
        found_on=row.found_on,
        capture=row.capture_id,
    )
