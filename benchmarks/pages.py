"""Reads saved pages of councils with labels and says how much of what they hold was found.

    python -m benchmarks.pages FOLDER

FOLDER holds ``labels.jsonl`` and the files it names. Gold labels are few but sure and serve for recall;
silver ones name all that a maintained scraper took. Scrapers leave out older papers on purpose, so precision against
all that was found is a lower bound; the second line counts only days from the first one that the scraper kept.
"""

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urldefrag, urlsplit

from crawlers.reading import read_page
from models.facts import DocumentLink, PageFacts

KINDS = ("agenda", "minutes")
_ANY_DAY = "2020-01-01"  # two files came without one; nothing about statuses is asserted of them
_NO_ADDRESS = "https://council.example/page"


@dataclass
class Tally:
    """Figures of one kind over the pages that hold it."""

    precision: list[float] = field(default_factory=list)
    recall: list[float] = field(default_factory=list)
    f1: list[float] = field(default_factory=list)
    at_nothing: list[str] = field(default_factory=list)


@dataclass
class Count:
    """So many of so many."""

    right: int = 0
    of: int = 0

    def __str__(self) -> str:
        """Give both figures and their share."""
        return f"{self.right} of {self.of} ({self.right / self.of:.3f})" if self.of else "none"


def main(argv: list[str] | None = None) -> int:
    """Print the figures, and with --wrong what they hide."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--wrong", action="store_true", help="also list what came out wrong")
    arguments = parser.parse_args(argv)
    labels = arguments.folder / "labels.jsonl"
    if not labels.is_file():
        print(f"There are no labelled pages in {arguments.folder}: nothing was measured.")
        return 0
    rows = [json.loads(line) for line in labels.read_text(encoding="utf-8").splitlines()]
    tell: Callable[[str], None] = print if arguments.wrong else lambda _: None
    begun = time.process_time()
    read = {row["id"]: _read(arguments.folder, row) for row in rows}
    spent = time.process_time() - begun
    print(f"{len(rows)} files read in {spent:.1f} s of CPU")
    _tell_gold(rows, read, tell)
    _tell_silver(rows, read, tell)
    _tell_meetings(rows, read, tell)
    return 0


def _read(folder: Path, row: dict[str, Any]) -> PageFacts:
    return read_page(
        (folder / row["file"]).read_bytes(),
        url=row["url"] or next(iter(row.get("url_hint") or []), _NO_ADDRESS),
        media_type=row["content_type"],
        today=_day(row["frozen_now"] or _ANY_DAY),
    )


def _day(written: str) -> date:
    year, month, day = written.partition("T")[0].split("-")
    return date(int(year), int(month), int(day))


def _tell_gold(rows: list[dict[str, Any]], read: dict[str, PageFacts], tell: Callable[[str], None]) -> None:
    counts: dict[str, Count] = defaultdict(Count)
    for row in rows:
        placed = row["url"] is not None  # else only what follows the host can be compared
        kinds = {_folded(link.href, placed=placed): link.kind.value for link in read[row["id"]].links}
        for gold in row["expected_links"] or []:
            count = counts[gold["kind"]]
            href = _folded(gold["href"], placed=placed)
            if gold["how"] not in {"href", "href-tail"} and href not in kinds:
                continue  # put together by a scraper, or in a script: no link of this page
            count.of += 1
            seen = kinds.get(href)
            count.right += seen == gold["kind"]
            if seen != gold["kind"]:
                tell(f"  gold {row['id']}: {gold['kind']} seen as {seen}: {gold['href'][-90:]}")
    for kind, count in sorted(counts.items()):
        print(f"gold recall, {kind}: {count}")


def _tell_silver(rows: list[dict[str, Any]], read: dict[str, PageFacts], tell: Callable[[str], None]) -> None:
    for kind in KINDS:
        whole, recent = Tally(), Tally()
        for row in rows:
            truth = {_folded(link["href"]) for link in row["silver_links"] or [] if link["kind"] == kind}
            if not truth:
                continue
            links = {_folded(link.href): link for link in read[row["id"]].links}
            found = {at for at, link in links.items() if link.kind.value == kind}
            since = min((link["start"] for link in row["silver_links"] if link["start"]), default="")[:10]
            _add(whole, row["id"], truth, found)
            _add(
                recent, row["id"], truth, {at for at in found if at in truth or not _older(links[at], since)}
            )
            for at in sorted(truth - found):
                seen = links[at].kind.value if at in links else None
                tell(f"  missed {kind} {row['id']} {at[-80:]} seen as {seen}")
            for at in sorted(found - truth):
                tell(f"  extra {kind} {row['id']} {at[-70:]} {links[at].text[:50]!r} {links[at].why}")
        _tell_tally(f"silver, {kind}, all that was found", whole)
        _tell_tally(f"silver, {kind}, since the first day kept", recent)


def _tell_tally(name: str, tally: Tally) -> None:
    pages = len(tally.f1)
    if pages:
        print(
            f"{name}: {pages} pages, P {sum(tally.precision) / pages:.3f},"
            f" R {sum(tally.recall) / pages:.3f}, F1 {sum(tally.f1) / pages:.3f},"
            f" at nothing: {', '.join(tally.at_nothing) or 'none'}"
        )


def _older(link: DocumentLink, since: str) -> bool:
    """A scraper leaves old papers out on purpose: whether those are right cannot be told."""
    return bool(link.event_date and link.event_date.isoformat() < since)


def _add(tally: Tally, page: str, truth: set[str], found: set[str]) -> None:
    right = len(truth & found)
    precision, recall = right / len(found) if found else 0.0, right / len(truth)
    tally.precision.append(precision)
    tally.recall.append(recall)
    tally.f1.append(2 * precision * recall / (precision + recall) if right else 0.0)
    if not right:
        tally.at_nothing.append(page)


def _tell_meetings(
    rows: list[dict[str, Any]], read: dict[str, PageFacts], tell: Callable[[str], None]
) -> None:
    days, statuses, empty = Count(), Count(), Count()
    for row in rows:
        family = [row["id"], *(row["pages_of_same_case"] or [])]
        meetings = [meeting for page in family if page in read for meeting in read[page].meetings]
        seen = {meeting.date.isoformat() for meeting in meetings if meeting.date}
        for start in row["starts"] or []:
            days.of += 1
            days.right += start[:10] in seen
            if start[:10] not in seen:
                tell(f"  day {row['id']} {start[:10]} not among {sorted(seen)[:6]} of {read[row['id']].kind}")
        wanted = set(row["statuses"] or [])
        statuses.of += len(wanted)
        missing = wanted - {"tentative" if m.status == "confirmed" else m.status for m in meetings}
        statuses.right += len(wanted) - len(missing)
        if missing:
            tell(
                f"  status {row['id']} {missing} not among {[(str(m.date), m.status) for m in meetings][:5]}"
            )
        for bare in row["none_expected"]:
            empty.of += 1
            with_links = [
                m for m in meetings if m.date and m.date.isoformat() == (bare["start"] or "")[:10] and m.links
            ]
            empty.right += not with_links
            if with_links:
                links = [(link.kind.value, link.text) for link in with_links[0].links]
                tell(f"  none expected {row['id']} {bare['start']} {links}")
    print(f"meeting days found: {days}; statuses: {statuses}; meetings without links: {empty}")


def _folded(href: str, *, placed: bool = True) -> str:
    """Give one form to an address however its characters are escaped; without its host if it is not *placed*."""
    parts = urlsplit(urldefrag(href.strip()).url)
    plain = quote(unquote(f"{parts.path}?{parts.query}" if parts.query else parts.path), safe="/?=&%")
    host = (parts.hostname or "").lower() if placed else ""
    return f"{host}{plain}".rstrip("/")


if __name__ == "__main__":
    raise SystemExit(main())
