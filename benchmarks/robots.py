"""Reads a folder of real robots.txt files as a crawl would, and compares what was understood with its index.

    python -m benchmarks.robots FOLDER

FOLDER holds ``files/`` and ``index.jsonl``: one object per file with what a line count finds in it (user_agents,
disallow, sitemaps, crawl_delay, html). Shown: how many were parsed, what was decided of the front page and of a
council's usual paths for us, for a crawler named in the file and for all, site maps found, and the time.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawlers.robots import MOST_SITEMAPS, Permission, read_robots

AGENT = "TransparentCitiesMonitor/0.2 (+https://example.org/monitor)"
PATHS = ("/", "/documents/", "/budget/2026/", "/search?q=budget", "/wp-admin/", "/files/decision.pdf")


@dataclass(frozen=True, slots=True)
class Read:
    """One file as it was read."""

    entry: dict[str, Any]
    permission: Permission
    seconds: float  # of processor time, reading and deciding


def read(folder: Path) -> list[Read]:
    """Every file of the index."""
    found = []
    for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        body = (folder / entry["file"]).read_bytes()
        began = time.process_time()
        permission = read_robots(200, body, agent=AGENT)
        for path in PATHS:
            permission.allows(f"https://{entry['host']}{path}", AGENT)
        found.append(Read(entry, permission, time.process_time() - began))
    return found


def contradictions(one: Read) -> list[str]:
    """Where a decision cannot be right, by what the index counts."""
    entry, permission = one.entry, one.permission
    named = min(len(set(permission.sitemaps)), MOST_SITEMAPS)
    said = []
    if permission.closed is not None:
        said.append(f"closed: {permission.closed}")
    if bool(entry["sitemaps"]) != bool(named):
        said.append(f"{entry['sitemaps']} site maps, {named} found")
    first = [url for url in entry["sitemap_first"] if url not in permission.sitemaps]
    if first and not entry["lone_cr"]:
        said.append(f"site map missed: {first[0]}")
    if not entry["disallow"] and not all(_allowed(one)):
        said.append("nothing is disallowed, and yet refused")
    if entry["html"] and not all(_allowed(one)):
        said.append("a web page, and yet refused")
    if not entry["crawl_delay"] and permission.delay(AGENT) is not None:
        said.append("a pause that nobody asks for")
    return said


def _allowed(one: Read) -> list[bool]:
    return [one.permission.allows(f"https://{one.entry['host']}{path}", AGENT) for path in PATHS]


def main() -> int:
    """Print what was read and decided; 1 where something cannot be right."""
    if len(sys.argv) != 2:  # noqa: PLR2004  # the command and its folder
        sys.exit(f"usage: python -m benchmarks.robots FOLDER\n\n{__doc__}")
    files = read(Path(sys.argv[1]))
    decided = Counter(sum(_allowed(one)) for one in files)
    wrong = {one.entry["file"]: said for one in files if (said := contradictions(one))}
    slowest = max(files, key=lambda one: one.seconds)
    paused = [one for one in files if one.permission.delay(AGENT) is not None]
    print(f"{len(files)} files read, {sum(one.entry['bytes'] for one in files):,} bytes")
    print(f"open for us in all {len(PATHS)} paths: {decided[len(PATHS)]}; in none: {decided[0]}")
    print("front page allowed:", sum(_allowed(one)[0] for one in files), "of", len(files))
    print(
        f"pauses asked of us: {len(paused)}; site maps: {sum(len(one.permission.sitemaps) for one in files)}"
    )
    total = sum(one.seconds for one in files)
    print(
        f"{total:.2f} s of processor time; slowest {slowest.seconds:.2f} s, {slowest.entry['bytes']:,} bytes"
    )
    print(f"decisions that the index contradicts: {len(wrong)}")
    for name, said in wrong.items():
        print(f"  {name}: {'; '.join(said)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
