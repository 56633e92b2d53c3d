"""What surrounds a page on every page of its site: menus without a name, the site's title, the clock."""

from __future__ import annotations

from datetime import date

import pytest

from crawlers.reading import read_page
from models.facts import PageFacts
from models.vocabulary import LinkKind, PageKind, Reason

TODAY = date(2026, 3, 14)
SECTIONS = ("Рішення сесій", "Бюджет громади", "Виконання бюджету", "Паспорти програм", "Протоколи", "Новини")
MENU = "<b>Міська рада</b>" + "".join(
    f'<p><a href="/s/{place}">{name}</a></p>' for place, name in enumerate(SECTIONS)
)
HEAD = '<tr><td colspan=2><a href="/">Лугівська міська рада</a></td></tr>'
SHAREPOINT = '<meta name="GENERATOR" content="Microsoft SharePoint">'


def read(body: str, url: str = "https://a.example/s/9", head: str = "<title>Інвестору</title>") -> PageFacts:
    """Read a page of today."""
    return read_page(f"<html><head>{head}</head><body>{body}</body></html>".encode(), url=url, today=TODAY)


def column(content: str) -> str:
    """Give a page laid out as a table, its menu in a cell without a name."""
    return f"<table>{HEAD}<tr><td>{MENU}</td><td>{content}</td></tr></table>"


def test_menu_without_a_name_is_no_text_of_the_page() -> None:
    """A cell of links above the title is navigation, of a short page too; what follows the title is content."""
    facts = read(column('<font>Інвестору</font><p><a href="/s/12">Паспорт громади</a></p>'))

    assert facts.text.split("\n") == ["Лугівська міська рада", "Інвестору", "Паспорт громади"]
    assert facts.kind is PageKind.OTHER
    assert [link.text for link in facts.links if link.in_menu] == list(SECTIONS)


def test_links_below_the_title_are_content() -> None:
    """A hub of links alone keeps them all, whatever their number."""
    facts = read(f"<h1>Інвестору</h1>{MENU}")

    assert not any(link.in_menu for link in facts.links)


def test_title_of_a_page_without_headings_is_not_its_sites_name() -> None:
    """A title that names the council stands on each page, in its foot too: nothing above it becomes a menu."""
    facts = read(f"{MENU}<p>Лугівська міська рада</p>", head="<title>Лугівська міська рада</title>")

    assert not any(link.in_menu for link in facts.links)


@pytest.mark.parametrize(
    "document_title", ["Бюджет - Лугівська міська рада", "Лугівська міська рада. Бюджет", "Бюджет"]
)
def test_page_is_called_by_its_own_heading(document_title: str) -> None:
    """A first heading that is the way home names the site; the page is called by the one its title repeats."""
    site = '<h1><a href="/">Лугівська міська рада</a></h1>'

    facts = read(f"{site}<h2>Бюджет</h2><p>Текст</p>", head=f"<title>{document_title}</title>")

    assert facts.title == "Бюджет"


@pytest.mark.parametrize(
    ("url", "head"),
    [
        ("https://a.example/Lists/Investoru/AllItems.aspx", SHAREPOINT),
        ("https://a.example/site.nsf/(Inv)?OpenView", ""),
        ("https://a.example/?p=investoru", ""),
    ],
)
def test_hub_of_a_family_is_no_changed_layout(url: str, head: str) -> None:
    """A page that leads only to sections lacks no list; one with links to papers that its reader misses does."""
    hub = (
        '<h1>Інвестору</h1><p><a href="/s/pasport">Паспорт громади</a></p><!-- <a href="/?p=a&sp=single"> -->'
    )
    papers = hub.replace("/s/pasport", "/s/4411")

    assert read(hub, url, head).complete
    assert read(papers, url, head).reasons == (Reason.LAYOUT_CHANGED,)


@pytest.mark.parametrize(
    "clock",
    [
        "<div><i>14 березня 2026</i></div>",
        "<div>Субота, 14.03.2026 10:12</div>",
        "<p>Сьогодні 14.03.2026</p>",
    ],
)
def test_clock_is_no_papers_day(clock: str) -> None:
    """The day of the visit above the title dates neither the drafts below it nor the page."""
    draft = '<p><a href="/d/7">Проєкт рішення про бюджет</a> на розгляд 20.03.2026</p>'

    facts = read(f"{clock}<h1>Проєкти рішень</h1>{draft}", head="<title>Проєкти рішень</title>")

    (link,) = facts.links
    assert (link.kind is LinkKind.OTHER, link.date, facts.date) == (False, None, None)


def test_paper_of_today_keeps_its_day() -> None:
    """The day of the visit beside a paper is that paper's, and so it is right above the title of an article."""
    listed = read('<h1>Рішення</h1><ul><li>14.03.2026 <a href="/d/7">Рішення про бюджет</a></li></ul>')

    assert [link.date for link in listed.links] == [TODAY]


def test_day_of_another_act_in_a_title_is_not_its_own() -> None:
    """A title that cites an act "від …" is dated by its row, not by the act it changes."""
    row = '<table><tr><td>02.02.2026</td><td><a href="/d/7">Про зміни до рішення від 22.12.2025</a></td></tr></table>'

    facts = read(f"<h1>Рішення</h1>{row}")

    assert [link.date for link in facts.links] == [date(2026, 2, 2)]


def test_class_called_news_makes_no_news() -> None:
    """Engines call the rows of any list news; only words, headings and addresses say so."""
    facts = read(
        '<h1>Цільові програми</h1><div class="news-line"><a href="/f/a.pdf">Програма захисту</a></div>'
    )

    assert [link.kind for link in facts.links] == [LinkKind.OTHER]


def test_section_named_after_a_body_is_no_meeting() -> None:
    """A list with one dated paper under "Житлова комісія" is a section; a numbered sitting is a meeting."""
    body = '<h1>{}</h1><ul><li>02.02.2026 <a href="/f/a.pdf">Протокол засідання комісії</a></li></ul>'

    section = read(body.format("Житлова комісія"))
    sitting = read(body.format("Засідання житлової комісії № 7"))

    assert (section.kind, sitting.kind) == (PageKind.OTHER, PageKind.MEETING)
