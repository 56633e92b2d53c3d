"""Which things on the shelf an indicator chooses, and the nearest one that it does not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import cast

from checks.documents import Document, document
from checks.lens import Lens, Refusal, is_told_by_kind
from checks.scales import Scales
from checks.shelf import Shelf, Showing, Thing
from models.facts import Evidence

_RANKS = {refusal: rank for rank, refusal in enumerate(Refusal)}


@dataclass(frozen=True, slots=True)
class NearMiss:
    """The closest thing that does not count, and why it does not."""

    evidence: Evidence
    why: Refusal


Choice = tuple[tuple[Document, ...], NearMiss | None]


def chosen(shelf: Shelf, lens: Lens) -> Choice:
    """The documents that belong, newest first, and the nearest thing that does not; worked out once."""
    if lens not in shelf.choices:
        shelf.choices[lens] = _choose(shelf, lens)
    return cast("Choice", shelf.choices[lens])


def _choose(shelf: Shelf, lens: Lens) -> Choice:
    scales, documents, missed = Scales(shelf, lens), [], []
    for thing in _candidates(shelf, lens, scales):
        weight = scales.weigh(thing)
        if isinstance(weight, Refusal):
            missed.append((_RANKS[weight], thing.url, thing, weight))
        elif weight is not None:
            documents.append(document(thing, scales.best(thing), weight, shelf))
    documents.sort(key=lambda one: (one.held_on is None, -(one.held_on or date.min).toordinal(), one.url))
    nearest = min(missed, default=None, key=lambda miss: miss[:2])
    return tuple(documents), _missed(scales.best(nearest[2]), nearest[3]) if nearest else None


def _candidates(shelf: Shelf, lens: Lens, scales: Scales) -> Iterable[Thing]:
    """Things of the right kind, and things whose words may do instead; each once."""
    things = {thing.url: thing for kind in sorted(lens.kinds) for thing in shelf.of_kind.get(kind, ())}
    things |= {thing.url: thing for thing in scales.listed()}
    for thing in shelf.worded(lens.names.phrases):
        if thing.url in things or is_told_by_kind(thing):
            continue
        if any(lens.names.says(words) for words in thing.words):
            things[thing.url] = thing
    return things.values()


def _missed(showing: Showing, why: Refusal) -> NearMiss:
    page = showing.page.seen
    shown = Evidence(page.url, showing.words, page.capture, showing.url, showing.event_date or showing.date)
    return NearMiss(shown, why)
