"""From an answer to a capture: bytes into the archive, everything else into its row."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import unquote

from scrapy.http import Response

from crawlers.addresses import is_document
from crawlers.unpacking import PackedWrongError, unpack
from models.archive import Archive
from models.base import now
from models.crawling import Capture
from models.ledger import Planned
from models.version import TOOL_VERSION

_PAGES = re.compile(
    r"^(text/html|application/xhtml\+xml|text/xml|application/xml|application/json|text/calendar)"
)
_FILE_NAME = re.compile(r"filename\*=(?:[\w-]*'[\w-]*')([^;]+)|filename=\"?([^\";]+)", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of a request once it is answered."""

    visit_id: int
    url: str
    attempt: int
    started_at: datetime
    vantage: str
    hops: tuple[dict[str, Any], ...] = ()


def asked_of(
    response: Response, plan: Planned, *, visit_id: int, vantage: str, hops: tuple[dict[str, Any], ...]
) -> Asked:
    """What is known of the request behind *response*, which was made for *plan*."""
    latency = float(response.meta.get("download_latency", 0.0))
    started = datetime.fromtimestamp(now().timestamp() - latency, tz=UTC)
    return Asked(visit_id, plan.url, plan.attempts + 1, started, vantage, hops)


def header(response: Response, name: str) -> str:
    """One header of *response* as text; empty when it is absent."""
    value = response.headers.get(name.encode()) or b""
    try:
        return value.decode("utf-8").strip()  # a Location with Cyrillic in it, as sent by many
    except UnicodeDecodeError:
        return value.decode("latin-1").strip()


def capture_of(
    response: Response, archive: Archive, asked: Asked, *, largest: int
) -> tuple[Capture, bytes | None]:
    """Store the body of *response* and describe it; with the capture comes the unpacked body, if it unpacks."""
    digest = archive.stage(response.body)  # safe on disk before its row is committed
    encoding = header(response, "Content-Encoding")
    unpacked: bytes | None = None
    complete, reason = "yes", None
    try:
        unpacked = unpack(response.body, encoding, largest=largest)
    except PackedWrongError as wrong:
        complete, reason = "no", wrong.reason
    if complete == "yes" and ("partial" in response.flags or response.meta.get("length_in_doubt")):
        complete = "unknown"  # its end was only the end of the connection, or was stated in two ways
    content_type = header(response, "Content-Type")
    declared = _CHARSET.search(content_type)
    name = f"{asked.visit_id}\n{asked.url}\n{asked.attempt}\n{response.status}\n{digest}"
    capture = Capture(
        id=hashlib.sha256(name.encode()).hexdigest()[:32],
        visit_id=asked.visit_id,
        requested_url=asked.url,
        final_url=response.url,
        hops=list(asked.hops),
        status=response.status,
        headers=[
            [key.decode("latin-1"), value.decode("latin-1")]
            for key, values in response.headers.items()
            for value in values
        ],
        media_type=content_type.split(";", 1)[0].strip().lower(),
        charset_declared=declared.group(1).lower() if declared else None,
        body_sha256=digest,
        body_bytes=len(response.body),
        decoded_bytes=len(unpacked) if unpacked is not None else 0,
        content_encoding=encoding,
        complete=complete,
        reason=reason,
        ip=str(response.ip_address) if response.ip_address else None,
        tls=_tls(response),
        robots=str(response.meta.get("robots", "not asked")),
        attempt=asked.attempt,
        vantage=asked.vantage,
        tool_version=TOOL_VERSION,
        clock_offset_s=_clock_offset(response),
        started_at=asked.started_at,
        ended_at=now(),
    )
    return capture, unpacked


def file_name_of(capture: Capture) -> str:
    """What the server calls the file it sends; empty where it does not say."""
    stated = next((value for name, value in capture.headers if name.lower() == "content-disposition"), "")
    found = _FILE_NAME.search(stated)
    return unquote(found[1] or found[2]).strip() if found else ""


def is_page(capture: Capture) -> bool:
    """Whether a reader can make something of this answer."""
    if capture.media_type:
        return bool(_PAGES.match(capture.media_type))
    return not is_document(capture.final_url)


def _tls(response: Response) -> dict[str, Any]:
    """What is known of the connection: plain http, verified, or what was wrong with the certificate."""
    if not response.url.startswith("https:"):
        return {"state": "plain-http"}
    told: dict[str, Any] = response.meta.get("tls") or {"state": "unknown"}
    return told


def _clock_offset(response: Response) -> float | None:
    """Seconds their Date header is ahead of our clock."""
    text = header(response, "Date")
    if not text:
        return None
    try:
        stated = parsedate_to_datetime(text)
    except ValueError:
        return None
    if stated.tzinfo is None:
        stated = stated.replace(tzinfo=UTC)
    return round((stated - now()).total_seconds(), 3)
