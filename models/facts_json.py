"""Facts to JSON and back, without loss."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import zstandard

from models.facts import Act, Dataset, Document, DocumentLink, Meeting, PageFacts, Table
from models.vocabulary import LinkKind, PageKind, Reason


def to_json(facts: PageFacts) -> dict[str, Any]:
    """*facts* as plain JSON values; dates in ISO form. Fields at their default are left out of links."""
    page = asdict(replace(facts, links=(), meetings=(), datasets=(), act=None))  # these are written below
    page["links"] = [_link(link) for link in facts.links]
    page["meetings"] = [
        {**asdict(meeting), "date": _iso(meeting.date), "links": [_link(link) for link in meeting.links]}
        for meeting in facts.meetings
    ]
    page["datasets"] = [{**asdict(entry), "modified": _iso(entry.modified)} for entry in facts.datasets]
    page["act"] = {**asdict(facts.act), "date": _iso(facts.act.date)} if facts.act else None
    page["date"] = _iso(facts.date)
    return page


def from_json(page: dict[str, Any]) -> PageFacts:
    """The facts that ``to_json`` wrote."""
    fields = dict(page)
    fields["kind"] = PageKind(fields["kind"])
    fields["reasons"] = tuple(Reason(reason) for reason in fields["reasons"])
    fields["links"] = tuple(_read_link(link) for link in fields["links"])
    fields["meetings"] = tuple(
        Meeting(
            date=_day(meeting["date"]),
            title=meeting["title"],
            status=meeting["status"],
            links=tuple(_read_link(link) for link in meeting["links"]),
        )
        for meeting in fields["meetings"]
    )
    fields["datasets"] = tuple(
        Dataset(
            **{
                **entry,
                "formats": tuple(entry["formats"]),
                "modified": _day(entry["modified"]),
                "described": tuple(entry.get("described", ())),
            }
        )
        for entry in fields["datasets"]
    )
    act = fields["act"]
    fields["act"] = Act(**{**act, "date": _day(act["date"])}) if act else None
    fields["headings"] = tuple(fields["headings"])
    fields["date"] = _day(fields["date"])
    fields["barriers"] = tuple((name, times) for name, times in fields.get("barriers", ()))
    fields["aids"] = tuple(fields.get("aids", ()))
    fields["document"] = _read_document(fields.get("document"))
    return PageFacts(**fields)


def pack(facts: PageFacts) -> bytes:
    """*facts* as the database keeps them: JSON, compressed."""
    return zstandard.compress(json.dumps(to_json(facts), ensure_ascii=False).encode())


def unpack(packed: bytes) -> PageFacts:
    """The facts that ``pack`` packed."""
    return from_json(json.loads(zstandard.decompress(packed)))


def contract_link(link: DocumentLink) -> dict[str, Any]:
    """*link* as the commands print it: exactly the keys that other people's scripts rely on."""
    return {
        "href": link.href,
        "text": link.text,
        "kind": link.kind.value,
        "date": _iso(link.date),
        "event_date": _iso(link.event_date),
        "confidence": round(link.confidence, 3),
        "why": link.why,
    }


_DEFAULTS: dict[str, Any] = {"date": None, "event_date": None, "why": "", "title": "", "in_menu": False}


def _link(link: DocumentLink) -> dict[str, Any]:
    whole = {
        **contract_link(link),
        "confidence": link.confidence,
        "title": link.title,
        "in_menu": link.in_menu,
    }
    return {key: value for key, value in whole.items() if key not in _DEFAULTS or value != _DEFAULTS[key]}


def _read_link(link: dict[str, Any]) -> DocumentLink:
    """One link. Thousands are read for one visit, so each field is taken once and nothing is copied."""
    given = link.get
    return DocumentLink(
        link["href"],
        link["text"],
        _KINDS[link["kind"]],
        _day(given("date")),
        _day(given("event_date")),
        link["confidence"],
        given("why", ""),
        given("title", ""),
        in_menu=bool(given("in_menu")),
    )


_KINDS = {kind.value: kind for kind in LinkKind}


def _read_document(document: dict[str, Any] | None) -> Document | None:
    if document is None:
        return None
    tables = tuple(Table(**{**table, "header": tuple(table["header"])}) for table in document["tables"])
    listed = {key: tuple(document[key]) for key in ("members", "marks")}
    return Document(**{**document, **listed, "tables": tables})


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
