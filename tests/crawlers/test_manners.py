"""We come when we may, and never faster than we promise."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawlers.manners import ON_LOOPBACK, Manners, hours_problem, manners_at, next_opening, open_now
from crawlers.registry import RegistryError, load_city

CITY = "name: {uk: Місто, en: Town}\noblast: Львівська\nregion: west\nevidence: unverified\nsites: []\n"


def kyiv_winter(clock: str, day: int = 22) -> datetime:
    """A moment of a day in November 2026, when Kyiv is two hours ahead of UTC."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=2)


@pytest.mark.parametrize(
    ("hours", "clock", "expected"),
    [
        ("22:00-06:00", "22:00", True),
        ("22:00-06:00", "23:59", True),
        ("22:00-06:00", "00:00", True),
        ("22:00-06:00", "05:59", True),
        ("22:00-06:00", "06:00", False),
        ("22:00-06:00", "21:59", False),
        ("09:30-18:00", "09:29", False),
        ("09:30-18:00", "09:30", True),
        ("09:30-18:00", "17:59", True),
        ("09:30-18:00", "18:00", False),
        ("18:00-24:00", "23:59", True),
        ("18:00-24:00", "00:00", False),
        ("", "12:00", True),
    ],
)
def test_hours_are_those_of_kyiv(hours: str, clock: str, *, expected: bool) -> None:
    """The begin belongs to the window, the end does not, and a window may reach past midnight."""
    assert open_now(hours, kyiv_winter(clock)) is expected


@pytest.mark.parametrize(
    ("hours", "moment", "opening"),
    [
        ("22:00-06:00", kyiv_winter("12:00"), kyiv_winter("22:00")),
        ("22:00-06:00", kyiv_winter("23:00"), kyiv_winter("23:00")),
        ("09:00-18:00", kyiv_winter("18:00"), kyiv_winter("09:00", day=23)),
        ("09:00-18:00", kyiv_winter("08:59"), kyiv_winter("09:00")),
        ("", kyiv_winter("03:00"), kyiv_winter("03:00")),
    ],
)
def test_next_opening(hours: str, moment: datetime, opening: datetime) -> None:
    """Now where the window is open, else its next begin, today or tomorrow."""
    assert next_opening(hours, moment) == opening
    assert open_now(hours, opening)


def test_opening_is_right_when_clocks_change() -> None:
    """On the night clocks go back, the evening's opening is an hour later in UTC than the day before."""
    saturday = next_opening("22:00-06:00", datetime(2026, 10, 24, 12, tzinfo=UTC))
    sunday = next_opening("22:00-06:00", datetime(2026, 10, 25, 12, tzinfo=UTC))

    assert (saturday.hour, sunday.hour) == (19, 20)


@pytest.mark.parametrize(
    "hours", ["22-06", "22:00", "25:00-06:00", "22:00-24:30", "22:60-06:00", "22:00 – 06:00", "nights"]
)
def test_strange_hours_are_explained(hours: str) -> None:
    """Whatever is not a window of the day is answered with an example of one."""
    assert "22:00-06:00" in (hours_problem(hours) or "")


def test_empty_window_is_explained() -> None:
    """Hours that begin when they end would never let us in."""
    assert "different times" in (hours_problem("06:00-06:00") or "")
    assert hours_problem("18:00-24:00") is None


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (
            "hours: 22-06",
            r"town\.yaml: 'hours' must be hours of the day in Kyiv, like \"22:00-06:00\", not '22-06'",
        ),
        ("hours: 2200", r"town\.yaml: 'hours' must be text, not 2200: put it in quotes"),
        ("delay: 0.2", r"town\.yaml: 'delay' must be 1 to 60 seconds, not 0\.2: we are never faster"),
        ("delay: fast", r"town\.yaml: 'delay' must be a number, not 'fast'"),
    ],
)
def test_wrong_manners_in_a_city_file_are_named(tmp_path: Path, line: str, complaint: str) -> None:
    """A city's entry cannot ask for what we do not do, and is told so by file and key."""
    path = tmp_path / "town.yaml"
    path.write_text(f"{CITY}{line}\n", encoding="utf-8")

    with pytest.raises(RegistryError, match=complaint):
        load_city(path)


def test_city_may_ask_for_hours_and_patience(tmp_path: Path) -> None:
    """Its hours hold for its visit, and its delay where it is longer than ours."""
    path = tmp_path / "town.yaml"
    path.write_text(f'{CITY}hours: "22:00-06:00"\ndelay: 3\n', encoding="utf-8")
    city = load_city(path)

    polite = manners_at(city, Manners())

    assert (polite.hours, polite.delay) == ("22:00-06:00", 3.0)
    assert manners_at(city, Manners(delay=5.0)).delay == 5.0
    assert manners_at(city, ON_LOOPBACK).max_pages == ON_LOOPBACK.max_pages


def test_manners_survive_the_way_to_the_crawl_process() -> None:
    """They are plain values: what JSON gives back is what was sent."""
    polite = Manners(hours="22:00-06:00")

    assert Manners(**asdict(polite)) == polite
