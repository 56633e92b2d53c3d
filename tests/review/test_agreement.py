"""Agreement and probes: what is reckoned, and who may see which figures."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from models.store import Store
from models.vocabulary import Passing, Probe, Role, Verdict
from review.queries.probes import probed_by_person
from review.spreadsheets import as_csv, harmless
from tests.review.looking import ROUND, bend, item_in, look, newcomer, person

SignInAs = Callable[[str], Any]


def looked_twice(store: Store, indicator: str, first: Verdict, second: Verdict, **lot: Any) -> None:  # noqa: ANN401
    """Two people look at one question about one city."""
    item = bend(store, item_in(store, "yasnohirsk", indicator), **{"needs_second": True, **lot})
    item = look(store, item, person(store, "assessor"), first)
    look(store, item, person(store, "second"), second, passing=Passing.SECOND)


def test_rows_and_the_whole_say_how_far_looks_agree(signed_in: SignInAs, store: Store) -> None:
    """One agreed, one not: half, with a warning that two pairs are few."""
    looked_twice(store, "BUDG-01", Verdict.MET, Verdict.MET)
    looked_twice(store, "BUDG-04", Verdict.NOT_MET, Verdict.MET)

    page = signed_in("chief").get(f"/agreement?round={ROUND}")

    whole = page.context["whole"]
    assert (whole.looked, whole.agreed, whole.reading) == (2, (1, 2), "too-few")
    assert {row.key[1] for _, row in page.context["rows"]} == {"BUDG-01", "BUDG-04"}
    assert "Пар менше ніж 20" in page.text


@pytest.mark.parametrize("lot", [{"needs_second": False}, {"probe": Probe.PLANTED}])
def test_only_what_the_lot_chose_counts(lot: dict[str, Any], signed_in: SignInAs, store: Store) -> None:
    """A correction or a plant makes a second look, and no pair to reckon agreement from."""
    looked_twice(store, "BUDG-01", Verdict.NOT_MET, Verdict.MET, **lot)

    whole = signed_in("chief").get(f"/agreement?round={ROUND}").context["whole"]

    assert (whole.looked, whole.agreed, whole.reading) == (1, (0, 0), "none")


@pytest.mark.parametrize("by", ["indicator", "area", "round"])
@pytest.mark.parametrize("sort", ["name", "looked", "agreed", "kappa", "alpha"])
def test_every_grouping_and_order_shows_a_page(by: str, sort: str, signed_in: SignInAs, store: Store) -> None:
    """Each column orders the rows both ways, unknown figures last."""
    looked_twice(store, "BUDG-01", Verdict.MET, Verdict.MET)
    looked_twice(store, "INFO-03", Verdict.MET, Verdict.NOT_MET)
    client = signed_in("west")

    for turned in ("", "&reverse=1"):
        answer = client.get(f"/agreement?round={ROUND}&by={by}&sort={sort}{turned}")
        assert answer.status_code == 200
        assert len(answer.context["rows"]) == (1 if by == "round" else 2)


def test_unknown_choices_choose_nothing(signed_in: SignInAs) -> None:
    """An address with nonsense in it is the usual page."""
    answer = signed_in("chief").get("/agreement?by=name;drop&sort=x&round=%20&reverse=2")

    assert answer.status_code == 200
    assert answer.context["choice"].by == "indicator"


def test_another_regions_looks_are_not_counted(signed_in: SignInAs, store: Store) -> None:
    """A coordinator sees the agreement of their own region."""
    item = bend(store, item_in(store, "kalynodar", "BUDG-01"), needs_second=True)
    item = look(store, item, person(store, "center"), Verdict.MET)
    look(store, item, person(store, "chief"), Verdict.MET, passing=Passing.SECOND)

    assert signed_in("west").get(f"/agreement?round={ROUND}").context["whole"].looked == 0
    assert signed_in("chief").get(f"/agreement?round={ROUND}").context["whole"].looked == 1


def test_the_table_is_for_spreadsheets(signed_in: SignInAs, store: Store) -> None:
    """The same rows, one line each, figures as figures."""
    looked_twice(store, "BUDG-01", Verdict.MET, Verdict.NOT_MET)

    answer = signed_in("analyst").get(f"/agreement.csv?round={ROUND}")

    [line] = csv.DictReader(io.StringIO(answer.text))
    assert answer.headers["content-disposition"].endswith('"agreement.csv"')
    assert (line["looked"], line["by_lot"], line["agreed"], line["share"]) == ("1", "1", "0", "0.0")


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", " =", "\n@"])
def test_no_cell_becomes_a_formula(begin: str) -> None:
    """Text that a spreadsheet would run is text, and reads the same but for the apostrophe before it."""
    [[cell]] = csv.reader(io.StringIO(as_csv([f"{begin}cmd|' /C calc'!A0"], [])))

    assert cell == f"'{begin}cmd|' /C calc'!A0"


def test_numbers_stay_numbers() -> None:
    """A figure below nought is no formula."""
    assert [harmless(cell) for cell in (-0.25, 3, None, "Бюджет − 2026")] == [-0.25, 3, None, "Бюджет − 2026"]


def test_a_plant_counts_once_the_item_is_settled_otherwise(store: Store) -> None:
    """Who follows a planted verdict is counted when it turned out wrong, and not before."""
    item = bend(store, item_in(store, "yasnohirsk", "BUDG-01"), probe=Probe.PLANTED)
    assert item.planted
    first, second, chief = (person(store, login) for login in ("assessor", "second", "chief"))

    item = look(store, item, first, item.planted)
    with store.reading() as db:
        open_yet = probed_by_person(db, person_id=first.id)[first.id].followed
    item = look(store, item, second, item.verdict, passing=Passing.SECOND)
    look(store, item, chief, item.verdict, passing=Passing.ADJUDICATION)

    with store.reading() as db:
        settled = probed_by_person(db, person_id=first.id)[first.id].followed
    assert (open_yet, settled) == ((0, 0), (1, 1))


def test_leaning_is_the_difference_between_seen_and_hidden(store: Store) -> None:
    """Agreed with where seen, not where hidden: the whole difference, with a wide interval."""
    one = newcomer(store, "newcomer", Role.ASSESSOR)
    for indicator, probe, verdict in (
        ("BUDG-01", None, Verdict.MET),
        ("BUDG-04", None, Verdict.NOT_MET),
        ("INFO-04", Probe.HIDDEN, Verdict.NOT_MET),
    ):
        item = bend(store, item_in(store, "yasnohirsk", indicator), probe=probe)
        look(store, item, one, verdict, seconds=40 if probe else 10)

    with store.reading() as db:
        mine = probed_by_person(db, person_id=one.id)[one.id]

    assert (mine.agreed_shown, mine.agreed_hidden, mine.lean) == ((2, 2), (0, 1), 1.0)
    assert mine.times == (10, 40)
    assert mine.lean_interval is not None
    assert mine.lean_interval.low < 0.5


def test_figures_of_a_person_are_for_that_person_and_the_chief(signed_in: SignInAs, store: Store) -> None:
    """An assessor sees their own, the chief everybody's, and a coordinator nobody's by name."""
    item = bend(store, item_in(store, "yasnohirsk", "BUDG-01"))
    look(store, item, person(store, "assessor"), Verdict.MET)

    mine = signed_in("assessor").get("/agreement/me")
    others = signed_in("second").get("/agreement/me")
    chief = signed_in("chief").get("/agreement/people")

    assert mine.context["mine"].agreed_shown == (1, 1)
    assert others.context["mine"].agreed_shown == (0, 0)
    assert "Марія Коваль" in chief.text
    for login in ("west", "assessor", "analyst", "operator"):
        assert signed_in(login).get("/agreement/people").status_code == 403, login
    assert signed_in("assessor").get("/agreement").status_code == 403


def test_an_aggregate_tells_of_nobody(signed_in: SignInAs, store: Store) -> None:
    """Two people behind a figure would tell of one of them; three do not, and still no name is shown."""
    people = [person(store, "assessor"), person(store, "second"), newcomer(store, "third", Role.ASSESSOR)]
    client = signed_in("west")
    shown = []
    for one, indicator in zip(people, ("BUDG-01", "INFO-04", "DATA-01"), strict=True):
        look(store, bend(store, item_in(store, "yasnohirsk", indicator)), one, Verdict.MET)
        page = client.get(f"/agreement?round={ROUND}")
        shown.append("Показники з’являться, коли за ними стоятимуть" not in page.text)
        assert not [other.name for other in people if other.name in page.text]

    assert shown == [False, False, True]
