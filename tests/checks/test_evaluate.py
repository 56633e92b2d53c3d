"""The same sight gives the same answers, however it was put together."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from checks.answers import Absent
from checks.cases import Case
from checks.catalog import load, methodologies
from checks.evaluate import evaluate, rule_version
from checks.rules import RULES, Rule
from models.facts import Answer, CityCard, PlannedAddress, Sight
from models.vocabulary import AddressState, Reason, Verdict

CITY = CityCard("zelenopil", "Зеленопіль", "Zelenopil", ("zelenopil-rada.example",))
TODAY = date(2026, 11, 20)


@pytest.mark.long
def test_answers_do_not_depend_on_the_order_of_fetching(
    cases: list[Case], answer_of: Callable[[str, Sight], Answer]
) -> None:
    """Shuffled pages, rows and links yield the same answer, word for word."""
    chance = random.Random(7)  # noqa: S311 (a fixed shuffle, no secret)
    for case in cases:
        pages = [
            replace(
                page,
                facts=page.facts
                and replace(page.facts, links=tuple(chance.sample(page.facts.links, len(page.facts.links)))),
            )
            for page in chance.sample(case.sight.pages, len(case.sight.pages))
        ]
        ledger = tuple(chance.sample(case.sight.ledger, len(case.sight.ledger)))

        shuffled = answer_of(case.indicator, replace(case.sight, pages=tuple(pages), ledger=ledger))

        assert shuffled == answer_of(case.indicator, case.sight), (case.indicator, case.name)


def test_evidence_names_the_capture_of_its_own_address(
    cases: list[Case], answer_of: Callable[[str, Sight], Answer]
) -> None:
    """Words quoted from a file lead to the bytes of that file, and not to those of the page that links to it."""
    for case in cases:
        stood_at = {page.capture: page.url for page in case.sight.pages}

        answer = answer_of(case.indicator, case.sight)

        quoted = [(stood_at[one.capture], one.url) for one in answer.evidence]
        assert all(held == said for held, said in quoted), (case.indicator, case.name, quoted)


@pytest.mark.parametrize("name", methodologies())
@pytest.mark.parametrize(("reason", "verdict"), [
    (Reason.DNS, Verdict.NOT_OBSERVABLE), (Reason.HTTP_5XX, Verdict.NOT_OBSERVABLE),
    (Reason.CHALLENGE, Verdict.BLOCKED), (Reason.ROBOTS, Verdict.BLOCKED), (Reason.GEO_BLOCK, Verdict.BLOCKED),
])  # fmt: skip
def test_a_city_that_could_not_be_reached_is_judged_in_nothing(
    name: str, reason: Reason, verdict: Verdict
) -> None:
    """Without a home page every indicator says so, and gives that reason."""
    start = PlannedAddress("https://zelenopil-rada.example/", AddressState.FAILED, reason)
    guess = replace(
        start, url=start.url + "sitemap.xml", reason=Reason.TIMEOUT, serves=("site-map", "WEB-03")
    )
    sight = Sight(CITY, (), (guess, start), visit_complete=True, today=TODAY)

    answers = evaluate(load(name), sight)

    seen = [answer for indicator, answer in answers if indicator.rule is not None]
    assert {(answer.verdict, answer.reason) for answer in seen} == {(verdict, reason)}


def test_answers_come_in_the_order_of_the_methodology() -> None:
    """Whoever lists findings need not sort them."""
    pack = load("transparent-cities")

    answers = evaluate(pack, Sight(CITY, (), (), visit_complete=True, today=TODAY))

    assert [indicator.id for indicator, _ in answers] == [one.id for one in pack.indicators]


def test_a_rule_cannot_say_not_met(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that tries is refused, whatever it has seen."""
    pack = load("council-papers")
    monkeypatch.setitem(
        RULES,
        "documents_current",
        Rule(lambda *_, **__: Answer(Verdict.NOT_MET, Reason.NO_DOCUMENT, 1.0), "x"),
    )

    with pytest.raises(ValueError, match="a rule cannot say not-met"):
        evaluate(pack, Sight(CITY, (), (), visit_complete=True, today=TODAY))


def test_a_finding_can_name_the_rule_that_made_it() -> None:
    """The version of the rule is part of what makes an answer repeatable."""
    indicator = load("transparent-cities").by_id["INFO-03"]

    assert rule_version(indicator) == f"documents_current/{RULES['documents_current'].version}"


def test_every_answer_says_where_we_looked(
    cases: list[Case], answer_of: Callable[[str, Sight], Answer]
) -> None:
    """The search record names terms, times and the number of pages, also where something was found."""
    case = next(case for case in cases if (case.indicator, case.name) == ("INFO-03", "pass"))

    search = answer_of("INFO-03", case.sight).search

    assert search is not None
    assert search.looked_at == len(case.sight.pages)
    assert search.first_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert "Рішення міської ради" in search.terms


def test_the_near_miss_says_why_it_does_not_count(
    cases: list[Case], answer_of: Callable[[str, Sight], Answer]
) -> None:
    """An official should see what we saw and why it was not enough."""
    wanted = {
        ("INFO-03", "fail"): "other-body",
        ("INFO-03", "commercial-copy"): "other-host",
        ("INFO-03", "namesake"): "other-body",
        ("INFO-03", "menu-word"): "only-heading",
        ("INFO-03", "dead-links"): "gone",
        ("INFO-03", "news-that-quote"): "only-news",
        ("BUDG-01", "not-adopted"): "not-adopted",
        ("BUDG-01", "participatory-budget"): "other-thing",
    }
    for case in cases:
        why = wanted.pop((case.indicator, case.name), None)
        if why is not None:
            answer = answer_of(case.indicator, case.sight)

            assert answer.search is not None
            assert answer.search.near_miss is not None
            assert answer.detail["near_miss"] == why, (case.indicator, case.name)
    assert not wanted


def test_more_support_never_makes_us_less_sure(
    cases: list[Case], answer_of: Callable[[str, Sight], Answer]
) -> None:
    """Taking documents away one by one never raises the confidence of what is still said."""
    case = next(case for case in cases if (case.indicator, case.name) == ("INFO-03", "pass"))
    page = next(page for page in case.sight.pages if page.facts and page.facts.links)
    assert page.facts is not None

    sure = []
    for kept in range(len(page.facts.links), 0, -1):
        fewer = replace(page, facts=replace(page.facts, links=page.facts.links[:kept]))
        pages = tuple(fewer if one is page else one for one in case.sight.pages)
        sure.append(answer_of("INFO-03", replace(case.sight, pages=pages)).confidence)

    assert sure == sorted(sure, reverse=True)


def test_absent_is_no_answer() -> None:
    """What a rule did not find carries no verdict at all."""
    assert not hasattr(Absent(Reason.NO_DOCUMENT), "verdict")
