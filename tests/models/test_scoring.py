"""Which topics a link promises, by its words and its address."""

from __future__ import annotations

import pytest

from models.facts import Lexicon, Term
from models.matching import resembles
from models.scoring import score_link

LEXICON = Lexicon(
    {
        "drafts": (Term("проєкти рішень"), Term("проєкти рішень виконкому", negative=True)),
        "budget": (
            Term("рішення про бюджет"),
            Term("бюджет громади"),
            Term("громадський бюджет", negative=True),
        ),
        "orders": (Term("розпорядження міського голови"),),
    }
)
PLAIN = "https://rada.example/a"


def test_link_is_scored_by_words_then_by_address() -> None:
    """Words count in full, a transliterated slug a fifth less, a cancelled topic not at all."""
    assert score_link("Проекти рішень", PLAIN, LEXICON)["drafts"] == 100
    assert score_link("далі", "https://rada.example/proekty-rishen/", LEXICON) == {"drafts": 80}
    assert "drafts" not in score_link("Проєкти рішень виконкому", PLAIN, LEXICON)
    assert score_link("Контакти", "https://rada.example/contacts", LEXICON) == {}


@pytest.mark.parametrize(
    "text",
    [
        "Проекти рішень",
        "ПРОЄКТИ РІШЕНЬ",
        "Пpoєкти piшень",
        "Проєкти\u00a0рішень",
        "Про\u00adєкти рі\u200bшень",
        "проєктів рішення",
        "П р о є к т и  Р і ш е н ь",
        "Проєкти рішень (2026)",
    ],
)
def test_every_spelling_of_a_link_promises_the_same(text: str) -> None:
    """Case, look-alike letters, invisible characters, spaced letters and endings cost nothing."""
    assert score_link(text, PLAIN, LEXICON).get("drafts") == 100


@pytest.mark.parametrize(
    "slug",
    [
        "proekty-rishen",
        "proiekty-rishen",
        "proyekty_rishen",
        "proekti-rishen",
        "2024/proekty-rishen.html",
        "%D0%BF%D1%80%D0%BE%D1%94%D0%BA%D1%82%D0%B8-%D1%80%D1%96%D1%88%D0%B5%D0%BD%D1%8C",
    ],
)
def test_every_transliteration_of_an_address_promises_the_same(slug: str) -> None:
    """Whichever of the systems in use wrote a slug, and an escaped Cyrillic one too, it is read alike."""
    assert score_link("", f"https://rada.example/{slug}", LEXICON) == {"drafts": 80}


def test_a_guessed_negative_does_not_cancel_what_is_named_in_full() -> None:
    """Two terms a slip apart are told apart; where the negative itself is named it cancels."""
    assert score_link("Бюджет громади", PLAIN, LEXICON)["budget"] == 100
    assert "budget" not in score_link("Громадський бюджет", PLAIN, LEXICON)


@pytest.mark.parametrize(
    "text",
    [
        "Розпорядження голови",
        "Розпоряджння міського голови",
        "голови міського розпорядження",
        "міського голови",
    ],
)
def test_a_link_is_weighed_as_any_text_is(text: str) -> None:
    """The quick way of weighing many links says what ``resembles`` says of one."""
    told = resembles(text, "розпорядження міського голови")

    assert score_link(text, PLAIN, LEXICON).get("orders", 0) == (told if told >= 50 else 0)


def test_hostile_addresses_and_texts_are_weighed() -> None:
    """Very long and broken input is looked at as far as it makes sense, and nothing is raised."""
    for text, url in (("а" * 100_000, "https://x/" + "б" * 100_000), ("\ud800", "https://x/%ff%"), ("", "")):
        assert score_link(text, url, LEXICON) == {}
