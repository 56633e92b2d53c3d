"""Rounds: all of them, one as it stands, its days, and its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from models.base import now
from models.people import Person
from models.reviewing import Round
from models.rounds import Lacking, Plan, RoundRefusedError, lacking
from models.runs import KYIV, current_round
from review import rounding
from review.access import CHIEFS, COORDINATORS, LEAD, LEADING, WATCHING_ROUNDS, posted
from review.alphabet import alphabetical
from review.desk import RowNumber, desk_of
from review.queries import rounds as asked
from review.queries import workload
from review.rendering import page, speech_for
from review.sessions import SignedIn

router = APIRouter()
Watcher = Annotated[SignedIn, Depends(WATCHING_ROUNDS)]
Leader = Annotated[SignedIn, Depends(LEADING)]
Leading = Annotated[SignedIn, Depends(LEAD)]
Fields = Annotated[Mapping[str, str], Depends(posted)]
WHOLE = 100.0  # a form speaks in per cent


def today_in_kyiv() -> date:
    """The day it is in Kyiv."""
    return now().astimezone(KYIV).date()


@router.get("/rounds")
def show_all(request: Request, who: Watcher) -> Response:
    """The rounds, the newest first."""
    with desk_of(request).store.reading() as db:
        lines = asked.rounds(db, who.region)
    return page(request, "round/list.html", lines=lines, leads=who.role in CHIEFS, today=today_in_kyiv())


@router.get("/rounds/new")
def ask_for_new(request: Request, who: Leader) -> Response:
    """The form that opens a round."""
    del who
    return _form(request, None, {"id": current_round(), **_said_of(Plan())})


@router.post("/rounds")
def open_one(request: Request, who: Leading, fields: Fields) -> Response:
    """A new round, or the form again with what is wrong."""
    round_id = fields.get("id", "").strip()
    try:
        rounding.open_round(desk_of(request).store, who, round_id, plan_in(fields))
    except RoundRefusedError as refused:
        return _form(request, None, fields, refused.fault)
    return RedirectResponse(f"/rounds/{round_id}", status_code=303)


@router.get("/rounds/{round_id}")
def show(request: Request, round_id: str, who: Watcher, given: RowNumber | None = None) -> Response:
    """One round: by city and area, by person, when it ends and what it lacks. ``given`` parts were just given out."""
    today = today_in_kyiv()
    with desk_of(request).store.reading() as db:
        found = round_in(db, round_id)
        grid = asked.grid(db, round_id, who.region, today)
        loads = workload.loads(db, round_id, who.region, today)
        expected = workload.forecast_of(db, round_id, who.region, today)
        by_day = workload.looks_by_day(db, round_id, who.region, today)
        lacks = lacking(db, round_id, who.region)
    return page(
        request,
        "round/detail.html",
        round=found,
        regions=by_region(request, grid.rows),
        all=grid.all,
        areas=areas_of(request, grid.areas),
        loads=loads,
        short=short_names(person for row in grid.rows for person in row.people.values()),
        forecast=expected,
        by_day=workload.with_days(by_day, today),
        lacks=lacks,
        today=today,
        given=given,
        coordinates=who.role in COORDINATORS,
        leads=who.role in CHIEFS,
    )


@router.get("/rounds/{round_id}/plan")
def ask_for_plan(request: Request, round_id: str, who: Leader) -> Response:
    """The form that changes a round's days and shares."""
    del who
    with desk_of(request).store.reading() as db:
        found = round_in(db, round_id)
    plan = Plan(found.due_on, found.reply_from, found.reply_until, found.second_share, found.probe_share)
    return _form(request, found, _said_of(plan))


@router.post("/rounds/{round_id}/plan")
def change(request: Request, round_id: str, who: Leading, fields: Fields) -> Response:
    """Other days and shares, or the form again with what is wrong."""
    with desk_of(request).store.reading() as db:
        found = round_in(db, round_id)
    try:
        rounding.change_round(desk_of(request).store, who, round_id, plan_in(fields))
    except RoundRefusedError as refused:
        return _form(request, found, fields, refused.fault)
    return RedirectResponse(f"/rounds/{round_id}", status_code=303)


@router.get("/rounds/{round_id}/closing")
def ask_to_close(request: Request, round_id: str, who: Leader) -> Response:
    """What the round still lacks, and the form that closes it or takes its closing back."""
    del who
    return _closing(request, round_id)


