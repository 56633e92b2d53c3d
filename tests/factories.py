"""A sane world to bend: small makers of rows and facts."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from models.crawling import Capture, City
from models.facts import Answer, Evidence, SearchRecord
from models.people import Person
from models.vocabulary import Reason, Role, Verdict

MOMENT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def make_capture(visit_id: int, url: str = "http://city.test/", **changes: Any) -> Capture:  # noqa: ANN401  # any field
    """A complete answer of 200 for *url*."""
    body = hashlib.sha256(url.encode()).hexdigest()
    fields: dict[str, Any] = {
        "id": hashlib.sha256(f"{visit_id} {url} {changes.get('attempt', 1)}".encode()).hexdigest()[:32],
        "visit_id": visit_id,
        "requested_url": url,
        "final_url": url,
        "hops": [],
        "status": 200,
        "headers": [["Content-Type", "text/html"]],
        "media_type": "text/html",
        "charset_declared": "utf-8",
        "body_sha256": body,
        "body_bytes": 10,
        "decoded_bytes": 10,
        "content_encoding": "",
        "complete": "yes",
        "reason": None,
        "ip": "127.0.0.1",
        "tls": {"state": "plain-http"},
        "robots": "allowed",
        "attempt": 1,
        "vantage": "test",
        "tool_version": "0",
        "clock_offset_s": 0.0,
        "started_at": MOMENT,
        "ended_at": MOMENT,
    }
    return Capture(**{**fields, **changes})


def make_city(slug: str = "duby", **changes: Any) -> City:  # noqa: ANN401  # any field
    """A city of the west with a site of its own."""
    fields: dict[str, Any] = {
        "slug": slug,
        "name_uk": "Дуби",
        "name_en": slug.capitalize(),
        "region": "west",
        "region_uk": "Захід",
        "region_en": "West",
        "site": f"https://{slug}.test/",
        "edrpou": None,
        "hosts": [f"{slug}.test"],
    }
    return City(**{**fields, **changes})


def make_person(login: str = "anna", **changes: Any) -> Person:  # noqa: ANN401  # any field
    """An assessor of all regions, without a password that opens anything."""
    fields: dict[str, Any] = {
        "login": login,
        "name": login.capitalize(),
        "organisation": "",
        "role": Role.ASSESSOR,
        "region": None,
        "password_hash": "",
        "active": True,
        "created_at": MOMENT,
    }
    return Person(**{**fields, **changes})


def make_answer(verdict: Verdict = Verdict.MET, **changes: Any) -> Answer:  # noqa: ANN401  # any field
    """An answer with one piece of evidence and a complete search."""
    fields: dict[str, Any] = {
        "verdict": verdict,
        "reason": Reason.NO_DOCUMENT if verdict is Verdict.NOT_MET else Reason.DOCUMENT_FOUND,
        "confidence": 0.9,
        "evidence": (Evidence("http://city.test/", "Рішення про бюджет", "c" * 32),),
        "search": SearchRecord(complete=True, looked_at=12),
    }
    return Answer(**{**fields, **changes})
