"""Cities: all of them at a glance, and one as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response

from models.judging import Assessment, Finding
from models.reviewing import Item
from models.vocabulary import ItemState
from review.access import DECIDERS, SECONDERS, SIGNED_IN
from review.blinding import Sight, as_shown, listed_verdict
from review.desk import desk_of
from review.queries import cities as asked
from review.queries import runs as runs_asked
from review.queries.cities import Standing, open_items
from review.queries.runs import Tally
from review.questions import Question
from review.rendering import page, speech_for
from review.scores import Score, said_of, score
from review.sessions import SignedIn

router = APIRouter()
Looker = Annotated[SignedIn, Depends(SIGNED_IN)]

COUNTED = "transparent-cities"  # the methodology that gives points


@dataclass(frozen=True, slots=True)
class Row:
    """One question with what stands. Without ``machine`` nothing of the machine's verdict may be told yet."""

    question: Question
    finding: Finding
    assessment: Assessment | None
    machine: bool


@dataclass(frozen=True, slots=True)
class Area:
    """One area of a city: its questions with what stands, and its points where points are given."""

    name: str
    rows: list[Row]
    score: Score | None


@router.get("/cities")
def show_all(request: Request, who: Looker) -> Response:
    """Every city with its verdicts."""
    with desk_of(request).store.reading() as db:
        cities = runs_asked.progress_by_city(db, who.scope)
    language = speech_for(request).language
    regions: dict[str, list[object]] = {}
    for city, tally in sorted(cities, key=lambda row: str(getattr(row[0], f"name_{language}"))):
        regions.setdefault(str(getattr(city, f"region_{language}")), []).append((city, tally))
    return page(request, "city/list.html", regions=dict(sorted(regions.items())))


@router.get("/cities/{slug}")
def show(request: Request, slug: str, who: Looker) -> Response:
    """One city: every question with its verdict, by area, and what could not be looked at."""
    with desk_of(request).store.reading() as db:
        city = asked.city_in(db, slug, who.scope)
        if city is None:
            raise HTTPException(404)
        standing = asked.standing_of(db, slug)
        items = open_items(db, slug) if who.role in SECONDERS else {}
        visited = asked.last_visit(db, slug)
        visits = sorted({one.finding.visit_id for one in standing} or ({visited[0].id} if visited else set()))
        unseen = runs_asked.unseen(db, visits)
        by_reason = runs_asked.unseen_by_reason(db, visits)
    tally = Tally()
    for one in standing:
        tally.add(one.finding.verdict, 1, assessed=one.assessment is not None)
    return page(
        request,
        "city/detail.html",
        city=city,
        areas=_by_area(request, standing, items, who),
        tally=tally,
        score=_score(request, standing),
        visited=visited,
        unseen=[address for address, _ in unseen],
        by_reason=by_reason,
        decides=who.role in DECIDERS,
    )


def _by_area(
    request: Request, standing: list[Standing], items: Mapping[int, Item], who: SignedIn
) -> list[Area]:
    """The findings under the names of their areas, in the packs' own order."""
    questions, language = desk_of(request).questions, speech_for(request).language
    areas: dict[str, Area] = {}
    pack, said = questions.pack(COUNTED), said_of(standing, COUNTED)

    def place(one: Standing) -> tuple[str, int, str]:
        finding = one.finding
        order = questions.order(finding.methodology)
        return finding.methodology, order.get(finding.indicator, len(order)), finding.indicator

    for one in sorted(standing, key=place):
        question = questions.of(one.finding.methodology, one.finding.indicator, language)
        if question.area not in areas:
            counts = pack if pack is not None and pack.maximum and question.area in pack.areas else None
            points = score(counts, said, question.area) if counts else None
            areas[question.area] = Area(question.area_name, [], points)
        areas[question.area].rows.append(_row(question, one, items.get(one.finding.id), who))
    return list(areas.values())


def _row(question: Question, one: Standing, item: Item | None, who: SignedIn) -> Row:
    """What may be told of it: while an item is open, no more than its own page would."""
    if item is None:
        return Row(question, one.finding, one.assessment, machine=True)
    shown = listed_verdict(item, who.role)
    planted = shown is not None and shown is not item.verdict
    sight = Sight(who.person_id, item.round, None, shown, planted=planted, people=False)
    told = one.assessment if item.state is ItemState.WAITING else None
    return Row(question, as_shown(one.finding, sight), told, machine=sight.machine)


def _score(request: Request, standing: list[Standing]) -> Score | None:
    """The points of the whole city, where its methodology gives any."""
    pack = desk_of(request).questions.pack(COUNTED)
    return score(pack, said_of(standing, COUNTED)) if pack is not None and pack.maximum else None
