"""Each family knows its own pages and nobody else's, and says aloud when its layout has changed."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import html

from crawlers.pages import generic
from crawlers.pages.base import Page
from crawlers.pages.postbacks import hidden_pages, postbacks
from crawlers.reading import READERS, read_page
from models.facts import PageFacts
from models.vocabulary import LinkKind, PageKind, Reason

TODAY = date(2026, 3, 14)
PAGES = Path(__file__).resolve().parents[3] / "fixtures" / "pages"
FAMILIES = sorted(READERS.keys() - {"generic"})
BY_ADDRESS = {"hosted", "monthly", "numbered"}  # they read addresses alone: no layout of theirs can change
LIKE_IT = {
    "act-database": ("https://a.example/dt/", "<h1>Довідник</h1>"),
    "articles": ("https://a.example/", '<a href="https://b.example/uk/articles/item/7/x">Партнери</a>'),
    "ckan": ("https://a.example/dataset/9", '<h1 class="dataset">Датасет</h1>'),
    "domino": ("https://a.example/nsf/view?OpenView", "<h1>Акти</h1>"),
    "drupal": ("https://a.example/node/7", "<p>Ми перейшли з Drupal на інший рушій.</p>"),
    "golos": ("https://a.example/?p=30650", '<a href="/?p=30651">Далі</a>'),
    "hosted": ("https://a.example/news/1234/", '<a href="/upload/files/04123456/r.pdf">Рішення</a>'),
    "id-slug": ("https://a.example/documents/27175.html", '<a href="/documents/27176.html">Рішення</a>'),
    "joomla": ("https://a.example/index.php/novyny", "<p>Сайт на Joomla.</p>"),
    "monthly": ("https://a.example/?m=202603", '<a href="/?m=202602">Лютий</a>'),
    "numbered": ("https://a.example/ua/news/pg/7", '<a href="/ua/news/pg/2">2</a>'),
    "sharepoint": ("https://a.example/Lists/", "<p>Списки</p>"),
    "wordpress": ("https://a.example/category/novyny/page/2/", "<article><h2>Новина</h2></article>"),
}
"""Pages with an address or a word of the family, of another engine."""


def page_of(body: str, url: str) -> Page:
    """Give a page as readers get it."""
    return Page(url=url, root=html.document_fromstring(body), source=body, today=TODAY)


def family_of(page: Page) -> str:
    """Give the family that takes a page."""
    return next(name for name, reader in READERS.items() if reader.recognise(page))


def cases(family: str) -> list[tuple[dict[str, Any], str]]:
    """Give the saved pages of a family with what is expected of them."""
    found = sorted((PAGES / family).glob("*/expected.yaml"))
    return [
        (
            yaml.safe_load(path.read_text(encoding="utf-8")),
            (path.parent / "capture.html").read_text(encoding="utf-8"),
        )
        for path in found
    ]


def read(body: str, url: str) -> PageFacts:
    """Read a page of today."""
    return read_page(body.encode(), url=url, today=TODAY)


@pytest.mark.parametrize("family", FAMILIES)
def test_family_takes_its_own_pages(family: str) -> None:
    """Every saved page of a family is taken by it, a page with a changed layout too."""
    taken = [family_of(page_of(body, expected["url"])) for expected, body in cases(family)]

    assert taken == [family] * len(taken)
    assert taken


@pytest.mark.parametrize("family", FAMILIES)
def test_family_leaves_a_page_that_only_looks_alike(family: str) -> None:
    """A word or an address that resembles the family's is no mark of it."""
    url, body = LIKE_IT[family]

    page = page_of(f"<html><body>{body}</body></html>", url)

    assert not READERS[family].recognise(page)


@pytest.mark.parametrize("family", FAMILIES)
def test_host_decides_nothing(family: str) -> None:
    """The same page on another host is of the same family."""
    for expected, body in cases(family):
        host = re.sub(r"https?://([^/]+).*", r"\1", expected["url"])
        elsewhere = page_of(body.replace(host, "x.test"), expected["url"].replace(host, "x.test"))

        assert family_of(elsewhere) == family


@pytest.mark.parametrize("family", sorted(set(FAMILIES) - BY_ADDRESS))
def test_changed_layout_is_loud_and_the_page_still_read(family: str) -> None:
    """A part that must be there and is not makes the page incomplete; its words and links are not lost."""
    changed = [
        (expected, body)
        for expected, body in cases(family)
        if "layout-changed" in expected["page"].get("reasons", ())
    ]

    for expected, body in changed:
        facts = read(body, expected["url"])
        plain = generic.read(page_of(body, expected["url"]))

        assert facts.reasons == (Reason.LAYOUT_CHANGED,)
        assert not facts.complete
        assert (facts.links, facts.text) == (plain.links, plain.text)
    assert changed


