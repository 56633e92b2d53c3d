"""Addresses that no link names: a site's own search asked for what is missing, and lists asked by year."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product

from crawlers import worth
from crawlers.addresses import key_of
from crawlers.glances.fields import asked
from crawlers.glances.things import Filter, SearchForm
from models.facts import Lexicon
from models.ledger import Planned

BY_SEARCH = "search"
BY_FILTER = "filter"
BY_SITE_MAP = "site-map"
BY_FEED = "feed"
BY_OTHER_YEAR = "other-year"
PSEUDO_TOPICS = frozenset({BY_SEARCH, BY_FILTER, BY_SITE_MAP, BY_FEED, BY_OTHER_YEAR})
"""What an address of our own making serves: no indicator, so that its failure says nothing of any.

Nobody said that anything is published there; what is then found there is planned as any other link is.
"""

QUESTION = 45.0
_TERMS_OF_A_TOPIC = 2
_MOST_QUESTIONS = 24
_YEARS = 8
_YEARS_BY_MONTH = 2
_YEAR = re.compile(r"(?:19|20)\d\d")
_ROBOTS_LINE = re.compile(r"\s*sitemap\s*:\s*(\S+)", re.IGNORECASE)


def questions(
    form: SearchForm, lexicon: Lexicon, unfound: Iterable[str], *, found_on: Planned
) -> list[Planned]:
    """The addresses that ask *form* for the topics that nothing was found for, the shortest terms first.

    A site's search is literal: the term with the fewest words finds most. Each question carries its term as
    the words of its link, so that what it finds can be told by them.
    """
    if form.method != "get":
        return []
    terms: dict[str, None] = {}
    for topic in sorted(unfound):
        own = [term.text for term in lexicon.topics.get(topic, ()) if not term.negative]
        for text in sorted(own, key=lambda text: (len(text.split()), own.index(text)))[:_TERMS_OF_A_TOPIC]:
            terms[text] = None
    found = []
    for place, text in enumerate(list(terms)[:_MOST_QUESTIONS]):
        url = asked(form.action, [*form.fixed, (form.field, text)])
        found.append(_made(url, found_on, text, QUESTION - 0.1 * place, (BY_SEARCH,)))
    return found


def by_year(
    given: Filter, parent: Planned, serves: tuple[str, ...], *, best: float, this_year: int
) -> list[Planned]:
    """The addresses of a list's years and months, the newest first and only so many: older ones settle nothing."""
    return [
        _made(url, parent, words, best - 0.5 * place, serves or (BY_FILTER,))
        for place, (url, words) in enumerate(_asked_by_year(given, this_year))
    ]


def site_maps_of_robots(lines: Iterable[str]) -> list[str]:
    """The addresses that the ``Sitemap:`` lines of a robots.txt name, each once."""
    named = (_ROBOTS_LINE.match(line) for line in lines)
    return list(dict.fromkeys(found[1] for found in named if found))


def site_map_rows(urls: Iterable[str], *, found_on: str | None = None) -> list[Planned]:
    """Rows for site maps that robots.txt or a page names."""
    return [
        Planned(key_of(url), url, found_on, "", 1, worth.SITE_MAP, (BY_SITE_MAP,))
        for url in dict.fromkeys(urls)
    ]


def _asked_by_year(given: Filter, this_year: int) -> Iterator[tuple[str, str]]:
    years = _newest(given.year.values, this_year) if given.year else []
    if given.month is None or given.year is None:
        choice = given.year or given.month
        for value in years or (choice.values if choice else ()):
            yield asked(given.action, [*given.fixed, (choice.field if choice else "", value)]), value
        return
    for year, month in product(years[:_YEARS_BY_MONTH], reversed(given.month.values)):
        pairs = [*given.fixed, (given.year.field, year), (given.month.field, month)]
        yield asked(given.action, pairs), f"{year} {month}"


def _newest(values: tuple[str, ...], this_year: int) -> list[str]:
    """The values that mean a year, this one first; years to come hold nothing yet but may be asked last."""
    named = [(int(found[0]), value) for value in values if (found := _YEAR.search(value))]
    if not named:
        return list(values[:_YEARS])
    past = sorted((pair for pair in named if pair[0] <= this_year), reverse=True)
    return [value for _, value in past][:_YEARS]


def _made(url: str, parent: Planned, words: str, score: float, serves: tuple[str, ...]) -> Planned:
    return Planned(key_of(url), url, parent.key, words, parent.depth + 1, score, serves)
