"""What a page may tell before an item is settled, and to whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.judging import Finding
from models.store import Store
from models.vocabulary import ItemState, Passing, Probe, Reason, Role, Verdict
from review.blinding import Sight, as_shown, listed_verdict, sight_in, sight_of
from tests.review.looking import as_signed_in, bend, item_in, look, newcomer, person


def sees(store: Store, login: str, city: str = "yasnohirsk", indicator: str = "BUDG-01") -> Sight:
    """What *login* may see of the item now."""
    item = item_in(store, city, indicator)
    with store.reading() as db:
        found = sight_in(db, as_signed_in(person(store, login)), db.get_one(Finding, item.finding_id))
    assert found
    return found


def test_a_plain_item_hides_nothing(store: Store) -> None:
    """Who looks first sees the machine's verdict, and only looks first."""
    item = bend(store, item_in(store, "yasnohirsk", "BUDG-01"))

    sight = sees(store, "assessor")

    assert (sight.shown, sight.passing, sight.planted) == (item.verdict, Passing.FIRST, False)
    assert sight.people
    assert not sight.always_why


def test_a_second_look_sees_neither_the_machine_nor_the_first_one(store: Store) -> None:
    """Nothing is told to whoever could look second, not even to a coordinator; the first one sees what they saw."""
    item = bend(store, item_in(store, "yasnohirsk", "BUDG-01"), needs_second=True)
    first = person(store, "assessor")
    look(store, item, first, Verdict.MET)
    newcomer(store, "blind", Role.SECOND_ASSESSOR)

    for login in ("second", "blind", "west", "chief"):
        sight = sees(store, login)
        assert (sight.passing, sight.shown) == (Passing.SECOND, None), login
        assert sight.always_why
        assert not sight.reads(first.id, item.round)
        assert sight.reads(first.id, "2026-10")
    mine = sees(store, "assessor")
    assert (mine.passing, mine.shown) == (None, Verdict.MET)
    assert mine.reads(first.id, item.round)


def test_only_a_third_person_who_coordinates_judges_between_two(store: Store) -> None:
    """The adjudicator sees everything; the two see no more than before, and decide nothing."""
    item = bend(store, item_in(store, "yasnohirsk", "BUDG-01"), needs_second=True)
    one, other = person(store, "assessor"), person(store, "west")
    look(store, item, one, Verdict.MET)
    item = look(store, item, other, Verdict.NOT_MET, passing=Passing.SECOND)

    chief = sees(store, "chief")

    assert item.state is ItemState.DISPUTED
    assert (chief.passing, chief.people, chief.shown) == (Passing.ADJUDICATION, True, item.verdict)
    assert [sees(store, login).passing for login in ("assessor", "west", "second")] == [None, None, None]
    assert not sees(store, "assessor").reads(other.id, item.round)


def test_a_hidden_probe_hides_the_machine_until_it_is_settled(store: Store) -> None:
    """Before the decision nothing of the verdict is told; after it everything is."""
    item = bend(store, item_in(store, "yasnohirsk", "BUDG-01"), probe=Probe.HIDDEN)
    before = sees(store, "assessor")

    look(store, item, person(store, "assessor"), Verdict.MET)

    assert (before.passing, before.machine) == (Passing.FIRST, False)
    assert sees(store, "assessor").shown is item.verdict


def test_a_plant_agrees_with_itself_and_is_never_stored(store: Store) -> None:
    """Verdict, reason and detail on the page speak for the planted verdict; the finding is not touched."""
    item = bend(store, item_in(store, "yasnohirsk", "BUDG-06"), probe=Probe.PLANTED)
    with store.writing() as db:
        finding = db.get_one(Finding, item.finding_id)
        wrong = Sight(1, item.round, Passing.FIRST, Verdict.MET, planted=True, people=True)
        stand_in = as_shown(finding, wrong)
        evidence = finding.evidence

    with store.reading() as db:
        kept = db.get_one(Finding, item.finding_id)
    assert (stand_in.proposed, stand_in.reason, stand_in.detail) == (Verdict.MET, Reason.DOCUMENT_FOUND, {})
    assert stand_in.evidence == evidence
    assert (kept.verdict, kept.reason) == (Verdict.PARTLY_MET, Reason.INCOMPLETE_SERIES)


def test_only_those_who_decide_are_shown_a_plant(store: Store) -> None:
    """Whoever only watches sees what the machine truly says."""
    item = bend(store, item_in(store, "yasnohirsk", "BUDG-01"), probe=Probe.PLANTED)

    assert sees(store, "assessor").shown is item.planted
    assert sees(store, "assessor").planted
    assert sees(store, "analyst").shown is item.verdict
    assert listed_verdict(item, Role.ASSESSOR) is item.planted
    assert listed_verdict(item, Role.ANALYST) is item.verdict


def test_a_second_assessor_makes_no_first_assessments(store: Store) -> None:
    """Whoever is there to look again is not shown how to look first."""
    newcomer(store, "blind", Role.SECOND_ASSESSOR)

    assert sees(store, "blind").passing is None


def test_nobody_decides_on_a_city_they_have_a_stake_in(store: Store) -> None:
    """A conflict of interest closes every look."""
    item = item_in(store, "yasnohirsk", "BUDG-01")
    who = replace(as_signed_in(person(store, "assessor")), conflicts=frozenset({"yasnohirsk"}))

    assert sight_of(item, who, ()).passing is None


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_planted_verdict_never_settles_by_one_person(verdict: Verdict, store: Store) -> None:
    """Whatever the first one says to a planted verdict, somebody else looks, unprobed."""
    item = bend(store, item_in(store, "yasnohirsk", "BUDG-01"), probe=Probe.PLANTED)

    after = look(store, item, person(store, "assessor"), verdict)

    assert after.state is ItemState.SECOND
    assert sees(store, "second").shown is None


@pytest.mark.parametrize(
    ("verdict", "state"), [(Verdict.MET, ItemState.SETTLED), (Verdict.NOT_MET, ItemState.SECOND)]
)
def test_a_disagreement_that_moves_a_score_is_looked_at_again(
    verdict: Verdict, state: ItemState, store: Store
) -> None:
    """An item that no lot chose settles where the person confirms, and not where points would move."""
    item = bend(store, item_in(store, "yasnohirsk", "BUDG-01"))

    assert look(store, item, person(store, "assessor"), verdict).state is state
