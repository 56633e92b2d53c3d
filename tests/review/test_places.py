"""Where quoted words stand, said so that a person finds them."""

from __future__ import annotations

from typing import Any

import pytest

from models.custody import Spot
from review.places import box, exactly, where
from review.speech import Speech

UK, EN = Speech("uk"), Speech("en")


def spot(kind: str, *, found: bool = True, **place: Any) -> Spot:  # noqa: ANN401  # any JSON value
    """A spot of *kind*."""
    return Spot(capture_id="c" * 32, quote="слова", found=found, kind=kind, place=place)


@pytest.mark.parametrize(
    ("kind", "place", "said"),
    [
        ("text", {"css": "#main > p:nth-of-type(3)", "start": 0, "end": 5}, "Абзац тексту на сторінці"),
        (
            "text",
            {"css": "ul > li.act", "start": 0, "end": 5, "times": 2},
            "Пункт списку на сторінці (трапляється 2 рази, показано перший)",
        ),
        ("text", {"css": "table td:nth-child(2)"}, "Клітинка таблиці на сторінці"),
        ("text", {"css": "div.x-widget"}, "Текст на сторінці"),
        (
            "attribute",
            {"css": "a", "attribute": "title", "start": 0, "end": 3},
            "Підказка чи підпис елемента (title)",
        ),
        ("page", {"page": 3, "pages": 12, "boxes": []}, "Сторінка 3 з 12"),
        ("cell", {"sheet": "2026", "row": 5, "column": 28}, "Аркуш «2026», рядок 5, стовпець 28 (AB)"),
        ("cell", {"table": 2, "row": 1, "column": 26}, "Таблиця 2, рядок 1, стовпець 26 (Z)"),
        ("paragraph", {"number": 14}, "Абзац 14 документа"),
        ("value", {"path": "/result/0/title"}, "Значення /result/0/title у даних"),
        ("name", {}, "Назва самого файлу"),
        ("address", {}, "Сама адреса сторінки"),
        (
            "page",
            {"page": 1, "pages": 2, "member": "звіт.pdf"},
            "У файлі «звіт.pdf» усередині архіву: сторінка 1 з 2",
        ),
    ],
)
def test_every_kind_of_place_is_said_in_words(kind: str, place: dict[str, Any], said: str) -> None:
    """Paragraph, page, sheet and cell, path in data: as somebody would say it on the phone."""
    assert where(spot(kind, **place), UK) == said
    assert where(spot(kind, **place), EN) != said


@pytest.mark.parametrize("reason", ["absent", "unreadable", "unsafe", "erased", "something new"])
def test_what_was_not_found_says_why(reason: str) -> None:
    """A place that is not known is said to be so; a reason of a later version is no error."""
    unfound = spot("none", found=False, reason=reason)

    assert where(unfound, UK).startswith("Місце не визначено: ")
    assert where(unfound, EN).startswith("The place is not known: ")


def test_nobody_looked_is_nothing() -> None:
    """Without a spot there is no sentence."""
    assert (where(None, UK), box(None, UK), exactly(None, UK)) == ("", "", "")


def test_the_box_and_the_selector_are_for_whoever_wants_them_exactly() -> None:
    """In points from the lower left corner; a selector with its characters."""
    page = spot("page", page=1, pages=1, boxes=[[72.2, 610.0, 540.6, 640.0]])
    text = spot("text", css="#acts > li:nth-child(4)", start=12, end=58)

    assert box(page, UK) == "рамка: 72–541 × 610–640 пт від лівого нижнього кута"
    assert exactly(text, UK) == "#acts > li:nth-child(4), знаки 12–58"
