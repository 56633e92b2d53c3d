"""One spelling of a thing: its digest means the thing, and every edit of a row shows."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.canonical import canonical, digest, plain, row_digest, row_of
from models.crawling import Run
from models.vocabulary import Verdict

MOMENT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
RUN = {
    "id": "2026-11-west-1",
    "round": "2026-11",
    "region": "west",
    "source": "network",
    "tool_version": "0.1.0",
    "started_at": MOMENT,
    "ended_at": None,
}


@given(st.dictionaries(st.text(), st.one_of(st.integers(), st.text(), st.booleans(), st.none())))
def test_the_order_of_keys_means_nothing(thing: dict[str, object]) -> None:
    """Two spellings of one thing have one digest."""
    assert digest(thing) == digest(dict(reversed(thing.items())))


def test_words_times_and_letters_have_one_spelling() -> None:
    """A word is its value, a moment is the same in every zone, Ukrainian letters stand as they are."""
    kyiv = MOMENT.astimezone(timezone(timedelta(hours=2)))

    assert canonical({"v": Verdict.MET, "t": MOMENT}) == canonical({"t": kyiv, "v": "met"})
    assert canonical({"що": "рада"}) == '{"що":"рада"}'.encode()


def test_what_has_no_spelling_is_refused() -> None:
    """A number that JSON lacks, or an object of ours, is never sealed as something else."""
    with pytest.raises(ValueError, match="JSON"):
        canonical(math.nan)
    with pytest.raises(TypeError, match="no canonical spelling for object"):
        canonical(object())


def test_a_row_can_be_held_against_fewer_columns() -> None:
    """As its table was when the digest was made: what came later does not count, all else does."""
    fewer = [name for name in RUN if name != "region"]

    assert row_digest(Run(**RUN), fewer) == row_digest(Run(**{**RUN, "region": "east"}), fewer)
    assert row_digest(Run(**RUN), fewer) != row_digest(Run(**RUN))
    assert row_digest(Run(**RUN), fewer) != row_digest(Run(**{**RUN, "source": "replay"}), fewer)


@pytest.mark.long
@given(st.recursive(st.one_of(st.none(), st.booleans(), st.integers(), st.text()), st.lists))
def test_what_is_read_back_has_the_same_spelling(thing: object) -> None:
    """A file of ours can be spelt again, byte for byte."""
    assert canonical(plain(thing)) == canonical(thing)


@pytest.mark.parametrize("column", sorted(RUN))
def test_every_column_of_a_row_is_in_its_digest(column: str) -> None:
    """Whatever is edited in a row, its digest is another."""
    edited = MOMENT + timedelta(microseconds=1) if column.endswith("_at") else "another"

    assert set(row_of(Run(**RUN))) == set(RUN)
    assert row_digest(Run(**{**RUN, column: edited})) != row_digest(Run(**RUN))
