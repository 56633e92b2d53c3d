"""What counts as the same word, and which term a text carries."""

import pytest

from models.facts import Term
from models.matching import matches, normalise, resembles


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Слов’янськ", "словянськ"),
        ("Слов'янськ", "словянськ"),
        ("Словʼянськ", "словянськ"),
        ("Ки\u0438\u0306в", "кийв"),  # decomposed й
        ("Ки\u0457в", "київ"),
        ("рі\u00adшен\u200bня\u00a0сесії", "рішення сесії"),
        ("CECIЯ", "сесія"),
        ("cесії", "сесії"),
        ("kamіn.gov.ua", "kamin gov ua"),
        ("Проєкт рішення", "проект рішення"),
        ("Р І Ш Е Н Н Я", "рішення"),
        ("В И Р І Ш И Л А:", "вирішила"),
        ("VIII скликання", "8 скликання"),
        ("VІІІ скликання", "8 скликання"),
        ("8 скликання", "8 скликання"),
        ("proekty_rishen-2024", "proekty rishen 2024"),
        ("Ки\u0456\u0308в", "київ"),  # decomposed ї
        ("рішення\u202fсесії\u3000ради", "рішення сесії ради"),  # narrow and wide spaces
        ("Р\u00a0І\u00a0Ш\u00a0Е\u00a0Н\u00a0Н\u00a0Я", "рішення"),
        ("Р  І  Ш  Е  Н  Н  Я", "рішення"),
        ("п\u0430\u0301спорт", "паспорт"),  # with the mark of stress
        ("про\u2060токол\ufeff", "протокол"),
        ("бюджeт", "бюджет"),  # Latin e
        ("pішення", "рішення"),  # Latin p
        ("бюджεт", "бюджет"),  # Greek ε
        ("розпоряджeння гoлoви", "розпорядження голови"),
        ("обʹєкт об՚єкт об＇єкт", "обєкт обєкт обєкт"),
        ("ґанок", "ганок"),
    ],
)
def test_spellings_fold_to_one(written: str, folded: str) -> None:
    """Apostrophes, look-alikes, invisible characters and spaced-out words leave one spelling."""
    assert normalise(written) == folded


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("Перелік проектів рішень сесії", "Проєкти рішень"),
        ("Про затвердження порядку денного засідання", "порядок денний"),
        ("У черзі на житло", "черга на житло"),
        ("протоколи засідань", "протокол засідання"),
        ("Решения сессии", "решение"),
        ("Council Agendas", "agenda"),
        ("Розпоряджень міського голови", "розпорядження міського голови"),
    ],
)
def test_endings_cost_nothing(text: str, term: str) -> None:
    """A term in another case or number is still carried in full."""
    assert resembles(text, term) == 100


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("Рiшення сесіі", "Рішення сесії"),  # a keyboard without ї, and a Latin i
        ("украінська мова", "українська мова"),
        ("бюджет територіальноі громади", "бюджет територіальної громади"),
        ("зведення про депутатів, що мають повноваження", "мають повноваження"),
        ("Проєктів рішень", "проекти рішень"),
        ("аґрарна політика", "аграрної політики"),
        ("Слов’янської міської", "Слов'янська міська"),
        ("ПРОТОКОЛАМИ ЗАСІДАНЬ", "протокол засідання"),
        ("засідання виконавчих комітетів", "засідання виконавчого комітету"),
    ],
)
def test_lost_letters_and_cases_meet(text: str, term: str) -> None:
    """Letters that a keyboard or font lacks, and every case of a word, lead to the same stem."""
    assert resembles(text, term) == 100


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("рада", "рід"),
        ("звіти про використання майна", "звіт про виконання бюджету"),
        ("Розпорядник коштів", "розпорядження"),
        ("", "бюджет"),
        ("—", "бюджет"),
    ],
)
def test_other_words_are_not_carried(text: str, term: str) -> None:
    """Words that merely look related, and empty texts, stay below the mark."""
    assert resembles(text, term) < 85


def test_one_slip_of_the_keyboard_is_forgiven() -> None:
    """A misspelt long word still counts, with less certainty."""
    assert 85 <= resembles("Розпоряджння голови", "розпорядження голови") < 100


def test_negative_term_cancels() -> None:
    """A word that turns the meaning cancels the match."""
    terms = (Term("бюджет"), Term("бюджет участі", negative=True))

    assert matches("Бюджет на 2024 рік", terms) == Term("бюджет")
    assert matches("Бюджет участі 2024", terms) is None


def test_longer_positive_term_covers_a_negative_one() -> None:
    """What is looked for by its full name is not lost to a word inside that name."""
    report = Term("звіт про бюджет участі")
    terms = (Term("бюджет"), report, Term("бюджет участі", negative=True))

    assert matches("Звіт про бюджет участі за 2023", terms) == report


def test_long_hostile_text_is_folded_in_time() -> None:
    """A megabyte of one letter is folded without running away."""
    assert normalise("а " * 500_000)
