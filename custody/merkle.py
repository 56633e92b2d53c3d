"""A tree of digests (RFC 6962): one root speaks for all leaves, and a short path proves that one of them is in it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

_LEAF, _NODE = b"\x00", b"\x01"  # a node can never be passed off as a leaf
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Proof:
    """That a leaf stands at ``index`` among ``count`` leaves: the digests beside its way to the root, leaf first."""

    index: int
    count: int
    path: tuple[str, ...]


class Tree:
    """The tree over *leaves*, hexadecimal SHA-256 digests in their order; made once, it proves each in no time."""

    def __init__(self, leaves: Sequence[str]) -> None:
        """Hash the leaves, then pair by pair up to the root; whoever has no pair goes up as it is."""
        self._levels = [[_leaf(one) for one in leaves]]
        while len(self._levels[-1]) > 1:
            below = self._levels[-1]
            above = [_node(left, right) for left, right in zip(below[::2], below[1::2], strict=False)]
            self._levels.append([*above, below[-1]] if len(below) % 2 else above)

    @property
    def root(self) -> str:
        """What speaks for all leaves; without any, the digest of nothing."""
        return (self._levels[-1] or [hashlib.sha256().digest()])[0].hex()

    def prove(self, index: int) -> Proof:
        """The way from the leaf at *index* to the root."""
        count = len(self._levels[0])
        if not 0 <= index < count:
            raise IndexError(f"no leaf {index} among {count}")
        path, place = [], index
        for level in self._levels[:-1]:
            if (beside := place ^ 1) < len(level):
                path.append(level[beside].hex())
            place >>= 1
        return Proof(index, count, tuple(path))


def root(leaves: Sequence[str]) -> str:
    """The root over *leaves*."""
    return Tree(leaves).root


def prove(leaves: Sequence[str], index: int) -> Proof:
    """The way from the leaf at *index* to the root."""
    return Tree(leaves).prove(index)


def holds(leaf: str, proof: Proof, expected: str) -> bool:
    """Whether *leaf* stands where *proof* says under the root *expected* (RFC 9162, 2.1.3.2)."""
    if not 0 <= proof.index < proof.count:
        return False
    try:
        reached, path = _leaf(leaf), [_bytes(one) for one in proof.path]
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


def _leaf(digest: str) -> bytes:
    return hashlib.sha256(_LEAF + _bytes(digest)).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()


def _bytes(digest: str) -> bytes:
    """*digest* in its one spelling; capitals and spaces, which Python would take, are another."""
    if not _DIGEST.fullmatch(digest):
        raise ValueError(f"no digest: {digest[:80]!r}")
    return bytes.fromhex(digest)
