"""How soon the evidence is reached: focused against breadth-first, with the same glance and the same links.

    python -m benchmarks.discovery                   the fifty pretend councils, as they are and grown big
    python -m benchmarks.discovery FOLDER            recordings: <council>.warc.gz with <council>.expected.json

A paper is reached once its own page was opened, or, where it has none, a page that links its file. "Needs" is
the number of pages after which 95 % of what there is was reached; the share compares the two orders at that. "Best"
is how many pages suffice for one who knows the whole site, those on the way included, as near as can be computed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from statistics import fmean
from urllib.parse import urljoin

from benchmarks.oracle import fewest, least
from benchmarks.unplugged import MOST_PAGES, TODAY, Answer, Crawl, Evidence
from checks.catalog import lexicon, load
from crawlers.addresses import host_of, key_of
from crawlers.gate import Gate
from crawlers.linking import Linker
from crawlers.manners import Manners
from crawlers.recording import Recording
from crawlers.registry import load_city
from fixtures.councils.bulk import BulkySite
from fixtures.councils.families.base import Leaf
from fixtures.councils.paper import Kind, Paper
from fixtures.councils.server import PretendWeb
from fixtures.councils.site import Site
from models.facts import CityCard, Lexicon

CITIES = Path(__file__).parents[1] / "fixtures" / "councils" / "cities"
ENOUGH = 0.95
WANTED = 0.25
ASIDE = frozenset(
    {Kind.NEWS, Kind.DISTRICT, Kind.PARTICIPATORY, Kind.OPEN_DATA}
)  # nothing is decided by these papers
OF_ACTS = frozenset(Kind)

# ---- pretend councils ---------------------------------------------------------------------------------


def evidence_of(site: Site) -> Evidence:
    """What the indicators of all areas are decided by: papers, and pages that say it themselves."""
    pages: set[str] = set()
    files: set[str] = set()
    for section in site.council.sections:
        if section.key in ASIDE:
            continue
        if section.plain and section.key not in OF_ACTS and not section.parts:
            pages.add(site.family.section(section))
        for leaf in [] if section.plain else site.lists(section):
            for paper in leaf.papers:
                if paper.decoy is None and not paper.link and paper.kind == section.key:
                    _place(site, paper, leaf, pages, files)
    return Evidence(*(frozenset(key_of(urljoin(site.root, one)) for one in some) for some in (pages, files)))


def _place(site: Site, paper: Paper, leaf: Leaf, pages: set[str], files: set[str]) -> None:
    """A paper stands on its own page, or is a file; one of an area may be no more than a line of its list."""
    if site.family.has_page(paper):
        pages.add(site.family.paper(paper))
    elif site.family.attached(paper):
        files.add(site.family.file(paper, 0))
    elif paper.kind not in OF_ACTS:
        pages.add(leaf.address)


def answer_of(site: Site | BulkySite) -> Answer:
    """Ask a site without a network."""

    def answer(url: str) -> tuple[bytes, str] | None:
        found = site.find(url)
        return None if found is None else (found.body(), found.media_type.partition(";")[0])

    return answer


def pretend(slugs: tuple[str, ...], words: Lexicon, *, bulk: int) -> bool:
    """Walk the pretend councils in both orders; whether the wanted share holds over all."""
    web = PretendWeb(today=TODAY, faults={})
    heads(f"pretend councils, {'with much else around' if bulk else 'as they are'}")
    shares = []
    for slug in slugs or web.cities:
        site = web.site(slug)
        evidence = evidence_of(site)
        whole = BulkySite(site, pages=bulk) if bulk else site
        city = load_city(CITIES / f"{slug}.yaml").card()
        both = [
            Crawl(answer_of(whole), evidence, _linker(city, words, pretend=True), breadth_first=broad)
            for broad in (False, True)
        ]
        shares.append(tell(slug, evidence, both, [site.root]))
    return summary(shares)


# ---- recordings ---------------------------------------------------------------------------------------


def recorded(folder: Path, words: Lexicon) -> None:
    """Walk recorded councils, from all their start addresses and from the first alone."""
    for only_first in (False, True):
        heads(
            "recordings, from " + ("the first start address alone" if only_first else "all start addresses")
        )
        shares = []
        for path in sorted(folder.glob("*.expected.json")):
            expected = json.loads(path.read_text(encoding="utf-8"))
            recording = Recording.open(path.with_name(expected["warc"]))
            starts = expected["start_urls"][:1] if only_first else expected["start_urls"]
            hosts = tuple(sorted({host_of(url) for url in expected["start_urls"]}))
            city = CityCard(expected["council"], expected["council"], expected["council"], hosts)
            evidence = Evidence(frozenset(), frozenset(_papers(expected)))
            both = [
                Crawl(_recorded(recording), evidence, _linker(city, words), breadth_first=broad)
                for broad in (False, True)
            ]
            shares.append(tell(expected["council"], evidence, both, starts))
        summary(shares)


def _papers(expected: dict[str, list[dict[str, str | None]]]) -> Iterator[str]:
    for meeting in expected["meetings"]:
        for name in ("agenda_url", "minutes_url", "agenda_html_url", "minutes_html_url"):
            if url := meeting[name]:
                yield key_of(url)


def _recorded(recording: Recording) -> Answer:
    def answer(url: str) -> tuple[bytes, str] | None:
        found = recording.answer(url)
        return None if found is None else (found.body, "text/html")

    return answer


# ---- the table ----------------------------------------------------------------------------------------


def _linker(city: CityCard, words: Lexicon, *, pretend: bool = False) -> Linker:
    manners = Manners(max_pages=MOST_PAGES)
    return Linker(city, words, manners, Gate(pretend=pretend), this_year=TODAY.year)


@dataclass(frozen=True, slots=True)
class Shares:
    """Of breadth-first's pages, how many the focused order needs, how many the best one, and any order at least."""

    focused: float
    best: float
    least: float


