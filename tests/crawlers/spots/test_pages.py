"""Words are found in pages as a person would find them, and the place that is said selects them and nothing else."""

import unicodedata

import pytest
from lxml import html
from lxml.cssselect import CSSSelector

from crawlers.spots.finding import Body, find_spot
from crawlers.spots.paths import with_row_groups
from models.spots import Spotted

URL = "https://rada.test/docs/list?page=2"
HEAD = (
    "<!doctype html><html><head><meta charset='utf-8'><title>Рішення сесії — Міська рада</title></head><body>"
)
PAGE = f"""{HEAD}
<nav><ul><li><a href="/budget">Бюджет громади</a></li></ul></nav>
<main id="content">
 <h1>Рішення сесії</h1>
 <p>Про <b>затвер</b>дження&nbsp;бю\u00adджету <i>на</i>2026 рік</p>
 <ul>
  <li><a href="/d/1">Про внесення змін до бюджету</a></li>
  <li><a href="/d/2">Про внесення змін до бюджету</a></li>
  <li><a href="/d/3" title="Звіт за III квартал">Завантажити</a></li>
  <li><img src="/i.png" alt="Герб міста Лісопіль"></li>
 </ul>
 <table><tr><th>№</th><th>Назва</th></tr><tr><td>1</td><td>Договір оренди «Веселка»</td></tr></table>
 <div><p>Перший абзац</p><p>другий абзац</p></div>
 <a href="docs/%D0%BF%D0%BB%D0%B0%D0%BD-2026.pdf">PDF</a>
</main></body></html>""".encode()


def spot(quote: str, *, leads_to: str = "", page: bytes = PAGE) -> Spotted:
    """Where *quote* stands in the page."""
    return find_spot(Body(page, URL, "text/html", "utf-8"), quote, leads_to=leads_to)


def selected(found: Spotted, page: bytes = PAGE) -> str:
    """The characters that a spot says, taken by its own path from a tree of another making."""
    root = with_row_groups(html.document_fromstring(page.decode()))
    elements = CSSSelector(found.place["css"])(root)
    assert len(elements) == 1
    text = "".join(elements[0].itertext())
    return text[found.place["start"] : found.place["end"]]


@pytest.mark.parametrize(
    "quote",
    [
        "Рішення сесії",
        "Договір оренди «Веселка»",
        "Бюджет громади",
        "Про внесення змін до бюджету",
        "Завантажити",
    ],
)
def test_a_path_selects_one_element_that_holds_the_words(quote: str) -> None:
    """The CSS path of every spot selects exactly one element, and its characters are the quote."""
    found = spot(quote)

    assert found.found
    assert found.kind == "text"
    assert selected(found) == quote


@pytest.mark.parametrize(
    "quote",
    [
        "Про затвердження бюджету на 2026 рік",
        "про ЗАТВЕРДЖЕННЯ бюджету на2026 рік",
        unicodedata.normalize("NFD", "Про затвердження бюджету на 2026 рік"),
        "Про\u00a0затвердження бюджету\nна 2026\tрік",
    ],
    ids=["spaces", "case", "NFD", "other spaces"],
)
def test_words_are_found_however_they_are_spaced_and_composed(quote: str) -> None:
    """Inline tags, soft hyphens, no-break spaces, case and composed letters do not hide the words."""
    found = spot(quote)

    assert found.place["css"] == "#content > p"
    assert selected(found).replace("\u00ad", "").split() == [
        "Про",
        "затвердження",
        "бюджету",
        "на2026",
        "рік",
    ]


def test_look_alike_quotes_and_dashes_are_the_same() -> None:
    """The same words in other quotation marks, dashes and apostrophes are found."""
    page = f"{HEAD}<p>Об’єкт «Школа № 1» – ремонт</p>".encode()

    assert spot('Об\'єкт "Школа № 1" — ремонт', page=page).place["words"] == "Об’єкт «Школа № 1» – ремонт"


