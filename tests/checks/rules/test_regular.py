"""Again and again: quarters in which something was announced, years for which something is kept."""

from datetime import date, timedelta
from typing import Any

import pytest

from checks.answers import Absent
from checks.cases import read_sight
from checks.catalog import load
from checks.material import Material
from checks.rules.regular import announced_each_quarter, archive_kept
from checks.shelf import Shelf
from models.facts import Answer
from models.vocabulary import Reason, Verdict

PACK = load("transparent-cities")
TODAY = date(2026, 11, 20)
SAID = ["житлової комісії"]


def material(indicator: str, days: list[str], text: str) -> Material:
    """A list of the site with a link of those words on each of *days*."""
    links: list[dict[str, Any]] = [
        {"text": f"{text} {number}", "to": f"/{number}.pdf", "date": day} for number, day in enumerate(days)
    ]
    given = {"pages": [{"page": "/perelik", "title": "Перелік", "links": links}]}
    return Material(Shelf(read_sight("here", given, TODAY), PACK.portals), PACK, PACK.by_id[indicator])


@pytest.mark.parametrize(
    ("days", "verdict", "found"),
    [
        (["2026-08-01", "2026-05-01", "2026-02-01", "2025-12-30"], Verdict.MET, 4),
        (["2026-10-01", "2026-08-01", "2026-05-01", "2026-02-01"], Verdict.MET, 4),  # the running one helps
        (["2026-08-01", "2026-08-09", "2026-02-01"], Verdict.PARTLY_MET, 2),
        (["2026-11-01"], Verdict.PARTLY_MET, 1),
    ],
)
def test_every_quarter_needs_its_own_announcement(days: list[str], verdict: Verdict, found: int) -> None:
    """Two in one quarter are one, and the running quarter may stand for the oldest of four."""
    said = announced_each_quarter(material("HOUS-03", days, "Засідання житлової комісії"), phrases=SAID)

    assert isinstance(said, Answer)
    assert (said.verdict, said.detail["found"]) == (verdict, found)


@pytest.mark.parametrize(("days", "reason"), [([], Reason.NO_DOCUMENT), (["2023-05-01"], Reason.ONLY_STALE)])
def test_without_an_announcement_of_late_nothing_was_found(days: list[str], reason: Reason) -> None:
    """A rule that finds nothing says so, and never that it is not published."""
    said = announced_each_quarter(material("HOUS-03", days, "Засідання житлової комісії"), phrases=SAID)

    assert isinstance(said, Absent)
    assert said.reason is reason


@pytest.mark.parametrize(
    ("ages", "verdict"),
    [
        ([20, 300, 700], Verdict.MET),
        ([20, 300, 500], Verdict.PARTLY_MET),  # too short
        ([20, 700], Verdict.PARTLY_MET),  # too few
    ],
)
def test_an_archive_reaches_back_and_goes_on(ages: list[int], verdict: Verdict) -> None:
    """Two years are kept where the oldest paper is about that old and there are some in between."""
    days = [str(TODAY - timedelta(days=age)) for age in ages]

    said = archive_kept(
        material("GRANT-02", days, "Про надання матеріальної допомоги"), days=730, at_most_days=365
    )

    assert isinstance(said, Answer)
    assert said.verdict is verdict


def test_an_archive_that_ended_is_none() -> None:
    """What was kept up to four years ago says nothing of the last two."""
    kept = material("GRANT-02", ["2022-05-01", "2020-05-01"], "Про надання матеріальної допомоги")

    said = archive_kept(kept, days=730, at_most_days=365)

    assert isinstance(said, Absent)
    assert said.reason is Reason.ONLY_STALE
