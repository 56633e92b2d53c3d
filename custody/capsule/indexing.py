"""What a player needs beside the records: where each stands (CDXJ), which pages to begin with, the list of files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from custody.capsule.contents import Contents
from custody.capsule.records import moment_of
from custody.capsule.rows import Row

WACZ_VERSION = "1.1.1"
INDEX = "indexes/index.cdx"
PAGES = "pages/pages.jsonl"
PACKAGE = "datapackage.json"
PACKAGE_DIGEST = "datapackage-digest.json"
FIRST_PART = "archive/data.warc.gz"


def part_file(number: int) -> str:
    """The WARC file of that number, from 1; most capsules have one."""
    return FIRST_PART if number == 1 else f"archive/data-{number}.warc.gz"


def index_line(capture: Row, kind: str, part: str, offset: int, length: int) -> str:
    """Where the answer of *capture* stands, as CDXJ."""
    told = {
        "url": capture["final_url"],
        "mime": capture["media_type"] or "unk",
        "status": "200" if kind == "resource" else str(capture["status"]),
        "digest": f"sha256:{capture['body_sha256']}",
        "length": str(length),
        "offset": str(offset),
        "filename": part.rpartition("/")[2],
    }
    return f"{_sort_key(capture['final_url'])} {_digits(moment_of(capture))} {json.dumps(told)}"


def index(entries: Iterable[str]) -> bytes:
    """The index over all records: lines in the order of addresses and times."""
    return "".join(f"{line}\n" for line in sorted(entries)).encode()


def pages(contents: Contents) -> bytes:
    """The pages to begin with: where each visit began, then those that show evidence."""
    lines = [{"format": "json-pages-1.0", "id": "pages", "title": "Evidence"}]
    for capture, title in _pages(contents).items():
        row = contents.captures[capture]
        url = {"id": capture, "url": row["final_url"], "ts": moment_of(row), "title": title}
        lines.append(url)
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode(errors="replace")


def package(contents: Contents, files: Mapping[str, tuple[str, int]]) -> bytes:
    """The list of *files* (name → SHA-256, size), and what a player calls the whole."""
    shown = list(_pages(contents))
    first = next((one for one in shown if one in _evidence(contents)), shown[0] if shown else None)
    main = contents.captures[first] if first else None
    told: dict[str, Any] = {
        "profile": "data-package",
        "wacz_version": WACZ_VERSION,
        "title": contents.about["title"],
        "description": "Sealed evidence of the Transparent Cities Monitor: open capsule/index.html, check with"
        " `tcm verify`.",
        "created": str(contents.line["at"])[:19] + "Z" if contents.line else None,
        "software": f"Transparent Cities Monitor {contents.about['tool']}",
    }
    if main is not None:
        told |= {"mainPageUrl": main["final_url"], "mainPageDate": moment_of(main)}
    told["resources"] = [
        {"name": _name(path), "path": path, "hash": f"sha256:{digest}", "bytes": size}
        for path, (digest, size) in files.items()
    ]
    return json.dumps(told, ensure_ascii=False, indent=1).encode(errors="replace") + b"\n"


def package_digest(listed: bytes) -> bytes:
    """What speaks for the list of files, and so for all of them."""
    told = {"path": PACKAGE, "hash": f"sha256:{hashlib.sha256(listed).hexdigest()}"}
    return json.dumps(told, indent=1).encode() + b"\n"


def _name(path: str) -> str:
    """A name of its own for each file, as the form of the list asks."""
    return path.rpartition("/")[2].lower()


def _pages(contents: Contents) -> dict[str, str]:
    """Capture → title of the pages to begin with."""
    names = {row["slug"]: row["name_uk"] for row in contents.of("cities")}
    found: dict[str, str] = {}
    for visit in contents.of("visits"):
        begun = (
            row for row in contents.of("addresses") if row["visit_id"] == visit["id"] and not row["found_on"]
        )
        begins = [row["capture_id"] for row in begun if contents.replays(row["capture_id"])]
        for home in begins[:1]:
            found[home] = str(names.get(visit["city"], visit["city"]))
    shown = {one: title for one, title in _evidence(contents).items() if contents.replays(one)}
    return shown | found


def _evidence(contents: Contents) -> dict[str, str]:
    """Capture → title of everything that a finding shows."""
    findings = [contents.finding] if contents.finding else contents.of("findings")
    return {
        item["capture"]: item["title"] or item["quote"][:80]
        for finding in findings
        for item in finding["evidence"]
        if item["capture"] in contents.captures
    }


def _sort_key(url: str) -> str:
    """*url* as players sort and look it up: host from its end, everything small, the query in order."""
    parts = urlsplit(url.lower())
    host = parts.hostname or ""
    if host.startswith("www"):
        host = host.removeprefix("www").lstrip("0123456789").removeprefix(".") or host
    port = f":{parts.port}" if parts.port else ""
    query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True))) if parts.query else ""
    path = parts.path.rstrip("/") or "/"
    return f"{','.join(reversed(host.split('.')))}{port}){path}{'?' if query else ''}{query}"


def _digits(moment: str) -> str:
    return "".join(letter for letter in moment if letter.isdigit())
