"""One root speaks for all leaves, and a short path proves that one of them is in it."""

from __future__ import annotations

import hashlib
from dataclasses import replace

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


def test_a_proof_that_is_no_proof_does_not_hold() -> None:
    """Digests that are none are refused without a fuss."""
    assert not holds("not a digest", Proof(0, 1, ()), root(["00" * 32]))
    assert not holds("00" * 32, Proof(0, 2, ("zz",)), root(["00" * 32]))
