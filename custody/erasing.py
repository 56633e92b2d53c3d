"""Erasing a stored body: a decision with a line of the log, then the key. Digests, manifests and the log stay."""

from __future__ import annotations

from sqlalchemy import select

from custody.canonical import row_digest
from custody.log import append
from models.archive import Archive
from models.base import now
from models.custody import Erasure
from models.erasing import Resting, empty_journal, erasure_of, forget, resting_on
from models.store import Store
from models.vocabulary import LogKind


class NothingToEraseError(Exception):
    """No capture and no picture holds a body of that name; the sentence says so."""


def erase(
    store: Store, archive: Archive, body: str, *, why: str, person_id: int | None = None, lasting: bool = True
) -> Resting:
    """Make *body*, and what was made of it, unreadable; what rested on it. A *lasting* erasure is for good.

    The decision is written first: where the power goes before the key is destroyed, ``carry_out`` finishes it. Erasing
    again finishes too, and adds nothing. Raises NothingToEraseError where no capture and no picture holds *body*:
    manifests and time-stamps are never erased.
    """
    with store.writing() as db:
        resting = resting_on(db, body)
        if not resting.bodies:
            raise NothingToEraseError(f"no capture and no picture holds a body named {body}")
        for one in resting.bodies:
            if not _stands(archive, erasure_of(db, one), lasting=lasting):
                row = Erasure(
                    body_sha256=one, lasting=lasting, person_id=person_id, reason=why, created_at=now()
                )
                db.add(row)
                db.flush()
                append(db, LogKind.ERASURE, one, row_digest(row), person_id=person_id)
        forget(db, resting.captures)
    for one in resting.bodies:
        archive.erase(one, why, lasting=lasting)
    empty_journal(store)
    return resting


def _stands(archive: Archive, before: Erasure | None, *, lasting: bool) -> bool:
    """Whether the decision *before* says already what is decided now."""
    if before is None or (lasting and not before.lasting):
        return False
    return before.lasting or archive.erased(before.body_sha256) is not None


def carry_out(store: Store, archive: Archive) -> int:
    """Erase again whatever was erased for good and the archive still has; how many bodies that were.

    Needed after an older copy of the keys or of the archive was brought back, and after a power cut in between.
    """
    chosen = select(Erasure.body_sha256, Erasure.reason).where(Erasure.lasting).order_by(Erasure.id)
    with store.reading() as db:
        decided = db.execute(chosen).all()
    undone = [(body, reason) for body, reason in decided if not _is_gone(archive, body)]
    for body, reason in undone:
        archive.erase(body, reason)
    return len(undone)


def _is_gone(archive: Archive, body: str) -> bool:
    stone = archive.erased(body)
    return stone is not None and stone.lasting
