"""What a portal's API says of datasets is read in full, and a part of them is not taken for all."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from crawlers.pages.passports import describes_data
from crawlers.reading import read_page
from models.facts import Dataset, PageFacts
from models.vocabulary import Reason

TODAY = date(2026, 3, 14)
API = "https://data.example/api/3/action"


def answer(result: object, action: str = "package_search") -> PageFacts:
    """Read what the portal answers to *action*."""
    body = json.dumps({"help": "", "success": True, "result": result}).encode()
    return read_page(body, url=f"{API}/{action}", media_type="application/json", today=TODAY)


def dataset(*resources: dict[str, Any], **fields: Any) -> Dataset:  # noqa: ANN401  # whatever JSON holds
    """Read one dataset with these *resources* and *fields*."""
    package = {"id": "1f0a", "name": "parky", "title": "Парки", "resources": list(resources), **fields}
    (read,) = answer(package, "package_show?id=parky").datasets
    return read


def test_whole_passport_is_read() -> None:
    """Every field of the national portal's form comes out by its name, the promised renewal in its own words."""
    read = dataset(
        {"name": "Парки", "format": "CSV"},
        {"name": "Структура набору даних", "format": "JSON"},
        maintainer="Відділ благоустрою",
        maintainer_email="dani@rada.example",
        license_id="cc-by",
        purpose_of_collecting_information="Догляд за парками",
        tags=[{"name": "парки", "display_name": "парки"}],
        update_frequency="once a year",
    )

    assert read.described == ("maintainer", "email", "licence", "purpose", "keywords", "frequency", "schema")
    assert read.frequency == "once a year"


def test_extras_are_fields_too() -> None:
    """What a portal keeps among the extras, in quotes or not, is told like any field."""
    extras = [
        {"key": "update_frequency", "value": '"monthly"'},
        {"key": "tag_string", "value": "парки, сквери"},
    ]

    read = dataset(extras=extras)

    assert (read.frequency, read.described) == ("monthly", ("keywords", "frequency"))


@pytest.mark.parametrize(
    "field",
    [
        {"maintainer": "-"},
        {"maintainer_email": "відсутня"},
        {"license_title": "License not specified", "license_id": "notspecified"},
        {"license_title": "Не вказано"},
        {"tags": []},
        {"notes": None},
        {"update_frequency": ["—"]},
        {"extras": [{"key": "update_frequency"}, "x", None]},
        {"extras": {"update_frequency": 7}},
    ],
)
def test_field_that_says_nothing_is_not_filled(field: dict[str, Any]) -> None:
    """A dash, "not specified", an e-mail without @ and nothing at all fill no field."""
    assert dataset(**field).described == ()


def test_structure_of_the_data_is_not_the_data() -> None:
    """Formats and the day of renewal are those of the data, not of the files that describe it."""
    read = dataset(
        {"name": "Парки 2024", "format": ".pdf", "last_modified": "2024-05-01T10:00:00"},
        {"name": "Парки 2023", "format": "PDF", "last_modified": "2023-05-01T10:00:00"},
        {"name": "schema.json", "format": "JSON", "last_modified": "2026-01-01T10:00:00"},
        metadata_modified="2026-02-02T10:00:00",
    )

    assert (read.formats, read.modified) == (("PDF",), date(2024, 5, 1))


def test_dataset_of_nothing_but_structures_keeps_them() -> None:
    """Where all resources are called so, they are what the dataset holds."""
    assert dataset({"name": "Структура", "format": "XLSX"}).formats == ("XLSX",)


def test_day_of_the_record_stands_in_for_that_of_files() -> None:
    """Where no resource says when it was renewed, the record's own day counts."""
    read = dataset({"name": "Парки", "last_modified": None}, metadata_modified="2026-02-02T10:00:00.123")

    assert read.modified == date(2026, 2, 2)


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ({"format": "", "mimetype": "text/csv"}, ("CSV",)),
        ({"format": "application/json"}, ("JSON",)),
        ({"url": "https://data.example/files/parky.XLSX?v=2"}, ("XLSX",)),
        ({"url": "https://data.example/v1.0/parky"}, ()),
        ({"url": "https://[data.example/parky.csv", "format": None}, ()),
    ],
)
def test_format_is_found_where_its_field_is_empty(
    resource: dict[str, Any], expected: tuple[str, ...]
) -> None:
    """By the media type, or by the ending of the address."""
    assert dataset({"name": "Парки", **resource}).formats == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Структура набору даних", True),
        ("Паспорт набору", True),
        ("Структура", True),
        ("struktura.xlsx", True),
        ("schema_v2.json", True),
        ("Словник даних", True),
        ("Паспорти бюджетних програм", False),
        ("Паспорт бюджетної програми 0110150", False),
        ("Організаційна структура міської ради", False),
        ("Схема розміщення тимчасових споруд", False),
        ("Дані 2026.csv", False),
    ],
)
def test_description_of_data_is_known_by_its_name(name: str, expected: bool) -> None:  # noqa: FBT001
    """Passports of programmes and the structure of a council are data; those of a dataset are not."""
    assert describes_data(name) is expected


@pytest.mark.parametrize(
    ("action", "result"),
    [
        (
            "organization_show",
            {"title": "Рада", "package_count": 12, "packages": [{"title": "A", "id": "a"}]},
        ),
        ("organization_show", {"title": "Рада", "package_count": 12}),
        ("package_search?rows=1", {"count": 3, "results": [{"title": "A", "id": "a"}]}),
        ("package_search?start=1", {"count": 3, "results": [{"title": "A", "id": "a"}]}),
    ],
)
def test_part_of_the_datasets_is_not_taken_for_all(action: str, result: object) -> None:
    """An answer that lists fewer than it says there are did not come whole."""
    facts = answer(result, action)

    assert (facts.complete, facts.reasons) == (False, (Reason.TRUNCATED,))


@pytest.mark.parametrize(
    ("action", "result"),
    [
        ("organization_show", {"title": "Рада", "package_count": 0, "packages": []}),
        ("organization_show", {"title": "Рада", "package_count": 1, "packages": [{"title": "A", "id": "a"}]}),
        ("package_search?start=2", {"count": 3, "results": [{"title": "A", "id": "a"}]}),
        ("package_search?start=x", {"count": 1, "results": [{"title": "A", "id": "a"}]}),
        ("package_show", {"title": "A", "id": "a", "count": 7, "resources": []}),
        ("resource_search", {"count": 1, "results": [{"name": "A"}]}),
    ],
)
def test_whole_answer_is_whole(action: str, result: object) -> None:
    """All of them, the rest of them after those left out, or none where there are none."""
    facts = answer(result, action)

    assert (facts.complete, facts.reasons) == (True, ())


def test_answer_about_one_organisation_names_the_publisher() -> None:
    """Datasets that do not say whose they are belong to the organisation asked for."""
    facts = answer(
        {"title": "Явірська міська рада", "package_count": 1, "packages": [{"title": "Парки", "id": "a"}]},
        "organization_show",
    )

    assert [one.publisher for one in facts.datasets] == ["Явірська міська рада"]


def test_list_of_organisations_is_no_list_of_datasets() -> None:
    """Organisations have titles as datasets do, and are none."""
    organisations = [
        {"title": "Явірська міська рада", "is_organization": True, "package_count": 12},
        {"title": "Інша рада", "type": "organization"},
    ]

    assert answer(organisations, "organization_list?all_fields=true").datasets == ()
