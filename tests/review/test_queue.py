"""What waits, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models.store import Store
from models.vocabulary import Verdict
from review.queries.queue import count, next_after, queue
from review.queries.wanted import Wanted
from tests.review.conftest import form_token

SignInAs = Callable[[str], Any]


def test_what_is_in_doubt_and_costs_most_comes_first(store: Store) -> None:
    """A doubtful "not met" before a doubtful "partly", both before a sure "met"; what takes long comes later."""
    with store.reading() as db:
        rows = [item for item, _ in queue(db, Wanted(reach="west", city="yasnohirsk"))]

    assert [row.indicator for row in rows[:4]] == ["INFO-08", "INFO-01", "INFO-06", "BUDG-06"]
    assert rows[-1].indicator == "DATA-01"
    sure = [row.indicator for row in rows if row.verdict is Verdict.MET and not row.changed]
    assert sure == sorted(
        sure, key=lambda indicator: {row.indicator: row.confidence for row in rows}[indicator]
    )


def test_next_walks_through_the_whole_queue_once(store: Store) -> None:
    """Skipping never shows the same finding twice before all were shown."""
    wanted = Wanted(reach="west")
    with store.reading() as db:
        total = count(db, wanted)
        seen = [next_after(db, wanted)]
        while len(seen) < total:
            seen.append(next_after(db, wanted, seen[-1]))
        again = next_after(db, wanted, seen[-1])

    assert len(set(seen)) == total
    assert again == seen[0]


def test_only_the_newest_open_round_waits(store: Store) -> None:
    """What an earlier round said is history, not work."""
    with store.reading() as db:
        rounds = {item.round for item, _ in queue(db, Wanted())}

    assert rounds == {"2026-11"}


def test_a_region_limits_the_queue(signed_in: SignInAs) -> None:
    """An assessor of the west is never shown the centre's work, nor its numbers."""
    page = signed_in("assessor").get("/queue")

    assert {city.region for _, city, _, _ in page.context["rows"]} == {"west"}
    assert {city.region for city in page.context["cities"]} == {"west"}
    assert page.context["total"] == 3 * 12 - 5


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("city=verbopil", lambda finding: finding.city == "verbopil"),
        ("verdict=not-met", lambda finding: finding.verdict is Verdict.NOT_MET),
        ("area=BUDG", lambda finding: finding.indicator.startswith("BUDG")),
        ("indicator=WEB-03", lambda finding: finding.indicator == "WEB-03"),
        (
            "city=verbopil&area=INFO",
            lambda finding: (finding.city, finding.indicator[:4]) == ("verbopil", "INFO"),
        ),
    ],
)
def test_the_queue_can_be_narrowed(query: str, holds: Callable[[Any], bool], signed_in: SignInAs) -> None:
    """By city, by area or indicator, by verdict, and together."""
    client = signed_in("chief")

    page = client.get(f"/queue?{query}")
    first = client.get(f"/queue/next?{query}").headers["location"]

    rows = [item for item, _, _, _ in page.context["rows"]]
    assert rows
    assert all(holds(finding) for finding in rows)
    assert first.startswith(f"/findings/{rows[0].finding_id}?")


def test_one_goes_back_the_way_one_came(signed_in: SignInAs) -> None:
    """Before the second comes the first, before the first nothing; without a place to go back from, the queue."""
    client = signed_in("chief")
    rows = [item.finding_id for item, _, _, _ in client.get("/queue").context["rows"]]

    ways = [client.get(f"/queue/previous?before={one}").headers["location"] for one in rows[:2]]

    assert ways == [f"/findings/{rows[0]}"] * 2
    assert client.get("/queue/previous").headers["location"] == "/queue"


@pytest.mark.parametrize("query", ["city=kalynodar", "city=nowhere", "verdict=met&area=NONE", "city=%20"])
def test_an_empty_choice_is_said_plainly(query: str, signed_in: SignInAs) -> None:
    """No error, no other region's work: nothing waits here."""
    page = signed_in("assessor").get(f"/queue?{query}")

    assert page.status_code == 200
    assert page.context["rows"] == []


def test_unknown_words_in_the_address_choose_nothing(signed_in: SignInAs) -> None:
    """An old or mistyped link still shows the queue."""
    page = signed_in("assessor").get("/queue?verdict=wonderful&page=-7&lang=tlh&x=y")

    assert page.status_code == 200
    assert page.context["total"] == 31


def test_a_named_choice_is_kept_and_is_ones_own(signed_in: SignInAs) -> None:
    """It stands on the queue of whoever named it, renewed under the same name, and nobody else removes it."""
    client, other = signed_in("assessor"), signed_in("second")
    token, others = form_token(client.get("/queue").text), form_token(other.get("/queue").text)

    for query in ("?city=duby", "?verdict=not-met&evil=<x>"):
        client.post("/queue/views", data={"token": token, "name": " Моє  місто ", "query": query})
    [view] = client.get("/queue").context["views"]
    foreign = other.post(f"/queue/views/{view.id}/forget", data={"token": others})

    assert (view.name, view.query) == ("Моє місто", "?verdict=not-met")
    assert foreign.status_code == 404
    assert other.get("/queue").context["views"] == []
    assert client.post("/queue/views", data={"token": token, "name": " "}).status_code == 422
    client.post(f"/queue/views/{view.id}/forget", data={"token": token})
    assert client.get("/queue").context["views"] == []


@pytest.mark.parametrize("order", ["value", "city", "area"])
def test_pages_of_the_queue_show_everything_once(order: str, signed_in: SignInAs) -> None:
    """In every order the next page goes on where the last one ended."""
    client = signed_in("chief")
    seen: list[int] = []

    page = client.get(f"/queue?order={order}")
    while True:
        seen += [item.id for item, _, _, _ in page.context["rows"]]
        if page.context["more"] is None:
            break
        page = client.get(f"/queue?order={order}&after={page.context['more']}")

    assert len(seen) == len(set(seen)) == page.context["total"] == 67
