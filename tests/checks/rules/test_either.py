"""Here or elsewhere: a document, or a service that the site leads to."""

from datetime import date
from typing import Any

import pytest

from checks.answers import Absent
from checks.cases import read_sight
from checks.catalog import load
from checks.material import Material
from checks.rules.either import document_or_service, register_or_service, service_described
from checks.shelf import Shelf
from models.facts import Answer
from models.vocabulary import Verdict

PACK = load("transparent-cities")
PHRASES = ["бюджет для громадян"]


def material(indicator: str, page: dict[str, Any]) -> Material:
    """What one indicator is given of a site with this page."""
    sight = read_sight("here", {"pages": [page]}, date(2026, 11, 20))
    return Material(Shelf(sight, PACK.portals), PACK, PACK.by_id[indicator])


@pytest.mark.parametrize(
    ("words", "to", "met"),
    [
        ("Бюджет для громадян 2026", "/2026.pdf", True),
        ("Бюджет для громадян", "https://module.example/local/24", True),
        ("Бюджет для громадян 2021", "https://module.example/local/24?y=2021", False),
        ("Бюджет для громадян", "https://module.example/", False),
        ("Бюджет для громадян 2021", "/2021.pdf", False),
    ],
)
def test_a_document_of_the_year_or_a_living_service(words: str, to: str, *, met: bool) -> None:
    """A service counts unless its link names an old year, or leads to a front page only."""
    site = material("BUDG-09", {"page": "/b", "title": "Фінанси", "links": [{"text": words, "to": to}]})

    said = document_or_service(site, phrases=PHRASES)

    assert isinstance(said, Answer if met else Absent)


def test_a_service_elsewhere_is_a_part_where_pages_are_asked_for() -> None:
    """What another site tells of the service we do not see: that is partly met, never more."""
    link = {"text": "ЦНАП", "to": "https://cnap.example/zelenopil"}
    site = material("SOC-02", {"page": "/p", "title": "Послуги", "links": [link]})

    said = service_described(site, needs=["=інформаційна картка"])

    assert isinstance(said, Answer)
    assert said.verdict is Verdict.PARTLY_MET


@pytest.mark.parametrize(
    ("to", "day", "verdict"),
    [
        ("/cherha.pdf", date(2026, 10, 1), Verdict.MET),
        ("/cherha.pdf", date(2025, 10, 1), Verdict.PARTLY_MET),
        ("https://sadok.example/cherha", None, Verdict.PARTLY_MET),
        ("/cherha.pdf", date(2019, 10, 1), None),
    ],
)
def test_a_list_of_late_or_a_service_that_may_show_it(
    to: str, day: date | None, verdict: Verdict | None
) -> None:
    """A list counts by its age; a service elsewhere is partly met, and nothing at all is absent."""
    link = {"text": "Черга до дитячих садків", "to": to} | ({"date": day} if day else {})
    site = material("EDU-02", {"page": "/osvita", "title": "Освіта", "links": [link]})

    said = register_or_service(site, titles=[], at_most_days=183, partly_days=730)

    assert (said.verdict if isinstance(said, Answer) else None) is verdict
