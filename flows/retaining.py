"""Keep stored bytes as long as they are needed and no longer: a list by default, an act once a lawyer has confirmed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from prefect import flow
from prefect.artifacts import create_table_artifact

from custody.erasing import carry_out, erase
from custody.retaining import Due, Rests, Term, Then, due, read_terms
from flows.visiting import Desk, open_desk
from models.base import now
from models.environment import settings

MOST = 2000  # bodies that one night erases: each is a decision with a line of the log


@dataclass(frozen=True, slots=True)
class Retained:
    """What became of the bodies whose period is over."""

    over: tuple[Due, ...]
    erased: int = 0
    finished: int = 0  # erased by an earlier decision that had not been carried out

    @property
    def sentence(self) -> str:
        """For the operator."""
        counts = Counter((one.rests, one.term.then) for one in self.over)
        listed = ", ".join(f"{number} {rests} to {then}" for (rests, then), number in sorted(counts.items()))
        return (
            f"{len(self.over)} bodies are past their period ({listed or 'none'}); {self.erased} were erased"
        )


def retain_bodies(
    desk: Desk,
    *,
    moment: datetime,
    terms: Mapping[Rests, Term] | None = None,
    confirmed_by: str = "",
    most: int = MOST,
) -> Retained:
    """List the stored bodies whose period was over at *moment*; erase those not for review, once that is confirmed.

    *confirmed_by* names who has confirmed the periods. What comes in again later is stored again. Earlier decisions
    that were not carried out are finished either way.
    """
    finished = carry_out(desk.store, desk.archive)
    with desk.store.reading() as db:
        listed = due(db, terms or read_terms(), moment)
    over = tuple(one for one in listed if one.body in desk.archive)
    if not (who := confirmed_by.strip()):
        return Retained(over, finished=finished)
    going = [one for one in over if one.term.then is Then.ERASE][:most]
    for one in going:
        why = f"period of keeping over: {one.rests}, {one.term.days} days, confirmed by {who}"
        erase(desk.store, desk.archive, one.body, why=why, lasting=False)
    return Retained(over, erased=len(going), finished=finished)


@flow(name="retain", flow_run_name="retain")
def retain(confirmed_by: str = "") -> str:
    """List what is past its period of keeping, and erase it where *confirmed_by* says who confirmed the periods."""
    done = retain_bodies(open_desk(settings()), moment=now(), confirmed_by=confirmed_by)
    create_table_artifact(
        [
            {
                "body": one.body,
                "rests": one.rests,
                "then": one.term.then,
                "last used": f"{one.used_at:%Y-%m-%d}",
            }
            for one in done.over[:MOST]
        ],
        key="retention",
        description=done.sentence,
    )
    return done.sentence
