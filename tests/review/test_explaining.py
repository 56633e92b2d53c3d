"""A finding explains itself in whole sentences, to each who reads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from models.accuracy import record_accuracy
from models.judging import Finding
from models.store import Store
from models.vocabulary import Verdict
from review.explaining import explain
from review.queries.examples import example_of
from review.questions import Questions
from review.speech import LANGUAGES, Speech

SignInAs = Callable[[str], Any]


@pytest.fixture
def finding(store: Store) -> Finding:
    """One finding that is not met, with a record of where was looked."""
    with store.reading() as db:
        return db.scalars(select(Finding).where(Finding.verdict == Verdict.NOT_MET).limit(1)).one()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_looked_for_where_and_what_to_publish_is_said(language: str, finding: Finding) -> None:
    """An official reads what was sought, how much was looked at and what would mend it, in both languages."""
    question = Questions().of(finding.methodology, finding.indicator, language)

    told = explain(finding, question, "Верболіз", Speech(language))

    assert question.name in told.looked_for
    assert str(finding.search["looked_at"]) in told.where
    assert told.publish == question.publish
    assert told.citizen.startswith("Верболіз: ")


def test_what_is_met_asks_for_nothing(store: Store) -> None:
    """Nobody is told to publish what is published."""
    with store.reading() as db:
        met = db.scalars(select(Finding).where(Finding.verdict == Verdict.MET).limit(1)).one()

    told = explain(met, Questions().of(met.methodology, met.indicator, "en"), "Verboliz", Speech("en"))

    assert (told.publish, told.missing) == ("", "")


def test_the_page_says_how_often_its_check_is_right(
    finding: Finding, signed_in: SignInAs, store: Store
) -> None:
    """The check's own error rate stands beside its verdict, with its interval and the labelled set."""
    row = {
        "indicator": finding.indicator,
        "verdict": finding.verdict,
        "said": 40,
        "right": 39,
        "there": 44,
        "left": 0,
    }
    record_accuracy(store, finding.methodology, finding.methodology_version, "gold-1", [row])

    page = signed_in("analyst").get(f"/findings/{finding.id}?lang=en").text

    assert "39 of 40 labelled cases" in page
    assert "gold-1" in page


def test_a_check_nobody_has_measured_says_so(finding: Finding, signed_in: SignInAs) -> None:
    """No figure is better than an invented one."""
    page = signed_in("analyst").get(f"/findings/{finding.id}?lang=en").text

    assert "has not been measured" in page


def test_a_city_that_does_it_well_is_shown(store: Store) -> None:
    """Another city's own page that meets the same indicator stands as an example; never the city itself."""
    with store.reading() as db:
        wanting = db.scalars(select(Finding).where(Finding.verdict != Verdict.MET)).all()
        examples = [(finding, example) for finding in wanting if (example := example_of(db, finding))]
        shown = {
            (other.city, other.indicator)
            for other in db.scalars(select(Finding).where(Finding.verdict == Verdict.MET))
        }

    assert examples
    for finding, example in examples:
        assert example.city.slug != finding.city
        assert (example.city.slug, finding.indicator) in shown
