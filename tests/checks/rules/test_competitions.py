"""Competitions for posts and their results; plans of enterprises and the reports on them."""

from collections.abc import Callable
from datetime import date

from checks.cases import read_sight
from models.facts import Answer, Sight

TODAY = date(2026, 11, 20)
Ask = Callable[[str, Sight], Answer]
CALL = "Оголошення про конкурс на заміщення вакантної посади"
RESULT = "Результати конкурсу на заміщення вакантної посади"


def papers(title: str, *said: tuple[str, str]) -> Sight:
    """A sight with one section and its papers, each with its day."""
    links = [
        {"text": words, "to": f"/files/{number}.pdf", "date": day} for number, (words, day) in enumerate(said)
    ]
    return read_sight("papers", {"pages": [{"page": "/rozdil", "title": title, "links": links}]}, TODAY)


def test_a_result_older_than_its_announcement_is_of_another_competition(answer_of: Ask) -> None:
    """What was concluded before it was announced concludes nothing."""
    sight = papers("Вакансії", (f"{CALL} юриста", "2026-05-01"), (f"{RESULT} юриста", "2026-03-01"))

    answer = answer_of("HR-02", sight)

    assert answer.verdict == "partly-met"
    assert "юриста" in str(answer.detail["missing"])


def test_a_competition_that_still_runs_has_no_result_yet(answer_of: Ask) -> None:
    """An announcement of last week lowers nothing."""
    sight = papers("Вакансії", (f"{CALL} юриста", "2026-11-13"), (f"{RESULT} бухгалтера", "2026-09-01"))

    answer = answer_of("HR-02", sight)

    assert answer.verdict == "met"


def test_a_report_on_a_plan_is_no_plan(answer_of: Ask) -> None:
    """Reports alone, which all name a plan, are partly met."""
    words = "Звіт про виконання фінансового плану КП «{}» за 2025 рік"
    said = [(words.format(name), "2026-03-01") for name in ("Тепло", "Ринок", "Парк")]

    answer = answer_of("ENT-03", papers("Фінансові плани", *said))

    assert answer.verdict == "partly-met"


def test_a_minority_of_enterprises_is_not_all(answer_of: Ask) -> None:
    """Three enterprises that publish this year, of five that ever did, are partly met."""
    names = ("Тепло", "Ринок", "Парк")
    said = [(f"Фінансовий план КП «{name}» на 2026 рік", "2026-01-15") for name in names]
    said += [
        (f"Звіт про виконання фінансового плану КП «{name}» за 2025 рік", "2026-03-01") for name in names
    ]
    said += [(f"Фінансовий план КП «{name}» на 2021 рік", "2021-01-15") for name in ("Світло", "Лісгосп")]

    answer = answer_of("ENT-03", papers("Фінансові плани", *said))

    assert answer.verdict == "partly-met"
