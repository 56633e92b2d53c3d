"""Programmes in force, and a report on last year."""

from datetime import date
from typing import Any

import pytest

from checks.answers import Absent
from checks.cases import read_sight
from checks.catalog import load
from checks.material import Material
from checks.rules.programmes import programmes_reported
from checks.shelf import Shelf
from models.facts import Answer
from models.vocabulary import Verdict

PACK = load("transparent-cities")
TWO = ["Програма «Турбота» на 2025–2027 роки", "Програма розвитку спорту до 2030 року"]
REPORT = "Звіт про виконання програми «Турбота» за 2025 рік"


def said_of(*titles: str, table: dict[str, Any] | None = None) -> Answer | Absent:
    """What the rule says of a section with papers of these titles, the first of which is a *table*."""
    links = [{"text": title, "to": f"/{place}.xlsx"} for place, title in enumerate(titles)]
    pages: list[dict[str, Any]] = [{"page": "/prohramy", "title": "Цільові програми", "links": links}]
    if table is not None:
        pages.append({"page": "/0.xlsx", "media": "application/vnd.ms-excel", "document": table})
    sight = read_sight("here", {"pages": pages}, date(2026, 11, 20))
    site = Material(Shelf(sight, PACK.portals), PACK, PACK.by_id["BUDG-12"])
    return programmes_reported(
        site, phrases=["програма"], reports=["звіт про виконання"], registers=["реєстр"], at_least=2
    )


@pytest.mark.parametrize(
    ("titles", "verdict"),
    [
        ((*TWO, REPORT), Verdict.MET),
        (TWO, Verdict.PARTLY_MET),
        ((REPORT,), Verdict.PARTLY_MET),
        ((TWO[0], "Програма здоров’я на 2016–2020 роки", REPORT), Verdict.PARTLY_MET),  # one is over
    ],
)
def test_programmes_in_force_and_a_report_are_both_needed(titles: tuple[str, ...], verdict: Verdict) -> None:
    """Either alone is a part of it, and a programme that has ended is none."""
    said = said_of(*titles)

    assert isinstance(said, Answer)
    assert said.verdict is verdict


@pytest.mark.parametrize(("rows", "verdict"), [(12, Verdict.MET), (2, Verdict.PARTLY_MET)])
def test_a_register_stands_for_all_if_it_is_long_enough(rows: int, verdict: Verdict) -> None:
    """A table with a head and one row more lists too little."""
    table = {"format": "xlsx", "tables": [{"name": "Реєстр", "rows": rows, "header": ["Назва", "Роки"]}]}

    said = said_of("Реєстр цільових програм", REPORT, table=table)

    assert isinstance(said, Answer)
    assert said.verdict is verdict


def test_ended_programmes_alone_are_nothing() -> None:
    """The nearest thing is named, and no part of it is granted."""
    said = said_of("Програма розвитку спорту на 2016–2018 роки")

    assert isinstance(said, Absent)
    assert said.near_miss is not None
