"""What keeps people out of a page is found in its markup, and nothing that may be right is called wrong."""

from __future__ import annotations

from datetime import date

import pytest

from crawlers.pages.barriers import CRITERIA
from crawlers.pages.lexicon import words
from crawlers.reading import read_page
from models.facts import PageFacts

TODAY = date(2026, 3, 14)
URL = "https://rada.example/uk/storinka"
ROW = "<tr><td>1</td><td>Майно</td></tr>"
WORDS = (
    "<p>Міська рада оприлюднює інформацію про свою діяльність і відповідає на звернення містян. Засідання відкриті, "
    "їх порядок денний стоїть на сайті за десять днів, а протокол з результатами голосування з'являється того ж "
    "тижня, коли відбулося засідання.</p>"
)


def read(body: str, *, lang: str = "uk", head: str = "<title>Рада</title>") -> PageFacts:
    """Read a page that has a title, a language and one main heading, with *body* under it."""
    page = f'<!DOCTYPE html><html lang="{lang}"><head>{head}</head><body><h1>Рада</h1>{body}{WORDS}</body></html>'
    return read_page(page.encode(), url=URL, today=TODAY)


def names(body: str, **page: str) -> dict[str, int]:
    """Give what keeps people out of such a page."""
    return dict(read(body, **page).barriers)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ('<img src="a.jpg">', "image-without-text"),
        ('<form><input name="q"></form>', "field-without-label"),
        ('<label for="a"></label><input id="a">', "field-without-label"),
        ("<select><option>1</option></select>", "field-without-label"),
        ('<a href="/a"><i class="icon"></i></a>', "link-without-name"),
        ('<a href="/a"><img src="a.png" alt=""></a>', "link-without-name"),
        ('<button><span class="burger"></span></button>', "button-without-name"),
        ('<input type="image" src="a.png">', "button-without-name"),
        ('<input type="button">', "button-without-name"),
        ("<h2>Склад</h2><h4>Комісії</h4>", "heading-level-skipped"),
        (
            '<label for="a">Ім\'я</label><input id="a"><input id="a" title="Прізвище">',
            "label-id-repeated",
        ),
        (f"<table>{ROW * 3}</table>", "table-without-headers"),
        ('<iframe src="https://maps.example/"></iframe>', "frame-without-title"),
        ('<audio autoplay src="himn.mp3"></audio>', "sound-by-itself"),
        ("<marquee>Увага!</marquee>", "moving-text"),
    ],
)
def test_barrier_is_named(body: str, name: str) -> None:
    """Each failure that markup alone shows is found once, and no other with it."""
    found = names(body)

    assert found == {name: 1}
    assert name in CRITERIA


@pytest.mark.parametrize(
    "body",
    [
        '<img src="a.jpg" alt="">',
        '<img src="a.jpg" role="presentation">',
        '<span aria-hidden="true"><img src="a.jpg"></span>',
        '<img src="https://counter.example/1" width="1" height="1">',
        '<noscript><img src="https://counter.example/1"></noscript>',
        '<label>Пошук <input name="q"></label>',
        '<label for="a">Пошук</label><input id="a">',
        '<input aria-label="Пошук"><input placeholder="Прізвище"><input type="hidden"><input type="submit">',
        '<a href="/a"><img src="a.png" alt="Герб"></a><a href="/b" aria-label="Угору"></a><a name="c"></a>',
        '<a href="/a"><svg><title>Мапа</title></svg></a>',
        '<div style="display: none"><a href="/a"></a><button></button></div>',
        "<h2>Склад</h2><h3>Комісії</h3><h2>Апарат</h2>",
        "<table><tr><th>№</th><th>Назва</th></tr>" + ROW * 3 + "</table>",
        '<table role="presentation">' + ROW * 3 + "</table>",
        "<table><tr><td><ul><li>Меню</li></ul></td><td>Новини</td></tr>" + ROW * 3 + "</table>",
        "<table><tr><td>Понеділок</td><td>9–18</td></tr></table>",
        '<iframe src="https://maps.example/" title="Мапа"></iframe><iframe width="0" height="0"></iframe>',
        "<video autoplay muted></video><audio autoplay controls></audio>",
    ],
)
def test_what_may_be_right_is_no_barrier(body: str) -> None:
    """Decoration, hidden parts, counters, and parts named in any of the allowed ways are not counted."""
    assert names(body) == {}


