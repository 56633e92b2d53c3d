"""One place has one spelling, and different places have different ones."""

import pytest

from crawlers.addresses import belongs, is_document, is_media, is_mirror, key_of, page_of, pattern_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://www.city.test/a", "https://city.test/a"),
        ("http://city.test./a", "http://city.test/a"),
        ("http://CITY.test:80/a", "http://city.test/a"),
        ("http://city.test", "http://city.test/"),
        ("http://city.test/?3398%5B0%5D=1123", "http://city.test/?3398[0]=1123"),
        ("http://city.test/a#top", "http://city.test/a"),
        ("http://city.test/a?PHPSESSID=1&id=2", "http://city.test/a?id=2"),
        ("http://city.test/a;jsessionid=AB12?id=2", "http://city.test/a?id=2"),
        ("http://city.test/a?utm_source=x", "http://city.test/a"),
        ("http://city.test/%D1%80%D0%B0%D0%B4%D0%B0", "http://city.test/рада"),
    ],
)
def test_two_spellings_of_one_place_are_one(one: str, other: str) -> None:
    """A page is not fetched twice because two links spell it differently."""
    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://city.test/a", "http://city.test/A"),
        ("http://city.test/?id=1", "http://city.test/?id=2"),
        ("http://city.test/?3398[0]=1123", "http://city.test/"),
        ("http://city.test:8080/", "http://city.test/"),
        ("http://acts.city.test/", "http://city.test/"),
        ("http://city.test/x.nsf/(View)/0A?OpenDocument", "http://city.test/x.nsf/(View)/0B?OpenDocument"),
        ("http://city.test/a/", "http://city.test/a"),
    ],
)
def test_two_places_stay_two(one: str, other: str) -> None:
    """Routing by query, port or letter case is not thrown together."""
    assert key_of(one) != key_of(other)


@pytest.mark.parametrize(
    "url",
    [
        "http://c.test/print/12",
        "http://c.test/node/12/print",
        "http://c.test/print.php?id=3",
        "http://c.test/a?tmpl=component&print=1",
        "http://c.test/?id=3&sp=print_pdf",
        "http://c.test/a?print=Y",
        "http://c.test/a?view=print",
    ],
)
def test_print_versions_are_mirrors(url: str) -> None:
    """A page for the printer repeats another one."""
    assert is_mirror(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://c.test/sprinter",
        "http://c.test/blueprint/12",
        "http://c.test/?p=1",
        "http://c.test/a?print=0",
        "http://c.test/files/print.pdf",
    ],
)
def test_ordinary_pages_are_no_mirrors(url: str) -> None:
    """A word that contains print is no print version, and neither is a file of that name."""
    assert not is_mirror(url)
    assert page_of(url) == url


@pytest.mark.parametrize(
    ("printed", "page"),
    [
        ("http://c.test/a?print=1", "http://c.test/a"),
        ("http://c.test/a?id=3&tmpl=component&print=1", "http://c.test/a?id=3"),
        ("http://c.test/node/12/print", "http://c.test/node/12"),
        ("http://c.test/rishennia-7/print/", "http://c.test/rishennia-7/"),
        ("http://c.test/print/12", "http://c.test/print/12"),
    ],
)
def test_print_version_names_its_page_where_it_can(printed: str, page: str) -> None:
    """A mark for printing is taken off an address; an address that is made for printing alone names no page."""
    assert page_of(printed) == page


def test_pages_that_differ_by_number_have_one_pattern() -> None:
    """A calendar without end is one pattern, whatever day it shows."""
    days = {pattern_of(f"http://c.test/calendar/{day}?m={day}&y=2026") for day in range(50)}

    assert len(days) == 1


def test_what_a_name_tells() -> None:
    """Documents, pictures and hosts are known from the address alone."""
    assert is_document("http://c.test/files/budget.XLSX?v=2")
    assert not is_document("http://c.test/page.html")
    assert is_media("http://c.test/logo.png")
    assert belongs("http://docs.city.test/a", ("city.test",))
    assert not belongs("http://city.test.evil.test/", ("city.test",))