@router.post("/rounds/{round_id}/closing")
def close(request: Request, round_id: str, who: Leading, fields: Fields) -> Response:
    """The round closed, or open again; or the form with what is wrong."""
    with desk_of(request).store.reading() as db:
        round_in(db, round_id)
    note = fields.get("comment", "")
    act = rounding.reopen_round if fields.get("act") == "reopen" else rounding.close_round
    try:
        act(desk_of(request).store, who, round_id, note)
    except RoundRefusedError as refused:
        return _closing(request, round_id, note, refused.fault)
    return RedirectResponse(f"/rounds/{round_id}", status_code=303)


def round_in(db: Session, round_id: str) -> Round:
    """The round called so; without it the answer is 404."""
    found = db.get(Round, round_id) if round_id.isprintable() else None
    if found is None:
        raise HTTPException(404)
    return found


def plan_in(fields: Mapping[str, str]) -> Plan:
    """What a form says of a round's days and shares. RoundRefusedError where it cannot be read."""
    return Plan(
        due_on=day_in(fields, "due_on"),
        reply_from=day_in(fields, "reply_from"),
        reply_until=day_in(fields, "reply_until"),
        second_share=_share_in(fields, "second_share"),
        probe_share=_share_in(fields, "probe_share"),
    )


def day_in(fields: Mapping[str, str], name: str) -> date | None:
    """The day that a form brings; none where it was left empty."""
    said = fields.get(name, "").strip()
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise RoundRefusedError("day") from None


def areas_of(request: Request, present: Iterable[str]) -> list[tuple[str, str]]:
    """Code and name of the areas that are *present*, in the methodology's own order."""
    names, here = desk_of(request).questions.areas(speech_for(request).language), set(present)
    known = [(code, name) for code, name in names.items() if code in here]
    return known + [(code, code) for code in sorted(here - names.keys())]


def by_region(request: Request, rows: Iterable[asked.Row]) -> dict[str, list[asked.Row]]:
    """Rows under their regions, both in the order of the reader's alphabet."""
    says, found = speech_for(request), dict[str, list[asked.Row]]()
    for row in sorted(
        rows, key=lambda row: [alphabetical(says.either(row.city, stem)) for stem in ("region", "name")]
    ):
        found.setdefault(row.city.region, []).append(row)
    return found


def short_names(people: Iterable[Person]) -> dict[int, str]:
    """Initials by which people are told apart in narrow places, with a number where two share them."""
    short: dict[int, str] = {}
    for person in sorted({one.id: one for one in people}.values(), key=lambda one: one.id):
        initials = "".join(part[0] for part in person.name.split()[:2]) or "?"
        same = sum(1 for other in short.values() if other.rstrip("0123456789") == initials)
        short[person.id] = f"{initials}{same + 1}" if same else initials
    return short


def _share_in(fields: Mapping[str, str], name: str) -> float:
    try:
        return float(fields.get(name, "").strip().replace(",", ".")) / WHOLE
    except ValueError:
        raise RoundRefusedError("share") from None


def _said_of(plan: Plan) -> dict[str, str]:
    """A plan as the form says it."""
    return {
        "due_on": plan.due_on.isoformat() if plan.due_on else "",
        "reply_from": plan.reply_from.isoformat() if plan.reply_from else "",
        "reply_until": plan.reply_until.isoformat() if plan.reply_until else "",
        "second_share": f"{plan.second_share * WHOLE:g}",
        "probe_share": f"{plan.probe_share * WHOLE:g}",
    }


def _form(request: Request, found: Round | None, said: Mapping[str, str], fault: str = "") -> Response:
    status = 422 if fault else 200
    return page(request, "round/plan.html", status=status, round=found, said=said, fault=fault)


def _closing(request: Request, round_id: str, note: str = "", fault: str = "") -> Response:
    with desk_of(request).store.reading() as db:
        found = round_in(db, round_id)
        lacks: Lacking = lacking(db, round_id)
        unseen = asked.cities_called(db, lacks.unseen_cities).values()
    return page(
        request,
        "round/closing.html",
        status=422 if fault else 200,
        round=found,
        lacks=lacks,
        unseen=sorted(unseen, key=lambda city: alphabetical(speech_for(request).either(city, "name"))),
        note=note,
        fault=fault,
    )