def test_of_equal_words_those_that_lead_to_the_document_are_meant() -> None:
    """Two links say the same: the spot is the one that leads where the evidence says."""
    found = spot("Про внесення змін до бюджету", leads_to="https://rada.test/d/2")

    assert found.place["css"] == "#content > ul > li:nth-of-type(2) > a"
    assert found.place["times"] == 2
    assert found.place["before"].endswith("Про внесення змін до бюджету")


def test_words_of_a_list_come_before_those_of_the_menu() -> None:
    """A title that the menu repeats is shown where it is content."""
    page = f"{HEAD}<nav><a href='/a'>Звіти</a></nav><main><p>Звіти</p></main>".encode()

    assert spot("Звіти", page=page).place["css"] == "main > p"


def test_a_short_quote_is_not_found_within_other_words() -> None:
    """A number is meant as a word: 12 is not the middle of 2126."""
    page = f"{HEAD}<p>Рішення 2126</p><p>Рішення 12</p>".encode()

    assert spot("12", page=page).place["css"] == "body > p:nth-of-type(2)"


def test_words_across_paragraphs_say_so() -> None:
    """Words that two blocks hold together are found around both; a link to them names both ends."""
    found = spot("Перший абзац другий абзац")

    assert found.place["across"] == ["Перший абзац", "другий абзац"]
    assert found.place["css"] == "#content > div"


@pytest.mark.parametrize(
    ("quote", "attribute", "words"),
    [
        ("Звіт за III квартал", "title", "Звіт за III квартал"),
        ("Герб міста Лісопіль", "alt", "Герб міста Лісопіль"),
        ("план-2026.pdf", "href", "план-2026.pdf"),
        (
            "https://rada.test/docs/docs/%D0%BF%D0%BB%D0%B0%D0%BD-2026.pdf",
            "href",
            "docs/%D0%BF%D0%BB%D0%B0%D0%BD-2026.pdf",
        ),
    ],
)
def test_words_of_attributes_and_addresses_are_found(quote: str, attribute: str, words: str) -> None:
    """What stands in a hint, a label or a link's address has its element and attribute."""
    found = spot(quote)

    assert (found.kind, found.place["attribute"], found.place["words"]) == ("attribute", attribute, words)


def test_the_title_and_the_address_of_a_page_are_places_too() -> None:
    """A page that is evidence by its title or its address says which."""
    assert spot("Рішення сесії — Міська рада").place["shown"] is False
    assert spot(URL).kind == "address"


def test_words_that_are_not_there_are_kept_as_not_found() -> None:
    """Nothing is made up: a quote that does not stand in the page says that."""
    assert spot("Про продаж міста") == Spotted(found=False, kind="none", place={"reason": "absent"})


def test_scripts_and_hidden_doubles_are_not_the_place() -> None:
    """Words of a script are no words of the page, and of two places the visible one is meant."""
    page = (
        f"{HEAD}<script>var a='Лише скрипт'</script><div hidden><p>Графік прийому</p></div><p>Графік прийому</p>"
    ).encode()

    assert not spot("Лише скрипт", page=page).found
    assert spot("Графік прийому", page=page).place["css"] == "body > p"


def test_ids_that_a_program_numbers_are_no_landmarks() -> None:
    """A path holds at the next visit: it begins at an id that a person gave."""
    page = f"{HEAD}<div id='docs'><div id='node-173386'><p>Статут громади</p></div></div>".encode()

    assert spot("Статут громади", page=page).place["css"] == "#docs > div > p"


def test_feeds_have_paths_of_their_own() -> None:
    """Words of an RSS item stand in that item."""
    feed = "<rss><channel><item><title>А</title></item><item><title>Про бюджет</title></item></channel></rss>".encode()

    found = find_spot(Body(feed, URL, "application/rss+xml", "utf-8"), "Про бюджет")

    assert found.place["css"] == "rss > channel > item:nth-of-type(2) > title"
    assert found.place["shown"] is False
