"""Which links are planned, what they serve, and in which order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crawlers.gate import Gate
from crawlers.glancing import Choice, Filter, Glance, GlancedLink, Place, SearchForm
from crawlers.linking import MOST_OF_A_PAGE, Harvest, Linker
from crawlers.manners import Manners
from models.facts import CityCard, Lexicon, Term
from models.ledger import Planned
from models.vocabulary import PageKind, Reason

SITE = "https://rada.example"
CITY = CityCard("misto", "Місто", "Misto", ("rada.example",))
WORDS = Lexicon(
    {
        "decisions": (Term("рішення міської ради"), Term("рішення сесії")),
        "minutes": (Term("протоколи засідань"), Term("протокол")),
        "budget": (Term("бюджет громади"), Term("громадський бюджет", negative=True)),
    }
)
HOME = Planned("rada.example/", f"{SITE}/")


def linker(**manners: Any) -> Linker:  # noqa: ANN401  # any of the fields of Manners
    """A linker for one city, in 2026."""
    return Linker(CITY, WORDS, replace(Manners(), **manners), Gate(), this_year=2026)


def link(path: str, text: str = "", place: Place = Place.BODY, context: str = "") -> GlancedLink:
    """One link of the site."""
    return GlancedLink(f"{SITE}{path}", text, "", place, context)


def followed(
    *links: GlancedLink, parent: Planned = HOME, by: Linker | None = None, **seen: object
) -> Harvest:
    """What a page with these links comes to."""
    glance = replace(Glance(parent.url, PageKind.LIST, links=links), **seen)  # type: ignore[arg-type]
    return (by or linker()).follow(parent, glance)


def page(path: str, *serves: str, depth: int = 1) -> Planned:
    """A row for a page of the site."""
    return Planned(f"rada.example{path}", f"{SITE}{path}", depth=depth, serves=serves)


def test_lists_come_before_papers_and_papers_before_the_rest() -> None:
    """Named sections first, then site map, titles, hints, what stands on the menu, and news last."""
    links = [
        link("/n/1", "Волонтери передали обладнання лікарні громади", context="Новини"),
        link("/x", "Історія", Place.MENU),
        link("/y", "Щось іще тут"),
        link("/d/7", "Рішення міської ради № 7 від 12.03.2026"),
        link("/p", "Розпорядження"),
        link("/map", "Мапа сайту", Place.FOOT),
        link("/d", "Рішення міської ради", Place.MENU),
    ]

    planned = followed(*links).planned

    assert [row.url.removeprefix(SITE) for row in planned] == ["/map", "/d", "/d/7", "/p", "/x", "/y", "/n/1"]


def test_own_words_say_what_a_link_serves() -> None:
    """A link named in words serves the topic; on a page that serves one, the nameless serve it too."""
    parent = page("/minutes", "minutes")
    rows = {
        row.url.removeprefix(SITE): row.serves
        for row in followed(
            link("/b", "Бюджет громади"),
            link("/1", "Засідання 12.03.2026"),
            link("/z", "Щось", Place.MENU),
            parent=parent,
        ).planned
    }

    assert rows == {"/b": ("budget",), "/1": ("minutes",), "/z": ()}


def test_what_stands_around_a_link_narrows_nothing() -> None:
    """A heading above a nameless link moves it forward, and it may still be about anything."""
    near, far = followed(link("/1", "тут", context="Бюджет громади"), link("/2", "тут, далі")).planned

    assert (near.url, near.serves, far.serves) == (f"{SITE}/1", (), ())
    assert near.score > far.score


def test_a_slip_of_a_negative_does_not_cancel_what_is_named_in_full() -> None:
    """«Бюджет громади» is one slip from «громадський бюджет», and is looked for all the same."""
    budget, other = followed(
        link("/b", "Бюджет громади"), link("/g", "Громадський бюджет", Place.MENU)
    ).planned

    assert (budget.serves, other.serves) == (("budget",), ())


@pytest.mark.parametrize("address", ["/d?page=2", "/d/page/2", "/d/page=2", "/d?start=20", "/?3398%5B0%5D=2"])
def test_pagers_of_a_wanted_list_serve_what_it_serves(address: str) -> None:
    """Another page of a wanted list is wanted, comes soon, and is no deeper than the first."""
    parent = page("/d", "decisions", depth=2)

    (row,) = followed(link(address, "2", Place.PAGING), parent=parent).planned

    assert (row.serves, row.depth) == (("decisions",), 2)
    assert row.score > 80


def test_first_pages_come_first() -> None:
    """The later a page of a list, the later it is looked at."""
    pages = [link(f"/d?page={n}", str(n), Place.PAGING) for n in (60, 2, 9, 3)]

    planned = followed(*pages, parent=page("/d", "decisions")).planned

    assert [row.anchor for row in planned] == ["2", "3", "9", "60"]


def test_a_next_link_is_followed_beyond_the_greatest_depth() -> None:
    """A list that shows only the way to its next page is walked to its end, not to the depth limit."""
    weigher, row = linker(max_depth=4), page("/d", "decisions")

    for number in range(2, 40):
        (row,) = followed(link(f"/d?page={number}", "»", Place.PAGING), parent=row, by=weigher).planned

    assert row.url == f"{SITE}/d?page=39"


def test_what_is_too_deep_leaves_one_row() -> None:
    """Links beyond the greatest depth are left out with a row that says so, one for all that serve alike."""
    deep = page("/a", depth=4)

    harvest = followed(link("/1", "а"), link("/2", "б"), parent=deep, by=linker(max_depth=4))

    assert (harvest.planned, len(harvest.skipped), harvest.skipped[0].serves) == ([], 1, ())


def test_a_label_beside_every_sitting_names_papers() -> None:
    """The same word on many links of a page is no section, and years of the list come before it."""
    labels = [link(f"/m/{n}", "Протокол") for n in range(6)]
    years = Filter(f"{SITE}/m", (), Choice("y", ("2026", "2025", "2024")))

    planned = followed(*labels, filters=(years,)).planned

    assert [row.anchor for row in planned[:3]] == ["2026", "2025", "2024"]


def test_only_so_many_files_are_opened_for_a_topic() -> None:
    """Files are opened for a topic until it is clear that they open; of other files none is."""
    files = [link(f"/f/{n}.pdf", f"Протокол {n}") for n in range(40)]

    planned = followed(*files, link("/f/x.pdf", "Щось")).planned

    assert len(planned) == 12
    assert {row.serves for row in planned} == {("minutes",)}


@pytest.mark.parametrize(
    "address",
    [
        "https://other.example/a",
        "https://rada.example/a.jpg",
        "https://rada.example/print/1",
        "ftp://rada.example/",
    ],
)
def test_what_is_not_the_citys_or_not_to_be_read_is_not_planned(address: str) -> None:
    """Other sites, pictures, print versions and strange schemes leave no row."""
    assert followed(GlancedLink(address, "Бюджет громади")) == Harvest([], [], [])


def test_a_page_and_its_print_version_are_one_page() -> None:
    """Whichever of the two is linked first, or alone, the page itself is planned, and once."""
    printed, itself = link("/budget?print=1", "Версія для друку"), link("/budget", "Бюджет громади")

    both = followed(printed, itself)
    alone = followed(printed)

    assert [row.url for row in both.planned] == [f"{SITE}/budget"]
    assert [row.url for row in alone.planned] == [f"{SITE}/budget"]


def test_an_address_is_planned_once() -> None:
    """The menu of the second page brings nothing new."""
    menu = [link("/a", "Документи", Place.MENU), link("/b", "Бюджет громади", Place.MENU)]
    one = linker()
    followed(*menu, by=one)

    assert followed(*menu, parent=page("/a"), by=one) == Harvest([], [], [])


def test_a_site_maps_address_takes_over_what_words_say_of_it() -> None:
    """What was known by its address alone is revised when a link names it: it serves more, and sooner."""
    one = linker()
    (bare,) = followed(link("/node/7", place=Place.SITE_MAP), by=one, kind=PageKind.SITE_MAP).planned

    harvest = followed(link("/node/7", "Бюджет громади", Place.MENU), by=one)

    assert bare.serves == ("site-map",)
    (revised,) = harvest.revised
    assert (revised.key, revised.serves) == (bare.key, ("budget",))
    assert revised.score > bare.score
    assert harvest.planned == []


def test_what_may_be_about_anything_stays_so() -> None:
    """Words seen later move a row forward and never take its openness away."""
    one = linker()
    followed(link("/7", "Щось", Place.MENU), by=one)

    (revised,) = followed(link("/7", "Бюджет громади"), parent=page("/other"), by=one).revised

    assert revised.serves == ()


def test_a_branch_that_brings_nothing_is_worth_less() -> None:
    """Pages of a part of the site that led to nothing make its other pages wait; those that did do not."""
    one = linker()
    (row,) = followed(link("/tour/99", "Ще одна сторінка"), by=one).planned
    for number in range(5):
        followed(link(f"/tour/x{number}", "Старовинна ратуша"), parent=page(f"/tour/{number}"), by=one)

    assert one.worth_now(row) < row.score / 2


def test_a_branch_that_leads_to_papers_keeps_its_worth() -> None:
    """A part of the site whose pages lead to what is looked for is worth as much as before."""
    one = linker()
    (row,) = followed(link("/dept/99", "Ще один відділ"), by=one).planned
    for number in range(5):
        followed(link(f"/p/{number}", f"Протокол № {number}"), parent=page(f"/dept/{number}"), by=one)

    assert one.worth_now(row) == row.score


def test_a_topic_seen_often_waits_for_others() -> None:
    """After many papers of one topic another of it comes after the first of a second; sections never wait."""
    one = linker()
    section, first, other = (
        followed(given, by=one).planned[0]
        for given in (
            link("/d", "Рішення міської ради", Place.MENU),
            link("/d/900", "Рішення міської ради № 900"),
            link("/m/1", "Протокол № 1"),
        )
    )
    for number in range(100):
        followed(parent=page(f"/d/{number}", "decisions"), by=one)

    assert one.worth_now(first) < one.worth_now(other)
    assert one.worth_now(section) == section.score


def test_the_search_is_asked_for_topics_no_link_has_named() -> None:
    """The first search form is asked, once, for what is missing; its finds are told by what was asked."""
    one = linker()
    form = SearchForm(f"{SITE}/find", "q")
    followed(link("/d", "Рішення міської ради"), link("/m", "Протокол"), by=one, forms=(form,))

    (row,) = one.ask()
    found = followed(link("/n/1", "Детальніше про це"), parent=row, by=one).planned

    assert (row.anchor, row.serves) == ("бюджет громади", ("search",))
    assert [one.serves for one in found] == [("budget",)]
    assert one.ask() == []


def test_site_maps_of_robots_become_rows_of_the_citys_own_only() -> None:
    """A site map on another host, and what is no address, is not asked for."""
    named = [f"{SITE}/sitemap.xml", "https://other.example/sitemap.xml", "https://[::1/s.xml", "none", ""]

    rows = linker().site_maps(named)

    assert [row.url for row in rows] == [f"{SITE}/sitemap.xml"]


@pytest.mark.long
def test_a_hundred_thousand_links_leave_a_few_rows() -> None:
    """Of one page the best links are planned; one row stands for the rest and may serve whatever they may."""
    links = [link(f"/{'abcdefghij'[n % 10]}x{n}y/", "Щось") for n in range(5000)]
    links.append(link("/d", "Рішення міської ради"))

    harvest = followed(*links, more=95_000)

    assert len(harvest.planned) <= MOST_OF_A_PAGE
    assert harvest.planned[0].url == f"{SITE}/d"
    assert len(harvest.skipped) < 20
    assert () in {row.serves for row in harvest.skipped}


def test_a_trap_over_many_pages_leaves_a_few_rows() -> None:
    """A calendar of a thousand days plans its allowance and leaves one row for all others."""
    one = linker(per_pattern=20)
    harvests = [
        followed(link(f"/calendar/2026/{month}/{day}", str(day)), parent=page("/c"), by=one)
        for month in range(1, 13)
        for day in range(1, 29)
    ]

    assert sum(len(harvest.planned) for harvest in harvests) == 20
    assert sum(len(harvest.skipped) for harvest in harvests) == 1


def test_a_resumed_visit_plans_nothing_twice() -> None:
    """Rows taken up from the ledger are known, and count in what may be planned and opened."""
    rows = [page(f"/f/{n}.pdf", "minutes") for n in range(12)]
    one = linker()
    one.remember(rows)

    harvest = followed(link("/f/3.pdf", "Протокол 3"), link("/f/99.pdf", "Протокол 99"), by=one)

    assert harvest.planned == []


def test_a_page_in_place_of_content_teaches_nothing() -> None:
    """A refusal page leads on as far as it does, and is not held against its branch."""
    one = linker()
    (row,) = followed(link("/tour/99", "Сторінка"), by=one).planned
    for number in range(5):
        followed(parent=page(f"/tour/{number}"), by=one, reason=Reason.CHALLENGE)

    assert one.worth_now(row) == row.score


def test_a_folder_names_a_section_and_not_every_page_in_it() -> None:
    """What stands under a wanted section's address may serve it, and comes after what is named itself."""
    named, inside = followed(
        link("/biudzhet-hromady/", "Дивіться тут", Place.MENU),
        link("/biudzhet-hromady/101-shkoliari-zdobuly-nahorody", "Школярі здобули нагороди"),
        link("/", "Головна", Place.MENU),
    ).planned[:2]

    assert (named.url, named.serves) == (f"{SITE}/biudzhet-hromady/", ("budget",))
    assert inside.serves == ("budget",)
    assert inside.score < named.score - 30


def test_a_menu_names_the_parts_of_a_site_where_topics_are_found() -> None:
    """Such a part may be about anything, comes before papers, and stays there when its neighbours disappoint."""
    one = Linker(CITY, replace(WORDS, parts=("благоустрій",)), Manners(), Gate(), this_year=2026)
    links = [
        link("/blahoustrii/", "Благоустрій", Place.MENU),
        link("/turystam/", "Туристам", Place.MENU),
        link("/d/7", "Рішення міської ради № 7 від 12.03.2026"),
        link("/dvory/", "Благоустрій двору завершили до свята міста", Place.MENU),
    ]
    rows = {row.url.removeprefix(SITE): row for row in followed(*links, by=one).planned}
    for path in ("/blahoustrii/a/", "/dvory/a/"):
        followed(parent=page(path), by=one)

    part = rows["/blahoustrii/"]
    assert part.serves == ()
    assert part.score > rows["/d/7"].score > rows["/dvory/"].score
    assert one.worth_now(part) == part.score
    assert one.worth_now(rows["/dvory/"]) < rows["/dvory/"].score
