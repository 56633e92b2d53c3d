"""Addresses without end are told by their shape, and of each shape only so many are admitted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawlers.manners import Manners
from crawlers.traps import Allowance, grows, shape_of

HOST = "https://rada.example"
FEW = replace(Manners(), per_pattern=5, per_wanted_pattern=8)


@pytest.mark.parametrize(
    "path",
    [
        "/a/b/a/b/a/b/",
        "/news/news/news/item",
        "/uk/documents/uk/documents/uk/documents",
        "/a/x/b/x/c/x/d/x",
        "/" + "/".join(f"p{number}" for number in range(20)),
        "/list?" + "&".join(f"f{number}=1" for number in range(14)),
    ],
)
def test_what_adds_to_itself_is_told(path: str) -> None:
    """Paths that repeat themselves, paths of many names and queries of many fields grow by themselves."""
    assert grows(HOST + path)


@pytest.mark.parametrize(
    "path",
    [
        "/uk/articles/item/2024/2024-bjudzhet",
        "/archive/2024/11/11",
        "/2024/2024/2024/",
        "/documents/categories/decisions/sessions/41/decisions",
        "/?c=0&fd=1&fm=2&fy=2024&td=2&tm=3&ty=2025&o=0&s=",
        "/rada/site.nsf/(RishSes)/A0B1C2?OpenDocument",
    ],
)
def test_ordinary_addresses_do_not_grow(path: str) -> None:
    """Dates, sections within sections and the split date fields of real filters are no traps."""
    assert not grows(HOST + path)


def test_combined_filters_share_one_shape() -> None:
    """However facets are combined, what they are combined on is one list."""
    shapes = {shape_of(f"{HOST}/list/{n}?a={n}&b={n}&{'c' if n % 2 else 'd'}=1") for n in range(20)}

    assert shapes == {"rada.example/list/N?*"}


@pytest.mark.parametrize(
    "urls",
    [
        [f"{HOST}/calendar/{year}/{month}/1" for year in range(2000, 2010) for month in range(1, 13)],
        [f"{HOST}/page;sid={n:032x}" for n in range(100)],
        [f"{HOST}/?PHPSESS={n:032x}" for n in range(100)],
        [f"{HOST}/list?a={n}&b={n % 7}&c{n}=1" for n in range(100)],
        [f"{HOST}/news?page={n}" for n in range(100)],
    ],
    ids=["calendar", "session in the path", "session in the query", "facets", "pager"],
)
def test_each_trap_is_bounded(urls: list[str]) -> None:
    """Of a calendar, session ids, facets and an endless pager only the allowance is admitted."""
    allowance = Allowance(FEW)

    admitted = [url for url in urls if allowance.admits(url, wanted=False)]

    assert admitted == urls[:5]


def test_wanted_addresses_have_an_allowance_of_their_own() -> None:
    """What is looked for is not kept out by what is not, and may be more."""
    allowance = Allowance(FEW)

    unwanted = sum(allowance.admits(f"{HOST}/p/{n}", wanted=False) for n in range(20))
    wanted = sum(allowance.admits(f"{HOST}/p/{n}", wanted=True) for n in range(20, 40))

    assert (unwanted, wanted) == (5, 8)
