"""How much of what is planted is still read after a redesign: ``python -m benchmarks.mutation [--councils N]``.

Every list and act page of the pretend councils is bent by each mutation of ``fixtures.councils.mutation`` and read by
the generic reader alone; the unbent pages by their family's reader too. A planted paper counts when its kind and its
day are right, an act when its type, number and day are.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date

from lxml import etree

from crawlers.pages import generic
from crawlers.pages.base import Page
from crawlers.reading import read_page
from fixtures.councils.mutation import MUTATIONS
from fixtures.councils.planted import PlantedPage, found_of, planted
from fixtures.councils.profile import load, slugs
from fixtures.councils.site import Site
from fixtures.councils.world import build
from models.facts import PageFacts

TODAY = date(2026, 11, 22)
APART = ("apart/chyslopil", "apart/holosiivka", "apart/susidivka")
UNBENT = "unbent"
BOUND = 0.03
WIDTH = 11


def main(argv: list[str] | None = None) -> int:
    """Print recall by family and mutation; fail where a single one loses three points or more."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--councils", type=int, default=22, help="how many of the fifty, every family first")
    arguments = parser.parse_args(argv)
    began = time.process_time()
    found: Counter[tuple[str, str]] = Counter()
    lost: Counter[str] = Counter()
    there: Counter[str] = Counter()
    for family, page in _pages(arguments.councils):
        there[family] += page.count
        found[family, "by family"] += _read_by_family(page)
        before = _read(page, page.html)
        found[family, UNBENT] += before
        for name, mutation in MUTATIONS.items():
            after = _read(page, mutation(page.html))
            found[family, name] += after
            lost[name] += max(0, before - after)
    _report(found, there)
    worst = max(MUTATIONS.keys() - {"redesigned"}, key=lambda name: lost[name])
    cost = lost[worst] / there.total()
    print(f"lost of what was read before (gains apart): {_points(lost, there.total())}")
    print(f"the costliest single mutation: {worst}; {time.process_time() - began:.0f} s of CPU")
    return int(cost >= BOUND)


def _points(lost: Counter[str], total: int) -> str:
    return ", ".join(f"{name} {100 * lost[name] / total:.1f}" for name in MUTATIONS)


def _pages(councils: int) -> Iterator[tuple[str, PlantedPage]]:
    for slug in (*slugs()[:councils], *APART):
        yield from ((load(slug).family, page) for page in planted(Site(build(slug, TODAY))))


def _read(page: PlantedPage, written: str) -> int:
    parser = etree.HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True)
    root = etree.fromstring(written.encode(), parser=parser)
    facts = generic.read(Page(url=page.url, root=root, source=written, today=TODAY))
    return _found(page, facts)


def _read_by_family(page: PlantedPage) -> int:
    return _found(page, read_page(page.html.encode(), url=page.url, charset="utf-8", today=TODAY))


def _found(page: PlantedPage, facts: PageFacts) -> int:
    return found_of(page, facts.links, facts.act)


def _report(found: Counter[tuple[str, str]], there: Counter[str]) -> None:
    columns = ["by family", UNBENT, *MUTATIONS]
    print(f"{'family':<{WIDTH}}{'planted':>8}" + "".join(f"{name:>{WIDTH}}" for name in columns))
    for family in sorted(there):
        shares = (found[family, name] / there[family] for name in columns)
        print(f"{family:<{WIDTH}}{there[family]:>8}" + "".join(f"{share:>{WIDTH}.3f}" for share in shares))
    total = there.total()
    whole = {name: sum(found[family, name] for family in there) / total for name in columns}
    print(f"{'all':<{WIDTH}}{total:>8}" + "".join(f"{whole[name]:>{WIDTH}.3f}" for name in columns))


if __name__ == "__main__":
    raise SystemExit(main())
