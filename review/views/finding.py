"""One finding: what was asked, what the machine says and why, and a person's decision."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from models.accuracy import accuracy_of, wilson
from models.crawling import City, Run
from models.judging import Finding
from models.submissions import submissions_about
from models.vocabulary import Verdict
from review.access import DECIDE, DECIDERS, SIGNED_IN
from review.decisions import Decision, Incomplete, NoSuchFindingError, Overtaken, Recorded, decide
from review.desk import RowNumber, desk_of
from review.explaining import explain
from review.queries import findings as asked
from review.queries import queue as queue_asked
from review.queries.custody import sealed
from review.queries.evidence import shown_evidence
from review.queries.examples import example_of
from review.rendering import page, speech_for
from review.sessions import SignedIn
from review.submitting import Offered
from review.views.queue import Chosen, Filters, wanted_by

router = APIRouter()


class DecisionForm(BaseModel):
    """What the decision form may bring, and nothing else."""

    model_config = ConfigDict(extra="forbid")
    token: str
    act: Literal["confirm", "correct"]
    verdict: Verdict | Literal[""] = ""
    comment: str = ""
    version: RowNumber = 0


@dataclass(frozen=True, slots=True)
class Left:
    """What the act before leaves on the page: the finding settled by it, or words that were not taken, and why."""

    status: int = 200
    settled: int | None = None
    written: Decision | None = None
    outcome: Overtaken | Incomplete | None = None
    offered: Offered | None = None
    refused: str = ""


@router.get("/findings/{finding_id}")
def show(
    request: Request,
    finding_id: RowNumber,
    who: Annotated[SignedIn, Depends(SIGNED_IN)],
    filters: Chosen,
    settled: RowNumber | None = None,
) -> Response:
    """The page on which a finding is settled; ``settled`` is the one just done, to go back to."""
    return finding_page(request, finding_id, who, filters, Left(settled=settled))


@router.post("/findings/{finding_id}/assessments")
def assess(
    request: Request,
    finding_id: RowNumber,
    who: Annotated[SignedIn, Depends(DECIDE)],
    filters: Chosen,
    form: Annotated[DecisionForm, Form()],
) -> Response:
    """Record the decision and go on to the next; or show again what was written, and why it was not taken."""
    decision = Decision(
        act=form.act, verdict=form.verdict or None, comment=form.comment, seen_version=form.version
    )
    try:
        outcome = decide(desk_of(request).store, who, finding_id, decision)
    except NoSuchFindingError:
        raise HTTPException(404) from None
    if not isinstance(outcome, Recorded):
        status = 409 if isinstance(outcome, Overtaken) else 422
        left = Left(status=status, written=decision, outcome=outcome)
        return finding_page(request, finding_id, who, filters, left)
    with desk_of(request).store.reading() as db:
        following = queue_asked.next_after(db, wanted_by(request, who.region, filters), finding_id)
    target = "/queue" if following is None else f"/findings/{following}"
    mark = "&" if filters.query else "?"
    return RedirectResponse(f"{target}{filters.query}{mark}settled={finding_id}", status_code=303)


def finding_page(
    request: Request,
    finding_id: int,
    who: SignedIn,
    filters: Filters,
    left: Left,
) -> Response:
    """The page of a finding, with what was left by the act before it."""
    desk = desk_of(request)
    says = speech_for(request)
    decides = who.role in DECIDERS
    with desk.store.reading() as db:
        found = asked.finding_in(db, finding_id, who.scope)
        if found is None:
            raise HTTPException(404)
        finding, city, run = found
        values = _values(db, finding, city, run) | _known(db, finding)
        custody = sealed(db, desk.archive, finding)
        waiting = queue_asked.count(db, wanted_by(request, who.region, filters)) if decides else 0
        before = asked.finding_in(db, left.settled, who.scope) if left.settled is not None else None
    question = desk.questions.of(finding.methodology, finding.indicator, says.language)
    return page(
        request,
        "finding/detail.html",
        status=left.status,
        **values,
        question=question,
        explanation=explain(finding, question, says.either(city, "name"), says),
        filters=filters,
        decides=decides,
        left=waiting,
        settled=before,
        written=left.written,
        overtaken=left.outcome if isinstance(left.outcome, Overtaken) else None,
        fault=left.outcome.fault if isinstance(left.outcome, Incomplete) else "",
        custody=custody,
        offered=left.offered,
        refused=left.refused,
        stored_pages=desk.sealing is not None,
        thanked="brought" in request.query_params,
        capsule_name=f"{finding.run_id}-{finding.city}-{finding.indicator}.wacz",
    )


def _known(db: Session, finding: Finding) -> dict[str, object]:
    """How often the check is right when it says this, and where another city does it well."""
    pack = finding.methodology, finding.methodology_version
    known = accuracy_of(db, *pack, finding.indicator, finding.proposed)
    return {
        "accuracy": known,
        "interval": wilson(known.right, known.said) if known else None,
        "example": example_of(db, finding) if finding.proposed is not Verdict.MET else None,
    }


def _values(db: Session, finding: Finding, city: City, run: Run) -> dict[str, object]:
    """What the page shows of the finding itself."""
    shown = shown_evidence(db, finding)
    told = asked.told_before(db, finding)
    here = [one.assessment.version for one in told if one.finding.id == finding.id]
    return {
        "finding": finding,
        "city": city,
        "run": run,
        "shown": shown,
        "looked": asked.looked_at(db, finding),
        "between": searched_between(finding),
        "told": told,
        "version": max(here, default=0),
        "brought": submissions_about(db, finding.city, finding.indicator),
        "newer": asked.newer_than(db, finding, run),
    }


def searched_between(finding: Finding) -> tuple[datetime, datetime] | None:
    """When the first and the last page were received that the search record counts."""
    ends = [finding.search.get(end) for end in ("first_at", "last_at")]
    first, last = (datetime.fromisoformat(end) if end else None for end in ends)
    return (first, last) if first and last else None
