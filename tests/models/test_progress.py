"""Where an item stands after the looks that people took at it."""

from __future__ import annotations

import itertools

import pytest

from models.progress import Look, moves_score, progress
from models.vocabulary import ItemState, Passing, Verdict

FIRST, SECOND, ADJUDICATION = Passing.FIRST, Passing.SECOND, Passing.ADJUDICATION
MET, PARTLY, NOT_MET, UNSEEN = Verdict.MET, Verdict.PARTLY_MET, Verdict.NOT_MET, Verdict.NOT_OBSERVABLE


def looks(*said: tuple[Passing, Verdict]) -> list[Look]:
    """Looks by people 1, 2, …, in order."""
    return [Look(number, number, passing, verdict) for number, (passing, verdict) in enumerate(said, 1)]


@pytest.mark.parametrize(
    ("said", "state", "verdict"),
    [
        ([], ItemState.WAITING, None),
        ([(FIRST, MET)], ItemState.SETTLED, MET),
        ([(FIRST, NOT_MET)], ItemState.SECOND, None),
        ([(FIRST, NOT_MET), (SECOND, NOT_MET)], ItemState.SETTLED, NOT_MET),
        ([(FIRST, NOT_MET), (SECOND, MET)], ItemState.DISPUTED, None),
        ([(FIRST, NOT_MET), (SECOND, MET), (ADJUDICATION, PARTLY)], ItemState.SETTLED, PARTLY),
    ],
)
def test_an_item_goes_from_look_to_look(
    said: list[tuple[Passing, Verdict]], state: ItemState, verdict: Verdict | None
) -> None:
    """Confirming settles; what moves a score is looked at twice; who differ are adjudicated."""
    standing = progress(looks(*said), machine=MET, needs_second=False)

    assert (standing.state, standing.verdict) == (state, verdict)


def test_a_drawn_item_is_looked_at_twice_though_confirmed() -> None:
    """The sample of second looks holds what nobody doubted, too."""
    standing = progress(looks((FIRST, MET)), machine=MET, needs_second=True)

    assert standing.state is ItemState.SECOND


def test_a_planted_verdict_never_settles_by_agreement() -> None:
    """Where both say what was planted, a third person judges."""
    said = looks((FIRST, PARTLY), (SECOND, PARTLY))

    standing = progress(said, machine=MET, needs_second=True, planted=PARTLY)

    assert standing.state is ItemState.DISPUTED


def test_one_person_alone_turns_nothing_that_two_settled() -> None:
    """Whoever comes back to a settled item and says otherwise has it looked at again, even siding with the machine."""
    said = looks((FIRST, NOT_MET), (SECOND, NOT_MET), (FIRST, MET))

    standing = progress(said, machine=MET, needs_second=False)

    assert standing.state is ItemState.SECOND
    assert standing.first_person_id == 3


def test_only_what_counts_moves_a_score() -> None:
    """Two ways of not having seen weigh the same."""
    assert not moves_score(UNSEEN, Verdict.BLOCKED)
    assert moves_score(UNSEEN, MET)
    assert moves_score(PARTLY, MET)


def test_settled_always_has_a_verdict_that_somebody_gave() -> None:
    """Over every order of three looks an item is settled exactly when it has a verdict, and a person gave it."""
    every = itertools.product(itertools.product(Passing, (MET, PARTLY, UNSEEN)), repeat=3)
    for said in every:
        standing = progress(looks(*said), machine=MET, needs_second=False)

        assert (standing.verdict is not None) == (standing.state is ItemState.SETTLED)
        assert standing.verdict is None or standing.verdict in {verdict for _, verdict in said}
