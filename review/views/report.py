"""The report of one city, for print: for its officials and for everybody who lives there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response

from models.judging import Accuracy, Assessment, Finding
from models.replying import Reply
from models.requests import today
from models.vocabulary import Verdict
from review.access import SECONDERS, SIGNED_IN
from review.desk import desk_of
from review.queries import cities as asked
from review.queries import report as said
from review.queries import runs as runs_asked
from review.queries.cities import Standing, open_items
from review.queries.report import Checked
from review.questions import Question
from review.rendering import page, speech_for
from review.scores import Score, said_of, score
from review.sessions import SignedIn
from review.views.city import COUNTED

router = APIRouter()

_MENDABLE = frozenset({Verdict.NOT_MET, Verdict.PARTLY_MET})


@dataclass(frozen=True, slots=True)
class Row:
    """One question with what stands. Without ``verdict`` nothing is told while people still decide."""

    question: Question
    finding: Finding
    verdict: Verdict | None
    settled: Assessment | None  # what people said, where they are done
    accuracy: Accuracy | None
    replies: list[Reply]

    @property
    def source(self) -> str:
        """The page that shows it; empty where there is none."""
        return str(self.finding.evidence[0]["url"]) if self.finding.evidence else ""

    @property
    def publish(self) -> str:
        """What to publish, where something lacks."""
        return self.question.publish if self.verdict in _MENDABLE else ""


@dataclass(frozen=True, slots=True)
class Area:
    """One area: its questions, its points, and how many of each verdict."""

    name: str
    rows: list[Row]
    score: Score | None
    verdicts: Counter[Verdict]


@router.get("/cities/{slug}/report")
def show(request: Request, slug: str, who: Annotated[SignedIn, Depends(SIGNED_IN)]) -> Response:
    """All that stands about a city, on paper."""
    with desk_of(request).store.reading() as db:
        city = asked.city_in(db, slug, who.scope)
        if city is None:
            raise HTTPException(404)
        standing, visited = asked.standing_of(db, slug), asked.last_visit(db, slug)
        round_id = visited[1].round if visited else ""
        waiting = frozenset(open_items(db, slug))
        measured = said.accuracies(db, [one.finding for one in standing])
        replies = said.replies_of(db, slug, round_id)
        by_reason = runs_asked.unseen_by_reason(db, sorted({one.finding.visit_id for one in standing}))
        of_round = said.round_of(db, round_id)
    hides = who.role in SECONDERS  # who may look a second time learns nothing here that their own page hides
    rows = [_row(request, one, waiting, measured, replies, hides=hides) for one in standing]
    counted = [one for one in standing if not (hides and one.finding.id in waiting)]
    areas = _areas(request, counted, rows)
    return page(
        request,
        "city/report.html",
        city=city,
        visited=visited,
        of_round=of_round,
        round_id=round_id,
        areas=areas,
        score=_score(request, counted),
        verdicts=sum((area.verdicts for area in areas), Counter()),
        total=len(rows),
        settled=sum(row.settled is not None for row in rows),
        pages=max((one.finding.searched_pages for one in standing), default=0),
        by_reason=by_reason,
        today=today(),
    )


def _row(
    request: Request,
    one: Standing,
    waiting: frozenset[int],
    measured: Mapping[Checked, Accuracy],
    replies: Mapping[str, list[Reply]],
    *,
    hides: bool,
) -> Row:
    finding, language = one.finding, speech_for(request).language
    is_open = finding.id in waiting
    settled = None if is_open else one.assessment
    verdict = settled.verdict if settled else None if is_open and hides else finding.proposed
    by = (finding.methodology, finding.methodology_version, finding.indicator, finding.proposed)
    return Row(
        question=desk_of(request).questions.of(finding.methodology, finding.indicator, language),
        finding=finding,
        verdict=verdict,
        settled=settled,
        accuracy=measured.get(by) if verdict and not settled else None,
        replies=replies.get(finding.indicator, []),
    )


def _areas(request: Request, standing: list[Standing], rows: list[Row]) -> list[Area]:
    """The rows under the names of their areas, in the pack's own order."""
    questions = desk_of(request).questions
    pack, points = questions.pack(COUNTED), said_of(standing, COUNTED)

    def place(row: Row) -> tuple[str, int, str]:
        order = questions.order(row.finding.methodology)
        return row.finding.methodology, order.get(row.question.id, len(order)), row.question.id

    found: dict[str, Area] = {}
    for row in sorted(rows, key=place):
        code = row.question.area
        if code not in found:
            counts = pack is not None and pack.maximum and code in pack.areas
            of_area = score(pack, points, code) if pack is not None and counts else None
            found[code] = Area(row.question.area_name, [], of_area, Counter())
        found[code].rows.append(row)
        if row.verdict is not None:
            found[code].verdicts[row.verdict] += 1
    return list(found.values())


def _score(request: Request, standing: list[Standing]) -> Score | None:
    """The points of the whole city, where its methodology gives any."""
    pack = desk_of(request).questions.pack(COUNTED)
    return score(pack, said_of(standing, COUNTED)) if pack is not None and pack.maximum else None
