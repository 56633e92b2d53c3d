"""Lists that keep one year in their address are asked for the years beside it, as far as they answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from crawlers.gate import Gate
from crawlers.glancing import Glance, GlancedLink
from crawlers.linking import Linker
from crawlers.manners import Manners
from crawlers.other_years import MOST_OF_A_HOST
from crawlers.searching import BY_OTHER_YEAR, PSEUDO_TOPICS
from models.facts import CityCard, Lexicon, Term
from models.ledger import Planned
from models.vocabulary import PageKind, Reason

SITE = "https://rada.example"
CITY = CityCard("misto", "Місто", "Misto", ("rada.example",))
WORDS = Lexicon({"minutes": (Term("протоколи засідань"),)})


def linker(*, this_year: int = 2026) -> Linker:
    """A linker for one city."""
    return Linker(CITY, WORDS, Manners(), Gate(), this_year=this_year)


def row(path: str, text: str = "", *serves: str) -> Planned:
    """A page of the site, as some link named it."""
    return Planned(f"rada.example{path}", f"{SITE}{path}", "rada.example/", text, 1, serves=serves)


def shows(plan: Planned, *papers: str, links: Iterable[str] = (), **seen: object) -> Glance:
    """A list of *papers* and what else it links."""
    hrefs = [*(f"{SITE}/files/{name}.pdf" for name in papers), *(f"{SITE}{path}" for path in links)]
    fields: dict[str, object] = {"kind": PageKind.LIST, **seen}
    return Glance(plan.url, links=tuple(GlancedLink(href, "файл") for href in hrefs), **fields)  # type: ignore[arg-type]


def papers_of(year: int) -> list[str]:
    """What one year's list holds."""
    return [f"{year}-{number}" for number in range(4)]


def guessed(by: Linker, plan: Planned, seen: Glance) -> list[Planned]:
    """The rows of other years that a page leads to."""
    return [one for one in by.follow(plan, seen).planned if BY_OTHER_YEAR in one.serves]


def walked(first: str, there: dict[str, list[str]], by: Linker) -> list[str]:
    """Every address guessed on a site that has these lists and answers 404 for the rest."""
    waiting, asked = [row(first)], []
    while waiting:
        plan = waiting.pop(0)
        papers = there.get(plan.url.removeprefix(SITE))
        found = guessed(by, plan, shows(plan, *papers)) if papers else []
        asked += [one.url.removeprefix(SITE) for one in found]
        waiting += found
    return asked


@pytest.mark.parametrize("address", ["/protokoly/{}", "/protokoly-{}-rik/", "/list?rik={}&id=17", "/{}.html"])
def test_every_year_of_a_list_is_reached_from_one(address: str) -> None:
    """From 2024 on: up to this year, and down to the first that is not there, which is asked for once."""
    there = {address.format(year): papers_of(year) for year in (2022, 2023, 2024, 2025, 2026)}

    asked = walked(address.format(2024), there, linker())

    assert sorted(asked) == [address.format(year) for year in (2021, 2022, 2023, 2025, 2026)]


def test_a_guess_promises_nothing_and_is_called_as_its_neighbour() -> None:
    """Its failure leaves no topic open; what it lists takes after the words of its neighbour, with its own year."""
    by = linker()
    plan = row("/protokoly-2026", "Протоколи засідань за 2026 рік", "minutes")

    guess = guessed(by, plan, shows(plan, *papers_of(2026)))[0]
    found = by.follow(guess, shows(guess, *papers_of(2025))).planned

    assert set(guess.serves) <= PSEUDO_TOPICS
    assert guess.anchor == "Протоколи засідань за 2025 рік"
    assert {one.serves for one in found if one.url.endswith(".pdf")} == {("minutes",)}


def test_years_that_links_lead_to_are_not_guessed() -> None:
    """Where the page links the year before, its own link counts and only what no link names is guessed."""
    plan = row("/protokoly-2025", "Протоколи засідань", "minutes")

    found = guessed(linker(), plan, shows(plan, *papers_of(2025), links=["/protokoly-2024"]))

    assert [one.url for one in found] == [f"{SITE}/protokoly-2026"]


@pytest.mark.parametrize(
    "address",
    [
        "/novyny/2026-11-20-toloka",  # a day
        "/12345-biudzhet-2026",  # an id
        "/2026/protokoly",  # not in the last part
        "/zvit-2025-2026",  # two years
        "/list-2026?rik=2026",  # twice
        "/protokoly-1999",
        "/protokoly-2028",
        "/plan-2026.pdf",
    ],
)
def test_only_one_plain_year_is_a_year(address: str) -> None:
    """Days, ids, two years, years out of reach and files lead to no guess."""
    plan = row(address)

    assert guessed(linker(), plan, shows(plan, *papers_of(2026))) == []


@pytest.mark.parametrize(
    ("papers", "seen"),
    [
        (["a", "b"], {}),
        (["a", "a", "a"], {}),
        (["a", "b", "c"], {"reason": Reason.SOFT_404}),
        (["a", "b", "c"], {"kind": PageKind.ERROR}),
        (["a", "b", "c"], {"kind": PageKind.ACT}),
    ],
)
def test_only_a_list_of_documents_has_other_years(papers: list[str], seen: dict[str, Any]) -> None:
    """Two documents, one thrice, a page in place of content and a single act are no list."""
    plan = row("/protokoly-2026")

    assert guessed(linker(), plan, shows(plan, *papers, **seen)) == []


def test_a_site_that_shows_one_list_for_every_year_is_not_asked_back_and_back() -> None:
    """The same papers again: later years are still tried, earlier ones no further."""
    every = {f"/?year={year}": papers_of(2026) for year in range(2000, 2030)}

    assert walked("/?year=2023", every, linker()) == [f"/?year={year}" for year in (2024, 2022, 2025, 2026)]


def test_no_host_is_asked_for_more_than_a_dozen() -> None:
    """Twenty-seven years and two such lists: twelve guesses, also when the visit is resumed in between."""
    by = linker()
    there = {
        f"/{name}-{year}": [f"{name}{year}{n}" for n in "abc"] for name in "xy" for year in range(2000, 2027)
    }

    asked = walked("/x-2013", there, by)
    resumed = linker()
    resumed.remember([row(path, "", BY_OTHER_YEAR) for path in asked])

    assert len(asked) == MOST_OF_A_HOST
    assert walked("/y-2013", there, by) == walked("/y-2013", there, resumed) == []
