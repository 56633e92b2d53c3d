"""Reads recorded council sites and compares what was found with what stands in them.

    python -m benchmarks.councils FOLDER            every recording of FOLDER through the readers
    python -m benchmarks.councils FOLDER --blind    also with opaque addresses, and with no year in any link
    python -m benchmarks.councils FOLDER --facts D  instead, D/<council>/facts.jsonl as `tcm crawl` wrote them

FOLDER holds ``<council>.warc.gz`` with ``<council>.expected.json``. Counted is each pair of day and kind.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from benchmarks.blinding import Blinding, without_years
from crawlers.reading import read_page
from models.facts import DocumentLink

KINDS = ("agenda", "minutes")
OWN = "own site"
WAYS = {
    "as recorded": "",
    "addresses opaque": "names",
    "addresses opaque, no file endings": "endings",
    "no years in links": "years",
    "both": "names years",
}
"""Name of a way to read the recordings → what is taken away from them."""


@dataclass(frozen=True, slots=True)
class Score:
    """How one kind came out: right, wrong and missed pairs, and addresses found with another day."""

    right: int
    wrong: int
    missed: int
    dated_right: int
    dated: int

    @property
    def precision(self) -> float:
        """Of what was said, how much was so."""
        return self.right / (self.right + self.wrong) if self.right else 0.0

    @property
    def recall(self) -> float:
        """Of what was there, how much was said."""
        return self.right / (self.right + self.missed) if self.right else 0.0

    @property
    def f1(self) -> float:
        """Both in one figure."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def score(expected: dict[str, Any], links: Iterable[dict[str, Any]]) -> dict[str, Score]:
    """Compare link objects (``href``, ``kind``, ``date``, ``event_date``) with an expected.json, per kind."""
    unlabelled = {entry["url"] for entry in expected["unlabelled"]}
    counted = [link for link in links if link["href"] not in unlabelled and link["kind"] in KINDS]
    return {
        kind: _score_kind(expected, [link for link in counted if link["kind"] == kind], kind)
        for kind in KINDS
    }


def _score_kind(expected: dict[str, Any], links: list[dict[str, Any]], kind: str) -> Score:
    truth: set[str] = set()
    addresses: dict[str, set[str]] = {}
    for meeting in expected["meetings"]:
        for key in (f"{kind}_url", f"{kind}_html_url"):
            if meeting[key]:
                truth.add(meeting["date"])
                addresses.setdefault(meeting[key], set()).add(meeting["date"])
    found = {link["event_date"] or link["date"] for link in links}
    matched = [link for link in links if link["href"] in addresses]
    dated_right = sum(
        1 for link in matched if (link["event_date"] or link["date"]) in addresses[link["href"]]
    )
    return Score(len(truth & found), len(found - truth), len(truth - found), dated_right, len(matched))


def links_of_recording(path: Path, today: date, without: str = "") -> tuple[list[dict[str, Any]], float, int]:
    """Read every page of a recording; give its links, the seconds that took and the number of pages."""
    links: list[dict[str, Any]] = []
    spent, pages = 0.0, 0
    opaque = "names" in without or "endings" in without
    blinding = Blinding(endings="endings" not in without) if opaque else None
    with path.open("rb") as recording:
        for record in ArchiveIterator(recording):
            if record.rec_type != "response":
                continue
            body, url = record.content_stream().read(), record.rec_headers["WARC-Target-URI"]
            if "years" in without:
                body = without_years(body)
            if blinding:
                body, url = blinding.page(body, url), blinding.address(url)
            begun = time.process_time()
            facts = read_page(body, url=url, today=today)
            spent += time.process_time() - begun
            pages += 1
            links += [_plain(link, blinding) for link in facts.links]
    return links, spent, pages


def _plain(link: DocumentLink, blinding: Blinding | None) -> dict[str, Any]:
    return {
        "href": blinding.originals.get(link.href, link.href) if blinding else link.href,
        "kind": link.kind.value,
        "date": link.date and link.date.isoformat(),
        "event_date": link.event_date and link.event_date.isoformat(),
        "text": link.text,
        "why": link.why,
    }


