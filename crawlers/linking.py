"""Which links of a page are worth planning, and how soon."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from crawlers import worth
from crawlers.addresses import is_document, key_of, pattern_of
from crawlers.gate import Gate
from crawlers.glancing import Glance, SearchForm
from crawlers.manners import Manners
from crawlers.other_years import OtherYears
from crawlers.searching import BY_FEED, PSEUDO_TOPICS, by_year, questions, site_map_rows
from crawlers.traps import Allowance, shape_of
from crawlers.weighing import Source, Weigher
from models.facts import CityCard, Lexicon
from models.ledger import Planned
from models.vocabulary import PageKind

DOCUMENTS_OF_A_TOPIC = 12  # enough to see that files open; their titles are read on the list
MOST_OF_A_PAGE = 600  # links of one page that are planned, the best of them
_FEEDS_OF_A_PAGE = 2
_MORE_BY = 10.0  # of worth, before a row planned earlier is moved forward


class Harvest(NamedTuple):
    """What the links of one page come to.

    ``planned``: new rows. ``revised``: rows planned before, of which a link says more now: they serve more,
    or sooner. ``skipped``: rows that end at once, as SKIPPED for BUDGET; each stands for everything of its
    sort that is left out, here and on later pages, so that a hundred thousand links leave a few rows.
    """

    planned: list[Planned]
    revised: list[Planned]
    skipped: list[Planned]


class Linker:
    """Turns the links of pages into planned addresses of one city, and learns on the way what pays."""

    def __init__(
        self, city: CityCard, lexicon: Lexicon, manners: Manners, gate: Gate, *, this_year: int = 9999
    ) -> None:
        """Weigh links of *city* by *lexicon*; *this_year* bounds the years that lists are asked for."""
        self._lexicon = lexicon
        self._manners = manners
        self._this_year = this_year
        self._weigher = Weigher(city, lexicon, gate)
        self._allowance = Allowance(manners)
        self._other_years = OtherYears(this_year)
        self._branches = worth.Branches()
        self._documents: Counter[str] = Counter()
        self._named: set[str] = set()  # topics that some link has named
        self._looked: Counter[str] = Counter()  # how many pages were looked at for each topic
        self._rows: dict[str, Planned] = {}
        self._weighed: set[tuple[str, str]] = set()
        self._left_out: set[tuple[str, tuple[str, ...]]] = set()
        self._search: tuple[SearchForm, Planned] | None = None

    def follow(self, parent: Planned, glance: Glance) -> Harvest:
        """Weigh everything that *glance* of the page *parent* leads to; each address is planned once."""
        harvest = Harvest([], [], [])
        page = self._weigher.source(parent, glance)
        self._rows.setdefault(parent.key, parent)
        brought = False
        for link in glance.links:
            if (link.href, link.text) not in self._weighed:
                self._weighed.add((link.href, link.text))
                if (row := self._weigher.weigh(link, page)) is not None:
                    brought = brought or (self._is_wanted(row) and row.key not in self._rows)
                    self._take(row, harvest)
        for row in self._made(page):
            self._take(row, harvest)
        if glance.reason is None:
            self._learn(page, brought=brought)
        self._keep_the_best(page, harvest)
        return harvest

    def remember(self, rows: Iterable[Planned]) -> None:
        """Take up the rows of a visit that is resumed, so that they are neither planned nor counted again."""
        for row in rows:
            if row.key not in self._rows:
                self._rows[row.key] = row
                self._other_years.remember(row)
                self._allowance.admits(row.url, wanted=self._is_wanted(row))
                if row.found_on is not None:
                    self._named.update(row.serves)
                if is_document(row.url):
                    self._documents.update(row.serves)

    def worth_now(self, row: Planned) -> float:
        """What *row* is worth after all that was looked at meanwhile; never more than planned.

        A part of the site that brought nothing is worth less, and so is one more paper of a topic of which
        many were seen: a list of ten thousand decisions must not keep us from the only page on the budget.
        """
        topics = [topic for topic in row.serves if topic in self._lexicon.topics]
        if not topics and row.score < worth.FIRM_FROM:
            return row.score * min(map(self._branches.factor, self._parts_of(row.url)))
        if row.score >= worth.FIRM_FROM:
            return row.score
        return row.score * worth.ENOUGH_SEEN / (worth.ENOUGH_SEEN + min(self._looked[one] for one in topics))

    def ask(self) -> list[Planned]:
        """Questions to the site's own search, for the topics that no link has named; each is asked once."""
        if self._search is None:
            return []
        form, found_on = self._search
        unfound = [topic for topic in self._lexicon.topics if topic not in self._named]
        harvest = Harvest([], [], [])
        for row in questions(form, self._lexicon, unfound, found_on=found_on):
            if self._weigher.may_be_planned(row.url):
                self._take(row, harvest)
        return harvest.planned

    def site_maps(self, urls: Iterable[str]) -> list[Planned]:
        """Rows for the site maps that robots.txt names."""
        harvest = Harvest([], [], [])
        for row in site_map_rows(url for url in urls if self._weigher.may_be_planned(url)):
            self._take(row, harvest)
        return harvest.planned

    # ---- taking --------------------------------------------------------------------------------------

    def _take(self, row: Planned, harvest: Harvest) -> None:
        """Plan *row*, revise what is known of its address, or leave it out with a row that says so."""
        self._named.update(row.serves)
        known = self._rows.get(row.key)
        if known is not None:
            self._revise(known, row, harvest)
            return
        if is_document(row.url) and not self._opens_document(row):
            return
        too_deep = row.depth > self._manners.max_depth
        if too_deep or not self._allowance.admits(row.url, wanted=self._is_wanted(row)):
            sort = ("depth" if too_deep else shape_of(row.url), row.serves)
            if sort not in self._left_out:
                self._left_out.add(sort)
                self._rows[row.key] = row
                harvest.skipped.append(row)
            return
        self._rows[row.key] = row
        harvest.planned.append(row)

    def _opens_document(self, row: Planned) -> bool:
        """Documents are opened only for a topic, and only as many as show that they open."""
        if not any(self._documents[topic] < DOCUMENTS_OF_A_TOPIC for topic in row.serves):
            return False
        self._documents.update(row.serves)
        return True

    def _revise(self, known: Planned, row: Planned, harvest: Harvest) -> None:
        """An address seen before: whatever it may serve besides is added, and it is looked at no later.

        What could be about anything stays so; what was known only by its address, or seemed to be about
        something else, takes over what words now say of it.
        """
        firm = tuple(topic for topic in known.serves if topic in self._lexicon.topics)
        if not known.serves:
            serves: tuple[str, ...] = ()
        elif firm:
            serves = tuple(sorted({*firm, *(topic for topic in row.serves if topic in self._lexicon.topics)}))
        elif set(known.serves) <= PSEUDO_TOPICS or set(row.serves) & set(self._lexicon.topics):
            serves = row.serves if not set(row.serves) <= PSEUDO_TOPICS or not row.serves else known.serves
        else:
            serves = known.serves
        score = max(known.score, row.score)
        if serves == known.serves and score < known.score + _MORE_BY:
            return
        revised = replace(known, serves=serves, score=score, anchor=known.anchor or row.anchor)
        self._rows[row.key] = revised
        harvest.revised.append(revised)

    def _made(self, page: Source) -> list[Planned]:
        """Addresses that no link names but the page offers all the same."""
        row, glance = page.row, page.glance
        made: list[Planned] = []
        for one in glance.filters:
            best = worth.BY_YEAR if page.near or row.depth == 0 else worth.UNTOLD_TURN
            made += by_year(one, row, page.serves, best=best, this_year=self._this_year)
        made += self._other_years.beside(page, self._rows)
        made += site_map_rows(glance.sitemaps, found_on=row.key)
        made += [
            Planned(key_of(url), url, row.key, "", row.depth + 1, worth.FEED, (BY_FEED,))
            for url in glance.feeds[:_FEEDS_OF_A_PAGE]
        ]
        if glance.refresh:
            made.append(
                replace(row, key=key_of(glance.refresh), url=glance.refresh, found_on=row.key, attempts=0)
            )
        return [one for one in made if self._weigher.may_be_planned(one.url)]

    # ---- learning and bounds -------------------------------------------------------------------------

    def _learn(self, page: Source, *, brought: bool) -> None:
        """Note whether the page, if nothing was promised of it, led to anything that is looked for."""
        if self._search is None and (
            form := next((one for one in page.glance.forms if one.method == "get"), None)
        ):
            self._search = (form, page.row)
        self._looked.update(page.row.serves)
        if page.row.depth == 0 or self._is_wanted(page.row):
            return
        for part in self._parts_of(page.row.url):
            self._branches.note(part, brought=brought)

    def _keep_the_best(self, page: Source, harvest: Harvest) -> None:
        """Of very many links keep the best; one row stands for all others, and serves whatever any of them may."""
        harvest.planned.sort(key=lambda row: -row.score)
        most = self._manners.max_pages if page.glance.kind is PageKind.SITE_MAP else MOST_OF_A_PAGE
        rest = harvest.planned[most:]
        if not rest:
            return
        del harvest.planned[most:]
        for row in rest[1:]:
            del self._rows[row.key]
        open_to_all = page.glance.more > 0 or any(not row.serves for row in rest)
        serves = () if open_to_all else tuple(sorted({topic for row in rest for topic in row.serves}))
        count = len(rest) + page.glance.more
        harvest.skipped.append(
            replace(rest[0], serves=serves, anchor=f"{rest[0].anchor[:200]} (+{count - 1})")
        )

    def _is_wanted(self, row: Planned) -> bool:
        return any(topic in self._lexicon.topics for topic in row.serves)

    def _parts_of(self, url: str) -> tuple[str, str]:
        return worth.branch_of(url), pattern_of(url)
