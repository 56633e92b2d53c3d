"""`tcm bring`, and where `tcm serve` shows stored pages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from console.bring import tell
from console.main import main
from console.serve import desk_url
from flows.bringing import Brought
from models.environment import settings


def test_nothing_waits_and_nothing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With nothing submitted, one round ends at once, in silence."""
    monkeypatch.setenv("TCM_HOME", str(tmp_path))

    code = main(["bring", "--once"])

    assert (code, capsys.readouterr().out) == (0, "")


def test_what_was_done_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """How many were captured, how many could not be, how many wait."""
    tell(Brought(captured=2, failed=1))

    assert (
        capsys.readouterr().out
        == "2 captured, 1 could not be, 0 wait for their city's hours, 0 replies checked\n"
    )


@pytest.mark.parametrize(
    ("named", "host", "desk", "stored"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1", "http://127.0.0.1:8123", "http://localhost:8123"),
        ("http://127.0.0.1:8000", "localhost", "http://localhost:8123", "http://127.0.0.1:8123"),
        ("http://127.0.0.1:8000", "0.0.0.0", "http://0.0.0.0:8123", ""),  # noqa: S104  # nothing listens
        ("https://desk.example.org", "127.0.0.1", "https://desk.example.org", ""),
    ],
)
def test_stored_pages_have_a_host_of_their_own_or_none(named: str, host: str, desk: str, stored: str) -> None:
    """On one machine it is loopback's other name on the same port; elsewhere it must be told."""
    known = replace(settings(), review_url=named, sealed_address=None)

    url = desk_url(known, host, 8123)

    assert url == desk
    assert replace(known, review_url=url).sealed_url == stored
