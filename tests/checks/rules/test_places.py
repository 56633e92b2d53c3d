"""Lists of addresses: how many make a list, and of which year."""

from datetime import date
from typing import Any

import pytest

from checks.answers import Absent
from checks.cases import read_sight
from checks.catalog import load
from checks.material import Material
from checks.rules.places import places_listed
from checks.shelf import Shelf
from models.facts import Answer
from models.vocabulary import Reason, Verdict

PACK = load("transparent-cities")


def material(indicator: str, *pages: dict[str, Any]) -> Material:
    """What one indicator is given of a site with these pages."""
    sight = read_sight("here", {"pages": list(pages)}, date(2026, 11, 20))
    return Material(Shelf(sight, PACK.portals), PACK, PACK.by_id[indicator])


def shelters(number: int) -> dict[str, Any]:
    """A page that names so many shelters, some of them twice."""
    lines = [f"вул. Садова, {place}" for place in range(1, number + 1)]
    return {"page": "/ukryttia", "kind": "other", "title": "Укриття", "text": "\n".join([*lines, *lines[:3]])}


@pytest.mark.parametrize(("number", "verdict"), [(3, Verdict.MET), (2, Verdict.PARTLY_MET)])
def test_each_address_is_counted_once(number: int, verdict: Verdict) -> None:
    """Enough different ones make a list, fewer are a part of it."""
    said = places_listed(material("SOC-04", shelters(number)), mark="address", at_least=3)

    assert isinstance(said, Answer)
    assert (said.verdict, said.detail["count"]) == (verdict, number)


def test_a_map_elsewhere_is_enough_only_where_the_indicator_says_so() -> None:
    """A link that is called a map of shelters is one, where maps are asked for."""
    link = {"text": "Мапа укриттів", "to": "https://maps.example/view?id=1"}
    site = material("SOC-04", {"page": "/bezpeka", "title": "Безпека", "links": [link]})

    said = places_listed(site, mark="address", at_least=3, maps=True)

    assert isinstance(said, Answer)
    assert said.verdict is Verdict.MET
    assert isinstance(places_listed(site, mark="address", at_least=3), Absent)


@pytest.mark.parametrize(
    ("year", "reason"), [("2025", Reason.ONLY_STALE), ("2028", Reason.NO_DOCUMENT_FOR_YEAR)]
)
def test_a_list_of_another_year_is_none_of_this_one(year: str, reason: Reason) -> None:
    """Where the year matters, what is of another is the near miss."""
    link = {"text": f"Титульний список на {year} рік", "to": "/list.xlsx"}
    site = material("HOUS-05", {"page": "/remont", "title": "Ремонт", "links": [link]})

    said = places_listed(site, mark="address", at_least=3, this_year=["титульний список"])

    assert isinstance(said, Absent)
    assert said.reason is reason
    assert said.near_miss is not None
