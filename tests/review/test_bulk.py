"""Confirming many sure findings at once: never without a sample that held."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select, update

from models.accuracy import record_accuracy
from models.judging import Assessment, Finding
from models.reviewing import Bulk, Item, Review
from models.store import Store
from models.vocabulary import ItemState, Probe, Verdict
from tests.review.conftest import TestClient, form_token
from tests.review.pretend_answers import PACK

SignInAs = Callable[[str], Any]


@pytest.fixture
def sure(store: Store) -> list[int]:
    """Items of the whole round made sure and met, by a check that is measured as always right."""
    rows = [
        {"indicator": indicator, "verdict": Verdict.MET, "said": 40, "right": 40, "there": 40, "left": 0}
        for indicator in ("INFO-03", "INFO-04", "BUDG-01", "DATA-01", "WEB-03")
    ]
    record_accuracy(store, PACK, "2026.1", "gold", rows)
    met = (Item.round == "2026-11", Item.verdict == Verdict.MET, Item.state == ItemState.WAITING)
    with store.writing() as db:
        values = {"confidence": 0.98, "probe": None, "planted": None, "needs_second": False, "changed": False}
        db.execute(update(Item).where(*met).values(**values))
        ids = db.scalars(select(Item.id).join(Finding, Finding.id == Item.finding_id).where(*met)).all()
    return list(ids)


def drawn(client: TestClient) -> tuple[str, str]:
    """The token of the forms, and the address of a bulk just begun."""
    token = form_token(client.get("/queue/bulk").text)
    return token, client.post("/queue/bulk", data={"token": token}).headers["location"]


def go_through(client: TestClient, token: str, address: str, **fields: str) -> None:
    """Decide what is next of the sample."""
    sample = client.get(address).context["sample"]
    said = {"token": token, "version": "0", "act": "confirm", **fields}
    client.post(f"/findings/{sample.following}/assessments?bulk={sample.bulk.id}", data=said)


def test_the_rest_is_confirmed_once_the_sample_held(
    signed_in: SignInAs, store: Store, sure: list[int]
) -> None:
    """Each of the rest has an assessment of its own, marked as made in bulk; sent twice it is done once."""
    client = signed_in("chief")
    token, address = drawn(client)
    size = client.get(address).context["sample"].size

    for _ in range(size):
        go_through(client, token, address)
    for _ in range(2):
        client.post(f"{address}/confirm", data={"token": token})

    with store.reading() as db:
        settled = db.scalar(select(func.count()).where(Item.id.in_(sure), Item.state == ItemState.SETTLED))
        in_bulk = db.scalar(select(func.count()).where(Review.in_bulk))
        [bulk] = db.scalars(select(Bulk)).all()
    assert size == 5
    assert settled == len(sure)
    assert in_bulk == bulk.confirmed == len(sure) - size


def test_nothing_is_confirmed_before_the_sample_is_through(
    signed_in: SignInAs, store: Store, sure: list[int]
) -> None:
    """The form sent by hand confirms nothing."""
    client = signed_in("chief")
    token, address = drawn(client)

    client.post(f"{address}/confirm", data={"token": token})

    with store.reading() as db:
        assert not db.scalar(select(func.count()).where(Review.in_bulk))
        assert db.scalar(select(func.count()).where(Item.id.in_(sure), Item.state == ItemState.SETTLED)) == 0


def test_one_correction_gives_the_rest_up(signed_in: SignInAs, store: Store, sure: list[int]) -> None:
    """The page says so, and the rest stays in the queue."""
    client = signed_in("chief")
    token, address = drawn(client)

    go_through(client, token, address, act="correct", verdict="not-met", comment="Це торішній документ.")
    client.post(f"{address}/confirm", data={"token": token})

    with store.reading() as db:
        made = db.scalar(select(func.count(Review.assessment_id)))
        [bulk] = db.scalars(select(Bulk)).all()
    assert client.get(address).context["sample"].corrected == 1
    assert (made, bulk.confirmed, bulk.ended_at is not None) == (1, 0, True)
    assert len(sure) > 1


@pytest.mark.parametrize(
    "values",
    [{"confidence": 0.94}, {"needs_second": True}, {"probe": Probe.HIDDEN}, {"changed": True}],
)
def test_what_is_unsure_or_a_test_is_never_among_them(
    values: dict[str, Any], signed_in: SignInAs, store: Store, sure: list[int]
) -> None:
    """Below the limit, drawn for a second look, a probe, or otherwise than last round."""
    client = signed_in("chief")
    with store.writing() as db:
        db.execute(update(Item).where(Item.id == sure[0]).values(**values))

    assert client.get("/queue/bulk").context["number"] == len(sure) - 1


def test_a_check_that_errs_is_left_out(signed_in: SignInAs, store: Store, sure: list[int]) -> None:
    """Where the check is measured as wrong in more than three of a hundred, each is looked at."""
    row = {"indicator": "INFO-03", "verdict": Verdict.MET, "said": 40, "right": 38, "there": 40, "left": 0}
    record_accuracy(store, PACK, "2026.1", "gold", [row])

    page = signed_in("chief").get("/queue/bulk")

    assert (page.context["number"], page.context["enough"], bool(sure)) == (0, False, True)


def test_somebody_elses_bulk_is_not_there(signed_in: SignInAs, store: Store, sure: list[int]) -> None:
    """Neither to see nor to confirm."""
    _, address = drawn(signed_in("chief"))
    other = signed_in("west")
    token = form_token(other.get("/queue").text)

    assert other.get(address).status_code == 404
    assert other.post(f"{address}/confirm", data={"token": token}).status_code == 404
    with store.reading() as db:
        assert not db.scalar(select(func.count()).select_from(Assessment).join(Review))
    assert sure
