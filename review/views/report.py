"""The report of one city, for print: for its officials and for everybody who lives there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
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
from review.rendering import outside, page, sentence, speech_for
from review.scores import Score, said_of, score
from review.sessions import SignedIn
from review.views.city import COUNTED

router = APIRouter()

ROOM = 4_300  # characters for what people wrote, all together: the page is opened on poor lines, and printed
MOST_REPLIES = 40  # that are told in words, the newest ones
SHORTEST = 40  # of what is shown of one text, however many there are
LONGEST_REASON, LONGEST_ADDRESS = 240, 300

_MENDABLE = frozenset({Verdict.NOT_MET, Verdict.PARTLY_MET})


@dataclass(frozen=True, slots=True)
class Row:
    """One question with what stands. Without ``verdict`` nothing is told while people still decide."""

    question: Question
    finding: Finding
    verdict: Verdict | None
    reason: str  # why, as the machine says it; empty where a person said it otherwise
    settled: Assessment | None  # what people said, where they are done
    accuracy: Accuracy | None
    reply: Reply | None  # the last one of the city, where it is told in words
    others: int  # how many more it sent

    @property
    def link(self) -> str:
        """The page that shows it, or what we stored of it where its address is very long; empty where there is none."""
        shown = self.finding.evidence[0] if self.finding.evidence else {}
        url = outside(shown.get("url")) or ""
        return url if len(url) <= LONGEST_ADDRESS else f"/captures/{shown['capture']}"

    @property
    def said(self) -> str:
        """Why, in the words of the person who corrected the machine; empty where nobody did."""
        return self.settled.comment if self.settled and self.settled.act == "correct" else ""

    @property
    def words(self) -> Iterator[str]:
        """All that is shown of what people wrote."""
        yield self.said
        if self.reply is not None:
            yield from (self.reply.note, self.reply.outcome)

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

    @property
    def met(self) -> int:
        """How many of its questions are met, of those of which anything is told."""
        return self.verdicts[Verdict.MET]

    @property
    def groups(self) -> list[tuple[Verdict | None, str, list[Row]]]:
        """The rows of each verdict in turn, those of which nothing is told last; a shared reason stands apart."""
        shared = Counter((row.verdict, row.reason) for row in self.rows)
        found: dict[tuple[Verdict | None, str], list[Row]] = {}
        for row in sorted(self.rows, key=lambda row: (*Verdict, None).index(row.verdict)):
            above = row.reason if shared[row.verdict, row.reason] > 1 else ""
            found.setdefault((row.verdict, above), []).append(row)
        return [(verdict, above, rows) for (verdict, above), rows in found.items()]


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
    told = frozenset(sorted(theirs[-1].id for theirs in replies.values())[-MOST_REPLIES:])
    replied = {
        indicator: (theirs[-1] if theirs[-1].id in told else None, len(theirs) - (theirs[-1].id in told))
        for indicator, theirs in replies.items()
    }
    rows = [_row(request, one, waiting, measured, replied, hides=hides) for one in standing]
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
        longest=longest([len(words) for row in rows for words in row.words]),
        settled=sum(row.settled is not None for row in rows),
        pages=max((one.finding.searched_pages for one in standing), default=0),
        by_reason=by_reason,
        today=today(),
    )


def shortened(reason: str) -> str:
    """*reason* without the end of what it names, where that is very long: an address, or a title."""
    return reason if len(reason) <= LONGEST_REASON else f"{reason[:LONGEST_REASON].rstrip()}…"


def longest(lengths: Sequence[int]) -> int:
    """How much of each text is shown, so that all have room: what short ones leave is for the long ones."""
    left = ROOM
    for number, length in enumerate(sorted(lengths)):
        share = left // (len(lengths) - number)
        if length > share:
            return max(share, SHORTEST)
        left -= length
    return ROOM


def _row(
    request: Request,
    one: Standing,
    waiting: frozenset[int],
    measured: Mapping[Checked, Accuracy],
    replied: Mapping[str, tuple[Reply | None, int]],
    *,
    hides: bool,
) -> Row:
    reply, others = replied.get(one.finding.indicator, (None, 0))
    finding, language, reason = one.finding, speech_for(request).language, ""
    is_open = finding.id in waiting
    settled = None if is_open else one.assessment
    verdict = settled.verdict if settled else None if is_open and hides else finding.proposed
    by = (finding.methodology, finding.methodology_version, finding.indicator, finding.proposed)
    if verdict and not (settled and settled.act == "correct"):
        why = finding.detail.get("leaning_reason") or finding.reason
        reason = shortened(sentence(why, language, finding.detail))
    return Row(
        question=desk_of(request).questions.of(finding.methodology, finding.indicator, language),
        finding=finding,
        verdict=verdict,
        reason=reason,
        settled=settled,
        accuracy=measured.get(by) if verdict and not settled else None,
        reply=reply,
        others=others,
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
