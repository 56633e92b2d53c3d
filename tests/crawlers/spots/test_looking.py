"""Bodies are looked at behind walls, and what is shown of them is theirs in words only, never in markup."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PIL import Image

from crawlers.picturing.looker import Asked, Looked, Looker
from crawlers.picturing.paper import shot_of_page
from crawlers.picturing.sheets import Told, sheet_of
from crawlers.spots.finding import Body, Finder, find_spot
from crawlers.spots.pdf_pages import opened
from crawlers.spots.units import Unit, Units
from fixtures import bombs
from fixtures.councils.documents import make

URL = "https://rada.test/files/a"
QUOTE = "Про бюджет громади"


def asked(body: bytes, media_type: str = "text/html") -> Asked:
    """What is asked about a body: one quote, with a picture."""
    return Asked(body, URL, media_type, "utf-8", "", "", {QUOTE: ""}, frozenset({QUOTE}))


@pytest.fixture
def looker() -> Iterator[Looker]:
    """One child for a test."""
    made = Looker()
    yield made
    made.close()


@pytest.mark.crawl
def test_a_body_that_breaks_the_child_is_unsafe_and_the_next_is_read(looker: Looker) -> None:
    """Whatever the bytes do to the process that reads them, its parent lives and says so."""
    bomb = looker.look(asked(bombs.picture(50_000, 50_000), "image/png"))
    deep = looker.look(asked(b"[" * 5_000_000, "application/json"))
    page = looker.look(asked(f"<html><p>{QUOTE}</p>".encode()))

    assert {one.spots[QUOTE].found for one in (bomb, deep)} == {False}
    assert all(one.views or one.shown for one in (bomb, deep))
    assert page.spots[QUOTE].place["css"] == "body > p"


@pytest.mark.crawl
def test_pages_of_many_elements_and_much_text_are_searched(looker: Looker) -> None:
    """The words at the end of 100,000 elements, and of 50 MB of text, are found within the limits of the child."""
    many = f"<html><body>{'<p><b>a</b></p>' * 50_000}<p>{QUOTE}</p>".encode()
    much = f"<html><body><p>{'слово ' * 4_500_000}</p><p>{QUOTE}</p>".encode()

    found: list[Looked] = [looker.look(replace(asked(body), pictured=frozenset())) for body in (many, much)]

    assert [one.spots[QUOTE].found for one in found] == [True, True]
    assert found[0].spots[QUOTE].place["css"] == "body > p:nth-of-type(50001)"


def test_a_rendering_holds_no_markup_of_the_file() -> None:
    """What a cell, a name or an address says is text in the page that shows it."""
    attack = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&"
    cell = Unit("cell", {"sheet": attack, "row": 1, "column": 1}, attack)
    value = Unit("value", {"path": f"/{attack}"}, attack)
    line = Unit("paragraph", {"number": 1}, attack)

    html = "".join(
        sheet_of(Told(attack, attack, attack, attack, attack), Units([unit]), (0,))
        for unit in (cell, value, line)
    )

    assert "<script" not in html
    assert "<img" not in html
    assert html.count("&lt;script&gt;") >= 12


def test_rows_around_the_words_and_the_header_are_kept() -> None:
    """A rendering of a long table shows its header, the rows around the cell, and how many rows it leaves out."""
    rows = [["№", "Назва"], *[[str(number), f"Вулиця {number}"] for number in range(1, 400)]]
    finder = Finder(Body("\n".join(";".join(row) for row in rows).encode(), URL, "text/csv"))
    found = finder.find("Вулиця 200")
    assert found.holding is not None

    html = sheet_of(Told("csv", "a.csv", URL), found.holding.units, found.numbers)

    assert "Назва" in html
    assert "Вулиця 196" in html
    assert "Вулиця 190" not in html
    assert "рядки 2–195 не показано" in html


def test_letters_that_a_pdf_does_not_bring_are_drawn_in() -> None:
    """Within the box of Cyrillic words whose font is not in the file there are letters, and that is noted."""
    body = make("pdf", "Рішення", ["Перелік земельних ділянок громади"], [])
    spot = find_spot(Body(body, f"{URL}.pdf", "application/pdf"), "Перелік земельних ділянок громади")

    shot = shot_of_page(opened(body), 1, spot.place["boxes"])

    crop = Image.open(io.BytesIO(shot.crop)).convert("L")
    dark = sum(crop.histogram()[:80])
    assert shot.lacked
    assert dark > 1500


def test_words_of_the_latin_fonts_are_left_as_they_are() -> None:
    """Where every letter is drawn nothing is added."""
    body = make("pdf", "Budget", ["List of plots of land"], [])
    spot = find_spot(Body(body, f"{URL}.pdf", "application/pdf"), "List of plots")

    assert not shot_of_page(opened(body), 1, spot.place["boxes"]).lacked
