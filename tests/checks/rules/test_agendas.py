"""Agendas: before their meeting, of each body, and followed."""

from datetime import date
from typing import Any

import pytest

from checks.answers import Absent
from checks.cases import read_sight
from checks.catalog import load
from checks.material import Material
from checks.rules.agendas import agenda_matched, agendas_ahead
from checks.shelf import Shelf
from models.facts import Answer
from models.vocabulary import Reason, Verdict

PACK = load("transparent-cities")
BODIES = {"виконком": ["виконком"], "рада": ["сесія"]}
QUESTION = r"\bПро\s+[^\n]{8,250}"


def material(indicator: str, *pages: dict[str, Any]) -> Material:
    """What one indicator is given of a site with these pages."""
    sight = read_sight("agendas", {"pages": list(pages)}, date(2026, 11, 20))
    return Material(Shelf(sight, PACK.portals), PACK, PACK.by_id[indicator])


def agenda(words: str, day: str, *, published: str = "") -> dict[str, Any]:
    """A link to an agenda of a meeting on a day."""
    link = {"text": words, "to": f"/{words}-{day}.pdf", "kind": "agenda", "event": day}
    return link | ({"date": published} if published else {})


def listed(*links: dict[str, Any]) -> dict[str, Any]:
    """The page of agendas."""
    return {"page": "/a", "title": "Порядок денний", "links": list(links)}


@pytest.mark.parametrize(
    ("published", "reason"), [("2026-11-01", Reason.ALL_FOUND), ("2026-11-13", Reason.LATE)]
)
def test_an_agenda_must_come_before_its_meeting(published: str, reason: Reason) -> None:
    """One that is shown after the meeting is late."""
    executive = agenda("Порядок денний виконкому", "2026-11-10")
    council = agenda("Порядок денний сесії", "2026-11-12", published=published)

    said = agendas_ahead(material("INFO-13", listed(executive, council)), bodies=BODIES, last=1)

    assert isinstance(said, Answer)
    assert said.reason is reason


def test_each_body_needs_agendas_of_its_own() -> None:
    """What the council publishes does not stand for the executive committee, which is named as missing."""
    one = listed(agenda("Порядок денний сесії", "2026-11-12"))

    said = agendas_ahead(material("INFO-13", one), bodies=BODIES, last=1)

    assert isinstance(said, Answer)
    assert said.verdict is Verdict.PARTLY_MET
    assert said.detail["missing"] == "виконком"


def test_questions_from_the_floor_are_named() -> None:
    """The share of decisions that stood in the agenda decides, and those that did not are told."""
    site = material(
        "INFO-14",
        listed({"text": "Порядок денний сесії", "to": "/a/1", "kind": "agenda", "event": "2026-10-29"}),
        {"page": "/a/1", "title": "Порядок денний сесії", "kind": "other", "text": "1. Про бюджет громади"},
        {
            "page": "/r",
            "title": "Рішення міської ради",
            "links": [
                {"text": words, "to": f"/r/{place}.pdf", "kind": "decision", "date": "2026-10-29"}
                for place, words in enumerate(("Про бюджет громади", "Про оренду приміщення школи"))
            ],
        },
    )

    part = agenda_matched(site, question=QUESTION, met_from=0.9, partly_from=0.5)
    none = agenda_matched(site, question=QUESTION, met_from=0.9, partly_from=0.6)

    assert isinstance(part, Answer)
    assert (part.detail["share"], part.detail["missing"]) == (0.5, "Про оренду приміщення школи")
    assert isinstance(none, Absent)
