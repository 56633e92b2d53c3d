"""The search record of a finding, as a document of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from models.crawling import Address
from models.store import Store
from models.vocabulary import AddressState, Reason
from review.queries.record import SHOWN
from tests.review.asking import waiting_in

SignInAs = Callable[[str], Any]


def test_the_record_says_what_was_looked_for_where_and_when(signed_in: SignInAs, store: Store) -> None:
    """Terms, pages with their captures, the nearest miss and what could not be looked at, on one page."""
    finding = waiting_in(store, "yasnohirsk", "INFO-08")
    client = signed_in("assessor")

    page = client.get(f"/findings/{finding.id}/search").text

    assert f'href="/findings/{finding.id}/search"' in client.get(f"/findings/{finding.id}").text
    for said in (
        "Протокол пошуку",
        "Переглянуто 12 сторінок і документів.",
        "Таких місць немає.",
        "Протокол засідання виконавчого комітету № 31",
        "Оприлюднення",
        "https://yasnohirsk.test/",
    ):
        assert said in page, said
    assert f"/captures/{finding.search['near_miss']['capture']}" in page


def test_the_json_holds_every_address(signed_in: SignInAs, store: Store) -> None:
    """Whoever counts again has each address with its outcome, its capture and its digest."""
    finding = waiting_in(store, "yasnohirsk", "INFO-08")

    answer = signed_in("assessor").get(f"/findings/{finding.id}/search.json")

    record = answer.json()
    with store.reading() as db:
        rows = db.query(Address).filter(Address.visit_id == finding.visit_id).count()
    fetched = [row for row in record["addresses"] if row["state"] == "fetched"]
    assert record["format"] == "tcm-search-record/1"
    assert record["search"] == finding.search
    assert len(record["addresses"]) == rows
    assert all(len(row["sha256"]) == 64 and row["capture"] for row in fetched)
    assert {row["reason"] for row in record["addresses"]} == {None, "timeout", "challenge", "robots"}


def test_what_serves_the_question_comes_first_and_failures_before_the_rest(
    signed_in: SignInAs, store: Store
) -> None:
    """A reader sees at once what should have answered, and what did not open."""
    finding = waiting_in(store, "yasnohirsk", "DATA-02")

    record = signed_in("assessor").get(f"/findings/{finding.id}/search").context["record"]

    assert [row.address.reason for row in record.wanted] == [Reason.TIMEOUT]
    assert record.rows[0].address.state is AddressState.FAILED
    assert len(record.unseen) == 3


def test_a_large_record_stays_a_page(signed_in: SignInAs, store: Store) -> None:
    """Of thousands of addresses the page shows the first and says how many are left to the JSON."""
    finding = waiting_in(store, "yasnohirsk", "INFO-08")
    with store.writing() as db:
        known = db.query(Address).filter(Address.visit_id == finding.visit_id).count()
        for number in range(2000):
            url = f"https://yasnohirsk.test/{'papka/' * 6}{number}"
            db.add(
                Address(
                    visit_id=finding.visit_id,
                    key=url,
                    url=url,
                    found_on=None,
                    anchor="Рішення сесії про землю та майно громади",
                    depth=1,
                    score=0.0,
                    serves=[],
                    state=AddressState.SKIPPED,
                    reason=Reason.BUDGET,
                    attempts=0,
                    capture_id=None,
                    planned_at=finding.created_at,
                    ended_at=finding.created_at,
                )
            )

    page = signed_in("assessor").get(f"/findings/{finding.id}/search")

    assert len(page.content) < 200_000
    assert page.context["left_out"] == 2000 + known - SHOWN
