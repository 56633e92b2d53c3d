"""Sharing work out among people so that everybody has about as much to do. Pure, and always the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.assigning import Part, Worker


class Together(StrEnum):
    """What one person is to have as a whole, where several share the work."""

    CITY = "city"
    AREA = "area"  # of one region


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a round that is to be given out, and how long what is open in it takes."""

    city: str
    area: str
    region: str
    seconds: float

    @property
    def part(self) -> Part:
        """City and area."""
        return self.city, self.area


def share_out(
    pieces: Sequence[Piece],
    people: Sequence[Worker],
    loads: Mapping[int, float],
    *,
    together: Together = Together.CITY,
) -> dict[Part, int]:
    """Whose each piece is to be: the largest first, each to whoever has the least to do by then.

    *loads* are the seconds of other work that people have. What nobody of *people* may take is left out; what no
    single one may take as a whole is shared out piece by piece.
    """
    loaded = {one.person.id: loads.get(one.person.id, 0.0) for one in people}
    shared: dict[Part, int] = {}
    for group in _groups(pieces, together):
        whole = [one for one in people if all(one.may_take(piece.city, piece.region) for piece in group)]
        for bundle in [group] if whole else [[piece] for piece in group]:
            able = [one for one in people if all(one.may_take(piece.city, piece.region) for piece in bundle)]
            if not able:
                continue
            chosen = min((loaded[one.person.id], one.person.id) for one in able)[1]
            loaded[chosen] += sum(piece.seconds for piece in bundle)
            shared |= {piece.part: chosen for piece in bundle}
    return shared


def _groups(pieces: Sequence[Piece], together: Together) -> list[list[Piece]]:
    """What stays together, the longest first."""
    found: defaultdict[tuple[str, str], list[Piece]] = defaultdict(list)
    for piece in sorted(pieces, key=lambda one: one.part):
        key = piece.city if together is Together.CITY else piece.area
        found[piece.region, key].append(piece)
    return [
        group for _, group in sorted(found.items(), key=lambda one: (-sum(p.seconds for p in one[1]), one[0]))
    ]
