"""Questions of an agenda: is each named exactly, and what is no question at all?"""

from collections.abc import Callable
from datetime import date

import pytest

from checks.cases import read_sight
from models.facts import Answer, Sight

TODAY = date(2026, 11, 20)
Ask = Callable[[str, Sight], Answer]
EXACT = "1. Про передачу в оренду земельної ділянки ТОВ «Затишок» по вул. Садовій, 4"
VAGUE = "2. Про затвердження технічної документації із землеустрою"


def agenda(text: str) -> Sight:
    """A sight with one agenda of a session to come."""
    link = {"text": "Порядок денний сесії 26.11.2026", "to": "/p/41", "kind": "agenda", "event": "2026-11-26"}
    pages = [
        {"page": "/p", "title": "Порядок денний сесій", "links": [link]},
        {"page": "/p/41", "kind": "other", "title": "Порядок денний 41 сесії", "text": text},
    ]
    return read_sight("agenda", {"pages": pages}, TODAY)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (EXACT, "met"),
        (f"{EXACT}\n{VAGUE}", "partly-met"),
        (VAGUE, "not-met"),
        ("1. Земельні питання\n2. Різне", "not-met"),
        (f"Земельні питання\n{EXACT}", "met"),
        (f"{EXACT}\n2. Про ставки земельного податку", "met"),
    ],
)
def test_every_question_on_land_must_be_exact(answer_of: Ask, text: str, verdict: str) -> None:
    """A heading above exact questions and a tax on land are no questions; a group of them is one, and not exact."""
    answer = answer_of("LAND-07", agenda(text))

    assert answer.verdict == verdict


def test_words_of_a_menu_are_no_question(answer_of: Ask) -> None:
    """A menu that names land beside the agenda leaves the answer to a person: it is at most partly met."""
    answer = answer_of("LAND-07", agenda("Земельні відносини\nКомунальне господарство\n1. Про звіт старости"))

    assert answer.verdict == "partly-met"