def heads(title: str) -> None:
    """The head of a table."""
    print(f"\n{title}")
    print(
        f"{'council':<18}{'evidence':>9}{'focused':>16}{'breadth-first':>18}{'share':>8}{'best':>7}{'share':>8}"
    )
    print(f"{'':<18}{'':>9}{'reached needs':>16}{'reached needs of':>18}{'':>8}{'needs':>7}")


def tell(name: str, evidence: Evidence, both: Sequence[Crawl], starts: list[str]) -> Shares | None:
    """Walk in both orders and print one line; None where either does not get to what the other one reached."""
    focused, broad = (crawl.walk(starts) for crawl in both)
    wanted = ceil(ENOUGH * min(evidence.total, len(broad.reached)) - 1e-9)
    one, other = focused.needs(wanted), broad.needs(wanted)
    best = fewest(both[1].graph, map(key_of, starts), wanted)
    fewer = least(both[1].graph, wanted)
    shares = Shares(one / other, best / other, fewer / other) if one and other and best else None
    reached = [f"{len(walk.reached) / max(evidence.total, 1):.0%}" for walk in (focused, broad)]
    print(
        f"{name:<18}{evidence.total:>9}{reached[0]:>9} {one or '–':>6}{reached[1]:>8}"
        f" {other or '–':>5} {broad.pages:>4}{f'{shares.focused:.0%}' if shares else '–':>8}"
        f"{best or '–':>7}{f'{shares.best:.0%}' if shares else '–':>8}"
    )
    return shares


def summary(shares: list[Shares | None]) -> bool:
    """The figure over all."""
    told = [share for share in shares if share is not None]
    if not told:
        return False
    mean, best = fmean(one.focused for one in told), fmean(one.best for one in told)
    within, possible = (
        sum(share <= WANTED for share in every)
        for every in ([one.focused for one in told], [one.best for one in told])
    )
    print(
        f"focused needs {mean:.1%} of breadth-first's pages, the best order {best:.1%} (wanted: {WANTED:.0%});"
    )
    print(f"within that: {within} of {len(shares)}, where any order could be: {possible}")
    floor = [one.least for one in told]
    print(f"with less than {fmean(floor):.1%} nobody could ({min(floor):.1%} where the least are needed)")
    return mean <= WANTED and len(told) == len(shares)


def main(argv: list[str] | None = None) -> int:
    """Print the tables; 1 where the wanted share is not held on the councils with much else around."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", help="folder of recordings")
    parser.add_argument("--city", action="append", default=[], help="only this pretend council")
    parser.add_argument("--bulk", type=int, default=4, help="list pages of each off-topic section")
    arguments = parser.parse_args(argv)
    if arguments.folder:
        if not arguments.folder.is_dir():
            sys.stderr.write(f"{arguments.folder}: no such folder\n")
            return 2
        recorded(arguments.folder, lexicon(load("council-papers")))
        return 0
    words = lexicon(load("transparent-cities"))
    pretend(tuple(arguments.city), words, bulk=0)
    return 0 if pretend(tuple(arguments.city), words, bulk=arguments.bulk) else 1


if __name__ == "__main__":
    raise SystemExit(main())
