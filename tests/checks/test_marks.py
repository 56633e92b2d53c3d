"""What is found by a pattern tried only where it may begin."""

import re
from pathlib import Path

import pytest

from checks.catalog import load
from checks.marks import Mark

PACK = load("transparent-cities")
CASES = Path("fixtures/indicators")
WRITTEN = "\n".join(path.read_text(encoding="utf-8") for path in sorted(CASES.glob("*/*.yaml")))
TRICKY = (
    "Графік: ПОНЕДІЛОК – П’ЯТНИЦЯ 8:00–17:15; п'ятниця 08.00, Субота з 9:30 до 12:00, 25:61 1.2.3 12:30.5\n"
    "тел.: +380 (00) 000-00-01, (0000) 00 00 02, 0800 000 003, 380000000004, 12345678901 00:00 0000000005\n"
    "a@b.test.c@d.test +x@y-z.test; ЄДРПОУ 12345678, 123456789; 1234567890:12:345:6789 UA-2026-01-02-000001-a\n"
    "ПЕТРЕНКО Іван Іванович, Іваненко ПЕТРО, Петро Петрович Петренко-Іваненко, Олена Іванівна Петренківна\n"
    "вул. Миру, 1; 12.03.2026 12 березня 2026; 1 234,50 грн 1 234 567 12 345.67 1580 0 800 00 00 00 2026–2027"
)


@pytest.mark.parametrize("name", sorted(PACK.marks))
def test_a_mark_finds_all_that_its_pattern_finds(name: str) -> None:
    """What says where a thing begins, or what it holds, saves time and loses nothing."""
    mark = PACK.marks[name]
    for text in (TRICKY, TRICKY[::-1], TRICKY.upper(), TRICKY.replace(" ", ""), WRITTEN):
        whole = tuple(dict.fromkeys(found[0].strip() for found in mark.pattern.finditer(text)))

        assert mark.found_in(text) == whole


def test_every_mark_is_found_somewhere() -> None:
    """The texts by which marks are tried hold each of them, or the promise above would be empty."""
    assert all(mark.found_in(TRICKY) or mark.found_in(WRITTEN) for mark in PACK.marks.values())


def test_what_stands_before_a_beginning_is_seen() -> None:
    """A pattern that asks what stands before it is answered, and finds do not overlap."""
    mark = Mark(r"(?<!\d)\d\d(?!\d)", begins=r"\d")

    assert mark.found_in("12 345 67 8") == ("12", "67")


def test_a_pattern_that_is_none_is_refused() -> None:
    """A mark is a pattern, and so is its beginning."""
    with pytest.raises(re.error):
        Mark("x", begins="(")
