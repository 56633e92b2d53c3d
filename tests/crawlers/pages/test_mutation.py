"""A redesign costs little: what is planted on pretend pages is still read after their HTML was bent."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache

import pytest
from lxml import etree, html

from crawlers.pages import generic
from crawlers.pages.base import Page
from crawlers.reading import read_page
from fixtures.councils.mutation import MUTATIONS, redesigned
from fixtures.councils.planted import PlantedPage, found_of, planted
from fixtures.councils.profile import load, slugs
from fixtures.councils.site import Site
from fixtures.councils.world import build
from models.facts import PageFacts

pytestmark = pytest.mark.long

TODAY = date(2026, 11, 22)
BOUND = 0.03
OF_EACH_SORT = 5  # lists and acts per family
APART = ("apart/chyslopil", "apart/holosiivka", "apart/susidivka")
SINGLE = sorted(MUTATIONS.keys() - {"redesigned"})
Reader = Callable[[PlantedPage, str], PageFacts]


def by_structure_alone(page: PlantedPage, written: str) -> PageFacts:
    """Read a page without knowing who built it."""
    root = etree.fromstring(written.encode(), parser=etree.HTMLParser(encoding="utf-8", remove_comments=True))
    return generic.read(Page(url=page.url, root=root, source=written, today=TODAY))


def as_crawled(page: PlantedPage, written: str) -> PageFacts:
    """Read a page as the crawler does, by its family where its marks are left."""
    return read_page(written.encode(), url=page.url, charset="utf-8", today=TODAY)


@cache
def sample() -> tuple[PlantedPage, ...]:
    """Some lists and some acts of one council of every family, always the same ones."""
    return tuple(_chosen())


def _chosen() -> Iterator[PlantedPage]:
    families = len({load(slug).family for slug in slugs()})
    for slug in (*slugs()[:families], *APART):
        pages = list(planted(Site(build(slug, TODAY))))
        chance = random.Random(slug)  # noqa: S311  # a sample, no secret
        for sort in ([one for one in pages if one.papers], [one for one in pages if one.act]):
            yield from chance.sample(sort, min(OF_EACH_SORT, len(sort)))


@cache
def found(read: Reader, mutation: Callable[[str], str] = str) -> tuple[int, ...]:
    """Say how many planted papers and acts of each page come out right after *mutation*."""
    read_pages = ((page, read(page, mutation(page.html))) for page in sample())
    return tuple(found_of(page, facts.links, facts.act) for page, facts in read_pages)


def share(found_there: Iterable[int]) -> float:
    """Give a number of papers as a share of all that are planted in the sample."""
    return sum(found_there) / sum(page.count for page in sample())


def lost(read: Reader, mutation: Callable[[str], str]) -> float:
    """Say what share is read of the pages as they are and no more after *mutation*; what is gained does not count."""
    pairs = zip(found(read), found(read, mutation), strict=True)
    return share(max(0, before - after) for before, after in pairs)


@pytest.mark.parametrize("name", SINGLE)
def test_page_is_read_after_a_redesign(name: str) -> None:
    """Each way to rebuild a page loses less than three points of what its family's reader sees."""
    assert lost(as_crawled, MUTATIONS[name]) < BOUND


@pytest.mark.parametrize("name", SINGLE)
def test_structure_alone_survives_a_redesign(name: str) -> None:
    """Each way to rebuild a page loses less than three points of what the generic reader sees."""
    assert lost(by_structure_alone, MUTATIONS[name]) < BOUND


def test_most_is_read_after_everything_changed() -> None:
    """Names, order, boxes, menu, headings and clutter at once leave more than nine tenths readable."""
    assert share(found(as_crawled, redesigned)) > 0.9


def test_sample_is_read_almost_whole_before() -> None:
    """The bound is held against a good reading, not against a poor one."""
    assert share(found(as_crawled)) > 0.96


@pytest.mark.parametrize("name", sorted(MUTATIONS))
def test_mutation_is_the_same_each_time_and_keeps_the_title(name: str) -> None:
    """A mutation bends some page of the sample, the same way whenever it is asked, and keeps its title."""
    bent = [(page.html, MUTATIONS[name](page.html)) for page in sample()[::7]]

    assert bent == [(page.html, MUTATIONS[name](page.html)) for page in sample()[::7]]
    assert any(after != _written_again(before) for before, after in bent)
    assert all(_title(before) == _title(after) for before, after in bent)


def _written_again(page: str) -> str:
    root = html.document_fromstring(page.encode(), parser=html.HTMLParser(encoding="utf-8"))
    return str(html.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>"))


def _title(page: str) -> str:
    root = html.document_fromstring(page.encode(), parser=html.HTMLParser(encoding="utf-8"))
    return " ".join(root.findtext(".//title").split())