def test_barriers_are_counted() -> None:
    """Each name comes once, with how often it was met, in the order of names."""
    body = '<img src="a.jpg"><img src="b.jpg"><a href="/a"></a>'

    assert read(body).barriers == (("image-without-text", 2), ("link-without-name", 1))


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("uk", {}),
        ("uk-UA", {}),
        ("", {"language-missing": 1}),
        ("ua", {"language-wrong": 1}),
        ("en-US", {"language-wrong": 1}),
        ("ru", {"language-wrong": 1}),
        ("українська", {"language-wrong": 1}),
        ("be", {}),
    ],
)
def test_language_is_that_of_the_letters(lang: str, expected: dict[str, int]) -> None:
    """A page in Ukrainian says so; a country's code, another language or nothing is a barrier."""
    assert names("", lang=lang) == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("<title> </title>", {"title-missing": 1}),
        ('<title>Рада</title><meta name="viewport" content="width=device-width, initial-scale=1">', {}),
        ('<title>Рада</title><meta name="viewport" content="user-scalable=no">', {"zoom-forbidden": 1}),
        ('<title>Рада</title><meta name="viewport" content="maximum-scale=1.0">', {"zoom-forbidden": 1}),
        ('<title>Рада</title><meta name="viewport" content="maximum-scale=5">', {}),
        ('<title>Рада</title><meta http-equiv="refresh" content="300">', {"page-reloads-itself": 1}),
        ('<title>Рада</title><meta http-equiv="refresh" content="0; url=/uk">', {}),
    ],
)
def test_head_of_a_page_is_looked_at(head: str, expected: dict[str, int]) -> None:
    """A missing title, a forbidden zoom and a page that reloads itself are told from the head."""
    assert names("", head=head) == expected


def test_page_without_main_heading_is_told() -> None:
    """Without a heading of the first level nobody who listens finds the beginning."""
    page = f"<html lang='uk'><head><title>Рада</title></head><body><h2>Новини</h2>{WORDS}</body></html>"

    facts = read_page(page.encode(), url=URL, today=TODAY)

    assert facts.barriers == (("main-heading-missing", 1),)


def test_markup_that_is_ours_or_was_cut_has_no_barriers() -> None:
    """Of a list in JSON, and of a page that could not be parsed whole, nothing is said about its markup."""
    listing = (
        b'{"items": [{"title": "A", "url": "/a"}, {"title": "B", "url": "/b"}, {"title": "C", "url": "/c"}]}'
    )
    deep = f"<h1>Рада</h1><img src='a.jpg'>{'<div>' * 3000}<a href='/a'>Рішення</a>{WORDS}"

    facts = read_page(listing, url=URL, media_type="application/json", today=TODAY)
    cut = read_page(deep.encode(), url=URL, today=TODAY)

    assert (facts.links != (), facts.barriers) == (True, ())
    assert (cut.complete, cut.barriers) == (False, ())


def test_page_in_place_of_content_says_nothing_of_the_site() -> None:
    """The barriers of an error page served politely are not those of a page."""
    page = "<html><title>404</title><h1>Сторінку не знайдено</h1><img src='a.jpg'><p>404</p></html>"

    assert read_page(page.encode(), url=URL, today=TODAY).barriers == ()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<a href="?special=Y">A</a>', ("version",)),
        ('<a href="/uk/main?mode=lowvision">A</a>', ("version",)),
        ("<div><p>Людям із порушенням зору</p></div>", ("switch",)),
        ('<button title="Версія для слабозорих"><i></i></button>', ("switch",)),
        ('<a href="#" class="bvi-open"><i></i></a>', ("bvi",)),
        ('<script src="https://cdn.userway.org/widget.js"></script>', ("userway",)),
        ('<script>var s = "https://cdn.userway.org/widget.js"; load(s)</script>', ("userway",)),
        ('<a href="#" class="bvi-open">Людям з вадами зору</a>', ("bvi", "switch")),
    ],
)
def test_aid_for_impaired_sight_is_known(body: str, expected: tuple[str, ...]) -> None:
    """By its address, its words, or what its widget is called."""
    assert read(body).aids == expected


@pytest.mark.parametrize(
    "body",
    [
        '<a href="/n/1">Місто закупило обладнання для людей з порушенням зору у бібліотеці</a>',
        "<p>У бібліотеці діє програма для людей з порушенням зору, а на сайті є посилання userway.org.</p>",
        '<a href="/doc?id=7&page=2">Доступність будівель</a>',
        "<p>Спеціальна комісія</p>",
    ],
)
def test_words_about_people_are_no_aid(body: str) -> None:
    """News about people with impaired sight, and a widget merely named in a text, offer nothing."""
    assert read(body).aids == ()


def test_every_phrase_of_a_switch_is_looked_at() -> None:
    """Each phrase carries one of the beginnings by which lines are passed over quickly."""
    beginnings = words("aids", "beginnings")

    assert [one for one in words("aids", "switch") if not any(start in one for start in beginnings)] == []
