"""`tcm analyse-page`: what the readers make of one saved page."""

import argparse
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from console.telling import Refusal, tell_json
from crawlers.reading import read_page
from models.facts import PageFacts
from models.facts_json import contract_link

_METHODOLOGIES = Path(__file__).resolve().parent.parent / "checks" / "methodologies"
_KYIV = ZoneInfo("Europe/Kyiv")
_MEDIA_TYPES = {
    ".json": "application/json",
    ".xml": "application/xml",
    ".rss": "application/rss+xml",
    ".ics": "text/calendar",
    ".pdf": "application/pdf",
}


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to `tcm`."""
    parser = commands.add_parser("analyse-page", help="say what one saved page holds, as JSON")
    parser.add_argument("file", type=Path, metavar="FILE", help="the saved page")
    parser.add_argument("--url", required=True, help="the address it was saved from")
    parser.add_argument("--methodology", help="refuse to go on if there is no methodology of that name")
    parser.add_argument("--now", help="the moment to take for today, ISO 8601; the clock if not given")
    parser.add_argument("--json", action="store_true", help="the output is JSON with or without this")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read the file as the page at the address and print its facts."""
    _require_address(arguments.url)
    _require_methodology(arguments.methodology)
    today = _day(arguments.now)
    body = _bytes(arguments.file)
    media_type = _media_type(arguments.file, body)
    tell_json(as_contract(read_page(body, url=arguments.url, media_type=media_type, today=today)))
    return 0


def as_contract(facts: PageFacts) -> dict[str, Any]:
    """Give the facts with exactly the keys that other people's scripts rely on."""
    act = facts.act
    return {
        "page": {
            "url": facts.url,
            "title": facts.title,
            "language": facts.language,
            "kind": facts.kind.value,
            "complete": facts.complete,
            "reasons": [reason.value for reason in facts.reasons],
        },
        "act": act and {"type": act.type, "issuer": act.issuer, "number": act.number, "date": _iso(act.date)},
        "links": [contract_link(link) for link in facts.links],
        "meetings": [
            {
                "date": _iso(meeting.date),
                "title": meeting.title,
                "status": meeting.status,
                "links": [contract_link(link) for link in meeting.links],
            }
            for meeting in facts.meetings
        ],
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _bytes(path: Path) -> bytes:
    if path.is_dir():
        raise Refusal(f"{path} is a folder; name one saved page")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise Refusal(f"there is no file {path}") from None
    except OSError as error:
        raise Refusal(f"{path} cannot be read: {error.strerror}") from error


def _media_type(path: Path, body: bytes) -> str:
    """Tell the type by the file's ending; a body that is plainly JSON is one whatever its name."""
    known = _MEDIA_TYPES.get(path.suffix.lower())
    if known is None and body[:100].lstrip().startswith((b"{", b"[")):
        try:
            json.loads(body)
        except (ValueError, RecursionError):
            return "text/html"
        return "application/json"
    return known or "text/html"


def _require_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in url
        _ = parts.port
    except ValueError:
        usable = False
    if not usable:
        raise Refusal(f"--url must be a full http or https address, not {url!r}")


def _require_methodology(name: str | None) -> None:
    if name is None:
        return
    known = (
        sorted(folder.name for folder in _METHODOLOGIES.iterdir() if folder.is_dir())
        if _METHODOLOGIES.is_dir()
        else []
    )
    if name not in known:
        raise Refusal(f"there is no methodology {name!r}; known are: {', '.join(known) or 'none'}")


def _day(now: str | None) -> date:
    """Give the day in Kyiv, where the councils are."""
    if now is None:
        return datetime.now(UTC).astimezone(_KYIV).date()
    try:
        moment = datetime.fromisoformat(now)
    except ValueError:
        raise Refusal(f"--now must be a date or time in ISO 8601, such as 2026-03-14, not {now!r}") from None
    return (moment.astimezone(_KYIV) if moment.tzinfo else moment).date()
