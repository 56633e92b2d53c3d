"""Personal data is hidden, and what a council publishes in office stays as it is."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.masking import FOLDER, SETS, Labelled, labelled, read, score
from models.masking import found, masked

KNOWN, UNSEEN = (list(read(FOLDER / name)) for name in SETS)
PIECES = st.sampled_from([case.text for case in (*KNOWN, *UNSEEN)])


@pytest.mark.parametrize("case", KNOWN, ids=[case.text for case in KNOWN])
def test_each_labelled_case_is_told_as_labelled(case: Labelled) -> None:
    """G01: what is personal in a case is hidden whole, and nothing else of it."""
    said = score(case)

    assert (said.missed, said.wrong) == ((), ())


def test_cases_that_no_pattern_was_written_for_are_mostly_told() -> None:
    """G01: of texts that nobody tuned for, nine in ten are found, and nine in ten of what is found is personal."""
    scores = [score(case) for case in UNSEEN]

    hit = sum(one.hit for one in scores)
    assert hit / (hit + sum(len(one.missed) for one in scores)) >= 0.9
    assert hit / (hit + sum(len(one.wrong) for one in scores)) >= 0.9


def test_there_are_cases_both_ways() -> None:
    """At least a hundred and fifty, with and without anything personal, and in each heading both."""
    with_any = [case for case in KNOWN if case.personal]

    assert len(KNOWN) >= 150
    assert min(len(with_any), len(KNOWN) - len(with_any)) >= 75


def test_what_is_hidden_is_called_by_its_kind() -> None:
    """A reader sees that something was hidden, and what sort of thing it was."""
    said = masked("Заявник: Коваль, моб. 067 123-45-67, koval@i.ua")

    assert said == "Заявник: Коваль, моб. [приховано: телефон], [приховано: пошта]"


@given(st.lists(PIECES, max_size=4).map("\n".join))
def test_masking_twice_is_masking_once(text: str) -> None:
    """What was masked holds nothing personal, however the pieces stand together."""
    once = masked(text)

    assert masked(once) == once


@given(st.text(max_size=300))
def test_any_text_can_be_masked(text: str) -> None:
    """Whatever the letters are, what is found stands where it is said to, in order and apart."""
    said = found(text)

    assert [one.words for one in said] == [text[one.start : one.end] for one in said]
    assert all(one.end <= other.start for one, other in pairwise(said))


@pytest.mark.parametrize(
    "piece",
    ["вул. ", "0", "0 6 7 ", "А.", "Аа ", "a.", "a@", "паспорт ", "дитина ", "UA1 ", "38(0", "кв. 1 "],
)
def test_no_text_makes_masking_run_away(piece: str) -> None:
    """P09: a hundred thousand characters that nearly match cost no more than a few seconds of CPU."""
    text, began = piece * (100_000 // len(piece)), time.process_time()

    masked(text)

    assert time.process_time() - began < 8


def test_labels_are_read_where_they_stand() -> None:
    """The benchmark counts from the unmarked text."""
    case = labelled("а ⟦бв⟧ г ⟦д⟧")

    assert (case.text, [case.text[slice(*span)] for span in case.personal]) == ("а бв г д", ["бв", "д"])
