"""The rows of one visit in the world of a desk's benchmark: captures, ledger, findings, spots."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from benchmarks.desk_sites import Piece, Said, SitePage
from checks.methodology import Methodology
from models.crawling import Visit
from models.version import TOOL_VERSION
from models.vocabulary import AddressState

READER = "3"


def captures_of(visit: Visit, site: Sequence[SitePage], captures: Iterable[str]) -> Iterator[dict[str, Any]]:
    """What was received of each page of a site."""
    for page, capture in zip(site, captures, strict=True):
        yield {
            "id": capture,
            "visit_id": visit.id,
            "requested_url": page.url,
            "final_url": page.url,
            "hops": [],
            "status": 200,
            "headers": [["Content-Type", "text/html; charset=utf-8"], ["Server", "nginx"]],
            "media_type": "text/html",
            "charset_declared": "utf-8",
            "body_sha256": hashlib.sha256(page.facts).hexdigest(),
            "body_bytes": 9000,
            "decoded_bytes": 40_000,
            "content_encoding": "gzip",
            "complete": "yes",
            "ip": "203.0.113.24",
            "tls": {"state": "plain-http"},
            "robots": "allowed: robots.txt 200",
            "attempt": 1,
            "vantage": "benchmark",
            "tool_version": TOOL_VERSION,
            "clock_offset_s": 0.2,
            "started_at": visit.started_at,
            "ended_at": visit.started_at + timedelta(seconds=1),
        }


def addresses_of(visit: Visit, site: Sequence[SitePage], captures: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The ledger of a visit to a site."""
    for page, capture in zip(site, captures, strict=True):
        yield {
            "visit_id": visit.id,
            "key": page.url,
            "url": page.url,
            "found_on": page.found_on,
            "anchor": page.anchor if page.found_on else "",
            "depth": page.depth,
            "score": 0.9 if page.serves else 0.1,
            "serves": [*page.serves],
            "state": AddressState.FETCHED,
            "attempts": 1,
            "capture_id": capture,
            "planned_at": visit.started_at,
            "ended_at": visit.started_at + timedelta(seconds=1),
        }


def finding_of(
    visit: Visit, said: Said, site: Sequence[SitePage], captures: Sequence[str], pack: Methodology
) -> dict[str, Any]:
    """What the machine says of one question, with its evidence and search record."""

    def told(piece: Piece) -> dict[str, Any]:
        page = site[piece.page]
        where = {"url": page.url, "quote": piece.quote, "capture": captures[piece.page]}
        return {**where, "title": page.anchor, "date": "2026-03-12"}

    seen, moment = not said.gaps, visit.started_at.isoformat()
    return {
        "run_id": visit.run_id,
        "visit_id": visit.id,
        "city": visit.city,
        "methodology": pack.name,
        "methodology_version": pack.version,
        "indicator": said.indicator.id,
        "evaluation": 1,
        "verdict": said.verdict,
        "reason": said.reason,
        "confidence": said.confidence,
        "detail": dict(said.detail),
        "evidence": [told(piece) for piece in said.evidence],
        "search": {
            "complete": seen,
            "looked_at": 31,
            "gaps": [{"url": site[place].url, "reason": "timeout"} for place in said.gaps],
            "near_miss": told(said.near_miss) if said.near_miss else None,
            "terms": [*said.terms],
            "first_at": moment,
            "last_at": moment,
            "branches": [["/", 25], [f"/{said.indicator.area}", 6]],
            "searches": [],
            "file_types": [["pdf", 4]],
        },
        "search_complete": seen,
        "searched_pages": 31,
        "rule_version": "1",
        "reader_version": READER,
        "created_at": visit.started_at + timedelta(hours=1),
    }


def spot_of(capture: str, quote: str) -> dict[str, Any]:
    """Where on its page a quote stands."""
    place = {"css": "main > p:nth-of-type(2)", "start": 12, "end": 12 + len(quote), "words": quote}
    around = {"before": "у цьому розділі.", "after": "Відповідальний за", "times": 1, "shown": True}
    return {"capture_id": capture, "quote": quote, "found": True, "kind": "text", "place": place | around}
