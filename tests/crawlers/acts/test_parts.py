"""The parts of a head on their own: numbers, days, sessions, subjects."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.acts.heads import day_in, read_lines
from crawlers.acts.named import has_verb, issuer_named, type_of
from crawlers.acts.numbers import number_in, spelling
from crawlers.acts.numerals import last_number, roman
from crawlers.acts.sessions import Sitting, sitting_in
from crawlers.acts.subjects import divided
from crawlers.acts.tidying import tidy
from crawlers.acts.titles import act_named
from models.facts import Act, PageFacts
from models.facts_json import from_json, to_json
from models.vocabulary import PageKind

UNITS = ["перша", "друга", "третя", "четверта", "п'ята", "шоста", "сьома", "восьма", "дев'ята"]
TENS = ["двадцять", "тридцять", "сорок", "п'ятдесят", "шістдесят", "сімдесят", "вісімдесят"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("№ 2/VІІ - 8", "2/VII-8"),
        ("№ 5569–МР", "5569-МР"),
        ("N 579/579", "579/579"),
        ("Рішення528", "528"),
        ("№8/34/34від 27.03.2018", "8/34/34"),
        ("№ 117 — 14.11.98 р.", "117"),
        ("№ 22-О", "22-О"),
        ("Resolution 24-17", "24-17"),
        ("Рішення 36 сесії", None),
        ("від 25.12.2025", None),
        ("у 2025 році", None),
    ],
)
def test_number_has_one_spelling(written: str, meant: str | None) -> None:
    """However spaced, glued or mixed, a number comes out the same; what is no number stays out."""
    assert number_in(written) == meant


@given(st.from_regex(r"[0-9]{1,4}([-/][0-9]{1,3}){0,3}", fullmatch=True))
def test_spelling_is_stable(number: str) -> None:
    """A number in its one spelling is not changed by reading it again."""
    assert spelling(spelling(number)) == spelling(number) == number_in(f"№ {number} від")


@pytest.mark.parametrize("number", range(1, 100))
def test_roman_number_is_read_in_both_alphabets(number: int) -> None:
    """Every Roman number below a hundred means the same in Latin and in look-alike letters."""
    tens = ["", "X", "XX", "XXX", "XL", "L", "LX", "LXX", "LXXX", "XC"][number // 10]
    written = tens + ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"][number % 10]

    assert roman(written) == roman(written.replace("X", "Х").replace("I", "І")) == number


@pytest.mark.parametrize("tens", range(len(TENS)))
@pytest.mark.parametrize("unit", range(len(UNITS)))
def test_session_in_words_is_counted(tens: int, unit: int) -> None:
    """Sessions in words are read up to the eighties."""
    expected = (tens + 2) * 10 + unit + 1

    assert sitting_in([f"{TENS[tens]} {UNITS[unit]} сесія восьмого скликання"]) == Sitting(expected, 8)


@pytest.mark.parametrize(
    ("written", "session", "convocation"),
    [
        ("36 сесія 8 скликання", 36, 8),
        ("36сесія8скликання", 36, 8),
        ("L ПОЗАЧЕРГОВА СЕСІЯ", 50, None),
        ("позачергова сесія восьмого скликання", None, 8),
        ("20-ї сесії міської ради 8-го скликання", 20, 8),
        ("Сесія п’ята", 5, None),
        ("___ сесія VIII скликання", None, 8),
        ("на 2025 рік", None, None),
    ],
)
def test_session_and_convocation_are_told_apart(
    written: str, session: int | None, convocation: int | None
) -> None:
    """Each counts only what stands at its own word."""
    assert sitting_in([written]) == Sitting(session, convocation)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("двадцять п’ятого грудня дві тисячі двадцять четвертого року", "2024-12-25"),
        ("першого квітня 2021 року", "2021-04-01"),
        ("2025 р. 25 грудня", "2025-12-25"),
        ("2019 року червня 14 дня", "2019-06-14"),
        ("26.IX.2024", "2024-09-26"),
        ("2 5 . 1 2 . 2 0 2 4", "2024-12-25"),
        ("«12» 07 24 р.", "2024-07-12"),
        ("12.03.2024", "2024-03-12"),
    ],
)
def test_day_is_put_into_its_usual_order(written: str, meant: str) -> None:
    """Words, Roman months, years in front and wide figures all come out as one day."""
    assert day_in(tidy(written)) == date.fromisoformat(meant)


@given(st.text(alphabet="0123456789.№ _-/IVXвідрокугрудня«»()", max_size=60))
def test_any_line_is_tidied_without_harm(line: str) -> None:
    """Whatever a head holds, tidying and reading it raises nothing."""
    written = read_lines([line])

    number, _ = written.number_and_day()

    assert number is None or number


def test_acts_inside_a_subject_are_not_its_own() -> None:
    """What a subject cites stays in the subject; what follows it is the act's own."""
    parts = divided("Рішення № 5 «Про зміни до рішення від 01.03.2020 № 12» від 07.07.2023")

    assert number_in(parts.before) == "5"
    assert parts.subject.startswith("Про зміни до рішення від 01.03.2020 № 12")
    assert day_in(parts.after) == date(2023, 7, 7)


def test_body_is_told_by_what_it_may_issue() -> None:
    """A mayor or a department named in the head of a decision did not issue it."""
    head = "ВЕРБІВСЬКА МІСЬКА РАДА\nміський голова"

    assert issuer_named(head, of="decision") == "міська рада"
    assert issuer_named(head, of="order") == "міський голова"
    assert issuer_named("В И К О Н А В Ч И Й К О М І Т Е Т", of="decision") == "виконавчий комітет"


def test_verb_is_no_noun() -> None:
    """The word "НАКАЗ" alone makes no act, "НАКАЗУЮ" does, set wide too."""
    assert not has_verb("НАКАЗ")
    assert has_verb("НАКАЗУЮ:")
    assert has_verb("З О Б О В ’ Я З У Ю :")


def test_draft_of_a_decision_begins_like_one() -> None:
    """What is said of drafts in front does not hide the type."""
    assert type_of("Проєкт рішення міської ради") == "decision"
    assert type_of("Про рішення міської ради") is None


def test_number_words_end_a_phrase() -> None:
    """Only the number right at the end of some words counts."""
    assert last_number(["сорок", "друг"]) == 42
    assert last_number(["двадцять", "сесія"]) == 0


def test_line_that_names_no_act_gives_none() -> None:
    """A line of news or of a menu is no act."""
    assert act_named("Новини громади") is None


def test_stored_act_without_the_new_fields_still_loads() -> None:
    """A reading stored before sessions and subjects were read comes back without them."""
    act = Act("decision", "міська рада", "5", date(2024, 1, 2), session=3, subject="Про воду")
    stored = to_json(_facts(act))
    for field in ("session", "convocation", "subject"):
        del stored["act"][field]

    assert from_json(stored).act == Act("decision", "міська рада", "5", date(2024, 1, 2))


def _facts(act: Act) -> PageFacts:
    return PageFacts("https://council.example/", "", "uk", PageKind.ACT, complete=True, act=act)
