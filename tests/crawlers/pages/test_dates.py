"""Dates as councils print them."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.pages.dates import find_dates, first_date, prefers_month_first
from crawlers.pages.distances import relative_day
from crawlers.pages.filenames import date_in_address


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("13 вересня 2017 № 24/9", "2017-09-13"),
        ("№ 2733-VII від 14.12.2017 р.", "2017-12-14"),
        ("№617-V від 30.11.06г.", "2006-11-30"),
        ("№ 7/2/152 від 24.11.2015 р", "2015-11-24"),
        ("«26 грудня » 2017року", "2017-12-26"),
        ("«12» березня 2024 року", "2024-03-12"),
        ("від 05/18/2018", "2018-05-18"),
        ("Від 10.12.15 № 10", "2015-12-10"),
        ("Червень 11, 2025", "2025-06-11"),
        ("2023.08.10 17:01", "2023-08-10"),
        ("Декабрь 1st, 2011", "2011-12-01"),
        ("11 июля, 2018", "2018-07-11"),
        ("28 Жов2022", "2022-10-28"),
        ("02.08.24р.", "2024-08-02"),
        ("20/05/2025", "2025-05-20"),
        ("2015-кві-12", "2015-04-12"),
        ("середу, 28 лютого 2020 року об 11:57", "2020-02-28"),
        ("Tuesday, 3-Mar-2020", "2020-03-03"),
        ("12th of May 2020", "2020-05-12"),
        ("Sept. 5, 2019", "2019-09-05"),
        ("12-14 травня 2024", "2024-05-12"),
        ("Про структуру апарату № 39/4 Травень 22, 2026", "2026-05-22"),
        ("№ 7/2-4 Серпень 14, 2026", "2026-08-14"),
    ],
)
def test_date_is_read_as_meant(written: str, meant: str) -> None:
    """Three languages, glued, ordinal, month first where nothing else fits: one day each."""
    assert first_date(written) == date.fromisoformat(meant)


@pytest.mark.parametrize(
    "written",
    [
        "Від_________№__________",
        "«___» ________ 2024 року",
        "21.19.2015",
        "31 лютого 2024",
        "№8/34/34",
        "№ 1004-34/2017",
        "(044) 12-05-20",
        "version 1.2.3",
        "",
    ],
)
def test_no_date_is_made_up(written: str) -> None:
    """Blanks, impossible days and other numbers stay what they are."""
    assert first_date(written) is None


def test_year_printed_once_serves_the_whole_list() -> None:
    """In a list of days the year at its end holds for all."""
    english = find_dates("January 14, February 11 and March 18, 2021")
    ukrainian = find_dates("5, 12 та 19 травня 2024 року")

    assert [one.on() for one in english] == [date(2021, 1, 14), date(2021, 2, 11), date(2021, 3, 18)]
    assert [one.on() for one in ukrainian] == [date(2024, 5, 5), date(2024, 5, 12), date(2024, 5, 19)]


def test_day_without_a_year_waits_for_one() -> None:
    """A yearless day has no date of its own, and gets one with a year."""
    found = find_dates("від12 травня")

    assert found[0].on() is None
    assert found[0].on(2026) == date(2026, 5, 12)


def test_month_first_is_told_by_unmistakable_dates() -> None:
    """One date that can be read in one way only says how the others are meant."""
    assert prefers_month_first("01/02/2020 and 03/25/2020") is True
    assert prefers_month_first("01/02/2020 and 25/03/2020") is False
    assert prefers_month_first("01/02/2020") is None


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("/files/CM_12122023_AGN.PDF", "2023-12-12"),
        ("/Doc.aspx?URL=Open/2023/12/CO_20231213_555.PDF", "2023-12-13"),
        ("/pd/22-hrudnia-or-22-december-2025-agenda.pdf", "2025-12-22"),
        ("/uploads/2024/05/agenda.pdf", None),
        ("/documents/160526.pdf", None),
    ],
)
def test_file_name_tells_its_day(address: str, meant: str | None) -> None:
    """The name of a file may hold its day; its folders and its number do not."""
    assert date_in_address(address) == (date.fromisoformat(meant) if meant else None)


def test_relative_day_needs_a_base() -> None:
    """Yesterday is counted from the day of the visit, and other words are no day."""
    assert relative_day("позавчора", date(2026, 3, 14)) == date(2026, 3, 12)
    assert relative_day("згодом", date(2026, 3, 14)) is None


@given(st.text())
def test_any_text_is_survived(text: str) -> None:
    """Whatever stands on a page, dates are found or not, in order and without overlap."""
    found = find_dates(text)

    assert all(one.end <= two.start for one, two in pairwise(found))


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2099, 12, 31)))
def test_printed_day_comes_back(day: date) -> None:
    """Every real day is read back from the two commonest ways to print it."""
    assert first_date(day.strftime("%d.%m.%Y")) == day
    assert first_date(day.isoformat()) == day
