"""Recording what the machine said, and asking for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base import now
from models.crawling import Picture, Visit
from models.facts import Answer, SearchRecord
from models.judging import Finding, of_pack_in_force
from models.masking import masked
from models.renewing import Weighed, renew_items
from models.store import Store


@dataclass(frozen=True, slots=True)
class Answered:
    """One indicator's answer, ready to be recorded."""

    indicator: str
    answer: Answer
    rule_version: str
    area: str = ""  # of the methodology; empty: the beginning of the indicator's id
    weight: float = 1.0  # in points


def record_answers(
    store: Store,
    visit_id: int,
    answers: Iterable[Answered],
    *,
    methodology: str,
    methodology_version: str,
    reader_version: str,
) -> list[int]:
    """Record the answers of one visit, and what follows for people; one that is there word for word is not repeated."""
    answers = list(answers)
    with store.writing() as db:
        visit = db.get_one(Visit, visit_id)
        standing = _standing(db, visit, methodology)
        written = []
        for answered in answers:
            before = standing.get(answered.indicator)
            finding = Finding(
                run_id=visit.run_id,
                visit_id=visit_id,
                city=visit.city,
                methodology=methodology,
                methodology_version=methodology_version,
                indicator=answered.indicator,
                evaluation=before.evaluation + 1 if before else 1,
                rule_version=answered.rule_version,
                reader_version=reader_version,
                created_at=now(),
                **_columns(answered.answer),
            )
            if before is None or _said(before) != _said(finding):
                written.append(finding)
        db.add_all(written)
        db.flush()
        if written:
            renew_items(db, visit.run_id, visit.city, _weighed(answers))
    return [finding.id for finding in written]


def _weighed(answers: Iterable[Answered]) -> dict[str, Weighed]:
    return {one.indicator: Weighed(one.area, one.weight) for one in answers if one.area}


def _standing(db: Session, visit: Visit, methodology: str) -> dict[str, Finding]:
    """The latest evaluation of each indicator, asked for at once."""
    said = select(Finding).where(
        Finding.run_id == visit.run_id, Finding.city == visit.city, Finding.methodology == methodology
    )
    return {finding.indicator: finding for finding in db.scalars(said.order_by(Finding.evaluation))}


def findings_of(store: Store, run_id: str, *, methodology: str | None = None) -> list[Finding]:
    """The standing findings of a run: the latest evaluation of each, by city and indicator.

    Without a *methodology*, those by all packs in force.
    """
    latest = (
        select(func.max(Finding.id))
        .where(Finding.run_id == run_id)
        .group_by(Finding.city, Finding.methodology, Finding.indicator)
    )
    query = select(Finding).where(Finding.id.in_(latest)).order_by(Finding.city, Finding.indicator)
    query = query.where(of_pack_in_force() if methodology is None else Finding.methodology == methodology)
    with store.reading() as db:
        return list(db.scalars(query))


def contract_finding(finding: Finding, pictures: dict[tuple[str, str], str] | None = None) -> dict[str, Any]:
    """*finding* as the commands print it: exactly the keys that other people's scripts rely on.

    Personal data in quotes is masked: what is printed leaves the house. *pictures* maps (capture, quote) to the
    SHA-256 of a screenshot in the archive.
    """
    shown = pictures or {}
    return {
        "city": finding.city,
        "indicator": finding.indicator,
        "verdict": finding.verdict.value,
        "reason": finding.reason.value,
        "confidence": round(finding.confidence, 3),
        "evidence": [
            {
                "url": item["url"],
                "quote": masked(item["quote"]),
                "capture": item["capture"],
                "screenshot": shown.get((item["capture"], item["quote"])),
            }
            for item in finding.evidence
        ],
    }


def pictures_of(store: Store, findings: Iterable[Finding]) -> dict[tuple[str, str], str]:
    """(capture, quote) → SHA-256 of the screenshot, for the evidence of *findings*."""
    captures = {item["capture"] for finding in findings for item in finding.evidence}
    with store.reading() as db:
        rows = db.scalars(select(Picture).where(Picture.capture_id.in_(captures)))
        return {(row.capture_id, row.quote): row.sha256 for row in rows}


def _columns(answer: Answer) -> dict[str, Any]:
    search = answer.search
    return {
        "verdict": answer.verdict,
        "reason": answer.reason,
        "confidence": answer.confidence,
        "detail": _plain(answer.detail),
        "evidence": [_plain(asdict(item)) for item in answer.evidence],
        "search": _search(search) if search else {},
        "search_complete": bool(search and search.complete),
        "searched_pages": search.looked_at if search else 0,
    }


def _search(search: SearchRecord) -> dict[str, Any]:
    """The record as plain values. Field by field: dozens of gaps stand in each of a visit's many records."""
    plain = {one.name: getattr(search, one.name) for one in fields(search) if one.name != "gaps"}
    near_miss = asdict(search.near_miss) if search.near_miss else None
    gaps = [{"url": gap.url, "reason": gap.reason.value} for gap in search.gaps]
    return cast("dict[str, Any]", _plain(plain | {"near_miss": near_miss})) | {"gaps": gaps}


def _said(finding: Finding) -> tuple[Any, ...]:
    """All that a finding says, for comparing two of them; not when it was said."""
    return (
        finding.verdict,
        finding.reason,
        finding.confidence,
        finding.detail,
        finding.evidence,
        finding.search,
        finding.methodology_version,
        finding.rule_version,
        finding.reader_version,
    )


def _plain(value: Any) -> Any:  # noqa: ANN401  # any JSON value
    """Dates to ISO text, tuples to lists, so that what is stored equals what is read back."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value
