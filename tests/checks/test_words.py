"""What titles say."""

import pytest

from checks.words import Words, carries, head, years
from models.facts import Term

DECISIONS = Words(
    [
        Term("Рішення міської ради"),
        Term("Рішення міської ради та виконавчого комітету"),
        Term("рішення виконавчого комітету", negative=True),
        Term("громадський бюджет", negative=True),
        Term("обласна рада", negative=True),
    ]
)


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Рішення міської ради VIII скликання", 1),
        ("Рішення виконавчого комітету міської ради", -1),
        ("Рішення міської ради та виконавчого комітету", 1),
        ("Рішення міської ради Зеленопільської області", 1),
        ("Бюджет громади", 0),
        ("Контакти", 0),
        ("", 0),
    ],
)
def test_words_speak_for_against_or_not_at_all(title: str, said: int) -> None:
    """A longer term covers its negative; a near spelling never takes anything away."""
    assert DECISIONS.says(title) == said


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("Про бюджет на 2026 рік", {2026}),
        ("Рішення від 23.12.2025 № 5 «Про бюджет на 2026 рік»", {2026}),
        ("Рішення від 23 грудня 2025 року «Про бюджет на 2026 рік»", {2026}),
        ("Рішення від 23.12.2025", {2025}),
        ("Виконання за 9 місяців 2026 року", {2026}),
        ("Adopted Budget 2026-27", {2026, 2027}),
        ("Budget 2026/2027", {2026, 2027}),
        ("Прогноз на 2026–2028 роки", {2026}),
        ("№ 12026 від учора", set()),
    ],
)
def test_years_are_those_a_title_is_about(title: str, named: set[int]) -> None:
    """The year of a signature is not the year of a budget."""
    assert years(title) == named


def test_the_head_of_a_title_ends_where_its_subject_begins() -> None:
    """Whose decision it is stands before what it is about."""
    assert head("Рішення ради № 5 Про скасування рішення виконкому", ("про",)) == "Рішення ради № 5 "
    assert head("Провадження", ("про",)) == "Провадження"


def test_a_phrase_is_carried_word_for_word_whatever_the_endings() -> None:
    """Neighbouring words only, in their order."""
    assert carries("Звіт за січень – березень 2026", ["січень-березень"])
    assert carries("за першого півріччя", ["перше півріччя"])
    assert not carries("бюджет міста та план на рік", ["бюджет міста на"])
