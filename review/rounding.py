"""Every act of a coordinator on a round. Each is a line of the log, in the words it was done with."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from custody.canonical import digest, row_digest
from custody.log import append
from models import assigning, rounds
from models.assigning import Part, Worker
from models.reviewing import Assignment, Item, Round
from models.rounds import Plan, RoundRefusedError
from models.store import Store
from models.vocabulary import ItemState, LogKind
from review.queries.rounds import of_region
from review.sessions import SignedIn
from review.sharing import Piece, Together, share_out


class ChangedMeanwhileError(Exception):
    """Somebody else gave out some of the same work since it was looked at; nothing was written."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a coordinator wants to give out, and to whom; to nobody where ``people`` is empty.

    ``regions`` stand for all their cities. ``of`` is the person all of whose work is handed on; cities and areas
    are then not asked for.
    """

    regions: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    people: tuple[int, ...] = ()
    due_on: date | None = None
    together: Together = Together.CITY
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would change: for each part whose it is and whose it would be, and what that makes for each person.

    ``left`` are parts that nobody chosen may take. ``mark`` is a digest of how all of it stands now.
    """

    parts: Mapping[Part, int | None]
    before: Mapping[Part, int]
    pieces: Mapping[Part, Piece]
    left: tuple[Part, ...]
    seconds_before: Mapping[int, float]
    seconds_after: Mapping[int, float]
    mark: str


def open_round(store: Store, who: SignedIn, round_id: str, plan: Plan) -> Round:
    """Open a round. RoundRefusedError says why not."""
    with store.writing() as db:
        opened = rounds.open_round(db, round_id, plan, by=who.person_id)
        _log(db, who, opened, "opened")
        return opened


def change_round(store: Store, who: SignedIn, round_id: str, plan: Plan) -> Round:
    """Give a round other days and shares."""
    with store.writing() as db:
        changed = rounds.change_round(db, round_id, plan)
        _log(db, who, changed, "changed")
        return changed


def close_round(store: Store, who: SignedIn, round_id: str, note: str) -> Round:
    """Close a round; what it lacked stands in the log beside the reason."""
    with store.writing() as db:
        lacked = rounds.lacking(db, round_id)
        closed = rounds.close_round(db, round_id, note, by=who.person_id)
        _log(
            db,
            who,
            closed,
            "closed",
            reason=closed.closing_note,
            open_items={state.value: number for state, number in lacked.open_items.items()},
            unseen_cities=list(lacked.unseen_cities),
            replies=lacked.replies,
            requests=lacked.requests,
        )
        return closed


def reopen_round(store: Store, who: SignedIn, round_id: str, reason: str) -> Round:
    """Take the closing of a round back, for a reason."""
    if not reason.strip() or len(reason) > rounds.LONGEST_NOTE:
        raise RoundRefusedError("reason" if not reason.strip() else "long")
    with store.writing() as db:
        opened = rounds.reopen_round(db, round_id)
        _log(db, who, opened, "reopened", reason=reason.strip())
        return opened


def propose(db: Session, who: SignedIn, round_id: str, wish: Wish) -> Proposal:
    """What *wish* comes to, within the region of whoever asks. RoundRefusedError where it cannot be."""
    everything = _pieces(db, round_id, who.region)
    standing = assigning.given(db, round_id)
    before = {part: row.person_id for part, row in standing.items() if part in everything}
    chosen = _chosen(wish, everything, before)
    able = {one.person.id: one for one in assigning.workers(db, who.region)}
    if any(person_id not in able for person_id in wish.people):
        raise RoundRefusedError("person")
    loads = _loads(everything, before)
    others = _loads({part: piece for part, piece in everything.items() if part not in chosen}, before)
    parts: dict[Part, int | None] = dict.fromkeys(chosen)
    left: tuple[Part, ...] = ()
    if wish.people:
        shared = share_out(list(chosen.values()), _in_turn(able, wish.people), others, together=wish.together)
        parts = dict(shared)
        left = tuple(sorted(chosen.keys() - shared.keys()))
    after = {**before, **{part: person for part, person in parts.items() if person is not None}}
    after = {part: person for part, person in after.items() if parts.get(part, person) is not None}
    return Proposal(
        parts=parts,
        before=before,
        pieces=chosen,
        left=left,
        seconds_before=loads,
        seconds_after=_loads(everything, after),
        mark=_mark(chosen, standing),
    )


