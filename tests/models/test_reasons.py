"""Every reason has its sentence."""

import re

import pytest

from checks.lens import Refusal
from models.reasons import _FILE, explained_near_misses, near_miss, sentence
from models.vocabulary import Reason


@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_is_explained_in_plain_words(reason: Reason, language: str) -> None:
    """Also where nothing is known beside the reason: no place or bracket is left open."""
    said = sentence(reason, language, {})

    assert said.endswith(".")
    assert not re.search(r"[\[\]{}]", said)
    assert bool(re.search("[а-яіїєґ]", said)) == (language == "uk")


def test_places_are_filled_and_the_unknown_parts_left_out() -> None:
    """A sentence says what is known, and does not show its seams."""
    detail = {"found": 2, "expected": 4, "missing": None}

    assert sentence(Reason.INCOMPLETE_SERIES, "uk", detail) == "Є не за всі періоди чи засідання: 2 із 4."


def test_a_value_is_never_taken_for_a_place() -> None:
    """Words from a site may hold brackets of their own."""
    said = sentence(Reason.DOCUMENT_FOUND, "en", {"title": "Budget [draft] {year}"})

    assert said == "Found: “Budget [draft] {year}”."


def test_every_near_miss_is_explained() -> None:
    """What does not count is said with its why."""
    assert explained_near_misses() == set(Refusal)
    assert near_miss("gone", "en")
    assert near_miss("no-such-word", "uk") == ""


def test_both_sentences_ask_for_the_same_places() -> None:
    """Nobody learns less for reading the other language."""
    pairs = re.findall(r'uk: "(.*)"\n\s+en: "(.*)"', _FILE.read_text(encoding="utf-8"))

    assert len(pairs) == len(Reason)
    for uk, en in pairs:
        assert sorted(re.findall(r"\{\w+\}", uk)) == sorted(re.findall(r"\{\w+\}", en)), uk