@pytest.mark.parametrize("family", sorted(BY_ADDRESS))
def test_layout_of_families_told_by_address_may_change(family: str) -> None:
    """Other names and boxes around their links change nothing of what the addresses say."""
    for expected, body in cases(family):
        bare = re.sub(r' class="[^"]*"', "", body).replace("<body>", "<body><div><div>")

        facts = read(bare, expected["url"])
        days = {link.href: link.date.isoformat() for link in facts.links if link.date}
        wanted = {href: day for href, said in expected["links"].items() if (day := said.get("date"))}

        assert facts.complete
        assert {href: days.get(href) for href in wanted} == wanted


def test_address_that_is_no_day_gives_none() -> None:
    """An id or a slug with an impossible or a future day is left undated."""
    body = (
        '<a href="/ua/x/pg/310226000170933_d">Про порядок</a><a href="/ua/x/pg/150327000170934_d">Про план</a>'
        '<a href="/pro-reglament-10-00-00-31-02-2026/">Про регламент</a>'
    )

    numbered, hosted = read(body, "https://a.example/ua/x"), read(body, "https://a.example/news/1772402399/")

    assert {link.date for link in numbered.links if "/pg/" in link.href} == {None}
    assert date(2026, 2, 28) not in {link.date for link in hosted.links}


def test_postback_of_a_pager_is_given_with_its_fields() -> None:
    """What a browser would send for page two: the form's hidden fields, the target and its argument."""
    body = """<form method="post" action="./Default.aspx?list=3">
        <input type="hidden" name="__VIEWSTATE" value="/wEP"><input type="hidden" name="__EVENTTARGET" value="">
        <input type="text" name="q" value="x">
        <a href="javascript:__doPostBack('ctl00$grid','Page$2')">2</a>
        <a href="javascript:__doPostBack(&#39;ctl00$pager$next&#39;,&#39;&#39;)">Далі</a>
        <a href="javascript:__doPostBack('ctl00$delete','7')">Вилучити</a></form>"""

    found = postbacks(page_of(body, "https://a.example/Lists/Default.aspx"))

    assert [(one.words, dict(one.fields)["__EVENTTARGET"]) for one in found] == [
        ("2", "ctl00$grid"),
        ("Далі", "ctl00$pager$next"),
    ]
    assert found[0].action == "https://a.example/Lists/Default.aspx?list=3"
    assert dict(found[0].fields) == {
        "__VIEWSTATE": "/wEP",
        "__EVENTTARGET": "ctl00$grid",
        "__EVENTARGUMENT": "Page$2",
    }


def test_postback_to_another_scheme_is_none() -> None:
    """A form that leads nowhere a crawler can go offers nothing."""
    body = "<form action='javascript:void(0)'><a href=\"javascript:__doPostBack('g','Page$2')\">2</a></form>"

    assert postbacks(page_of(body, "https://a.example/")) == ()


def test_address_inside_a_pagers_script_is_found() -> None:
    """SharePoint opens its next page by a script that names a plain address."""
    body = (
        '<a href="javascript:" onclick=\'javascript:RefreshPageTo(event, '
        '"\\u002fLists\\u002fProt\\u002fAllItems.aspx?Paged=TRUE\\u0026p_ID=30");return false;\'>'
        '<img alt="Далі"></a>'
    )

    assert hidden_pages(page_of(body, "https://a.example/Lists/Prot/AllItems.aspx")) == (
        "https://a.example/Lists/Prot/AllItems.aspx?Paged=TRUE&p_ID=30",
    )


def test_rows_in_json_are_read_as_the_table_they_become() -> None:
    """DataTables' rows of HTML cells give links with their day and kind."""
    body = (
        '{"sEcho": 1, "category": "Протоколи", "aaData": [["12.02.2026", "<a href=\\"/d/7\\">Протокол № 7</a>"],'
        ' ["05.02.2026", "<a href=\\"/d/6\\">Протокол № 6</a>"]]}'
    )

    facts = read_page(
        body.encode(), url="https://a.example/ajax/p", media_type="application/json", today=TODAY
    )

    assert [(link.href, link.kind, link.event_date) for link in facts.links] == [
        ("https://a.example/d/7", LinkKind.MINUTES, date(2026, 2, 12)),
        ("https://a.example/d/6", LinkKind.MINUTES, date(2026, 2, 5)),
    ]


def test_piece_of_html_in_json_is_read_as_a_page() -> None:
    """An answer that carries HTML in a field is read as that HTML."""
    body = '{"ok": true, "html": "<h2>Рішення</h2><p>12.02.2026 <a href=\\"/r/1\\">Рішення № 5 про майно</a></p>"}'

    facts = read_page(body.encode(), url="https://a.example/more", media_type="text/html", today=TODAY)

    assert [(link.href, link.kind) for link in facts.links] == [("https://a.example/r/1", LinkKind.DECISION)]


def test_json_that_lists_nothing_is_no_page() -> None:
    """Settings and counters are complete and say nothing."""
    facts = read_page(
        b'{"ok": true, "count": 3}', url="https://a.example/c", media_type="application/json", today=TODAY
    )

    assert (facts.kind, facts.complete, facts.links) == (PageKind.OTHER, True, ())
