"""A form to write to the council is known from every other form, and addresses behind links can be read."""

from __future__ import annotations

from datetime import date

import pytest

from crawlers.reading import read_page
from models.facts import PageFacts

TODAY = date(2026, 3, 14)
URL = "https://rada.example/uk/kontakty"


def read(body: str) -> PageFacts:
    """Read a page of contacts that holds *body*."""
    page = f'<html lang="uk"><head><title>Контакти</title></head><body><h1>Контакти</h1>{body}</body></html>'
    return read_page(page.encode(), url=URL, today=TODAY)


@pytest.mark.parametrize(
    "body",
    [
        '<form method="post"><input name="name"><input type="email"><textarea name="comments"></textarea></form>',
        '<form class="feedback-form"><textarea></textarea><button>Надіслати</button></form>',
        '<form action="mailto:rada@rada.example"><textarea></textarea></form>',
        '<form method="POST" action="/zvernennia"><input name="pib"><input name="tema"><button>OK</button></form>',
        '<form method="post"><h2>Написати звернення</h2><input name="a"><input name="b"><input type="submit"></form>',
        '<form id="contact-form"><input name="n"><input type="tel"><button>Відправити</button></form>',
        '<form method="post"><header><input type="search"></header><main><textarea></textarea></main></form>',
    ],
)
def test_form_for_letters_is_known(body: str) -> None:
    """Sent by POST or mail, with room for a text or two lines, or called a letter."""
    assert read(body).has_form


@pytest.mark.parametrize(
    "body",
    [
        '<form role="search" method="post"><input name="a"><input name="b"></form>',
        '<form method="get" action="/search"><input name="q"><input name="year"><button>Знайти</button></form>',
        '<form method="post"><input name="login"><input type="password"><button>Увійти</button></form>',
        '<form method="post"><input name="name"><input type="email"><button>Підписатися</button></form>',
        '<form method="post" class="newsletter"><input name="name"><input type="email"><button>OK</button></form>',
        '<form method="post"><input name="number"><input name="from"><input name="to"><button>Показати</button></form>',
        '<form method="post" id="commentform"><textarea></textarea><button>Надіслати</button></form>',
        '<form method="post"><textarea></textarea><button>Додати коментар</button></form>',
        '<form method="post"><textarea style="display: none" name="answer"></textarea><input name="q"></form>',
        '<form method="post" action="./"><nav><a href="/a">A</a></nav><input name="q"><input name="s"></form>',
        '<form method="post"><input type="radio"><input type="radio"><button>Голосувати</button></form>',
        "<p>Написати звернення можна листом.</p>",
    ],
)
def test_other_forms_are_no_letters(body: str) -> None:
    """Search, sign-in, subscriptions, filters, comments, polls, and a form around a whole page."""
    assert not read(body).has_form


def test_address_behind_a_link_is_read() -> None:
    """Where a link says "write", whom it writes to stands at the end of the text as the page has it."""
    facts = read(
        '<p><a href="mailto:rada@rada.example?subject=A">Написати</a> <a href="tel:+380000000001">Дзвінок</a>'
    )

    assert facts.text.split("\n")[-2:] == ["mailto:rada@rada.example", "tel:+380000000001"]


def test_address_that_stands_in_the_text_is_not_repeated() -> None:
    """An address or a number that the page shows, however it writes it, is not added."""
    facts = read(
        '<a href="mailto:Rada@rada.example">rada@rada.example</a> <a href="tel:380000000001">+38 (000) 000-00-01</a>'
    )

    assert "mailto:" not in facts.text
    assert "tel:" not in facts.text


def test_addresses_of_menus_stay_there() -> None:
    """The foot of every page names the council's address: that makes no page one of contacts."""
    facts = read('<p>Новини міста</p><footer><a href="mailto:rada@rada.example">Написати</a></footer>')

    assert "rada@rada.example" not in facts.text


@pytest.mark.parametrize(
    "href", ["mailto:", "mailto:Рада", "tel:", "javascript:void(0)", "mailto:" + "a" * 500 + "@b"]
)
def test_link_that_reaches_nobody_adds_nothing(href: str) -> None:
    """An empty address, one that is none, and a monstrous one are left out."""
    assert read(f'<p>Пошта</p><a href="{href}">Написати</a>').text == "Контакти\nПошта\nНаписати"


def test_long_text_keeps_room_for_addresses() -> None:
    """The text stays within what facts carry, and the address is still in it."""
    facts = read(f'<p>{"слово " * 5000}</p><a href="mailto:rada@rada.example">Написати</a>')

    assert len(facts.text) == 20_000
    assert facts.text.endswith("\nmailto:rada@rada.example")
