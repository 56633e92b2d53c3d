"""What a question's answer shows otherwise than in the round before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from models.judging import Finding
from models.store import Store
from models.vocabulary import Reason, Verdict
from review.changes import changes, compared
from tests.review.asking import waiting_in

SignInAs = Callable[[str], Any]


def said(verdict: Verdict, *pieces: tuple[str, str]) -> Finding:
    """A finding that says so, with these addresses and quotes."""
    evidence = [{"url": url, "quote": quote} for url, quote in pieces]
    return Finding(verdict=verdict, reason=Reason.DOCUMENT_FOUND, detail={}, evidence=evidence)


def test_the_same_is_no_change() -> None:
    """Spaces apart, the same words at the same address are the same."""
    before = said(Verdict.MET, ("https://a.test/", "Рішення  № 1"))

    assert changes(before, said(Verdict.MET, ("https://a.test/", "Рішення № 1"))).is_nothing


def test_a_verdict_that_moved_and_evidence_that_came_and_went() -> None:
    """Each is named, and nothing twice."""
    before = said(Verdict.NOT_MET, ("https://a.test/", "Старе рішення"))
    after = said(Verdict.MET, ("https://b.test/", "Нове рішення"))

    found = changes(before, after)

    assert found.verdict == (Verdict.NOT_MET, Verdict.MET)
    assert [piece["quote"] for piece in found.came] == ["Нове рішення"]
    assert [piece["quote"] for piece in found.gone] == ["Старе рішення"]
    assert found.reworded == ()


def test_a_quote_that_was_reworded_is_compared_word_by_word() -> None:
    """On the same page, alike enough: neither gone nor new."""
    before = said(Verdict.MET, ("https://a.test/", "Про бюджет громади на 2025 рік"))
    after = said(Verdict.MET, ("https://a.test/", "Про бюджет громади на 2026 рік"))

    [(url, words)] = changes(before, after).reworded

    assert url == "https://a.test/"
    assert [(one.how, one.text.strip()) for one in words] == [
        ("kept", "Про бюджет громади на"),
        ("gone", "2025"),
        ("come", "2026"),
        ("kept", "рік"),
    ]


def test_quotes_on_one_page_that_share_little_are_two_pieces() -> None:
    """A page that lists many documents does not turn one into another."""
    before = said(Verdict.MET, ("https://a.test/", "Про бюджет громади"))
    after = said(Verdict.MET, ("https://a.test/", "Перелік наборів даних, що підлягають оприлюдненню"))

    found = changes(before, after)

    assert (len(found.came), len(found.gone), found.reworded) == (1, 1, ())


def test_a_very_long_quote_is_compared_only_so_far() -> None:
    """A page of a hundred thousand words does not hold the desk up."""
    words = compared("а " * 100_000, "б " * 100_000)

    assert sum(len(one.text) for one in words) <= 1_200


def test_the_page_says_what_changed_since_last_round(signed_in: SignInAs, store: Store) -> None:
    """The decision of then, and the verdict that is another now."""
    finding = waiting_in(store, "yasnohirsk", "BUDG-01")

    page = signed_in("assessor").get(f"/findings/{finding.id}")

    before = page.context["before"]
    assert (before.round, before.told.person.login) == ("2026-10", "assessor")
    assert before.changes.verdict == (Verdict.NOT_MET, Verdict.MET)
    assert "Було «Не виконано», тепер «Виконано»" in page.text
