"""A city's points say only what was seen and, where asked, what people have confirmed."""

import pytest

from checks.catalog import load
from checks.points import LeftOut, Said, points
from models.vocabulary import Verdict

PACK = load("transparent-cities")
WEIGHT = {one.id: one.weight for one in PACK.indicators}


def test_all_met_is_the_whole_of_it() -> None:
    """A city that does everything gets a hundred."""
    said = {one.id: Said(Verdict.MET, by_person=True) for one in PACK.indicators}

    whole = points(PACK, said, confirmed_only=True)

    assert whole.of_hundred == 100
    assert whole.earned == whole.possible == pytest.approx(sum(WEIGHT.values()))
    assert not whole.left_out


def test_partly_is_a_half_and_weights_count() -> None:
    """Half the weight of what is partly met, and nothing for what is not."""
    said = {
        "BUDG-01": Said(Verdict.PARTLY_MET, by_person=True),
        "INFO-03": Said(Verdict.NOT_MET, by_person=True),
    }

    found = points(PACK, said, confirmed_only=True)

    assert found.earned == WEIGHT["BUDG-01"] / 2
    assert found.possible == WEIGHT["BUDG-01"] + WEIGHT["INFO-03"]


@pytest.mark.parametrize("verdict", [one for one in Verdict if not one.counts])
def test_what_could_not_be_seen_moves_no_score(verdict: Verdict) -> None:
    """It leaves the denominator and is named."""
    said = {"BUDG-01": Said(Verdict.MET, by_person=True), "INFO-03": Said(verdict, by_person=True)}

    found = points(PACK, said, confirmed_only=True)

    assert found.of_hundred == 100
    assert found.left_out[LeftOut(verdict.value)] == ("INFO-03",)


def test_a_machine_alone_moves_only_the_provisional_score() -> None:
    """Unconfirmed verdicts are shown, and counted only where provisional points are asked for."""
    said = {"BUDG-01": Said(Verdict.NOT_MET, by_person=False), "INFO-03": Said(Verdict.MET, by_person=True)}

    confirmed = points(PACK, said, confirmed_only=True)
    provisional = points(PACK, said, confirmed_only=False)

    assert (confirmed.of_hundred, confirmed.left_out[LeftOut.UNCONFIRMED]) == (100, ("BUDG-01",))
    assert provisional.of_hundred == pytest.approx(50, abs=17)


def test_nothing_judged_is_no_nought() -> None:
    """A city nobody could look at has no score, rather than the worst."""
    assert points(PACK, {}, confirmed_only=False).of_hundred is None


def test_points_of_an_area_are_of_that_area_alone() -> None:
    """What other areas say does not matter."""
    said = {"BUDG-01": Said(Verdict.MET, by_person=True), "INFO-03": Said(Verdict.NOT_MET, by_person=True)}

    assert points(PACK, said, confirmed_only=True, area="BUDG").of_hundred == 100
    assert points(PACK, said, confirmed_only=True, area="INFO").of_hundred == 0


def test_a_leaning_counts_nowhere_until_a_person_has_spoken() -> None:
    """What the machine leaves to people is in no score, not even a provisional one."""
    said = {"INFO-03": Said(Verdict.MET, by_person=False, leans=True)}

    assert points(PACK, said, confirmed_only=False).left_out[LeftOut.UNCONFIRMED] == ("INFO-03",)
