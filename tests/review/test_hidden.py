"""Nothing beside the finding's own page tells what a blind look may not know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from models.reviewing import Item
from models.store import Store
from models.vocabulary import ItemState, Probe, Verdict

SignInAs = Callable[[str], Any]


@pytest.fixture
def hidden(store: Store) -> Item:
    """An item of the west that waits, and whose machine's verdict is hidden."""
    with store.writing() as db:
        item = db.scalars(
            select(Item).where(
                Item.round == "2026-11",
                Item.region == "west",
                Item.state == ItemState.WAITING,
                Item.verdict == Verdict.MET,
            )
        ).first()
        assert item is not None
        item.probe, item.planted = Probe.HIDDEN, None
    return item


@pytest.mark.parametrize("part", ["/search", "/search.json", "/capsule"])
def test_no_document_about_it_is_to_be_had(part: str, hidden: Item, signed_in: SignInAs) -> None:
    """Search record and capsule hold the machine's verdict: an assessor has them once it is settled."""
    assert signed_in("assessor").get(f"/findings/{hidden.finding_id}{part}").status_code == 404


def test_its_citys_page_says_only_that_it_is_hidden(hidden: Item, signed_in: SignInAs) -> None:
    """The list of a city's questions tells an assessor no more than the item's own page."""
    page = signed_in("assessor").get(f"/cities/{hidden.city}")

    rows = {row.finding.id: row for area in page.context["areas"] for row in area.rows}
    assert not rows[hidden.finding_id].machine
    assert "приховано до рішення" in page.text


def test_an_analyst_is_told(hidden: Item, signed_in: SignInAs) -> None:
    """Who decides nothing is hidden nothing."""
    client = signed_in("analyst")

    page = client.get(f"/cities/{hidden.city}")

    assert "приховано до рішення" not in page.text
    assert client.get(f"/findings/{hidden.finding_id}/search").status_code == 200
