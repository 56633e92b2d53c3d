"""A tree of digests (RFC 6962): one root speaks for all leaves, and a short path proves that one of them is in it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

_LEAF, _NODE = b"\x00", b"\x01"  # a node can never be passed off as a leaf


@dataclass(frozen=True, slots=True)
class Proof:
    """That a leaf stands at ``index`` among ``count`` leaves: the digests beside its way to the root, leaf first."""

    index: int
    count: int
    path: tuple[str, ...]


def root(leaves: Sequence[str]) -> str:
    """The root over *leaves*, hexadecimal SHA-256 digests in their order; none have the digest of nothing."""
    return _root([_leaf(one) for one in leaves]).hex()


def prove(leaves: Sequence[str], index: int) -> Proof:
    """The way from the leaf at *index* to the root."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} among {len(leaves)}")
    path = _path([_leaf(one) for one in leaves], index)
    return Proof(index, len(leaves), tuple(one.hex() for one in path))


def holds(leaf: str, proof: Proof, expected: str) -> bool:
    """Whether *leaf* stands where *proof* says under the root *expected* (RFC 9162, 2.1.3.2)."""
    if not 0 <= proof.index < proof.count:
        return False
    try:
        reached, path = _leaf(leaf), [bytes.fromhex(one) for one in proof.path]
    except ValueError:
        return False
    place, last = proof.index, proof.count - 1
    for beside in path:
        if last == 0:
            return False
        if place % 2 == 1 or place == last:
            reached = _node(beside, reached)
            while place % 2 == 0 and place != 0:
                place, last = place >> 1, last >> 1
        else:
            reached = _node(reached, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and reached.hex() == expected


def _root(nodes: list[bytes]) -> bytes:
    if not nodes:
        return hashlib.sha256().digest()
    if len(nodes) == 1:
        return nodes[0]
    half = _half(len(nodes))
    return _node(_root(nodes[:half]), _root(nodes[half:]))


def _path(nodes: list[bytes], index: int) -> list[bytes]:
    if len(nodes) == 1:
        return []
    half = _half(len(nodes))
    if index < half:
        return [*_path(nodes[:half], index), _root(nodes[half:])]
    return [*_path(nodes[half:], index - half), _root(nodes[:half])]


def _half(count: int) -> int:
    """The largest power of two below *count*."""
    return 1 << (count - 1).bit_length() - 1


def _leaf(digest: str) -> bytes:
    return hashlib.sha256(_LEAF + bytes.fromhex(digest)).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()
