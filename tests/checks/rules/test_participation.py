"""A round has projects and results; rules alone or a platform are a part of it."""

from datetime import date
from typing import Any

import pytest

from checks.answers import Absent
from checks.cases import read_sight
from checks.catalog import load
from checks.material import Material
from checks.rules.participation import round_published
from checks.shelf import Shelf
from models.facts import Answer
from models.vocabulary import Verdict

PACK = load("transparent-cities")


def said(*links: dict[str, Any]) -> Answer | Absent:
    """What is said of a section on the participatory budget with these links."""
    page = {"page": "/b", "title": "Бюджет участі", "links": list(links)}
    sight = read_sight("round", {"pages": [page]}, date(2026, 11, 20))
    site = Material(Shelf(sight, PACK.portals), PACK, PACK.by_id["ACC-07"])
    return round_published(
        site,
        parts={"проєкти": ["перелік проєктів"], "результати": ["переможці"]},
        within_days=730,
        rules=["положення"],
    )


def paper(words: str, day: str = "") -> dict[str, Any]:
    """A file of the section."""
    link = {"text": words, "to": f"/{words}.pdf", "kind": "participatory-budget"}
    return link | ({"date": day} if day else {})


@pytest.mark.parametrize("year", [2025, 2026])
def test_projects_and_results_of_late_make_a_round(year: int) -> None:
    """Without a day beside them, the years they name tell their age."""
    answer = said(paper(f"Перелік проєктів {year} року"), paper(f"Переможці {year} року"))

    assert isinstance(answer, Answer)
    assert answer.verdict is Verdict.MET


def test_an_old_round_is_none() -> None:
    """Winners of years ago say nothing of now."""
    assert isinstance(said(paper("Перелік проєктів 2020 року"), paper("Переможці", "2020-07-01")), Absent)


@pytest.mark.parametrize(
    "link",
    [
        paper("Положення про бюджет участі", "2017-03-01"),
        {"text": "Бюджет участі", "to": "https://gb.example/zelenopil"},
    ],
)
def test_rules_or_a_platform_are_a_part(link: dict[str, Any]) -> None:
    """Rules stay in force, and what a platform shows a person has to see."""
    answer = said(link)

    assert isinstance(answer, Answer)
    assert answer.verdict is Verdict.PARTLY_MET
