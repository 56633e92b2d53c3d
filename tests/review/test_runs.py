"""Runs, cities and drift as people see them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from models.base import Base
from models.drifting import Judged, cause, step
from models.judging import Finding
from models.store import Store
from models.vocabulary import Cause, Reason, Verdict

SignInAs = Callable[[str], Any]

MET = Judged(Verdict.MET, Reason.DOCUMENT_FOUND, "2026.1", "1", "3", search_complete=True)
NOT_MET = Judged(Verdict.NOT_MET, Reason.NO_DOCUMENT, "2026.1", "1", "3", search_complete=True)
PARTLY = Judged(Verdict.PARTLY_MET, Reason.SOME_FOUND, "2026.1", "1", "3", search_complete=True)
UNSEEN = Judged(Verdict.NOT_OBSERVABLE, Reason.TIMEOUT, "2026.1", "1", "3", search_complete=False)
BLOCKED = Judged(Verdict.BLOCKED, Reason.CHALLENGE, "2026.1", "1", "3", search_complete=False)


@pytest.mark.parametrize(
    ("before", "after", "whose"),
    [
        (MET, MET, Cause.SAME),
        (MET, replace(MET, rule_version="2"), Cause.SAME),
        (MET, NOT_MET, Cause.CITY),
        (NOT_MET, MET, Cause.CITY),
        (MET, UNSEEN, Cause.LOOK),
        (UNSEEN, MET, Cause.LOOK),
        (BLOCKED, NOT_MET, Cause.LOOK),
        (UNSEEN, BLOCKED, Cause.LOOK),
        (None, MET, Cause.LOOK),
        (MET, None, Cause.LOOK),
        (MET, replace(PARTLY, search_complete=False), Cause.LOOK),
        (replace(PARTLY, search_complete=False), MET, Cause.LOOK),
        (MET, PARTLY, Cause.CITY),
        (MET, replace(NOT_MET, rule_version="2"), Cause.RULE),
        (MET, replace(NOT_MET, methodology_version="2027.1"), Cause.RULE),
        (MET, replace(NOT_MET, reader_version="4"), Cause.READER),
        (UNSEEN, replace(MET, rule_version="2", reader_version="4"), Cause.LOOK),
        (MET, replace(NOT_MET, rule_version="2", reader_version="4"), Cause.RULE),
    ],
)
def test_the_city_is_named_only_when_nothing_else_can_be(
    before: Judged | None, after: Judged | None, whose: Cause
) -> None:
    """Our own failures, rules and readers are excluded before a change is the city's."""
    assert cause(before, after) is whose


def test_steps_count_only_between_verdicts_that_count() -> None:
    """A page we could not see is neither better nor worse."""
    assert [step(MET, NOT_MET), step(NOT_MET, PARTLY), step(MET, UNSEEN), step(UNSEEN, MET)] == [-2, 1, 0, 0]


def test_drift_keeps_our_failures_apart(signed_in: SignInAs) -> None:
    """The analyst's page never shows a failed look as a city's doing."""
    page = signed_in("analyst").get("/drift?before=2026-10-west-1&after=2026-11-west-1")

    found = {
        whose: {(change.city, change.indicator) for change in page.context["drift"].changes.get(whose, ())}
        for whose in page.context["causes"]
    }
    assert found == {
        Cause.CITY: {("yasnohirsk", "BUDG-01"), ("duby", "BUDG-04")},
        Cause.LOOK: {("verbopil", "INFO-03")},
        Cause.RULE: {("verbopil", "INFO-06")},
        Cause.READER: set(),
    }
    assert page.context["drift"].counts[Cause.SAME] == 32


def test_drift_by_itself_compares_each_city_with_its_own_previous_run(signed_in: SignInAs) -> None:
    """Nobody has to know the names of runs."""
    page = signed_in("west").get("/drift")

    assert (page.context["earlier"], page.context["later"].id) == (None, "2026-11-west-1")
    before = {change.before for changes in page.context["drift"].changes.values() for change in changes}
    earlier = {page.context["drift"].findings[number].run_id for number in before if number is not None}
    assert earlier == {"2026-10-west-1"}


def test_drift_never_leaves_a_region(signed_in: SignInAs) -> None:
    """A regional coordinator cannot compare another region's runs."""
    assert signed_in("west").get("/drift?after=2026-11-center-1").status_code == 404