def links_of_facts(path: Path) -> list[dict[str, Any]]:
    """Read the link objects that a crawl wrote."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def main(argv: list[str] | None = None) -> int:
    """Print one line per council and the macro figures, of known vendors and of councils' own sites apart."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--facts", type=Path, help="folder with <council>/facts.jsonl, or facts.jsonl of one")
    parser.add_argument("--blind", action="store_true", help="also read them with less to go by")
    parser.add_argument("--wrong", action="store_true", help="also list what came out wrong")
    arguments = parser.parse_args(argv)
    councils = sorted(arguments.folder.glob("*.expected.json")) if arguments.folder.is_dir() else []
    if not councils:
        print(f"There are no recorded councils in {arguments.folder}: nothing was measured.")
        return 0
    for name, without in WAYS.items() if arguments.blind else [("", "")]:
        if name:
            print(f"\n{name}")
        _tell(councils, arguments, without)
    return 0


def _tell(councils: list[Path], arguments: argparse.Namespace, without: str) -> None:
    print(
        f"{'council':14} {'kind':8} {'right':>5} {'wrong':>5} {'missed':>6} {'P':>6} {'R':>6} {'F1':>6} {'day':>6}"
    )
    sums: dict[tuple[str, str], list[float]] = {}
    for path in councils:
        expected = json.loads(path.read_text(encoding="utf-8"))
        links = _links(path, expected, arguments.facts, without)
        if links is None:
            continue
        group = OWN if OWN in expected["platform"] else "known vendor"
        for kind, result in score(expected, links).items():
            day = result.dated_right / result.dated if result.dated else 0.0
            for key in ("all", group):
                sums.setdefault((key, kind), []).append(result.f1)
            print(
                f"{expected['council']:14} {kind:8} {result.right:5} {result.wrong:5} {result.missed:6}"
                f" {result.precision:6.3f} {result.recall:6.3f} {result.f1:6.3f} {day:6.3f}"
            )
        if arguments.wrong:
            _tell_wrong(expected, links)
    for group in dict.fromkeys(group for group, _ in sums):
        agenda, minutes = (sum(sums[group, kind]) / len(sums[group, kind]) for kind in KINDS)
        print(
            f"macro F1, {group}: agenda {agenda:.3f}, minutes {minutes:.3f}, both {(agenda + minutes) / 2:.3f}"
        )


def _links(
    path: Path, expected: dict[str, Any], facts: Path | None, without: str
) -> list[dict[str, Any]] | None:
    if facts:
        for place in (facts / expected["council"] / "facts.jsonl", facts / "facts.jsonl"):
            if place.is_file():
                return links_of_facts(place)
        return None
    recording = path.with_name(expected["warc"])
    links, spent, pages = links_of_recording(recording, date.fromisoformat(expected["recorded"]), without)
    print(f"{expected['council']}: {pages} pages, {1000 * spent / pages:.1f} ms of CPU each", file=sys.stderr)
    return links


def _tell_wrong(expected: dict[str, Any], links: list[dict[str, Any]]) -> None:
    unlabelled = {entry["url"] for entry in expected["unlabelled"]}
    for kind in KINDS:
        days = {
            meeting["date"]
            for meeting in expected["meetings"]
            if meeting[f"{kind}_url"] or meeting[f"{kind}_html_url"]
        }
        said = [link for link in links if link["kind"] == kind and link["href"] not in unlabelled]
        for link in said:
            if (link["event_date"] or link["date"]) not in days:
                print(
                    "  wrong ", kind, link["event_date"], link["text"][:60], link["href"][-70:], link["why"]
                )
        for day in sorted(days - {link["event_date"] or link["date"] for link in said}):
            missed = next(
                m
                for m in expected["meetings"]
                if m["date"] == day and (m[f"{kind}_url"] or m[f"{kind}_html_url"])
            )
            href = missed[f"{kind}_url"] or missed[f"{kind}_html_url"]
            there = [link for link in links if link["href"] == href]
            print(
                "  missed",
                kind,
                day,
                href[-80:],
                [(t["kind"], t["event_date"], t["text"][:50], t["why"]) for t in there][:2],
            )


if __name__ == "__main__":
    raise SystemExit(main())
