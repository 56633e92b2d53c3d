"""Ukrainian first, English complete, and no word outside the catalogue."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pytest

from checks.catalog import load, methodologies
from models.vocabulary import (
    AddressState,
    Cause,
    LinkKind,
    Passing,
    ReplyState,
    RequestState,
    Role,
    Verdict,
    VisitState,
)
from review.rendering import HERE
from review.speech import Speech, texts
from tests.review.conftest import TestClient

TEMPLATES = sorted((HERE / "templates").rglob("*.html"))
NUMERAL_FORMS = {"one", "few", "many"}
SPOKEN_ATTRIBUTES = r'(?:title|alt|aria-label|placeholder|content|data-name|data-on|data-off|value)="([^"]*)"'
NOT_WORDS = {"width=device-width, initial-scale=1", "light dark", "noindex", "confirm", "correct"}


def test_both_catalogues_hold_the_same_texts() -> None:
    """What one language says the other says too, with the same places to fill; English counts without a few."""
    en = texts("en")
    uk = {name: said for name, said in texts("uk").items() if not name.endswith(".few")}

    assert set(uk) == set(en)
    assert not [name for name in uk if not uk[name].strip() or not en[name].strip()]
    for name, said in uk.items():
        assert set(re.findall(r"{(\w+)}", said)) == set(re.findall(r"{(\w+)}", en[name])), name


def test_every_numeral_has_all_its_forms() -> None:
    """Ukrainian counts in three forms; none may be missing on the day it is needed."""
    stems = {name.removesuffix(".few") for name in texts("uk") if name.endswith(".few")}

    assert all(f"{stem}.{form}" in texts("uk") for stem in stems for form in NUMERAL_FORMS)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_holds_no_words_of_its_own(path: Any) -> None:  # noqa: ANN401
    """Whatever a page says comes from the catalogue, so that it can be said in both languages."""
    source = path.read_text(encoding="utf-8")
    bare = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", "", source, flags=re.DOTALL)

    spoken = set(re.findall(SPOKEN_ATTRIBUTES, bare)) - NOT_WORDS
    shown = re.sub(r"<kbd>\w</kbd>|<[^>]*>|<!doctype html>|&\w+;", "", bare)

    assert not re.findall(r"[^\W\d_]+", shown)
    assert not [text for text in spoken if re.search(r"[^\W\d_]", text)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_every_text_a_template_asks_for_exists(path: Any) -> None:  # noqa: ANN401
    """A page that is seldom seen does not fail on the day it is."""
    source = path.read_text(encoding="utf-8")

    asked = re.findall(r'\bt\("([\w.-]+)"[,)]', source)
    counted = re.findall(r't\.count\("([\w.-]+)"', source)

    assert not [name for name in asked if name not in texts("uk")]
    assert not [name for name in counted if f"{name}.many" not in texts("uk")]


@pytest.mark.parametrize(
    ("words", "prefix", "suffix"),
    [
        (Verdict, "verdict.", ""),
        (Role, "role.", ""),
        (VisitState, "visit_state.", ""),
        (AddressState, "address.", ""),
        (LinkKind, "kind.", ""),
        (Passing, "passing.", ""),
        (ReplyState, "reply_state.", ""),
        (RequestState, "request_state.", ""),
        ([cause for cause in Cause if cause is not Cause.SAME], "cause.", ".title"),
    ],
)
def test_every_word_of_the_house_can_be_said(words: list[StrEnum], prefix: str, suffix: str) -> None:
    """A word added to the vocabulary is not shown as a slug."""
    assert not [word for word in words if f"{prefix}{word.value}{suffix}" not in texts("uk")]


def test_ways_of_deciding_can_be_said() -> None:
    """Every class of indicator in every pack has its words."""
    classes = {one.class_ for name in methodologies() for one in load(name).indicators}

    assert not [word for word in classes if f"decided_by.{word}" not in texts("uk")]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "1 місто"),
        (2, "2 міста"),
        (5, "5 міст"),
        (11, "11 міст"),
        (12, "12 міст"),
        (21, "21 місто"),
        (22, "22 міста"),
        (111, "111 міст"),
        (0, "0 міст"),
        (1204, "1\u202f204 міста"),
    ],
)
def test_ukrainian_numerals(number: int, said: str) -> None:
    """Numbers and nouns agree."""
    assert Speech("uk").count("run.cities", number) == said


def test_english_numerals() -> None:
    """One city, two cities."""
    assert [Speech("en").count("run.cities", number) for number in (1, 2)] == ["1 city", "2 cities"]


def test_times_are_those_of_kyiv() -> None:
    """Half past nine in the evening in UTC is the next day there, in summer by three hours."""
    summer, winter = datetime(2026, 7, 31, 21, 30, tzinfo=UTC), datetime(2026, 12, 31, 22, 5, tzinfo=UTC)

    assert Speech("uk").moment(summer) == "1 серпня 2026, 00:30"
    assert Speech("en").moment(winter) == "1 January 2027, 00:05"


@pytest.mark.parametrize(
    ("headers", "query", "language"),
    [
        ({}, "", "uk"),
        ({"accept-language": "de,fr;q=0.5"}, "", "uk"),
        ({"accept-language": "en-GB,en;q=0.9,uk;q=0.8"}, "", "en"),
        ({"accept-language": "en;q=0.1,uk-UA"}, "", "uk"),
        ({"accept-language": "en;q=oops,;;q=,"}, "", "uk"),
        ({"accept-language": "en"}, "?lang=uk", "uk"),
        ({"cookie": "language=en"}, "", "en"),
        ({"cookie": "language=en"}, "?lang=uk", "uk"),
        ({"cookie": "language=<script>"}, "?lang=xx", "uk"),
    ],
)
def test_the_language_is_the_readers(
    headers: dict[str, str], query: str, language: str, visitor: TestClient
) -> None:
    """The last choice counts, then the browser's, then Ukrainian."""
    page = visitor.get(f"/crawler{query}", headers=headers)

    assert f'<html lang="{language}">' in page.text
    assert ("set-cookie" in page.headers) == (query == f"?lang={language}")


@pytest.mark.parametrize(
    "path", ["/", "/queue", "/cities", "/cities/duby", "/runs", "/drift", "/crawler", "/crawler/load"]
)
def test_english_pages_are_english(path: str, signed_in: Callable[[str], Any]) -> None:
    """Outside names and quotations no Ukrainian word is left."""
    client = signed_in("chief")

    page = client.get(f"{path}?lang=en").text

    ours = re.sub(r'<a class="out".*?</a>', " ", page)  # what a site calls its own links stays as it is
    text = re.sub(r"<[^>]*>|«[^»]*»|“[^”]*”", " ", ours)
    left = set(re.findall(r"[А-ЯҐЄІЇа-яґєії]+", text)) - {"Укр", "Олена", "Дорошенко"}
    ukrainian = set(" ".join(texts("uk").values()).lower().split())
    assert not {word for word in left if word.lower() in ukrainian}
