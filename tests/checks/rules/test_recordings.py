"""A channel is no recording, and a committee's recording is none of a session."""

from datetime import date
from typing import Any

import pytest

from checks.answers import Absent
from checks.cases import read_sight
from checks.catalog import load
from checks.material import Material
from checks.rules.recordings import recordings_of_sessions
from checks.shelf import Shelf
from models.facts import Answer
from models.vocabulary import Reason

PACK = load("transparent-cities")


def said(*links: dict[str, Any], title: str = "Відеозаписи сесій") -> Answer | Absent:
    """What is said of a section with these links."""
    page = {"page": "/v", "title": title, "links": list(links)}
    sight = read_sight("recordings", {"pages": [page]}, date(2026, 11, 20))
    site = Material(Shelf(sight, PACK.portals), PACK, PACK.by_id["INFO-11"])
    return recordings_of_sessions(site, channels=["video.example"], within_days=730, share=0.9, grace_days=14)


def test_a_channel_alone_is_partly_met() -> None:
    """What it holds we have not seen; that there is one, we have."""
    answer = said({"text": "Наш канал", "to": "https://video.example/rada"})

    assert isinstance(answer, Answer)
    assert answer.reason is Reason.HOLLOW_SECTION


@pytest.mark.parametrize("title", ["Відеозаписи сесій", "Події"])
def test_a_recording_counts_wherever_it_is_kept(title: str) -> None:
    """A film stands on a host of films; the council's page that leads to it makes it the council's."""
    film = {
        "text": "Відеозапис сесії 29.10.2026",
        "to": "https://video.example/24",
        "kind": "video",
        "event": "2026-10-29",
    }

    assert isinstance(said(film, title=title), Answer)


def test_a_section_without_any_link_is_no_recording() -> None:
    """A heading proves nothing."""
    assert isinstance(said(), Absent)
