"""What pages and links say: how much of it is needed, and what a front page is worth."""

from datetime import date
from typing import Any

import pytest

from checks.answers import Absent
from checks.cases import read_sight
from checks.catalog import load
from checks.material import Material
from checks.rules.pages import items_say, page_says, service_linked
from checks.shelf import Shelf
from models.facts import Answer
from models.vocabulary import Reason, Verdict

PACK = load("transparent-cities")
SERVICES = "=догляд вдома|денний догляд|консультування"


def material(indicator: str, *pages: dict[str, Any]) -> Material:
    """What one indicator is given of a site with these pages."""
    sight = read_sight("here", {"pages": list(pages)}, date(2026, 11, 20))
    return Material(Shelf(sight, PACK.portals), PACK, PACK.by_id[indicator])


def text_page(text: str) -> dict[str, Any]:
    """A page of text on social services."""
    return {"page": "/posluhy", "kind": "other", "title": "Соціальні послуги", "text": text}


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Догляд вдома, денний догляд. Телефон (0000) 00-00-01.", Verdict.MET),
        ("Догляд вдома. Телефон (0000) 00-00-01.", Verdict.PARTLY_MET),
        ("Догляд вдома, ще раз догляд вдома. Телефон (0000) 00-00-01.", Verdict.PARTLY_MET),
    ],
)
def test_different_phrases_are_counted_wherever_they_stand(text: str, verdict: Verdict) -> None:
    """Two services in one line are two; one named twice is one."""
    said = page_says(
        material("SOC-01", text_page(text)), needs=[SERVICES, "phone"], counts={SERVICES: 2}, core=True
    )

    assert isinstance(said, Answer)
    assert said.verdict is verdict


def test_without_the_core_the_rest_is_worth_nothing() -> None:
    """A phone on an empty page is no part of a list of services."""
    said = page_says(
        material("SOC-01", text_page("Телефон (0000) 00-00-01.")), needs=[SERVICES, "phone"], core=True
    )

    assert isinstance(said, Absent)


def test_a_paper_says_what_its_link_says() -> None:
    """The number of a tender in a link counts, and no paper is taken for its neighbour."""
    links = [
        {"text": f"Обґрунтування закупівлі{number}", "to": f"/{place}.pdf", "date": "2026-11-02"}
        for place, number in enumerate([" UA-2026-11-02-001234-a", "", " UA-2026-11-03-000871-a"])
    ]
    listed = {"page": "/zakupivli", "title": "Публічні закупівлі", "links": links}

    said = items_say(material("PROC-03", listed), needs=["tender"], last=3, share=0.9)

    assert isinstance(said, Answer)
    assert (said.verdict, said.detail["found"], said.detail["expected"]) == (Verdict.PARTLY_MET, 2, 3)


@pytest.mark.parametrize(
    ("address", "verdict"),
    [
        ("https://prozorro.gov.ua/search/tender?edrpou=00000001", Verdict.MET),
        ("https://prozorro.gov.ua/?edrpou=00000001", Verdict.MET),
        ("https://prozorro.gov.ua/", Verdict.PARTLY_MET),
        ("https://prozorro.gov.ua/uk/", Verdict.PARTLY_MET),
    ],
)
def test_the_front_page_of_a_service_shows_nothing_of_this_council(address: str, verdict: Verdict) -> None:
    """Only a link that goes further than the front page leads to the council's own."""
    section = {"page": "/z", "title": "Публічні закупівлі", "links": [{"text": "Prozorro", "to": address}]}

    said = service_linked(material("PROC-02", section), hosts=["prozorro.gov.ua"], deep=True)

    assert isinstance(said, Answer)
    assert said.verdict is verdict
    assert (said.reason is Reason.HOLLOW_SECTION) == (verdict is Verdict.PARTLY_MET)
