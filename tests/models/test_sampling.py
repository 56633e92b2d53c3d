"""What is drawn by lot: the same everywhere, in the shares asked for, and no plant without a second look."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.sampling import SURE, Draw, draws
from models.vocabulary import Probe, Verdict

words = st.text(max_size=12)
shares = st.floats(0, 1)


def drawn(
    indicator: str = "BUDG-01",
    *,
    second: float = 0.1,
    probe: float = 0.02,
    verdict: Verdict = Verdict.MET,
    confidence: float = 0.95,
    city: str = "lviv",
) -> Draw:
    """The lot of one item of a round."""
    return draws(
        "2026-11",
        city,
        "transparent-cities",
        indicator,
        second_share=second,
        probe_share=probe,
        verdict=verdict,
        confidence=confidence,
    )


@given(words, words, words, words, shares, shares, st.sampled_from(Verdict), st.floats(0, 1))
def test_a_planted_verdict_is_wrong_and_looked_at_again(  # all that names an item
    round_id: str,
    city: str,
    methodology: str,
    indicator: str,
    second: float,
    probe: float,
    verdict: Verdict,
    confidence: float,
) -> None:
    """No plant but in place of a sure verdict that counts, none that is right, none without a second look."""
    lot = draws(
        round_id,
        city,
        methodology,
        indicator,
        second_share=second,
        probe_share=probe,
        verdict=verdict,
        confidence=confidence,
    )

    assert (lot.planted is not None) == (lot.probe is Probe.PLANTED)
    if lot.planted is not None:
        assert lot.needs_second
        assert lot.planted is not verdict
        assert lot.planted.counts
        assert confidence >= SURE
    assert lot.probe is None or verdict.counts


@given(words, shares, shares, shares, shares)
def test_a_larger_share_keeps_what_a_smaller_drew(
    indicator: str, second: float, more_second: float, probe: float, more_probe: float
) -> None:
    """A coordinator who raises a share in mid-round adds looks and takes none away."""
    few = drawn(indicator, second=min(second, more_second), probe=min(probe, more_probe))
    many = drawn(indicator, second=max(second, more_second), probe=max(probe, more_probe))

    assert many.needs_second or not few.needs_second
    assert few.probe is None or many.probe is few.probe


def test_shares_are_what_was_asked_for() -> None:
    """Of 7,100 items about every tenth is looked at twice and every fiftieth is a probe, half by half."""
    lots = [drawn(f"I-{number}", city=f"city-{city}") for city in range(50) for number in range(142)]

    second = sum(lot.needs_second for lot in lots) / len(lots)
    probes = Counter(lot.probe for lot in lots)
    assert second == pytest.approx(0.1 + 0.9 * 0.01, abs=0.015)
    assert probes[Probe.HIDDEN] / len(lots) == pytest.approx(0.01, abs=0.004)
    assert probes[Probe.PLANTED] / len(lots) == pytest.approx(0.01, abs=0.004)


def test_all_and_nothing_are_shares_too() -> None:
    """A share of one takes every item, a share of nought none."""
    numbers = range(300)

    assert all(drawn(f"I-{one}", second=1).needs_second for one in numbers)
    assert all(drawn(f"I-{one}", probe=1).probe for one in numbers)
    assert all(drawn(f"I-{one}", second=0, probe=0) == Draw(needs_second=False) for one in numbers)


def test_a_lot_is_the_same_on_every_machine() -> None:
    """What is drawn for an item is written down here: a release that draws otherwise would redraw open rounds."""
    lots = [drawn(f"I-{number:02}", second=0.3, probe=0.3) for number in range(12)]

    assert "".join("2" if lot.needs_second else "." for lot in lots) == "..2..2.2...2"
    assert "".join((lot.probe or ".")[0] for lot in lots) == "..hh...p.hh."


def test_words_that_run_together_are_different_items() -> None:
    """City ab with indicator c is not city a with indicator bc."""
    apart = [
        draws("r", f"a{number}", "m", "b", second_share=0.5, probe_share=0, verdict=Verdict.MET).needs_second
        == draws(
            "r", "a", "m", f"{number}b", second_share=0.5, probe_share=0, verdict=Verdict.MET
        ).needs_second
        for number in range(200)
    ]

    assert 60 < sum(apart) < 140
