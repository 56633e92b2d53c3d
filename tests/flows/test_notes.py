"""What the operator and the analyst read, word for word."""

from __future__ import annotations

from collections import Counter

from flows.notes import city_table, drift_note, run_note
from flows.outcomes import CityOutcome, Ending
from flows.watch_drift import Change, Changes
from models.vocabulary import Cause, Reason, Verdict, VisitState

GOOD = CityOutcome("lviv", VisitState.COMPLETE, pages=40, failures=1, verdicts=Counter({Verdict.MET: 3}))
DOWN = CityOutcome("sumy", VisitState.UNREACHABLE, Reason.DNS)
DEAD = CityOutcome("odesa", VisitState.BROKEN, Reason.CRAWLER_ERROR, pages=7, trouble="SIGKILL")
DESK = "http://desk.test/"


def test_table_shows_trouble_first() -> None:
    """The row that needs the operator is the first one, then the city nobody could look at."""
    rows = city_table([GOOD, DOWN, DEAD])

    assert [(row["city"], row["state"], row["why"]) for row in rows] == [
        ("odesa", "FAILED", "SIGKILL"),
        ("sumy", "could not look", "dns"),
        ("lviv", "complete", ""),
    ]


def test_table_counts_pages_failures_and_every_verdict() -> None:
    """Each of the six verdicts has its column, also where it was never given."""
    (row,) = city_table([GOOD])

    assert (row["pages"], row["failures"], row["met"], row["not-observable"]) == (40, 1, 3, 0)
    assert {verdict.value for verdict in Verdict} <= set(row)


def test_note_leads_to_the_findings() -> None:
    """From the run in the Prefect UI it is one click to its findings on the review desk."""
    note = run_note("2026-11-west-1", [GOOD], Ending(red=False, sentence="1 city."), review_url=DESK)

    assert "(http://desk.test/runs/2026-11-west-1)" in note
    assert "| met | 3 |" in note


def test_we_could_not_look_stands_apart_from_the_city_changed() -> None:
    """A change that we caused by not looking is never listed under what the city did."""
    changes = Changes(
        "2026-12-west-1",
        5,
        (
            Change("lviv", "BUDG-01", "met (a)", "not-met (b)", "2026-11-west-1", Cause.CITY),
            Change("lutsk", "BUDG-01", "met (a)", "not-observable (dns)", "2026-11-west-1", Cause.LOOK),
        ),
    )

    note = drift_note(changes, review_url=DESK)

    city, look = note.split("## We could not look")
    assert "lviv" in city
    assert "lutsk" not in city
    assert "lutsk" in look
    assert "3 are the same" in note


def test_first_run_has_nothing_to_compare_with() -> None:
    """The analyst is told so, instead of being shown an empty table."""
    assert "Nothing to compare with" in drift_note(Changes("2026-11-west-1", 0, ()), review_url=DESK)


def test_long_list_of_changes_is_cut_and_says_so() -> None:
    """An artifact stays readable; the drift page has the rest."""
    change = Change("lviv", "BUDG-01", "met (a)", "not-met (b)", "r-1", Cause.RULE)

    note = drift_note(Changes("r-2", 100, (change,) * 75), review_url=DESK)

    assert "… and 15 more." in note
