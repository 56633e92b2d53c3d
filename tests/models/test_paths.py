"""Click paths: by which links a visitor gets to an address."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.crawling import Address, Run, Visit
from models.paths import click_path
from models.store import Store, open_store
from models.vocabulary import AddressState, Reason, VisitState
from tests.factories import make_capture

MOMENT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
HOME = "http://city.test/"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A database with one visit."""
    opened = open_store(f"sqlite:///{tmp_path / 'paths.db'}")
    with opened.writing() as db:
        db.add(
            Run(
                id="r-1",
                round="2026-11",
                region=None,
                source="network",
                tool_version="0",
                started_at=MOMENT,
                ended_at=None,
            )
        )
        db.flush()
        db.add(
            Visit(
                id=1,
                run_id="r-1",
                city="city",
                state=VisitState.COMPLETE,
                reason=None,
                continues_id=None,
                lease_until=None,
                started_at=MOMENT,
                ended_at=MOMENT,
                stats={},
            )
        )
    return opened


def walked(
    store: Store, url: str, parent: str | None, anchor: str, *, status: int = 200, ends_at: str = ""
) -> str:
    """A row of the ledger with its capture; the capture's id."""
    capture = make_capture(1, url, status=status, final_url=ends_at or url)
    with store.writing() as db:
        db.add(capture)
        db.flush()
        db.add(_row(url, parent, anchor, capture.id))
    return capture.id


def _row(url: str, parent: str | None, anchor: str, capture: str | None) -> Address:
    return Address(
        visit_id=1,
        key=url,
        url=url,
        found_on=parent,
        anchor=anchor,
        depth=0 if parent is None else 1,
        score=0.0,
        serves=[],
        state=AddressState.FETCHED if capture else AddressState.FAILED,
        reason=None if capture else Reason.TIMEOUT,
        attempts=1,
        capture_id=capture,
        planned_at=MOMENT,
        ended_at=MOMENT,
    )


def path(store: Store, url: str, capture: str | None = None) -> list[tuple[str, str]]:
    """The path as (address, words)."""
    with store.reading() as db:
        return [(step.url, step.anchor) for step in click_path(db, 1, url, capture)]


def test_the_path_is_told_by_the_words_of_the_links(store: Store) -> None:
    """From the front page on, as a person would click."""
    first = walked(store, HOME, None, "")
    walked(store, f"{HOME}acts", HOME, "Нормативні акти")
    last = walked(store, f"{HOME}acts/session", f"{HOME}acts", "Рішення сесії")

    with store.reading() as db:
        steps = click_path(db, 1, f"{HOME}acts/session")

    assert [step.anchor for step in steps] == ["", "Нормативні акти", "Рішення сесії"]
    assert (steps[0].is_home, steps[0].capture_id) == (True, first)
    assert (steps[-1].is_home, steps[-1].capture_id) == (False, last)


def test_a_redirect_is_no_step_and_its_words_stay(store: Store) -> None:
    """Nobody sees the page that only sends on: the link's words lead to where it ends."""
    walked(store, HOME, None, "")
    walked(store, f"{HOME}old", HOME, "Бюджет", status=301)
    walked(store, f"{HOME}new", f"{HOME}old", "Бюджет")

    assert path(store, f"{HOME}new") == [(HOME, ""), (f"{HOME}new", "Бюджет")]


def test_an_unchanged_page_is_a_step(store: Store) -> None:
    """304 says that a page is as it was; it is no redirect."""
    walked(store, HOME, None, "", status=304)
    walked(store, f"{HOME}budget", HOME, "Бюджет")

    assert path(store, f"{HOME}budget") == [(HOME, ""), (f"{HOME}budget", "Бюджет")]


def test_where_a_redirect_ended_is_known_by_its_end(store: Store) -> None:
    """Evidence may name the address that the answer came from."""
    walked(store, f"{HOME}short", None, "", ends_at=f"{HOME}long")

    assert path(store, f"{HOME}long") == [(f"{HOME}short", "")]


def test_the_capture_decides_where_two_addresses_may_be_meant(store: Store) -> None:
    """The bytes that are quoted, and not others of a like address."""
    walked(store, HOME, None, "")
    inside = walked(store, f"{HOME}page?id=1", HOME, "Звіт")

    assert path(store, "http://elsewhere.test/x", inside) == [(HOME, ""), (f"{HOME}page?id=1", "Звіт")]


def test_pages_that_led_to_each_other_do_not_hang_it(store: Store) -> None:
    """A ring in the ledger ends."""
    walked(store, HOME, f"{HOME}a", "Головна")
    walked(store, f"{HOME}a", HOME, "Далі")

    assert path(store, f"{HOME}a") == [(HOME, "Головна"), (f"{HOME}a", "Далі")]


def test_an_address_nobody_planned_has_no_path(store: Store) -> None:
    """What the ledger does not know is not made up."""
    assert path(store, f"{HOME}unknown", "f" * 32) == []
