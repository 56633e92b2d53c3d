"""What the demo tells of a crawl is what the crawl has stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from console.rehearsal import share_reached, tell_reached
from fixtures.councils.profile import load
from fixtures.councils.reaching import planted
from models.crawling import Address
from models.runs import open_run
from models.store import Store, open_store
from models.visits import open_visit
from models.vocabulary import AddressState
from tests.factories import MOMENT, make_capture

TODAY = date(2026, 11, 22)
CITY = "biloberih"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty database."""
    opened = open_store(f"sqlite:///{tmp_path / 'monitor.db'}")
    yield opened
    opened.close()


def fetch(store: Store, visit_id: int, url: str, **capture: object) -> None:
    """Store an answer to *url* as a crawl would."""
    stored = make_capture(visit_id, url, **capture)
    with store.writing() as db:
        db.add(stored)
        db.flush()
        db.add(
            Address(
                visit_id=visit_id,
                key=url,
                url=url,
                found_on=None,
                anchor="",
                depth=0,
                score=0.0,
                serves=[],
                state=AddressState.FETCHED,
                reason=None,
                attempts=1,
                capture_id=stored.id,
                planned_at=MOMENT,
                ended_at=MOMENT,
            )
        )


def test_reached_is_what_has_a_whole_answer(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    """An error page or a cut answer is no evidence, and neither is a page that decides nothing."""
    run_id = open_run(store, round_id="2026-11")
    visit_id = open_visit(store, run_id, CITY).id
    first, second, third, fourth, *rest = planted(CITY, TODAY)
    fetch(store, visit_id, f"http://{first.address}")
    fetch(store, visit_id, f"http://{second.address}", status=404)
    fetch(store, visit_id, f"http://{third.address}", complete="no", reason="truncated")
    fetch(store, visit_id, "http://elsewhere.test/", final_url=f"http://{fourth.address}")
    fetch(store, visit_id, f"http://{load(CITY).host}/nothing")

    found = share_reached(store, visit_id, CITY, TODAY)
    share = tell_reached(store, [run_id], TODAY)

    assert found.missing == (second, third, *rest)
    assert share == found.share
    assert f"Reached      2 of {found.planted}" in capsys.readouterr().out
