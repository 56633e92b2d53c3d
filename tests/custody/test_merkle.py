"""One root speaks for all leaves, and a short path proves that one of them is in it."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.merkle import Proof, holds, prove, root

LEAVES = st.lists(st.binary(min_size=32, max_size=32).map(bytes.hex), min_size=1, max_size=70)


@given(LEAVES, st.data())
def test_every_leaf_is_proved_and_no_other_in_its_place(leaves: list[str], data: st.DataObject) -> None:
    """A proof holds for its own leaf and root, and for no other leaf, place or root."""
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, top = prove(leaves, index), root(leaves)
    other = hashlib.sha256(b"other").hexdigest()

    assert holds(leaves[index], proof, top)
    assert not holds(other, proof, top)
    assert not holds(leaves[index], proof, other)
    assert not holds(leaves[index], replace(proof, path=(*proof.path, other)), top)
    assert not holds(leaves[index], Proof(len(leaves), len(leaves), proof.path), top)


@given(LEAVES)
def test_a_leaf_more_or_less_is_another_root(leaves: list[str]) -> None:
    """What is added, taken away or put elsewhere shows in the root."""
    assert root([*leaves, leaves[0]]) != root(leaves)
    assert root(leaves[:-1]) != root(leaves)
    assert leaves == leaves[::-1] or root(leaves[::-1]) != root(leaves)


def test_the_roots_are_those_of_the_rfc() -> None:
    """Of one leaf and of two the root is what RFC 6962 says it is; of none, the digest of nothing."""
    first, second = hashlib.sha256(b"a").digest(), hashlib.sha256(b"b").digest()
    leaves = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in (first, second)]

    assert root([]) == hashlib.sha256().hexdigest()
    assert root([first.hex()]) == leaves[0].hex()
    assert root([first.hex(), second.hex()]) == hashlib.sha256(b"\x01" + leaves[0] + leaves[1]).hexdigest()


@given(LEAVES)
def test_the_tree_is_the_one_of_the_rfc(leaves: list[str]) -> None:
    """Made level by level, it has the root that RFC 6962 defines by halves, for every number of leaves."""
    assert root(leaves) == by_halves(leaves).hex()


def by_halves(leaves: list[str]) -> bytes:
    """The definition, word for word: split at the largest power of two below the number of leaves."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + bytes.fromhex(leaves[0])).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\x01" + by_halves(leaves[:half]) + by_halves(leaves[half:])).digest()


@given(LEAVES, st.data())
def test_every_changed_digest_of_a_proof_is_found(leaves: list[str], data: st.DataObject) -> None:
    """One digit of any digest on the way, in capitals or of another value, and the proof holds no more."""
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, top = prove(leaves, index), root(leaves)
    for step, digest in enumerate(proof.path):
        place = data.draw(st.integers(0, 63))
        for digit in {"0", "f", "F", " "} - {digest[place]}:
            other = digest[:place] + digit + digest[place + 1 :]
            path = (*proof.path[:step], other, *proof.path[step + 1 :])
            assert not holds(leaves[index], replace(proof, path=path), top)


@pytest.mark.parametrize("index", [-1, 3])
def test_what_is_not_there_is_not_proved(index: int) -> None:
    """Neither before the first nor after the last."""
    with pytest.raises(IndexError, match=f"no leaf {index} among 3"):
        prove(["00" * 32] * 3, index)


def test_a_proof_that_is_no_proof_does_not_hold() -> None:
    """Digests that are none are refused without a fuss."""
    assert not holds("not a digest", Proof(0, 1, ()), root(["00" * 32]))
    assert not holds("00" * 32, Proof(0, 2, ("zz",)), root(["00" * 32]))