def give_out(store: Store, who: SignedIn, round_id: str, wish: Wish, mark: str) -> int:
    """Do what was proposed under *mark*, if all of it still stands as it did; how many parts moved."""
    with store.writing() as db:
        rounds.hold_round(db, round_id)  # or two could give out the same, each having seen it as nobody's
        proposal = propose(db, who, round_id, wish)
        if proposal.mark != mark:
            raise ChangedMeanwhileError
        moved = {
            part: person for part, person in proposal.parts.items() if proposal.before.get(part) != person
        }
        for due_on, parts in _by_day(db, round_id, wish, proposal).items():
            assigning.assign(db, round_id, parts, due_on=due_on, by=who.person_id)
        told = sorted([*part, person or 0] for part, person in proposal.parts.items())
        body = {"act": "assigned" if wish.people else "taken back", "parts": len(told)}
        subject = f"round {round_id}"
        append(db, LogKind.ROUND, subject, digest(told), body=body, person_id=who.person_id)
        return len(moved)


def _by_day(
    db: Session, round_id: str, wish: Wish, proposal: Proposal
) -> dict[date | None, dict[Part, int | None]]:
    """The parts by the day they are due: the one wished for; work that is handed on keeps its own without one."""
    standing = assigning.given(db, round_id)
    found: dict[date | None, dict[Part, int | None]] = {}
    for part, person in proposal.parts.items():
        keeps = wish.due_on is None and wish.of is not None
        found.setdefault(standing[part].due_on if keeps else wish.due_on, {})[part] = person
    return found


def _log(db: Session, who: SignedIn, about: Round, act: str, **body: object) -> None:
    db.flush()
    append(
        db,
        LogKind.ROUND,
        f"round {about.id}",
        row_digest(about),
        body={"act": act, **body},
        person_id=who.person_id,
    )


def _pieces(db: Session, round_id: str, region: str | None) -> dict[Part, Piece]:
    """Everything that can be given out in *region*, and how long what waits in it takes."""
    waiting = func.sum(Item.seconds).filter(Item.state == ItemState.WAITING)
    rows = db.execute(
        select(Item.city, Item.area, func.min(Item.region), func.coalesce(waiting, 0.0))
        .where(Item.round == round_id, of_region(region))
        .group_by(Item.city, Item.area)
    )
    return {(city, area): Piece(city, area, of, seconds) for city, area, of, seconds in rows}


def _chosen(wish: Wish, everything: Mapping[Part, Piece], before: Mapping[Part, int]) -> dict[Part, Piece]:
    if wish.of is not None:
        chosen = {part: everything[part] for part, person in before.items() if person == wish.of}
    else:
        chosen = {
            part: piece
            for part, piece in everything.items()
            if (piece.city in wish.cities or piece.region in wish.regions) and piece.area in wish.areas
        }
    if not chosen:
        raise RoundRefusedError("nothing")
    return chosen


def _in_turn(able: Mapping[int, Worker], people: Sequence[int]) -> list[Worker]:
    return [able[person_id] for person_id in dict.fromkeys(people)]


def _loads(pieces: Mapping[Part, Piece], whose: Mapping[Part, int]) -> dict[int, float]:
    found: dict[int, float] = {}
    for part, piece in pieces.items():
        if (person := whose.get(part)) is not None:
            found[person] = found.get(person, 0.0) + piece.seconds
    return found


def _mark(chosen: Mapping[Part, Piece], standing: Mapping[Part, Assignment]) -> str:
    """A digest of whose each chosen part is, and which parts there are."""
    told = sorted((*part, standing[part].id if part in standing else 0) for part in chosen)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]