def test_a_run_shows_its_failures_with_reasons(signed_in: SignInAs) -> None:
    """Cities × pages, failures and verdicts; and why something was not looked at."""
    page = signed_in("operator").get("/runs/2026-11-west-1")

    visited = page.context["visited"]
    assert [(one.city.slug, one.unseen) for one in visited] == [
        ("verbopil", 3),
        ("duby", 3),
        ("yasnohirsk", 3),
    ]
    assert all(one.fetched == 10 and one.tally.total == 12 for one in visited)
    assert {(reason, number, cities) for reason, number, cities in page.context["by_reason"]} == {
        (reason, 3, 3) for reason in (Reason.CHALLENGE, Reason.ROBOTS, Reason.TIMEOUT)
    }
    assert "Правила сайту для програм (robots.txt)" in page.text


def test_a_city_shows_every_question_once(signed_in: SignInAs) -> None:
    """By area, the newest answer of each, with what a person decided."""
    page = signed_in("analyst").get("/cities/duby")

    rows = [one for area in page.context["areas"] for one in area.rows]
    assert len(rows) == len({one.finding.indicator for one in rows}) == 12
    assert {one.finding.run_id for one in rows} == {"2026-11-west-1"}
    assert {one.finding.indicator for one in rows if one.assessment} == {
        "INFO-01",
        "INFO-03",
        "INFO-04",
        "INFO-06",  # and not INFO-08: its correction waits for a second look
    }
    assert page.context["tally"].assessed == 4


def test_judging_again_replaces_what_stands(signed_in: SignInAs, store: Store) -> None:
    """A later evaluation of the same run is the one that waits; the earlier stays in the history."""
    with store.writing() as db:
        old = db.scalars(
            select(Finding).where(
                Finding.run_id == "2026-11-west-1", Finding.city == "duby", Finding.indicator == "INFO-03"
            )
        ).one()
        fields = {column.name: getattr(old, column.name) for column in Finding.__table__.columns}
        db.add(
            Finding(
                **(
                    fields
                    | {"id": None, "evaluation": 2, "verdict": Verdict.PARTLY_MET, "reason": Reason.STALE}
                )
            )
        )

    page = signed_in("assessor").get("/cities/duby")

    [row] = [one for area in page.context["areas"] for one in area.rows if one.finding.indicator == "INFO-03"]
    assert (row.finding.evaluation, row.assessment) == (2, None)
    assert page.context["tally"].total == 12


@pytest.mark.parametrize(
    ("login", "left"), [("assessor", 31), ("chief", 67), ("analyst", 0), ("operator", 0)]
)
def test_the_first_page_says_what_waits_for_you(login: str, left: int, signed_in: SignInAs) -> None:
    """Work is shown to those who decide, progress to all."""
    page = signed_in(login).get("/")

    assert page.context["left"] == left
    assert page.context["newest"].run.id.startswith("2026-11-")


def test_an_empty_desk_says_so(signed_in: SignInAs, store: Store) -> None:
    """Before the first run every page opens and none pretends."""
    kept = {"people", "organisations"}
    with store.engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            for act in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table.name}_no_{act}")
            if table.name not in kept:
                connection.execute(table.delete())
    client = signed_in("chief")

    assert "Обходів ще не було" in client.get("/").text
    assert [
        client.get(path).status_code for path in ("/queue", "/cities", "/runs", "/drift", "/queue/next")
    ] == [200, 200, 200, 200, 303]


@pytest.mark.parametrize(
    ("login", "address", "links"),
    [
        ("operator", "https://flows.example", 1),
        ("operator", "", 0),
        ("operator", "javascript:alert(1)", 0),
        ("chief", "https://flows.example", 0),
        ("analyst", "https://flows.example", 0),
    ],
)
def test_operators_alone_are_led_to_prefects_pages(
    login: str, address: str, links: int, desk: FastAPI, signed_in: SignInAs
) -> None:
    """Only where their address is known, and is one."""
    desk.state.desk = replace(desk.state.desk, prefect_url=address)

    page = signed_in(login).get("/runs").text

    assert page.count('href="https://flows.example"') == links
    assert "javascript:" not in page
