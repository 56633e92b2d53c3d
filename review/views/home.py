"""The first page: what is next for whoever looks, by what they do here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from models.replies import window_of
from models.reviewing import Round
from models.rounds import lacking
from models.vocabulary import Role
from review.access import RUN_WATCHERS, SIGNED_IN
from review.alphabet import alphabetical
from review.desk import desk_of
from review.queries import home as asked
from review.queries import runs as runs_asked
from review.queries import second as second_asked
from review.queries import workload
from review.rendering import page, speech_for
from review.sessions import SignedIn
from review.views.rounds import today_in_kyiv

router = APIRouter()
RUNS = 6  # shown at most
BEHIND = 6  # people named at most
Cards = Mapping[str, Any]


@router.get("/")
def show(request: Request, who: Annotated[SignedIn, Depends(SIGNED_IN)]) -> Response:
    """What waits for you, how the round stands, and the cities you may see."""
    today = today_in_kyiv()
    with desk_of(request).store.reading() as db:
        found = asked.working_round(db, who.scope)
        runs = runs_asked.recent_runs(db, who.scope, limit=RUNS if who.role in RUN_WATCHERS else 1)
        cities = asked.cities_in(db, found.id if found else None, who.scope)
        cards = CARDS[who.role](db, who, found, today) if found else {}
    rounds: dict[str, list[runs_asked.RunLine]] = {}
    for line in runs if who.role in RUN_WATCHERS else ():
        rounds.setdefault(line.run.round, []).append(line)
    return page(
        request,
        "home/overview.html",
        round=found,
        today=today,
        rounds=rounds,
        newest=runs[0] if runs else None,
        cities=sorted(cities, key=lambda row: alphabetical(speech_for(request).either(row[0], "name"))),
        own=cards.get("own"),
        left=cards["own"].left if "own" in cards else 0,
        cards=cards,
    )


def for_assessors(db: Session, who: SignedIn, found: Round, today: date) -> Cards:
    """Their work, what of it is due, and how much they did."""
    return {
        "own": asked.own_work(db, found.id, who, today),
        "by_day": workload.with_days(
            workload.looks_by_day(db, found.id, who.region, today, who.person_id), today
        ),
        "second": second_asked.count_second(db, who),
    }


def for_second_assessors(db: Session, who: SignedIn, found: Round, today: date) -> Cards:
    """What waits for a second look."""
    return {
        "second": second_asked.count_second(db, who),
        "by_day": workload.with_days(
            workload.looks_by_day(db, found.id, who.region, today, who.person_id), today
        ),
    }


def for_coordinators(db: Session, who: SignedIn, found: Round, today: date) -> Cards:
    """The round in their region, who is behind, what is disputed; and their own work."""
    loads = workload.loads(db, found.id, who.region, today)
    late = [one for one in loads if one.person is not None and one.given.overdue]
    return {
        "own": asked.own_work(db, found.id, who, today),
        "standing": asked.standing_in(db, found.id, who.scope, today),
        "forecast": workload.forecast_of(db, found.id, who.region, today),
        "by_day": workload.with_days(workload.looks_by_day(db, found.id, who.region, today), today),
        "behind": sorted(late, key=lambda one: -one.given.overdue)[:BEHIND],
        "nobodys": sum(one.given.open for one in loads if one.person is None),
        "disputes": second_asked.count_disputes(db, who),
        "lacks": lacking(db, found.id, who.region),
    }


def for_watchers(db: Session, who: SignedIn, found: Round, today: date) -> Cards:
    """How far the round is: for those who look and decide nothing."""
    return {"standing": asked.standing_in(db, found.id, who.scope, today)}


def for_officials(db: Session, who: SignedIn, found: Round, today: date) -> Cards:
    """What was asked about their city, and when they may reply."""
    return {
        "city": asked.settled_as(db, found.id, who.city or ""),
        "window": window_of(found, today),
    }


CARDS: Mapping[Role, Callable[[Session, SignedIn, Round, date], Cards]] = {
    Role.CHIEF: for_coordinators,
    Role.COORDINATOR: for_coordinators,
    Role.ASSESSOR: for_assessors,
    Role.SECOND_ASSESSOR: for_second_assessors,
    Role.ANALYST: for_watchers,
    Role.OPERATOR: for_watchers,
    Role.READER: for_watchers,
    Role.OFFICIAL: for_officials,
}
